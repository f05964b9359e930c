"""Timers and rates of a node: what they show, what they call, who sleeps by them."""
import signal
import sys

import pytest

HEAD = """
from asyncio import sleep as pause
import asyncio, os, signal, sys, threading, time
from operator import methodcaller
import rclpy
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup, ReentrantCallbackGroup
from rclpy.clock import Clock, ROSClock
from rclpy.clock_type import ClockType
from rclpy.duration import Duration
from rclpy.exceptions import InvalidHandle, NotInitializedException, ROSInterruptException
from rclpy.executors import ExternalShutdownException, MultiThreadedExecutor, SingleThreadedExecutor
from rclpy.time import Time
from rclpy.timer import Rate, Timer, TimerInfo
nap = methodcaller('sleep')
rclpy.init()
node = rclpy.create_node('test')
def spin_until(done):
    while not done():
        rclpy.spin_once(node)
"""


@pytest.fixture
def program(start):
    return lambda text, **environment: start(sys.executable, "-u", "-c", HEAD + text, **environment)


def ends_clean(process):
    assert process.finish() == 0, process.report()
    assert "Traceback" not in process.stderr, process.report()
    return process.stdout.splitlines()


def test_a_timer_shows_its_state_and_can_be_changed(program):
    assert ends_clean(program("""
calls = []
timer = node.create_timer(0.01, lambda: calls.append(1))
print(timer.timer_period_ns, timer.is_canceled(), timer.clock is node.get_clock(), list(node.timers) == [timer])
slow = node.create_timer(1000.0, print)
print(0 < slow.time_until_next_call() <= 10**12, timer.callback_group is node.default_callback_group)
spin_until(lambda: len(calls) == 2)
timer.cancel()
print(timer.is_canceled(), timer.time_until_next_call(), timer.is_ready())
timer.callback = lambda: calls.append('other')
timer.timer_period_ns = 20_000_000
timer.reset()
spin_until(lambda: len(calls) == 3)
print(calls[2], timer.timer_period_ns, timer.is_canceled(), slow.time_since_last_call() > 0)
node.destroy_timer(slow)
print(node.destroy_timer(timer), node.destroy_timer(timer), list(node.timers))
try:
    timer.is_canceled()
except InvalidHandle:
    print('InvalidHandle')
""")) == ["10000000 False True True", "True True", "True None False", "other 20000000 False True", "True False []", "InvalidHandle"]


def test_a_timer_that_is_not_started_waits_for_reset(program):
    assert ends_clean(program("""
calls = []
timer = node.create_timer(0.001, lambda: calls.append(1), autostart=False)
marks = []
other = node.create_timer(0.01, lambda: marks.append(1))
spin_until(lambda: len(marks) == 2)
print(timer.is_canceled(), calls)
timer.reset()
spin_until(lambda: calls)
print(timer.is_canceled())
""")) == ["True []", "False"]


def test_timers_of_several_clocks_and_groups_call(program):
    assert ends_clean(program("""
calls = set()
for kind in (ClockType.STEADY_TIME, ClockType.SYSTEM_TIME, ClockType.ROS_TIME):
    node.create_timer(0.005, lambda kind=kind: calls.add(kind.name), clock=Clock(clock_type=kind), callback_group=ReentrantCallbackGroup())
spin_until(lambda: len(calls) == 3)
print(sorted(calls))
own = ROSClock()
own._set_ros_time_is_active(True)
timer = node.create_timer(1.0, lambda: (print('second', own.now().nanoseconds // 10**9), timer.cancel()), clock=own)
own.set_ros_time_override(Time(seconds=7, clock_type=ClockType.ROS_TIME))
spin_until(timer.is_canceled)
""")) == ["['ROS_TIME', 'STEADY_TIME', 'SYSTEM_TIME']", "second 7"]


def test_a_callback_that_asks_for_it_is_told_when_it_was_due(program):
    assert ends_clean(program("""
calls = []
def told(info: TimerInfo):
    calls.append(info)
    timer.cancel()
timer = node.create_timer(0.01, told, clock=Clock(clock_type=ClockType.STEADY_TIME))
before = timer.clock.now()
spin_until(lambda: calls)
info, = calls
late = info.actual_call_time - info.expected_call_time
print(info.actual_call_time.clock_type.name, info.actual_call_time >= before, 0 <= late.nanoseconds < 10**9, info.expected_call_time - before > Duration(seconds=0.005))
""")) == ["STEADY_TIME True True True"]


@pytest.mark.parametrize("text, said", [
    ("node.create_timer(-1.0, print)", "RCLError: failed to create timer: timer period must be non-negative"),
    ("node.create_timer('x', print)", "ValueError: "),
    ("node.create_rate(0)", "ValueError: frequency must be > 0"),
    ("node.create_rate('10')", "TypeError: '<=' not supported between instances of 'str' and 'int'"),
    ("node.create_timer(1.0, print, clock=3)", "AttributeError: "),
])
def test_what_is_wrong_is_said(program, text, said):
    process = program(text)
    assert process.finish() == 1
    assert said in process.stderr, process.report()


