"""What nodes see of the network in Python, with a peer on upstream."""
import pytest
from node_programs import lines_of, make

HEAD = """
import sys, threading, time
import rclpy
from rclpy.qos import QoSProfile
from std_msgs.msg import Int32, String
from example_interfaces.srv import AddTwoInts
rclpy.init(args=sys.argv)
"""
program = make(HEAD)
PEER = """
node = rclpy.create_node('peer', namespace='far')
publisher = node.create_publisher(String, 'words', QoSProfile(depth=3, durability=1))
subscription = node.create_subscription(Int32, 'numbers', print, 1)
service = node.create_service(AddTwoInts, 'add', lambda request, response: response)
client = node.create_client(AddTwoInts, 'ask')
print('there', flush=True)
rclpy.spin(node)
"""
LOOK = """
node = rclpy.create_node('looker')
print(node.wait_for_node('/far/peer', 20.0))
def until(condition):
    end = time.monotonic() + 20
    while not condition() and time.monotonic() < end:
        rclpy.spin_once(node, timeout_sec=0.1)
until(lambda: node.count_publishers('/far/words') and node.count_subscribers('/far/numbers') and node.count_services('/far/add') and
      node.count_clients('/far/ask'))
print(sorted(node.get_fully_qualified_node_names()), ('peer', '/far') in node.get_node_names_and_namespaces(),
      ('peer', '/far', '/') in node.get_node_names_and_namespaces_with_enclaves())
print([entry for entry in node.get_topic_names_and_types() if entry[0].startswith('/far')])
print([entry for entry in node.get_service_names_and_types() if entry[0] in ('/far/add', '/far/ask')])
print([name for name, _ in node.get_publisher_names_and_types_by_node('peer', '/far') if name.startswith('/far')])
print(node.get_subscriber_names_and_types_by_node('peer', '/far'))
print(('/far/add', ['example_interfaces/srv/AddTwoInts']) in node.get_service_names_and_types_by_node('peer', '/far'))
print(node.get_client_names_and_types_by_node('peer', '/far'))
print(node.count_publishers('/far/words'), node.count_subscribers('far/numbers'), node.count_services('/far/add'), node.count_clients('/far/ask'))
info = node.get_publishers_info_by_topic('/far/words')[0]
print(info.node_name, info.node_namespace, info.topic_type, info.topic_type_hash, info.endpoint_type.name, len(info.endpoint_gid),
      info.qos_profile.durability.name)
print([info.node_name for info in node.get_subscriptions_info_by_topic('/far/numbers')])
print([entry for entry in node.get_publisher_names_and_types_by_node('peer', '/far', True) if entry[0].startswith(('rt/far', 'rr/far/add'))])
print([entry for entry in node.get_subscriber_names_and_types_by_node('peer', '/far', no_demangle=True) if entry[0].startswith(('rt/far', 'rq/far/add'))])
print([(info.node_name, info.topic_type) for info in node.get_subscriptions_info_by_topic('rq/far/addRequest', no_mangle=True)],
      node.get_publishers_info_by_topic('/far/words', no_mangle=True))
"""
SEEN = ["True", "['/far/peer', '/looker'] True True", "[('/far/numbers', ['std_msgs/msg/Int32']), ('/far/words', ['std_msgs/msg/String'])]",
        "[('/far/add', ['example_interfaces/srv/AddTwoInts']), ('/far/ask', ['example_interfaces/srv/AddTwoInts'])]", "['/far/words']",
        "[('/far/numbers', ['std_msgs/msg/Int32'])]", "True", "[('/far/ask', ['example_interfaces/srv/AddTwoInts'])]", "1 1 1 1",
        "peer /far std_msgs/msg/String RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18 PUBLISHER 16 TRANSIENT_LOCAL",
        "['peer']",
        "[('rr/far/addReply', ['example_interfaces::srv::dds_::AddTwoInts_Response_']), ('rt/far/words', ['std_msgs::msg::dds_::String_'])]",
        "[('rq/far/addRequest', ['example_interfaces::srv::dds_::AddTwoInts_Request_']), ('rt/far/numbers', ['std_msgs::msg::dds_::Int32_'])]",
        "[('peer', 'example_interfaces::srv::dds_::AddTwoInts_Request_')] []"]


