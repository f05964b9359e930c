"""Clocks: types, now, overriding ROS time, jumps, sleeping."""
import time

import rclpy
from rclpy.clock import Clock, ClockChange, ClockType, JumpThreshold, ROSClock, TimeJump  # noqa: F401
from rclpy.duration import Duration
from rclpy.time import Time
from tell import tell, tell_type

rclpy.init()
for kind in ClockType:
    print(kind.name, int(kind))
    if kind.name != "UNINITIALIZED":
        tell("clock", lambda: (Clock(clock_type=kind).clock_type, Clock(clock_type=kind)))
        tell("now", lambda: (Clock(clock_type=kind).now().clock_type, Clock(clock_type=kind).now() > Time(clock_type=kind)))
tell_type("no type", lambda: Clock(clock_type="x"))
tell("ros", lambda: (type(Clock(clock_type=ClockType.ROS_TIME)).__name__, type(Clock()).__name__))
clock = ROSClock()
print(clock.ros_time_is_active)
jumps = []
handle = clock.create_jump_callback(JumpThreshold(min_forward=Duration(seconds=1), min_backward=Duration(seconds=-1), on_clock_change=True),
                                    pre_callback=lambda: jumps.append("before"),
                                    post_callback=lambda jump: jumps.append((jump.clock_change.name, jump.delta.nanoseconds if "ROS_TIME_NO" in jump.clock_change.name else "...")))
clock._set_ros_time_is_active(True)
print(clock.ros_time_is_active, clock.now().nanoseconds)
clock.set_ros_time_override(Time(seconds=5, clock_type=ClockType.ROS_TIME))
print(clock.now())
clock.set_ros_time_override(Time(seconds=5, nanoseconds=500, clock_type=ClockType.ROS_TIME))
clock.set_ros_time_override(Time(seconds=2, clock_type=ClockType.ROS_TIME))
clock.set_ros_time_override(Time(seconds=9, clock_type=ClockType.ROS_TIME))
print(clock.now())
print(jumps)
handle.unregister()
clock.set_ros_time_override(Time(seconds=20, clock_type=ClockType.ROS_TIME))
print(len(jumps))
tell("override in seconds", lambda: clock.set_ros_time_override(20))
clock._set_ros_time_is_active(False)
print(clock.ros_time_is_active, clock.now() > Time(seconds=20, clock_type=ClockType.ROS_TIME))
tell("thresholds", lambda: JumpThreshold(min_forward=Duration(seconds=1), min_backward=Duration(seconds=1)))
tell("thresholds", lambda: JumpThreshold(min_forward=Duration(seconds=-1), min_backward=Duration(seconds=-1)))
tell("thresholds", lambda: JumpThreshold(min_forward=None, min_backward=None, on_clock_change=False))
tell("thresholds", lambda: JumpThreshold(min_forward=None, min_backward=None).on_clock_change)
tell("no callbacks", lambda: clock.create_jump_callback(JumpThreshold(min_forward=None, min_backward=None)))
for kind in (ClockType.STEADY_TIME, ClockType.SYSTEM_TIME, ClockType.ROS_TIME):
    clock = Clock(clock_type=kind)
    before = time.monotonic()
    tell("slept", lambda: clock.sleep_for(Duration(seconds=0.05)))
    print(0.04 < time.monotonic() - before < 1)
    before = time.monotonic()
    tell("slept until", lambda: clock.sleep_until(clock.now() + Duration(seconds=0.05)))
    print(0.04 < time.monotonic() - before < 1)
    tell("until the past", lambda: clock.sleep_until(Time(seconds=1, clock_type=kind)))
tell("until another clock's time", lambda: Clock(clock_type=ClockType.STEADY_TIME).sleep_until(Time(seconds=1)))
context = rclpy.context.Context()
tell("without a context", lambda: Clock().sleep_for(Duration(seconds=0.01), context=context))
node = rclpy.create_node("clocks")
tell("node's", lambda: (node.get_clock().clock_type, type(node.get_clock()).__name__))
rclpy.shutdown()
tell("after the end", lambda: Clock().sleep_for(Duration(seconds=0.01)))
