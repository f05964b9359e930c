"""Simulated time: /clock, also upstream's, moves a node's clock, and what goes by it; it never holds up an end."""
import signal
import sys

import pytest

HEAD = """
import signal, sys, threading, time
from operator import methodcaller
import rclpy
from builtin_interfaces.msg import Time as TimeMessage
from rclpy.clock import JumpThreshold, ROSClock
from rclpy.clock_type import ClockType
from rclpy.duration import Duration
from rclpy.exceptions import NotInitializedException
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.time import Time
from rclpy.time_source import TimeSource
from rosgraph_msgs.msg import Clock as ClockMessage
nap = methodcaller('sleep')
rclpy.init()
def simulated(name='simulated'):
    return rclpy.create_node(name, parameter_overrides=[Parameter('use_sim_time', value=True)])
def seconds(node):
    return node.get_clock().now().nanoseconds / 10**9
class Driver:
    def __init__(self):
        self.node = rclpy.create_node('driver')
        self.publisher = self.node.create_publisher(ClockMessage, '/clock', 10)
    def wait(self, count=1):
        while self.publisher.get_subscription_count() < count:
            rclpy.spin_once(self.node, timeout_sec=0.01)
    def show(self, seconds):
        self.publisher.publish(ClockMessage(clock=TimeMessage(sec=int(seconds), nanosec=int(seconds % 1 * 1e9))))
"""

# Publishes the second that the last line named, again and again: what is sent before both sides know of each other is lost.
UPSTREAMS_CLOCK = """
import sys, threading, rclpy
from builtin_interfaces.msg import Time
from rosgraph_msgs.msg import Clock
rclpy.init()
node = rclpy.create_node('world')
publisher = node.create_publisher(Clock, '/clock', 10)
second = 1
def read():
    global second
    for line in sys.stdin:
        second = int(line)
threading.Thread(target=read, daemon=True).start()
node.create_timer(0.02, lambda: publisher.publish(Clock(clock=Time(sec=second))))
rclpy.spin(node)
"""


@pytest.fixture
def program(start):
    return lambda text, **environment: start(sys.executable, "-u", "-c", HEAD + text, **environment)


def ends_clean(process):
    assert process.finish() == 0, process.report()
    assert "Traceback" not in process.stderr, process.report()
    return process.stdout.splitlines()


def test_upstreams_clock_drives_timers_sleeps_and_jump_callbacks(program, start, upstream):
    process = program("""
node = simulated()
handle = node.get_clock().create_jump_callback(JumpThreshold(min_forward=Duration(seconds=5), min_backward=None, on_clock_change=False),
                                               post_callback=lambda jump: print(f'jump {jump.delta.nanoseconds // 10**9}\\n', end=''))
first = node.get_clock().create_jump_callback(JumpThreshold(min_forward=Duration(nanoseconds=1), min_backward=None, on_clock_change=False),
                                              post_callback=lambda jump: print('heard') if seconds(node) == 1 else None)
timer = node.create_timer(10.0, lambda: print(f'timer {seconds(node)}\\n', end=''))
print('at', seconds(node), node.get_clock().ros_time_is_active)
thread = threading.Thread(target=rclpy.spin, args=(node,), daemon=True)
thread.start()
node.get_clock().sleep_until(Time(seconds=25, clock_type=ClockType.ROS_TIME))
print('slept', seconds(node))
rclpy.shutdown()
thread.join()
""")
    process.wait_for("at 0.0 True")
    world = start(upstream, "-u", "-c", UPSTREAMS_CLOCK, stdin=True)
    process.wait_for("heard")
    for second, expected in ((12, "timer 12.0"), (20, "timer 20.0"), (25, "slept 25.0")):
        world.write(f"{second}\n")
        process.wait_for(expected)
    jumps = [line for line in ends_clean(process) if line.startswith("jump")]
    assert jumps == ["jump 11", "jump 8", "jump 5"]


def test_a_sleep_by_simulated_time_hears_the_clock_though_nobody_spins(program):
    assert ends_clean(program("""
node, driver = simulated(), Driver()
driver.wait()
stop = threading.Event()
def drive():
    second = 0
    while not stop.wait(0.01):
        second += 1
        driver.show(second)
thread = threading.Thread(target=drive)
thread.start()
print(node.get_clock().sleep_for(Duration(seconds=3)), seconds(node) >= 3)
rate, before = node.create_rate(0.5), seconds(node)
nap(rate)
nap(rate)
print(seconds(node) - before >= 2)
stop.set()
thread.join()
""")) == ["True True", "True"]


