"""The graph: names, types, endpoints with their QoS and type hashes, counts, waiting for nodes."""
import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.action import get_action_server_names_and_types_by_node
from rclpy.duration import Duration
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from std_msgs.msg import Int32, String
from tell import spin_until, tell

rclpy.init()
node = rclpy.create_node("seen", namespace="/space")
looker = rclpy.create_node("looker")
node.create_publisher(String, "words", QoSProfile(depth=3, durability=DurabilityPolicy.TRANSIENT_LOCAL, deadline=Duration(seconds=2)))
node.create_publisher(Int32, "numbers", 1)
node.create_subscription(String, "words", print, QoSProfile(depth=9, reliability=ReliabilityPolicy.BEST_EFFORT))
node.create_service(AddTwoInts, "add", print)
node.create_client(AddTwoInts, "ask")
node.create_publisher(String, "~/_hidden", 1)
spin_until(looker, lambda: looker.count_publishers("/space/seen/_hidden") and looker.count_clients("/space/ask") and looker.count_services("/space/add"))
own = lambda pairs: [(name, types) for name, types in sorted(pairs) if "/space" in name and "param" not in name and "type_desc" not in name]  # noqa: E731
tell("nodes", lambda: sorted(looker.get_node_names()))
tell("with namespaces", lambda: sorted(looker.get_node_names_and_namespaces()))
tell("full", lambda: sorted(looker.get_fully_qualified_node_names()) if hasattr(looker, "get_fully_qualified_node_names") else None)
tell("topics", lambda: own(looker.get_topic_names_and_types()))
tell("not demangled", lambda: [name for name, _ in looker.get_topic_names_and_types(no_demangle=True) if "add" in name][:2])
tell("services", lambda: own(looker.get_service_names_and_types()))
tell("publishers of it", lambda: own(looker.get_publisher_names_and_types_by_node("seen", "/space")))
tell("subscriptions of it", lambda: own(looker.get_subscriber_names_and_types_by_node("seen", "/space")))
tell("services of it", lambda: own(looker.get_service_names_and_types_by_node("seen", "/space")))
tell("clients of it", lambda: own(looker.get_client_names_and_types_by_node("seen", "/space")))
tell("counts", lambda: (looker.count_publishers("/space/words"), looker.count_subscribers("/space/words"), looker.count_publishers("/nothing"),
                        looker.count_services("/space/add"), looker.count_clients("/space/ask")))
for name, space in (("nobody", "/"), ("", "/"), ("a b", "/"), ("9a", "/"), ("a" * 300, "/"), ("seen", "space"), ("seen", "/space/"), ("seen", "/a b"),
                    ("seen", "/a//b"), ("seen", "/9a"), ("looker", "")):
    tell(f"of '{name[:9]}' in '{space}'", lambda: [pair for pair in looker.get_client_names_and_types_by_node(name, space)])
    tell("its actions", lambda: get_action_server_names_and_types_by_node(looker, name, space))
tell("relative count", lambda: (node.count_publishers("words"), node.count_subscribers("~/_hidden")))
tell("bad count", lambda: node.count_publishers("a b"))


def show(info):
    qos = info.qos_profile
    return (info.node_name, info.node_namespace, info.topic_type, info.endpoint_type.name, qos.reliability.name, qos.durability.name, qos.deadline.nanoseconds,
            qos.liveliness.name, str(info.topic_type_hash)[:20], len(info.endpoint_gid))


tell("publishers", lambda: [show(one) for one in looker.get_publishers_info_by_topic("/space/words")])
tell("subscriptions", lambda: [show(one) for one in looker.get_subscriptions_info_by_topic("/space/words")])
tell("hash", lambda: (lambda one: (one.version, one.value.hex()))(looker.get_publishers_info_by_topic("/space/words")[0].topic_type_hash))
tell("none", lambda: looker.get_publishers_info_by_topic("/nothing"))
tell("bad topic", lambda: looker.get_publishers_info_by_topic("a b"))
tell("unknown node", lambda: looker.get_publisher_names_and_types_by_node("nobody", "/"))
tell("bad node name", lambda: looker.get_publisher_names_and_types_by_node("no body", "/"))
tell("unknown node's services", lambda: looker.get_service_names_and_types_by_node("nobody", "/"))
tell("waits", lambda: (looker.wait_for_node("/space/seen", 5.0), looker.wait_for_node("/nobody", 0.1)))
tell("bad wait", lambda: looker.wait_for_node("seen", 0.1))
node.destroy_node()
spin_until(looker, lambda: looker.get_node_names() == ["looker"])
tell("nodes", lambda: looker.get_node_names())
rclpy.shutdown()
