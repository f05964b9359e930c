"""Events of publishers and subscriptions in Python, also with a peer on upstream."""
from node_programs import lines_of, make

HEAD = """
import asyncio, sys
import rclpy
from rclpy.duration import Duration
from rclpy.event_handler import *
from rclpy.qos import LivelinessPolicy, QoSProfile
from std_msgs.msg import String
rclpy.init()
node = rclpy.create_node('test')
def until(condition):
    while not condition():
        rclpy.spin_once(node, timeout_sec=1)
def numbers(info):
    return [getattr(info, name) for name in dir(info) if name.endswith(('count', 'change'))]
"""
program = make(HEAD)


def test_both_ends_hear_of_each_other_and_of_the_end(program):
    assert lines_of(program("""
heard = []
def hear(side):
    return lambda info: heard.append((side, type(info).__name__, numbers(info)))
publisher = node.create_publisher(String, 'chatter', 1, event_callbacks=PublisherEventCallbacks(matched=hear('publisher')))
subscription = node.create_subscription(String, 'chatter', print, 1, event_callbacks=SubscriptionEventCallbacks(matched=hear('subscription')))
until(lambda: len(heard) == 2)
node.destroy_subscription(subscription)
until(lambda: len(heard) == 3)
print(*sorted(heard), sep='\\n')
""")) == ["('publisher', 'rmw_matched_status_t', [0, -1, 1, 0])", "('publisher', 'rmw_matched_status_t', [1, 1, 1, 1])",
          "('subscription', 'rmw_matched_status_t', [1, 1, 1, 1])"]


def test_deadlines_and_liveliness_are_told_on_both_sides(program):
    assert lines_of(program("""
heard = {}
def hear(name):
    return lambda info: heard.setdefault(name, (type(info).__name__, numbers(info)))
qos = QoSProfile(depth=1, deadline=Duration(seconds=0.1), liveliness=LivelinessPolicy.MANUAL_BY_TOPIC,
                 liveliness_lease_duration=Duration(seconds=0.2))
publisher = node.create_publisher(String, 'chatter', qos, event_callbacks=PublisherEventCallbacks(
    deadline=hear('offered deadline'), liveliness=hear('lost')))
subscription = node.create_subscription(String, 'chatter', lambda message: None, qos, event_callbacks=SubscriptionEventCallbacks(
    deadline=hear('requested deadline'), liveliness=hear('changed')))
publisher.publish(String())
until(lambda: len(heard) == 4)
print(*sorted(heard.items()), sep='\\n')
""")) == ["('changed', ('rmw_liveliness_changed_status_t', [1, 1, 0, 0]))",
          "('lost', ('rmw_liveliness_lost_status_t', [1, 1]))",
          "('offered deadline', ('rmw_offered_deadline_missed_status_t', [1, 1]))",
          "('requested deadline', ('rmw_requested_deadline_missed_status_t', [1, 1]))"]


def test_a_publisher_that_says_so_stays_alive(program):
    assert lines_of(program("""
lost = []
qos = QoSProfile(depth=1, liveliness=LivelinessPolicy.MANUAL_BY_TOPIC, liveliness_lease_duration=Duration(seconds=0.5))
publisher = node.create_publisher(String, 'chatter', qos, event_callbacks=PublisherEventCallbacks(liveliness=lost.append))
node.create_subscription(String, 'chatter', print, qos)
ticks = []
timer = node.create_timer(0.05, lambda: (publisher.assert_liveliness(), ticks.append(lost[:])))
until(lambda: len(ticks) == 20)
print(ticks[-1])
timer.cancel()
until(lambda: lost)
print(lost[0].total_count)
""")) == ["[]", "1"]