def test_a_sleep_in_a_callback_of_a_single_threaded_executor_ends(program):
    assert ends_clean(program("""
node, driver = simulated(), Driver()
driver.wait()
stop = threading.Event()
def drive():
    second = 0
    while not stop.wait(0.01):
        second += 1
        driver.show(second)
thread = threading.Thread(target=drive)
thread.start()
def callback():
    timer.cancel()
    print(node.get_clock().sleep_for(Duration(seconds=2)))
    rclpy.shutdown()
timer = node.create_timer(1.0, callback)
rclpy.spin(node)
stop.set()
thread.join()
""")) == ["True"]


@pytest.mark.parametrize("world", ["", "driver.show(5)", "driver.show(50); driver.show(5)"], ids=["no time yet", "paused", "rewound"])
@pytest.mark.parametrize("name, ends", [("SIGINT", "KeyboardInterrupt"), ("SIGTERM", "False")])
def test_a_clock_that_stands_still_holds_up_no_end(program, world, name, ends):
    process = program(f"""
node, driver = simulated(), Driver()
driver.wait()
{world}
try:
    print('sleeping')
    print(node.get_clock().sleep_for(Duration(seconds=100)))
except NotInitializedException:  # the signal came before the sleep
    print(False)
except KeyboardInterrupt:
    print('KeyboardInterrupt')
node.destroy_node()
rclpy.try_shutdown()
""")
    process.wait_for("sleeping")
    process.child.send_signal(getattr(signal, name))
    assert ends_clean(process)[-1] == ends


@pytest.mark.parametrize("end, slept", [("rclpy.shutdown()", "False"), ("node.destroy_node()", "False"),
                                        ("node.set_parameters([Parameter('use_sim_time', value=False)])", "False")])
def test_a_sleep_by_simulated_time_ends_with(program, end, slept):
    assert ends_clean(program(f"""
node = simulated()
clock, began = node.get_clock(), threading.Event()
def go_to_rest():
    began.set()
    print(clock.sleep_for(Duration(seconds=100)))
thread = threading.Thread(target=go_to_rest)
thread.start()
began.wait()
{end}
thread.join()
""")) == [slept]


def test_the_parameter_switches_the_source_and_refuses_what_is_no_bool(program):
    assert ends_clean(program("""
node = rclpy.create_node('node')
print(node.get_parameter('use_sim_time').value, node.get_clock().ros_time_is_active)
for value in (True, False, True):
    print(node.set_parameters([Parameter('use_sim_time', value=value)])[0].successful, node.get_clock().ros_time_is_active, node.count_subscribers('/clock'))
print(node.set_parameters([Parameter('use_sim_time', value='yes')])[0].successful, node.get_clock().ros_time_is_active)
""")) == ["False False", "True True 1", "True False 0", "True True 1", "False True"]


def test_the_command_line_asks_for_simulated_time(program, start):
    process = start(sys.executable, "-u", "-c", HEAD + """
node = rclpy.create_node('node')
print(node.get_clock().ros_time_is_active, seconds(node))
""", "--ros-args", "-p", "use_sim_time:=true")
    assert ends_clean(process) == ["True 0.0"]


def test_a_time_source_moves_clocks_of_ones_own(program):
    assert ends_clean(program("""
source, clock = TimeSource(), ROSClock()
source.attach_clock(clock)
print(source.ros_time_is_active, clock.ros_time_is_active)
source.ros_time_is_active = True
source.clock_callback(ClockMessage(clock=TimeMessage(sec=7)))
print(clock.now())
late = ROSClock()
source.attach_clock(late)
print(late.now() == clock.now(), late.ros_time_is_active)
node, driver = simulated(), Driver()
source.attach_node(node)
driver.wait(2)
driver.show(9)
while clock.now().nanoseconds != 9 * 10**9:
    rclpy.spin_once(node)
print(seconds(node))
source.detach_node()
print(source.detach_node())
try:
    source.attach_clock(3)
except ValueError as error:
    print(error)
""")) == ["False False", "Time(nanoseconds=7000000000, clock_type=ROS_TIME)", "True True", "9.0", "None",
          "Only clocks with type ROS_TIME can be attached."]


def test_a_time_before_0_is_ignored_with_a_warning(program):
    process = program("""
node, driver = simulated(), Driver()
driver.wait()
driver.publisher.publish(ClockMessage(clock=TimeMessage(sec=-5)))
driver.show(3)
while seconds(node) != 3:
    rclpy.spin_once(node)
""")
    ends_clean(process)


def test_an_exception_of_a_jump_callback_ends_the_spin(program):
    assert ends_clean(program("""
node, driver = simulated(), Driver()
def boom(jump):
    raise ValueError('boom')
handle = node.get_clock().create_jump_callback(JumpThreshold(min_forward=Duration(seconds=1), min_backward=None), post_callback=boom)
driver.wait()
driver.show(5)
try:
    rclpy.spin(node)
except ValueError as error:
    print(error, seconds(node))
""".replace("rclpy.spin(node)", "sys.stderr = open('/dev/null', 'w'); rclpy.spin(node)"))) == ["boom 5.0"]
