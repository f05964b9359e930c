"""Nodes in Python: options, what they hold, their end."""
import pytest
from node_programs import lines_of, make

program = make("""
import gc, sys, weakref
import rclpy
from rclpy.node import Node
from std_msgs.msg import String
rclpy.init(args=sys.argv)
""")


def test_a_node_has_the_names_that_arguments_give_it(program):
    assert lines_of(program("""
one, two = Node('one', namespace='ns'), Node('two', use_global_arguments=False)
three = Node('three', cli_args=['--ros-args', '-r', '__node:=own', '-r', '__ns:=/own'])
for node in (one, two, three):
    print(node.get_name(), node.get_namespace(), node.get_fully_qualified_name(), node.get_logger().name)
""", "--ros-args", "-r", "__node:=given")) == ["given /ns /ns/given ns.given", "two / /two two", "own /own /own/own own.own"]


def test_a_node_goes_through_what_it_has(program):
    assert lines_of(program("""
node = Node('test', start_parameter_services=False)
publisher, subscription = node.create_publisher(String, 'a', 1), node.create_subscription(String, 'a', print, 1)
timer = node.create_timer(1, print)
def count():
    return [len(list(each)) for each in (node.publishers, node.subscriptions, node.timers, node.services, node.clients, node.guards, node.waitables)]
print(count(), publisher in node.publishers, subscription in node.subscriptions)
print(node.destroy_publisher(publisher), node.destroy_publisher(publisher), node.destroy_publisher(3), node.destroy_subscription(subscription))
print(node.destroy_timer(timer), count())
print(node.default_callback_group.has_entity(subscription), type(node.default_callback_group).__name__)
""")) == ["[2, 1, 1, 1, 0, 0, 6] True True", "True False False True", "True [1, 0, 0, 1, 0, 0, 2]", "True MutuallyExclusiveCallbackGroup"]


def test_a_subclass_may_have_attributes_of_any_name(program):
    """But for those that upstream's Node has, too."""
    assert lines_of(program("""
upstreams = {'_context', '_parameters', '_publishers', '_subscriptions', '_clients', '_services', '_timers', '_guards', '_logger', '_clock',
             '_default_callback_group', '_rate_group', '_pre_set_parameters_callbacks', '_on_set_parameters_callbacks', '_parameter_service',
             '_post_set_parameters_callbacks', '_parameter_overrides', '_descriptors', '_allow_undeclared_parameters', '_time_source',
             '_parameter_event_publisher', '_type_description_service', '_logging_service', '_wake_executor'}
names = {name for part in Node.__mro__ for name in vars(part)} | set(vars(Node('test')))
print(sorted(name for name in names if name.startswith('_') and not name.startswith(('__', '_rclio_', '_Node__'))
             and '__' not in name and name not in upstreams))
""")) == ["[]"]


def test_a_node_that_nobody_holds_goes_at_once_with_what_it_has(program):
    """As upstream's: a program that makes one in a function and leaves it there has it in the graph no longer."""
    assert lines_of(program("""
import os
gc.disable()
def leave():
    node = Node('left')
    made = [node, node.create_publisher(String, 'a', 1), node.create_subscription(String, 'a', print, 1), node.create_timer(1, print)]
    return [weakref.ref(one) for one in made]
leave()
files = len(os.listdir('/proc/self/fd'))
print([one() for one in leave()], len(os.listdir('/proc/self/fd')) - files)
kept = Node('kept')
refused = weakref.ref(kept.create_publisher(String, 'a', 1))
kept.destroy_node()
print(refused())
""")) == ["[None, None, None, None] 0", "None"]


def test_nothing_keeps_a_node_that_nobody_holds(program):
    assert lines_of(program("""
class Mine(Node):
    def __init__(self):
        super().__init__('mine')
        self.publisher = self.create_publisher(String, 'a', 1)
        self.subscription = self.create_subscription(String, 'a', self.hear, 1)
        self.timer = self.create_timer(1, self.hear)
    def hear(self, message=None):
        pass
node = Mine()
gone = weakref.ref(node)
node.destroy_node()
del node
gc.collect()
print(gone())
""")) == ["None"]


