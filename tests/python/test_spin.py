"""Nodes in Python: topics, timers and spinning, with asyncio in callbacks."""
import signal
import sys

import pytest

HEAD = """
import asyncio, os, signal, sys, threading
from asyncio import sleep as pause
import rclpy
from rclpy.executors import ExternalShutdownException
from std_msgs.msg import String
rclpy.init()
node = rclpy.create_node('test')
"""


@pytest.fixture
def program(start):
    return lambda text, **environment: start(sys.executable, "-u", "-c", HEAD + text, **environment)


def ends_clean(process):
    assert process.finish() == 0, process.report()
    assert "Traceback" not in process.stderr, process.report()
    return process.stdout.splitlines()


def test_a_message_goes_from_a_timer_to_a_subscription(program):
    lines = ends_clean(program("""
publisher = node.create_publisher(String, 'chatter', 10)
node.create_timer(0.01, lambda: publisher.publish(String(data='hello')))
def heard(message):
    print(message)
    rclpy.shutdown()
node.create_subscription(String, 'chatter', heard, 10)
rclpy.spin(node)
print(rclpy.ok())
"""))
    assert lines == ["std_msgs.msg.String(data='hello')", "False"]


def test_python_and_the_command_talk(program, start):
    process = program("""
publisher = node.create_publisher(String, 'chatter', 10)
node.create_subscription(String, 'words', lambda message: (print(message.data), rclpy.shutdown()), 10)
node.create_timer(0.05, lambda: publisher.publish(String(data='grün')))
rclpy.spin(node)
""")
    echo = start("ros2", "topic", "echo", "--once", "/chatter", "std_msgs/msg/String")
    echo.wait_for("data: grün")
    assert echo.finish() == 0
    start("ros2", "topic", "pub", "--times", "3", "-w", "1", "/words", "std_msgs/msg/String", "{data: back}")
    assert ends_clean(process) == ["back"]


def test_a_raw_subscription_gets_bytes_and_a_publisher_sends_them(program):
    lines = ends_clean(program("""
from rclpy.serialization import serialize_message
publisher = node.create_publisher(String, 'chatter', 10)
node.create_timer(0.01, lambda: publisher.publish(serialize_message(String(data='x'))))
node.create_subscription(String, 'chatter', lambda data: (print(data), rclpy.shutdown()), 10, raw=True)
rclpy.spin(node)
"""))
    assert lines == [repr(b"\0\1\0\0\2\0\0\0x\0")]


def test_async_callbacks_are_tasks_that_wait_side_by_side(program):
    lines = ends_clean(program("""
log = []
gate = None
async def first():
    global gate
    one.cancel()
    gate = asyncio.Event()
    log.append(asyncio.current_task() is not None)
    await gate.wait()
    await pause(0.001)
    print(log, await asyncio.to_thread(threading.get_ident) != threading.get_ident())
    rclpy.shutdown()
def second():
    if gate:
        log.append('opened')
        two.cancel()
        gate.set()
one = node.create_timer(0.01, first)
two = node.create_timer(0.01, second)
rclpy.spin(node)
"""))
    assert lines == ["[True, 'opened'] True"]


@pytest.mark.parametrize("callback", ["def boom():\n    raise ValueError('boom')", "async def boom():\n    raise ValueError('boom')",
                                      "async def boom():\n    await pause(0.001)\n    raise ValueError('boom')"],
                         ids=["plain", "async", "async, later"])
def test_an_exception_in_a_callback_is_raised_out_of_spin_and_spinning_goes_on(program, callback):
    process = program(callback + """
timer = node.create_timer(0.01, boom)
for _ in range(3):
    try:
        rclpy.spin(node)
    except ValueError as error:
        print(error, rclpy.ok())
""")
    assert process.finish() == 0, process.report()
    assert process.stdout.splitlines() == ["boom True"] * 3
    assert process.stderr.count("Exception in the callback of timer of node '/test':\n") == 3, process.report()


def test_a_suspended_callback_goes_on_with_the_next_spin(program):
    lines = ends_clean(program("""
async def slow():
    timer.cancel()
    print('began')
    await pause(0.01)
    print('ended')
    rclpy.shutdown()
timer = node.create_timer(0.01, slow)
rclpy.spin_once(node)
print('between')
rclpy.spin(node)
"""))
    assert lines == ["began", "between", "ended"]


