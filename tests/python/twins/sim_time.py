"""Simulated time: /clock drives clocks, timers, rates and sleeps of a node with use_sim_time."""
import threading

import rclpy
from builtin_interfaces.msg import Time as TimeMsg
from rclpy.duration import Duration
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.clock import ROSClock
from rclpy.time_source import TimeSource
from rosgraph_msgs.msg import Clock
from tell import spin_until, tell

rclpy.init()
node = rclpy.create_node("simulated", parameter_overrides=[Parameter("use_sim_time", value=True)])
driver = rclpy.create_node("driver")
executor = SingleThreadedExecutor()
executor.add_node(node)
executor.add_node(driver)
publisher = driver.create_publisher(Clock, "/clock", 10)
print(node.get_clock().ros_time_is_active, node.get_clock().now())
spin_until(executor, lambda: publisher.get_subscription_count())
fired = []
timer = node.create_timer(1.0, lambda: fired.append(node.get_clock().now().nanoseconds // 10**9))


def show(seconds):
    publisher.publish(Clock(clock=TimeMsg(sec=seconds)))
    spin_until(executor, lambda: node.get_clock().now().nanoseconds == seconds * 10**9)


show(10)
print(node.get_clock().now())
executor.spin_once(timeout_sec=0.2)
fired.clear()
for second in (11, 12, 13):
    show(second)
    spin_until(executor, lambda: len(fired) == second - 10)
print(fired)
timer.cancel()
thread = threading.Thread(target=lambda: fired.append(("slept", node.get_clock().sleep_for(Duration(seconds=2)))))
thread.start()
second = 13
while thread.is_alive():
    second += 1
    show(second)
    thread.join(0.05)
print(fired[-1], second >= 15)
source = TimeSource(node=node)
early, late = ROSClock(), ROSClock()
source.attach_clock(early)
spin_until(executor, lambda: publisher.get_subscription_count() == 2)
publisher.publish(Clock(clock=TimeMsg(sec=100)))
spin_until(executor, lambda: early.now().nanoseconds)
source.attach_clock(late)
print(source.ros_time_is_active, early.now(), late.now(), late.ros_time_is_active)
source.detach_node()
tell("detached twice", lambda: source.detach_node())
tell("set", lambda: node.set_parameters([Parameter("use_sim_time", value=False)]))
spin_until(executor, lambda: not node.get_clock().ros_time_is_active)
print(node.get_clock().now().nanoseconds > 10**18, driver.get_clock().ros_time_is_active)
tell("not a bool", lambda: node.set_parameters([Parameter("use_sim_time", value="yes")]))
rclpy.shutdown()
