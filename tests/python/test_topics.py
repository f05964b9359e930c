"""Publishers and subscriptions in Python: what callbacks get, what is refused, acknowledgement, content filters."""
import signal

import pytest
from node_programs import lines_of, make

program = make("""
import functools, os, sys
import rclpy
from rclpy.duration import Duration
from std_msgs.msg import Int32, String
rclpy.init()
node = rclpy.create_node('test')
def until(condition):
    while not condition():
        rclpy.spin_once(node, timeout_sec=1)
""")


def test_a_callback_of_two_arguments_gets_the_message_and_its_times(program):
    assert lines_of(program("""
import time
publisher = node.create_publisher(String, 'chatter', 10)
heard = []
node.create_subscription(String, 'chatter', lambda message, info: heard.append((message, info)), 10)
before = time.time_ns()
publisher.publish(String(data='x'))
until(lambda: heard)
message, info = heard[0]
print(message.data, sorted(info))
print(before <= info['source_timestamp'] <= info['received_timestamp'] <= time.time_ns())
""")) == ["x ['publication_sequence_number', 'received_timestamp', 'reception_sequence_number', 'source_timestamp']", "True"]


def test_a_message_that_breaks_a_bound_is_refused_though_nobody_listens(program):
    assert lines_of(program("""
from test_msgs.msg import BoundedSequences
publisher = node.create_publisher(BoundedSequences, 'bounded', 10)
try:
    publisher.publish(BoundedSequences(bool_values=[True] * 10))
except RuntimeError as refusal:
    print(type(refusal).__name__, refusal)
""")) == ["RCLError nothing published to '/bounded': cannot encode test_msgs/msg/BoundedSequences: field 'bool_values' has 10 elements, 3 are allowed"]


def test_callbacks_are_functions_methods_partials_and_objects(program):
    assert lines_of(program("""
class Ear:
    def one(self, message): heard.append('method')
    def two(self, message, info): heard.append('method with info')
    def __call__(self, message): heard.append('object')
heard, ear = [], Ear()
publisher = node.create_publisher(String, 'chatter', 10)
for callback in (lambda message: heard.append('function'), ear.one, ear.two, ear, functools.partial(ear.two, info=1),
                 functools.partial(lambda word, message: heard.append(word), 'partial'), lambda *all: heard.append(len(all))):
    node.create_subscription(String, 'chatter', callback, 10)
publisher.publish(String())
until(lambda: len(heard) == 7)
print(sorted(map(str, heard)))
""")) == ["['1', 'function', 'method', 'method with info', 'method with info', 'object', 'partial']"]


def test_another_callback_may_be_set_and_one_that_does_not_fit_is_refused(program):
    assert lines_of(program("""
publisher = node.create_publisher(String, 'chatter', 10)
heard = []
subscription = node.create_subscription(String, 'chatter', lambda message: heard.append('first'), 10)
publisher.publish(String())
until(lambda: heard)
subscription.callback = lambda message, info: heard.append(type(info).__name__)
publisher.publish(String())
until(lambda: len(heard) == 2)
print(heard)
try:
    subscription.callback = lambda: None
except RuntimeError as error:
    print(error)
""")) == ["['first', 'dict']", "Subscription.__init__(): callback should be either be callable with one argument(to get only the message) or two "
                               "(to get message and message info)"]


def test_a_subclass_of_publisher_may_do_more_when_it_publishes(program):
    assert lines_of(program("""
from rclpy.publisher import Publisher
class Loud(Publisher):
    def publish(self, msg):
        print('publishing', msg.data)
        super().publish(msg)
heard = []
node.create_subscription(String, 'chatter', heard.append, 10)
publisher = node.create_publisher(String, 'chatter', 10, publisher_class=Loud)
publisher.publish(String(data='x'))
until(lambda: heard)
print(type(publisher).__name__, heard[0].data)
""")) == ["publishing x", "Loud x"]


def test_a_constructor_that_fails_leaves_nothing_behind(program):
    assert lines_of(program("""
class Never(rclpy.publisher.Publisher):
    def __init__(self, *given, **more):
        raise ValueError('never')
try:
    node.create_publisher(String, 'chatter', 10, publisher_class=Never)
except ValueError as error:
    print(error)
print(node.count_publishers('chatter'), [publisher.topic_name for publisher in node.publishers])
""")) == ["never", "0 ['/parameter_events']"]


