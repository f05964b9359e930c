"""Handles: `with`, what is destroyed inside and before; what things say when their context is shut down."""
import rclpy
from action_tutorials_interfaces.action import Fibonacci
from rclpy.action import ActionClient, ActionServer
from rclpy.duration import Duration
from rclpy.exceptions import InvalidHandle
from rclpy.parameter import Parameter
from std_msgs.msg import String
from std_srvs.srv import Empty
from tell import tell, tell_type

rclpy.init()
node = rclpy.create_node("handles")
made = {"publisher": node.create_publisher(String, "a", 1), "subscription": node.create_subscription(String, "a", lambda message: None, 1),
        "client": node.create_client(Empty, "b"), "service": node.create_service(Empty, "b", lambda request, response: response),
        "timer": node.create_timer(9, lambda: None), "guard": node.create_guard_condition(lambda: None)}


def use(thing, inside=lambda: None):
    with thing.handle:
        inside()
        return "used"


def failing(thing):
    with thing.handle:
        raise KeyError("passed on")


for name, thing in [*made.items(), ("node", node), ("context", node.context), ("clock", node.get_clock())]:
    tell(name, lambda: use(thing))
    tell(f"{name} raising", lambda: failing(thing))
for name, thing in made.items():
    tell(f"{name} destroyed inside", lambda: use(thing, thing.destroy))
    tell(f"{name} destroyed", lambda: use(thing))
other = node.create_publisher(String, "c", 1)
tell("when not in use", lambda: (other.handle.destroy_when_not_in_use(), other.handle.destroy_when_not_in_use()))
tell("then", lambda: use(other))
tell("node inside", lambda: use(node, node.destroy_node))
tell("node after", lambda: use(node))
tell("exception", lambda: issubclass(InvalidHandle, RuntimeError))

node = rclpy.create_node("late")
publisher = node.create_publisher(String, "a", 1)
subscription = node.create_subscription(String, "a", lambda message: None, 1)
client = node.create_client(Empty, "b")
service = node.create_service(Empty, "b", lambda request, response: response)
timer = node.create_timer(9, lambda: None)
guard = node.create_guard_condition(lambda: None)
goals = ActionClient(node, Fibonacci, "c")
node.declare_parameter("x", 1)
rclpy.shutdown()
tell("assert", lambda: publisher.assert_liveliness())
tell("acknowledged", lambda: publisher.wait_for_all_acked())
tell("acknowledged in time", lambda: publisher.wait_for_all_acked(Duration(seconds=1)))
tell("matched", lambda: publisher.get_subscription_count())
tell_type("publish", lambda: publisher.publish(String()))
tell("names", lambda: (publisher.topic_name, subscription.topic_name, client.service_name, service.service_name))
tell("ready", lambda: client.service_is_ready())
tell("goals ready", lambda: goals.server_is_ready())
tell("timer", lambda: (timer.cancel(), timer.is_canceled(), timer.reset(), timer.is_canceled()))
tell("guard", lambda: guard.trigger())
tell_type("parameter", lambda: node.set_parameters([Parameter("x", value=2)]))
tell("its value", lambda: node.get_parameter("x").value)
tell("nodes", lambda: node.get_node_names())
tell("topics", lambda: node.get_topic_names_and_types())
tell_type("new publisher", lambda: node.create_publisher(String, "z", 1))
tell_type("new client", lambda: node.create_client(Empty, "z"))
tell_type("new server", lambda: ActionServer(node, Fibonacci, "z", lambda goal_handle: None))
tell("handle", lambda: (use(publisher), use(node)))
node.destroy_node()