def test_spin_once_returns_when_its_time_is_over(program):
    assert ends_clean(program("""
timer = node.create_timer(1000, print)
rclpy.spin_once(node, timeout_sec=0.01)
rclpy.spin_once(node, timeout_sec=0)
print('over')
""")) == ["over"]


@pytest.mark.parametrize("name, raised", [("SIGINT", "KeyboardInterrupt"), ("SIGTERM", "ExternalShutdownException")])
def test_signals_end_spin_as_upstream_has_it(program, name, raised):
    process = program("""
node.create_timer(0.01, lambda: print('spinning'))
try:
    rclpy.spin(node)
except (KeyboardInterrupt, ExternalShutdownException) as error:
    print(type(error).__name__, rclpy.ok())
rclpy.shutdown()
rclpy.try_shutdown()
print('end')
""")
    process.wait_for("spinning")
    process.child.send_signal(getattr(signal, name))
    lines = ends_clean(process)
    assert lines[-2:] == [f"{raised} False", "end"]


def test_any_thread_may_make_publish_and_destroy_while_another_spins(program):
    lines = ends_clean(program("""
def work():
    for number in range(50):
        publisher = node.create_publisher(String, f'topic_{number % 5}', 10)
        subscription = node.create_subscription(String, f'topic_{number % 5}', lambda message: None, 10)
        publisher.publish(String(data='x' * number))
        node.destroy_publisher(publisher)
        node.destroy_subscription(subscription)
threads = [threading.Thread(target=work) for _ in range(3)]
def watch():
    if not any(thread.is_alive() for thread in threads):
        rclpy.shutdown()
node.create_timer(0.001, watch)
for thread in threads:
    thread.start()
rclpy.spin(node)
print('all done')
"""))
    assert lines == ["all done"]


def test_destroyed_things_say_so(program):
    lines = ends_clean(program("""
from rclpy import _rclio
publisher = node.create_publisher(String, 'chatter', 10)
timer = node.create_timer(0.001, lambda: print('called'))
node.destroy_node()
node.destroy_node()
for act in (lambda: publisher.publish(String()), lambda: node.create_publisher(String, 'chatter', 10)):
    try:
        act()
    except _rclio.InvalidHandle as error:
        print(error)
rclpy.spin_once(node, timeout_sec=0.01)
"""))
    assert lines == ["cannot use Destroyable because destruction was requested"] * 2


@pytest.mark.parametrize("text, said", [
    ("rclpy.create_node('no good')", "InvalidNodeNameException: "),
    ("node.create_publisher(String, 'no good', 10)", "InvalidTopicNameException: Invalid topic name: "),
    ("node.create_publisher(int, 'chatter', 10)", "AttributeError: type object 'type' has no attribute '_TYPE_SUPPORT'"),
    ("node.create_publisher(String, 'chatter', 10).publish(3)", "TypeError: Expected <class 'std_msgs.msg._string.String'>, got <class 'int'>"),
    ("rclpy.init()", "RuntimeError: Context.init() must only be called once"),
    ("rclpy.context.Context().init(domain_id=2**40)", "RCLError: failed to initialize rcl: domain_id "),
    ("rclpy.shutdown(); rclpy.create_node('x')", "NotInitializedException: "),
])
def test_errors_name_the_cause(program, text, said):
    process = program(text)
    assert process.finish() == 1
    assert said in process.stderr, process.report()


@pytest.mark.parametrize("end", ["", "node.destroy_node()", "rclpy.shutdown()", "rclpy.shutdown(); node.destroy_node()",
                                 "node.create_timer(0.001, lambda: rclpy.shutdown()); rclpy.spin(node)",
                                 "del node; import gc; gc.collect()", "sys.exit(0)"])
def test_the_interpreter_ends_clean_in_every_state(program, end):
    assert ends_clean(program("""
node.create_publisher(String, 'chatter', 10)
node.create_subscription(String, 'chatter', print, 10)
async def forever():
    await asyncio.Event().wait()
node.create_timer(0.001, forever)
rclpy.spin_once(node)
""" + end)) == []
