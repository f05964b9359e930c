"""Arguments of the wrong kind: the exception that says so. The sentences are the language's, or the binding's.

Left out is what ends upstream's process: an action's class that is a message's or a service's."""
import rclpy
import rclpy.logging
from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient, ActionServer
from rclpy.clock import Clock
from rclpy.duration import Duration
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.task import Future
from rclpy.time import Time
from std_msgs.msg import String
from std_srvs.srv import Trigger
from tell import tell_type

WRONG = {"None": None, "1": 1, "-1": -1, "1.5": 1.5, "'x'": "x", "[]": [], "{}": {}, "()": (), "object": object, "a function": lambda: 0,
         "a message's class": String, "a service's": Trigger, "an action's": Fibonacci}

rclpy.init()
node = Node("mistakes")
publisher, client = node.create_publisher(String, "a", 1), node.create_client(Trigger, "nobody")
goals, executor = ActionClient(node, Fibonacci, "nobody"), SingleThreadedExecutor()
node.declare_parameter("known", 3)


def callback(*_):
    pass


ASKED = {
    "create_publisher type": lambda wrong: node.create_publisher(wrong, "a", 1),
    "create_publisher qos": lambda wrong: node.create_publisher(String, "a", wrong),
    "create_publisher class": lambda wrong: node.create_publisher(String, "a", 1, publisher_class=wrong),
    "create_subscription type": lambda wrong: node.create_subscription(wrong, "a", callback, 1),
    "create_subscription callback": lambda wrong: node.create_subscription(String, "a", wrong, 1),
    "create_subscription qos": lambda wrong: node.create_subscription(String, "a", callback, wrong),
    "create_service type": lambda wrong: node.create_service(wrong, "s", callback),
    "create_service callback": lambda wrong: node.create_service(Trigger, "s", wrong),
    "create_client type": lambda wrong: node.create_client(wrong, "s"),
    "create_timer period": lambda wrong: node.create_timer(wrong, callback),
    "create_timer callback": lambda wrong: node.create_timer(1.0, wrong),
    "create_rate": node.create_rate,
    "ActionClient node": lambda wrong: ActionClient(wrong, Fibonacci, "f"),
    "ActionClient type": lambda wrong: wrong in (String, Trigger) or ActionClient(node, wrong, "f"),
    "ActionServer node": lambda wrong: ActionServer(wrong, Fibonacci, "f", callback),
    "ActionServer type": lambda wrong: wrong in (String, Trigger) or ActionServer(node, wrong, "f", callback),
    "ActionServer callback": lambda wrong: ActionServer(node, Fibonacci, "f", wrong),
    "ActionServer goal_callback": lambda wrong: ActionServer(node, Fibonacci, "f", callback, goal_callback=wrong),
    "ActionServer timeout": lambda wrong: ActionServer(node, Fibonacci, "f", callback, result_timeout=wrong),
    "call_async": client.call_async,
    "send_goal_async": goals.send_goal_async,
    "publish": publisher.publish,
    "create_task": executor.create_task,
    "Time": lambda wrong: Time(seconds=wrong),
    "Time clock_type": lambda wrong: Time(clock_type=wrong),
    "Duration": lambda wrong: Duration(nanoseconds=wrong),
    "Time.from_msg": Time.from_msg,
    "Time +": lambda wrong: Time() + wrong,
    "Time <": lambda wrong: Time() < wrong,
    "Duration ==": lambda wrong: Duration() == wrong,
    "Clock": lambda wrong: Clock(clock_type=wrong),
    "sleep_until": node.get_clock().sleep_until,
    "sleep_for": node.get_clock().sleep_for,
    "declare_parameter name": lambda wrong: node.declare_parameter(wrong, 1),
    "declare_parameter descriptor": lambda wrong: node.declare_parameter(f"p{len(node._parameters)}", 1, wrong),
    "declare_parameters": lambda wrong: node.declare_parameters("", wrong),
    "declare_parameters one": lambda wrong: node.declare_parameters("", [wrong]),
    "get_parameter": node.get_parameter,
    "get_parameters": node.get_parameters,
    "get_parameters_by_prefix": node.get_parameters_by_prefix,
    "get_parameter_type": node.get_parameter_type,
    "set_parameters": node.set_parameters,
    "set_parameters one": lambda wrong: node.set_parameters([wrong]),
    "describe_parameters": node.describe_parameters,
    "Parameter": lambda wrong: Parameter("x", Parameter.Type.INTEGER, wrong),
    "Parameter type": lambda wrong: Parameter("x", wrong),
    "get_logger": rclpy.logging.get_logger,
    "severity": rclpy.logging.get_logging_severity_from_string,
    "info": node.get_logger().info,
    "info throttle": lambda wrong: node.get_logger().info("throttled", throttle_duration_sec=wrong),
    "debug throttle clock": lambda wrong: node.get_logger().debug("not seen", throttle_duration_sec=1, throttle_time_source_type=wrong),
    "debug unknown": lambda wrong: node.get_logger().debug("not seen", unknown=wrong),
    "set_level": lambda wrong: node.get_logger().set_level(wrong),
    "on_shutdown": lambda wrong: callable(wrong) or node.context.on_shutdown(wrong),
    "init arguments": lambda wrong: not isinstance(wrong, (dict, tuple, type(None), list)) and rclpy.init(args=wrong, context=rclpy.Context()) and None,
    "init signals": lambda wrong: wrong is None or rclpy.init(context=rclpy.Context(), signal_handler_options=wrong) and None,
    "add_done_callback": lambda wrong: Future().add_done_callback(wrong),
    "wait_for_service": lambda wrong: wrong in (None, -1) or client.wait_for_service(wrong),
}
for label, ask in ASKED.items():
    for name, wrong in WRONG.items():
        tell_type(f"{label} {name}", lambda: (ask(wrong), "done")[1])
rclpy.shutdown()