@pytest.mark.parametrize("text, said", [
    ("publisher.publish(3)", "TypeError: Expected <class 'std_msgs.msg._string.String'>, got <class 'int'>"),
    ("publisher.publish(Int32())", "TypeError: Expected <class 'std_msgs.msg._string.String'>, got <class 'std_msgs.msg._int32.Int32'>"),
    ("publisher.publish()", "TypeError: publish() takes 1 argument"),
    ("rclpy.shutdown(); publisher.publish(String())", "RCLError: Failed to publish: publisher's context is invalid: nothing published to "
     "'/chatter': the context is shut down"),
    ("publisher.publish(b'123')", "RCLError: nothing published to '/chatter': 3 bytes are less than a header"),
    ("node.create_publisher(String, 'no good', 10)", "InvalidTopicNameException: Invalid topic name: topic name must not contain characters"),
    ("node.create_publisher(String, '{nobody}/x', 10)", "ValueError: topic name '{nobody}/x' is invalid: unknown substitution: {nobody}"),
    ("node.create_publisher(int, 'x', 10)", "AttributeError: type object 'type' has no attribute '_TYPE_SUPPORT'"),
    ("node.create_publisher(String, 'x', 'deep')", "TypeError: Expected QoSProfile or int, but received <class 'str'>"),
    ("node.create_publisher(String, 'x', -1)", "ValueError: history depth must be greater than or equal to zero"),
    ("node.create_subscription(String, 'x', 3, 10)", "RuntimeError: Subscription.__init__(): callback should be"),
    ("node.destroy_publisher(publisher); publisher.publish(String())",
     "InvalidHandle: cannot use Destroyable because destruction was requested"),
    ("node.destroy_publisher(publisher); publisher.topic_name", "InvalidHandle: cannot use Destroyable because destruction was requested"),
])
def test_what_is_wrong_is_said_in_upstreams_words(program, text, said):
    process = program("publisher = node.create_publisher(String, 'chatter', 10)\n" + text)
    assert process.finish() == 1
    assert said in process.stderr, process.report()


def test_acknowledgement_comes_unless_a_subscription_sleeps(program, start):
    peer = program("""
node.create_subscription(String, 'chatter', print, 10)
print('there')
rclpy.spin(node)
""")
    peer.wait_for("there")
    process = program("""
publisher = node.create_publisher(String, 'chatter', 10)
until(lambda: publisher.get_subscription_count())
publisher.publish(String(data='first'))
print(publisher.wait_for_all_acked(), flush=True)
os.kill(int(sys.argv[1]), 19)
while open(f'/proc/{sys.argv[1]}/stat').read().rpartition(')')[2].split()[0] != 'T':
    pass
publisher.publish(String(data='second'))
print(publisher.wait_for_all_acked(Duration(seconds=0.3)))
publisher.wait_for_all_acked()
""", str(peer.child.pid))
    process.wait_for("False")
    process.child.send_signal(signal.SIGINT)  # while it waits for ever
    assert process.finish() != 0
    assert "KeyboardInterrupt" in process.stderr, process.report()
    assert process.stdout.splitlines() == ["True", "False"]
    peer.child.send_signal(signal.SIGCONT)


def test_a_content_filter_chooses_messages_and_may_be_changed(program):
    assert lines_of(program("""
from rclpy.subscription_content_filter_options import ContentFilterOptions
heard = []
subscription = node.create_subscription(Int32, 'numbers', lambda message: heard.append(message.data), 10,
                                        content_filter_options=ContentFilterOptions('data > %0', ['5']))
publisher = node.create_publisher(Int32, 'numbers', 10)
def publish(*numbers):
    heard.clear()
    for number in numbers:
        publisher.publish(Int32(data=number))
    until(lambda: numbers[-1] in heard)
    print(heard)
publish(4, 5, 6, 7)
print(subscription.is_cft_enabled, subscription.get_content_filter())
subscription.set_content_filter('data < 0', [])
publish(6, -1)
subscription.set_content_filter('', [])
publish(6, -1)
print(subscription.is_cft_enabled)
try:
    subscription.set_content_filter('data <', [])
except rclpy._rclio.RCLError as error:
    print('refused')
""")) == ["[6, 7]", "True ContentFilterOptions(filter_expression='data > %0', expression_parameters=['5'])", "[-1]", "[6, -1]", "False",
          "refused"]


def test_publishers_and_subscriptions_end_with_their_with(program):
    assert lines_of(program("""
with node.create_publisher(String, 'chatter', 10) as publisher, node.create_subscription(String, 'chatter', print, 10) as subscription:
    print(publisher.topic_name, subscription.topic_name, publisher.get_subscription_count(), subscription.get_publisher_count())
print(node.count_publishers('chatter'), node.count_subscribers('chatter'))
""")) == ["/chatter /chatter 1 1", "0 0"]


def test_a_publisher_may_be_destroyed_while_other_threads_publish(program):
    assert lines_of(program("""
import threading
from rclpy.exceptions import InvalidHandle
ended = []
def publish():
    try:
        while True:
            publisher.publish(String(data='x' * 1000))
    except InvalidHandle:
        ended.append(True)
for _ in range(30):
    publisher = node.create_publisher(String, 'chatter', 10)
    threads = [threading.Thread(target=publish) for _ in range(3)]
    for thread in threads:
        thread.start()
    publisher.publish(String())
    node.destroy_publisher(publisher)
    for thread in threads:
        thread.join()
print(len(ended))
""")) == ["90"]


def test_a_publisher_and_a_subscription_know_their_nodes_logger(program):
    assert lines_of(program("""
print(node.create_publisher(String, 'chatter', 10).logger_name, node.create_subscription(String, 'chatter', print, 10).logger_name,
      node.get_logger().name)
""")) == ["test test test"]
