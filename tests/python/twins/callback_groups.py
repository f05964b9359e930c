"""Callback groups: two of one exclusive group never overlap, those of a reentrant one do; what groups show."""
import threading
import time

import rclpy
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup, ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor
from tell import spin_until, tell

rclpy.init()
for group_type in (MutuallyExclusiveCallbackGroup, ReentrantCallbackGroup):
    node = rclpy.create_node("groups")
    group = group_type()
    lock, inside, most, count = threading.Lock(), [0], [0], [0]
    gate = threading.Barrier(2)

    def work():
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        if group_type is ReentrantCallbackGroup and count[0] == 0:
            try:
                gate.wait(timeout=10)
            except threading.BrokenBarrierError:
                pass
        else:
            until = time.monotonic() + 0.02
            while time.monotonic() < until:
                pass
        with lock:
            inside[0] -= 1
            count[0] += 1

    timers = [node.create_timer(0.01, work, callback_group=group) for _ in range(2)]
    executor = MultiThreadedExecutor(num_threads=4)
    executor.add_node(node)
    spin_until(executor, lambda: count[0] >= 6)
    print(group_type.__name__, "at most", most[0] if group_type is MutuallyExclusiveCallbackGroup else min(most[0], 2))
    tell("has", lambda: (group.has_entity(timers[0]), group.has_entity(node)))
    tell("group of timer", lambda: timers[0].callback_group is group)
    executor.shutdown()
    node.destroy_node()

group = MutuallyExclusiveCallbackGroup()
thing = type("Thing", (), {})()
other = type("Thing", (), {})()
group.add_entity(thing)
tell("added", lambda: (group.has_entity(thing), group.has_entity(other)))
group.add_entity(other)
tell("may begin", lambda: (group.can_execute(thing), group.beginning_execution(thing)))
tell("may not begin", lambda: (group.can_execute(other), group.beginning_execution(other)))
group.ending_execution(thing)
tell("may begin", lambda: (group.can_execute(other), group.beginning_execution(other)))
group = ReentrantCallbackGroup()
tell("may always", lambda: (group.can_execute(thing), group.beginning_execution(thing), group.beginning_execution(other), group.ending_execution(other)))
node = rclpy.create_node("groups")
tell("default", lambda: node.default_callback_group is node.create_timer(10.0, print).callback_group)
node.destroy_node()
rclpy.shutdown()