def test_a_node_ends_with_its_with_and_says_so(program):
    assert lines_of(program("""
with Node('test') as node:
    publisher = node.create_publisher(String, 'a', 1)
for act in (node.get_name, lambda: publisher.publish(String()), lambda: node.create_publisher(String, 'a', 1), lambda: node.handle.count('a', 0)):
    try:
        act()
    except rclpy.exceptions.InvalidHandle as error:
        print(error)
print(node.destroy_node())
""")) == ["cannot use Destroyable because destruction was requested"] * 4 + ["None"]


def test_a_node_that_cannot_be_made_leaves_nothing_on_the_network(program):
    assert lines_of(program("""
from rclpy.parameter import Parameter
try:
    Node('broken', automatically_declare_parameters_from_overrides=True, parameter_overrides=[Parameter('')])
except Exception as error:
    kept = error
    print(error)
print(Node('looker').get_node_names())
""")) == ["Invalid parameter name: ", "['looker']"]


def test_rosout_may_be_off_or_have_a_profile_of_its_own(program):
    assert lines_of(program("""
from rclpy.qos import QoSProfile
print(Node('silent', enable_rosout=False).count_publishers('/rosout'))
node = Node('loud', rosout_qos_profile=QoSProfile(depth=7))
print([info.qos_profile.depth for info in node.get_publishers_info_by_topic('/rosout')])
""")) == ["0", "[7]"]


def test_logger_services_are_there_when_wanted(program):
    assert lines_of(program("""
node = Node('test', enable_logger_service=True)
print(sorted(name for name, _ in node.get_service_names_and_types_by_node('test', '/') if 'logger' in name))
""")) == ["['/test/get_logger_levels', '/test/set_logger_levels']"]


def test_a_node_is_found_by_its_executor_and_moves(program):
    assert lines_of(program("""
from rclpy.executors import SingleThreadedExecutor
node, one, two = Node('test'), SingleThreadedExecutor(), SingleThreadedExecutor()
print(node.executor)
one.add_node(node)
print(node.executor is one)
node.executor = two
print(node.executor is two, node in one.get_nodes(), node in two.get_nodes())
node.executor = None
print(node.executor, two.get_nodes())
""")) == ["None", "True", "True False True", "None []"]


@pytest.mark.parametrize("text, said", [
    ("Node('no good')", "InvalidNodeNameException: Invalid node name: node name must not contain characters other than alphanumerics or '_':"),
    ("Node('x', namespace='no good')", "InvalidNamespaceException: Invalid namespace: namespace must not contain characters other than "),
    ("Node('x', cli_args=['--ros-args', '--nothing'])", "UnknownROSArgsError: ['--nothing']"),
    ("Node('x', cli_args=['--ros-args', '-r', 'bad'])", "RCLInvalidROSArgsError: Failed to parse ROS arguments: Couldn't parse remap rule: '-r bad'"),
    ("rclpy.shutdown(); Node('x')", "NotInitializedException: rclpy.init() has not been called. msg:cannot create node"),
    ("Node('x').handle = 3", "AttributeError: handle cannot be modified after node creation"),
    ("Node('x').create_publisher(String, 'a')", "TypeError: Node.create_publisher() missing 1 required positional argument: 'qos_profile'"),
])
def test_what_is_wrong_is_said_in_upstreams_words(program, text, said):
    process = program(text)
    assert process.finish() == 1
    assert said.replace("Node.create", "create") in process.stderr.replace("Node.create", "create"), process.report()


def test_a_node_of_a_context_that_was_shut_down_makes_place_for_one_of_the_same_name(program):
    """As test fixtures make them: nothing is destroyed."""
    process = program("""
rclpy.shutdown()
kept = []
for _ in range(3):
    rclpy.init()
    kept.append(Node('same', namespace='place'))
    kept.append(Node('other'))
    called = kept[-2].create_guard_condition(rclpy.shutdown)
    while 'other' not in kept[-2].get_node_names():
        rclpy.spin_once(kept[-2], timeout_sec=0.01)
    print(kept[-2].get_node_names().count('same'))
    called.trigger()
    rclpy.spin(kept[-2])
for node in kept[::2]:
    try:
        node.create_publisher(String, 'words', 1)
    except Exception as error:
        print(type(error).__name__)
""")
    assert lines_of(process)[:5] == ["1", "1", "1", "InvalidHandle", "InvalidHandle"]
    assert "another node" not in process.stderr, process.report()
