"""Waiting for one message in Python: without spinning, beside somebody who spins, and giving up."""
import signal

from node_programs import lines_of, make

program = make("""
import threading
import rclpy
from rclpy.wait_for_message import wait_for_message
from std_msgs.msg import String
rclpy.init()
node = rclpy.create_node('test')
""")


def test_the_next_message_comes_without_spinning(program):
    assert lines_of(program("""
publisher = node.create_publisher(String, 'chatter', 1)
threading.Timer(0.1, lambda: publisher.publish(String(data='x'))).start()
print(wait_for_message(String, node, 'chatter', time_to_wait=20))
print(wait_for_message(String, node, 'chatter', time_to_wait=0.05))
print(node.count_subscribers('chatter'), len(list(node.subscriptions)))
""")) == ["(True, std_msgs.msg.String(data='x'))", "(False, None)", "0 0"]


def test_a_message_that_was_kept_comes_at_once(program):
    assert lines_of(program("""
from rclpy.qos import QoSProfile
profile = QoSProfile(depth=1, durability=1)
publisher = node.create_publisher(String, 'chatter', profile)
publisher.publish(String(data='kept'))
print(wait_for_message(String, node, 'chatter', qos_profile=profile))
""")) == ["(True, std_msgs.msg.String(data='kept'))"]


def test_waiting_beside_a_thread_that_spins_takes_nothing_from_it(program):
    assert lines_of(program("""
other = rclpy.create_node('other')
publisher, heard = other.create_publisher(String, 'chatter', 10), []
other.create_subscription(String, 'chatter', heard.append, 10)
other.create_timer(0.01, lambda: publisher.publish(String(data='x')))
over = threading.Event()
def spin():
    while not over.is_set():
        rclpy.spin_once(other, timeout_sec=0.01)
spinner = threading.Thread(target=spin)
spinner.start()
print([wait_for_message(String, node, 'chatter', time_to_wait=20)[0] for _ in range(20)])
print(len(heard) > 10)
over.set()
spinner.join()
rclpy.shutdown()
""")) == [str([True] * 20), "True"]


def test_a_shutdown_ends_it(program):
    assert lines_of(program("""
threading.Timer(0.1, rclpy.shutdown).start()
print(wait_for_message(String, node, 'chatter'))
""")) == ["(False, None)"]


def test_ctrl_c_ends_it(program):
    process = program("""
try:
    print('waiting', flush=True)
    print(wait_for_message(String, node, 'chatter'))
except KeyboardInterrupt:
    print('interrupted')
""")
    process.wait_for("waiting")
    process.child.send_signal(signal.SIGINT)
    assert lines_of(process)[0] == "waiting"
    assert process.stdout.splitlines()[1] in ("(False, None)", "interrupted")


def test_an_illegal_name_is_refused(program):
    process = program("wait_for_message(String, node, 'no good')")
    assert process.finish() == 1
    assert "InvalidTopicNameException: Invalid topic name" in process.stderr, process.report()