@pytest.mark.parametrize("spinner", ["", "threading.Thread(target=rclpy.spin, args=(node,), daemon=True).start()"], ids=["nobody spins", "a thread spins"])
def test_a_rate_keeps_its_period(program, spinner):
    assert ends_clean(program(spinner + """
rate = node.create_rate(100)
began = time.monotonic()
nap = rate.sleep
for _ in range(10):
    nap()
took = time.monotonic() - began
print(0.085 < took < 5.0)
print(node.destroy_rate(rate), node.destroy_rate(rate))
try:
    nap()
except RuntimeError as error:
    print(error)
rclpy.shutdown()
""")) == ["True", "True False", "Rate cannot sleep because it has been destroyed"]


def test_a_rate_returns_at_once_when_a_tick_has_passed(program):
    assert ends_clean(program("""
clock = ROSClock()
clock._set_ros_time_is_active(True)
rate = node.create_rate(1, clock=clock)
clock.set_ros_time_override(Time(seconds=3, clock_type=ClockType.ROS_TIME))
rclpy.spin_once(node, timeout_sec=0)
nap(rate)
print('slept')
threading.Thread(target=lambda: clock.set_ros_time_override(Time(seconds=4, clock_type=ClockType.ROS_TIME))).start()
nap(rate)
print('slept again')
""")) == ["slept", "slept again"]


def test_shutting_down_ends_a_rate_as_upstream_does(program):
    assert ends_clean(program("""
rate, began = node.create_rate(0.001), threading.Event()
def go_to_rest():
    began.set()
    for _ in range(2):
        try:
            nap(rate)
        except ROSInterruptException as error:
            print(error)
thread = threading.Thread(target=go_to_rest)
thread.start()
began.wait()
rclpy.shutdown()
thread.join()
""")) == ["rclpy.shutdown() has been called"] * 2


@pytest.mark.parametrize("end", ["node.destroy_rate(rate)", "node.destroy_node()"])
def test_a_destroyed_rate_lets_go_who_sleeps(program, end):
    assert ends_clean(program(f"""
rate, began = node.create_rate(0.001), threading.Event()
def go_to_rest():
    began.set()
    try:
        nap(rate)
    except RuntimeError:
        pass
    print('gone on')
thread = threading.Thread(target=go_to_rest)
thread.start()
began.wait()
{end}
thread.join()
""")) == ["gone on"]


@pytest.mark.parametrize("sleep", ["node.get_clock().sleep_for(Duration(seconds=1000))", "nap(rate)"])
@pytest.mark.parametrize("name, ends", [("SIGINT", "KeyboardInterrupt"), ("SIGTERM", "over")])
def test_signals_end_sleeps(program, sleep, name, ends):
    process = program(f"""
rate = node.create_rate(0.001)
try:
    print('sleeping')
    {sleep}
    print('over')
except (ROSInterruptException, NotInitializedException):  # the signal may come before the sleep
    print('over')
except KeyboardInterrupt:
    print('KeyboardInterrupt')
""")
    process.wait_for("sleeping")
    process.child.send_signal(getattr(signal, name))
    assert ends_clean(process)[-1] == ends


def test_a_custom_handler_runs_during_a_sleep(program):
    process = program("""
def handler(*_):
    print('handled')
    rclpy.shutdown()
signal.signal(signal.SIGUSR1, handler)
try:
    print('sleeping')
    print(node.get_clock().sleep_for(Duration(seconds=1000)))
except NotInitializedException:  # the signal came before the sleep
    print(False)
""")
    process.wait_for("sleeping")
    process.child.send_signal(signal.SIGUSR1)
    assert ends_clean(process) == ["sleeping", "handled", "False"]


def test_a_sleep_in_a_callback_keeps_its_group_and_others_go_on(program):
    assert ends_clean(program("""
log, lock = [], threading.Lock()
alone, other = MutuallyExclusiveCallbackGroup(), MutuallyExclusiveCallbackGroup()
def slow():
    one.cancel()
    log.append('slow begins')
    node.get_clock().sleep_for(Duration(seconds=0.1))
    log.append('slow ends')
def same():
    if 'slow begins' in log:
        two.cancel()
        log.append('same')
def beside():
    if 'slow begins' in log and 'beside' not in log:
        log.append('beside')
    if 'same' in log:
        rclpy.shutdown()
one = node.create_timer(0.001, slow, alone)
two = node.create_timer(0.001, same, alone)
node.create_timer(0.001, beside, other)
executor = MultiThreadedExecutor(3)
executor.add_node(node)
executor.spin()
print(log)
""")) == ["['slow begins', 'beside', 'slow ends', 'same']"]


def test_async_timer_callbacks_are_tasks(program):
    assert ends_clean(program("""
async def tick():
    timer.cancel()
    await pause(0.001)
    print('woke')
    rclpy.shutdown()
timer = node.create_timer(0.001, tick)
rclpy.spin(node)
""")) == ["woke"]