def test_a_peer_on_rclio_is_seen(program):
    peer = program(PEER)
    peer.wait_for("there")
    assert lines_of(program(LOOK)) == SEEN


def test_a_peer_on_upstream_is_seen(program, upstream):
    peer = program(PEER, python=str(upstream))
    peer.wait_for("there")
    assert lines_of(program(LOOK)) == SEEN


def test_names_are_resolved_with_and_without_remapping(program):
    assert lines_of(program("""
node = rclpy.create_node('nn', namespace='ns')
print(node.resolve_topic_name('a'), node.resolve_topic_name('a', only_expand=True), node.resolve_topic_name('~/x'),
      node.resolve_service_name('{node}/s'), node.resolve_service_name('b'))
publisher = node.create_publisher(String, 'a', 1)
print(publisher.topic, publisher.topic_name, node.count_publishers('a'), node.count_publishers('/ns/z'),
      len(node.get_publishers_info_by_topic('a')))
""", "--ros-args", "-r", "a:=z", "-r", "b:=/s")) == ["/ns/z /ns/a /ns/nn/x /ns/nn/s /s", "a /ns/z 0 1 1"]


def test_waiting_for_a_node_ends_when_it_comes_or_when_the_time_is_over(program):
    assert lines_of(program("""
node = rclpy.create_node('looker')
print(node.wait_for_node('late', 0.1))
held = []
threading.Timer(0.2, lambda: held.append(rclpy.create_node('late'))).start()
print(node.wait_for_node('late', 20))
""")) == ["False", "True"]


@pytest.mark.parametrize("text, said", [
    ("node.get_publisher_names_and_types_by_node('nobody', '/')",
     "NodeNameNonExistentError: cannot get publisher names and types for nonexistent node"),
    ("node.count_publishers('no good')", "ValueError: topic name 'no good' is invalid: topic name must not contain characters"),
    ("node.resolve_topic_name('{nobody}')", "RCLError: failed to resolve name: unknown substitution: {nobody}"),
    ("node.destroy_node(); node.get_topic_names_and_types()", "InvalidHandle: cannot use Destroyable because destruction was requested"),
])
def test_what_is_wrong_is_said_in_upstreams_words(program, text, said):
    process = program("node = rclpy.create_node('nn')\n" + text)
    assert process.finish() == 1
    assert said in process.stderr, process.report()


@pytest.mark.parametrize("call, said", [
    ("validate_topic_name.validate_topic_name('a b')", "InvalidTopicNameException: Invalid topic name: topic name must not contain characters "
     "other than alphanumerics, '_', '~', '{', or '}':\n  'a b'\n    ^"),
    ("validate_topic_name.validate_topic_name('9', is_service=True)", "InvalidServiceNameException: Invalid service name: topic name token must "
     "not start with a number:\n  '9'\n   ^"),
    ("validate_full_topic_name.validate_full_topic_name('/a//b')", "InvalidTopicNameException: Invalid topic name: topic name must not contain "
     "repeated '/':\n  '/a//b'\n      ^"),
    ("validate_namespace.validate_namespace('ns')", "InvalidNamespaceException: Invalid namespace: namespace must be absolute, it must lead with "
     "a '/':\n  'ns'\n   ^"),
    ("validate_node_name.validate_node_name('a.b')", "InvalidNodeNameException: Invalid node name: node name must not contain characters other "
     "than alphanumerics or '_':\n  'a.b'\n    ^"),
    ("validate_parameter_name.validate_parameter_name('')", "InvalidParameterException: Invalid parameter name: "),
    ("expand_topic_name.expand_topic_name('x', 'no good', '/')", "ValueError: node name 'no good' is invalid: node name must not"),
])
def test_names_that_are_not_legal_are_shown_with_the_place(program, call, said):
    module = call.partition(".")[0]
    process = program(f"from rclpy import {module}\n{call}")
    assert process.finish() == 1
    assert said in process.stderr, process.report()
