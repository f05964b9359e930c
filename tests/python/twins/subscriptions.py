"""What a subscription's callback may be, and what it is given; QoS by parameters; parameters given when the node is made."""
import functools

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.qos_overriding_options import QoSOverridingOptions
from rclpy.serialization import deserialize_message, serialize_message
from std_msgs.msg import String
from tell import spin_until, tell

rclpy.init(args=["program", "--ros-args", "-p", "qos_overrides./words.publisher.depth:=3", "-p", "list:=[1.5,2.5]",
                 "--log-level", "node:=debug", "-r", "other:__node:=renamed"])
node = Node("node", parameter_overrides=[Parameter("given", value="there"), Parameter("list", value=[9.0])])
tell("given", lambda: node.declare_parameter("given", "default").value)
tell("list", lambda: node.declare_parameter("list", [0.0]).value.tolist())
tell("ignored", lambda: node.declare_parameter("mine", 5, ignore_override=True).value)
tell("renamed", lambda: Node("other").get_name())
tell("level", lambda: node.get_logger().get_effective_level())
publisher = node.create_publisher(String, "words", 10, qos_overriding_options=QoSOverridingOptions.with_default_policies())
tell("depth", lambda: publisher.qos_profile.depth)
tell("overrides", lambda: sorted(name for name in node.get_parameters_by_prefix("qos_overrides")))
executor = SingleThreadedExecutor()
executor.add_node(node)
heard = []


class Hears:
    def __call__(self, message):
        heard.append(("object", message.data))

    def method(self, message):
        heard.append(("method", message.data))


async def hears_later(message):
    heard.append(("coroutine", message.data))


def raw(message):
    heard.append(("raw", type(message).__name__, deserialize_message(message, String).data))


CALLBACKS = [lambda message, info: heard.append(("info", message.data, sorted(info))), Hears(), Hears().method, hears_later,
             functools.partial(lambda more, message: heard.append(("partial", more, message.data)), 3)]
subscriptions = [node.create_subscription(String, "words", callback, 10) for callback in CALLBACKS]
subscriptions.append(node.create_subscription(String, "words", raw, 10, raw=True))
spin_until(executor, lambda: publisher.get_subscription_count() == len(subscriptions))
for message in (String(data="words"), serialize_message(String(data="bytes"))):
    publisher.publish(message)
    spin_until(executor, lambda: len(heard) >= len(subscriptions))
    print(*sorted(map(str, heard)), sep="\n")
    heard.clear()
one = subscriptions[0]
tell("one", lambda: (one.topic_name, one.topic, one.msg_type.__name__, one.raw, one.qos_profile.depth))
tell("destroyed", lambda: node.destroy_subscription(one))
tell("its name", lambda: one.topic_name)
tell("as a publisher", lambda: node.destroy_publisher(one))
tell("publisher", lambda: (node.destroy_publisher(publisher), node.destroy_publisher(publisher)))
tell("none", lambda: node.destroy_timer(None))
executor.shutdown()
node.destroy_node()
rclpy.shutdown()
