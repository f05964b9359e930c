"""Nodes: names, namespaces, remapping, arguments, what they list, how they end."""
import rclpy
from rclpy.node import Node
from std_msgs.msg import String
from std_srvs.srv import Trigger
from tell import tell, tell_type

rclpy.init(args=["program", "--ros-args", "-r", "old:=new", "-r", "quiet:__node:=loud"])
node = rclpy.create_node("first", namespace="/space")
print(node.get_name(), node.get_namespace(), node.get_fully_qualified_name(), node.get_logger().name)
tell("context", lambda: node.context is rclpy.get_default_context())
tell("executor", lambda: node.executor)
tell("group", lambda: type(node.default_callback_group).__name__)
tell("overrides", lambda: [*node._parameter_overrides] if hasattr(node, "_parameter_overrides") else [])
tell("clock", lambda: node.get_clock().clock_type)
for name in ("chatter", "/chatter", "~/chatter", "a/b", "old"):
    tell("topic " + name, lambda: node.resolve_topic_name(name))
    tell("service " + name, lambda: node.resolve_service_name(name))
    tell("only expand " + name, lambda: node.resolve_topic_name(name, only_expand=True))
tell("count of entities", lambda: [len(list(kind)) for kind in (node.publishers, node.subscriptions, node.clients, node.services, node.timers, node.guards, node.waitables)])

other = Node("quiet", cli_args=["--ros-args", "-r", "__ns:=/own"], enable_rosout=False, start_parameter_services=False)
print(other.get_fully_qualified_name())
tell("count of entities", lambda: [len(list(kind)) for kind in (other.publishers, other.subscriptions, other.clients, other.services, other.timers, other.guards, other.waitables)])
tell("without arguments", lambda: rclpy.create_node("quiet", use_global_arguments=False).get_name())
for name, namespace in (("a b", None), ("1a", None), ("", None), ("a" * 300, None), ("good", "/bad space"), ("good", "no/slash"), ("good", "/a//b")):
    tell(f"{name[:10]!r} {namespace!r}", lambda: rclpy.create_node(name, namespace=namespace).get_fully_qualified_name())
tell("remapped namespace", lambda: rclpy.create_node("good", namespace="bad space", cli_args=["--ros-args", "-r", "__ns:=/good"]))
tell("bad argument", lambda: rclpy.create_node("good", cli_args=["--ros-args", "-r", "nothing"]))
tell("bad flag", lambda: rclpy.create_node("good", cli_args=["--ros-args", "--unknown"]))
tell("no name", lambda: rclpy.create_node())
tell_type("no string", lambda: rclpy.create_node(7))
tell("no context", lambda: rclpy.create_node("good", context=rclpy.context.Context()))
node.create_client(Trigger, "ends")
node.create_guard_condition(lambda: None)
node.create_timer(1.0, lambda: None)
node.destroy_node()
tell("count of entities", lambda: [len(list(kind)) for kind in (node.publishers, node.subscriptions, node.clients, node.services, node.timers, node.guards, node.waitables)])
tell("destroyed", lambda: node.get_name())
tell("destroyed twice", lambda: node.destroy_node())
tell_type("publisher on destroyed", lambda: node.create_publisher(String, "x", 1))
rclpy.shutdown()
