"""Messages published in quick succession share packets (docs/topics.md): they arrive whole, in order, and soon, whatever the program does next."""
import pytest

from programs import command, lines_of

HEAD = """
import os, sys
import rclpy
from rclpy.qos import HistoryPolicy, QoSProfile
from std_msgs.msg import Int32
rclpy.init()
node = rclpy.create_node(f'test_{os.getpid()}')
"""

LISTENER = """
heard = []
def on_number(message):
    heard.append(message.data)
    if message.data == 299:
        print('in order', heard == list(range(300)))
        heard.clear()
subscription = node.create_subscription(Int32, 'numbers', on_number, QoSProfile(history=HistoryPolicy.KEEP_ALL))
rclpy.spin(node)
"""

TALKER = """
publisher = node.create_publisher(Int32, 'numbers', QoSProfile(depth=DEPTH))
while not publisher.get_subscription_count():
    rclpy.spin_once(node, timeout_sec=0.05)
messages = [Int32(data=number) for number in range(300)]

def talk():
    kept = 0
    for message in messages:
        publisher.publish(message)
        kept += publisher.handle.keeps_back()
    return kept
"""


@pytest.fixture
def talk(start):
    """Runs the talker with that end beside a listener; returns both."""
    def begin(end, depth=1000):
        listener = start(*command(LISTENER, HEAD))
        return start(*command(TALKER.replace("DEPTH", str(depth)) + end, HEAD), stdin=True), listener

    return begin


def test_a_loop_is_heard_whole_whatever_the_program_does_next(talk):
    talker, listener = talk("""
print('kept', talk() > 0)
sys.stdin.readline()
talk()
publisher.wait_for_all_acked()
print('keeps', publisher.handle.keeps_back())
sys.stdin.readline()
talk()
rclpy.shutdown()
""")
    listener.wait_for("in order True", count=1)
    talker.write("\n")
    listener.wait_for("in order True", count=2)
    talker.write("\n")
    listener.wait_for("in order True", count=3)
    assert lines_of(talker) == ["kept True", "keeps False"]


def test_a_callback_that_blocks_holds_up_nothing(talk):
    talker, listener = talk("""
def tick():
    print('kept', talk() > 0)
    sys.stdin.readline()
node.create_timer(0.001, tick)
rclpy.spin_once(node)
""")
    listener.wait_for("in order True")
    talker.write("\n")
    assert lines_of(talker) == ["kept True"]


def test_when_spin_once_returns_all_has_gone(talk):
    talker, _ = talk("""
kept = []
def tick():
    timer.cancel()
    talk()
    kept.append(publisher.handle.keeps_back())
timer = node.create_timer(0.001, tick)
for _ in range(20):
    timer.reset()
    rclpy.spin_once(node)
    kept.append(publisher.handle.keeps_back())
print(True in kept[::2], True in kept[1::2])
""")
    assert lines_of(talker) == ["True False"]


def test_a_publisher_of_the_usual_depth_sends_each_message_at_once(talk):
    talker, _ = talk("""
print(talk())
""", depth=10)
    assert lines_of(talker) == ["0"]


def test_before_a_spin_waits_all_has_gone(talk):
    talker, _ = talk("""
kept, waited = [], []
def tick():
    kept.append(talk() > 0)
    one_look = node.create_timer(0.0001, lambda: look(one_look))
def look(timer):
    timer.destroy()
    waited.append(publisher.handle.keeps_back())
    if len(waited) == 20:
        raise SystemExit
    tick()
node.create_guard_condition(tick).trigger()
try:
    rclpy.spin(node)
except SystemExit:
    print(True in kept, True in waited)
""")
    assert lines_of(talker) == ["True False"]