def test_an_incompatible_peer_is_warned_of_unless_the_program_says_otherwise(program):
    process = program("""
for topic, callbacks in (('warned', None), ('silent', SubscriptionEventCallbacks(use_default_callbacks=False)),
                         ('told', SubscriptionEventCallbacks(incompatible_qos=lambda info: heard.append(info)))):
    heard = []
    node.create_subscription(String, topic, print, QoSProfile(depth=1, durability=1), event_callbacks=callbacks)
    node.create_publisher(String, topic, QoSProfile(depth=1), event_callbacks=PublisherEventCallbacks(use_default_callbacks=topic == 'warned'))
until(lambda: heard)
print(heard[0].total_count, heard[0].last_policy_kind)
rclpy.spin_once(node, timeout_sec=0)
""")
    assert lines_of(process) == ["1 rmw_qos_policy_kind_t.RMW_QOS_POLICY_DURABILITY"]
    warnings = sorted(line.partition("[test]: ")[2] for line in process.stderr.splitlines() if "incompatible" in line)
    assert warnings == [
        "New publisher discovered on topic 'warned', offering incompatible QoS. No messages will be received from it. "
        "Last incompatible policy: DURABILITY",
        "New subscription discovered on topic 'warned', requesting incompatible QoS. No messages will be sent to it. "
        "Last incompatible policy: DURABILITY"], process.report()


def test_an_event_callback_may_be_a_coroutine_and_its_exception_ends_the_spin(program):
    process = program("""
async def matched(info):
    await asyncio.to_thread(lambda: None)
    heard.append(info.current_count)
    if len(heard) == 2:
        raise ValueError('twice')
heard = []
node.create_publisher(String, 'chatter', 1, event_callbacks=PublisherEventCallbacks(matched=matched))
subscription = node.create_subscription(String, 'chatter', print, 1)
until(lambda: heard)
node.destroy_subscription(subscription)
try:
    rclpy.spin(node)
except ValueError as error:
    print(heard, error)
""")
    assert process.finish() == 0, process.report()
    assert process.stdout.splitlines() == ["[1, 0] twice"]
    assert "Exception in the callback of publisher '/chatter' of node '/test':" in process.stderr


def test_a_handler_that_is_destroyed_hears_no_more(program):
    assert lines_of(program("""
one, two = [], []
publisher = node.create_publisher(String, 'chatter', 1, event_callbacks=PublisherEventCallbacks(matched=one.append))
next(handler for handler in publisher.event_handlers if handler.event_type == QoSPublisherEventType.RCL_PUBLISHER_MATCHED).destroy()
other = node.create_publisher(String, 'chatter', 1, event_callbacks=PublisherEventCallbacks(matched=two.append, use_default_callbacks=False))
print(len(publisher.event_handlers), len(other.event_handlers), len(list(node.waitables)))
node.create_subscription(String, 'chatter', print, 1)
until(lambda: two)
rclpy.spin_once(node, timeout_sec=0)
print(len(one) + len(two))
node.destroy_publisher(publisher)
print(len(list(node.waitables)))
""")) == ["3 1 6", "1", "5"]


def test_a_matched_event_drives_no_message_out_of_a_short_history(program):
    assert lines_of(program("""
heard = []
publisher = node.create_publisher(String, 'chatter', QoSProfile(depth=1, durability=1))
publisher.publish(String(data='x'))
node.create_subscription(String, 'chatter', lambda message: heard.append(message.data), QoSProfile(depth=1, durability=1),
                         event_callbacks=SubscriptionEventCallbacks(matched=lambda info: heard.append(info.current_count)))
until(lambda: len(heard) == 2)
print(sorted(map(str, heard)))
""")) == ["['1', 'x']"]


def test_events_tell_of_peers_on_upstream(program, start, upstream):
    peer = program("""
print('there')
publisher = node.create_publisher(String, 'to', QoSProfile(depth=1, reliability=2))
heard = []
node.create_subscription(String, 'fro', print, QoSProfile(depth=1, durability=1),
                         event_callbacks=SubscriptionEventCallbacks(incompatible_qos=heard.append))
until(lambda: heard)
print('upstream heard', int(heard[0].last_policy_kind), flush=True)
rclpy.spin(node)
""", python=str(upstream))
    peer.wait_for("there")
    assert lines_of(program("""
heard = []
node.create_subscription(String, 'to', print, QoSProfile(depth=1), event_callbacks=SubscriptionEventCallbacks(incompatible_qos=heard.append))
node.create_publisher(String, 'fro', QoSProfile(depth=1), event_callbacks=PublisherEventCallbacks(incompatible_qos=heard.append))
until(lambda: len(heard) == 2)
print(sorted(int(info.last_policy_kind) for info in heard))
""")) == ["[2, 16]"]
    peer.wait_for("upstream heard 2")
