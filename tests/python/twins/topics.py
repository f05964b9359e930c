"""Publishers and subscriptions: messages, their information, raw ones, counts, groups, wrong uses."""
import array

import rclpy
from rclpy.qos import QoSProfile
from sensor_msgs.msg import JointState
from std_msgs.msg import Int32, String
from tell import spin_until, tell

rclpy.init()
node = rclpy.create_node("topics")
seen = []


def with_information(message, information):
    seen.append((message, sorted(information), information["source_timestamp"] > 0, information["received_timestamp"] >= information["source_timestamp"]))


publisher = node.create_publisher(String, "words", 10)
plain = node.create_subscription(String, "words", lambda message: seen.append(message), 10)
spin_until(node, lambda: publisher.get_subscription_count() == 1)
print(publisher.topic, publisher.topic_name, plain.topic, plain.topic_name, plain.raw)
tell("types", lambda: (publisher.msg_type is String, plain.msg_type is String))
tell("depths", lambda: (publisher.qos_profile.depth, plain.qos_profile.depth))
tell("publishers", lambda: plain.get_publisher_count())
for word in ("one", "two", "grün", "x" * 100, ""):
    publisher.publish(String(data=word))
spin_until(node, lambda: len(seen) == 5)
print([message.data for message in seen])

seen.clear()
informed = node.create_subscription(String, "informed", with_information, 10)
informer = node.create_publisher(String, "informed", 10)
spin_until(node, lambda: informer.get_subscription_count() == 1)
informer.publish(String(data="informed"))
spin_until(node, lambda: len(seen) == 1)
print(seen[0][0], seen[0][1], seen[0][2:])

seen.clear()
raw = node.create_subscription(String, "raw", seen.append, 10, raw=True)
rawer = node.create_publisher(String, "raw", 10)
spin_until(node, lambda: rawer.get_subscription_count() == 1)
rawer.publish(String(data="abc"))
rawer.publish(b"\x00\x01\x00\x00\x04\x00\x00\x00xyz\x00")
spin_until(node, lambda: len(seen) == 2)
print(seen, raw.raw)

seen.clear()
joints = node.create_subscription(JointState, "joints", seen.append, QoSProfile(depth=5))
mover = node.create_publisher(JointState, "joints", QoSProfile(depth=5))
spin_until(node, lambda: mover.get_subscription_count() == 1)
mover.publish(JointState(name=["a", "b"], position=[1.5, -2.5], effort=array.array("d", [3.0])))
spin_until(node, lambda: len(seen) == 1)
print(seen[0])

tell("other type", lambda: publisher.publish(Int32(data=1)))
tell("no message", lambda: publisher.publish(None))
tell("its class", lambda: publisher.publish(String))
tell("no depth", lambda: node.create_publisher(String, "x"))
tell("bad depth", lambda: node.create_publisher(String, "x", -1))
tell("bad quality", lambda: node.create_publisher(String, "x", "best"))
tell("bad topic", lambda: node.create_publisher(String, "a b", 1))
tell("bad topic", lambda: node.create_subscription(String, "a//b", print, 1))
tell("no type", lambda: node.create_publisher(int, "x", 1))
tell("no type", lambda: node.create_subscription(7, "x", print, 1))
tell("no callback", lambda: node.create_subscription(String, "x", None, 1))
tell("too many parameters", lambda: node.create_subscription(String, "x", lambda a, b, c: 0, 1))
tell("acknowledged", lambda: publisher.wait_for_all_acked(rclpy.duration.Duration(seconds=5)))
tell("subscriptions", lambda: len(list(node.subscriptions)))
tell("destroyed", lambda: node.destroy_subscription(plain))
tell("destroyed again", lambda: node.destroy_subscription(plain))
tell("destroyed", lambda: node.destroy_publisher(publisher))
tell("destroyed again", lambda: node.destroy_publisher(publisher))
tell("used after", lambda: publisher.publish(String()))
tell("counted after", lambda: publisher.get_subscription_count())
tell("named after", lambda: plain.topic_name)
tell("subscriptions", lambda: len(list(node.subscriptions)))
node.destroy_node()
rclpy.shutdown()
