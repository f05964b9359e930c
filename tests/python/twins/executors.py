"""Executors: nodes that come and go, spinning once, until something is done, with a limit, ending, errors in callbacks."""
import threading
import time

import rclpy
from rclpy.executors import (ConditionReachedException, ExternalShutdownException, MultiThreadedExecutor, ShutdownException, SingleThreadedExecutor,
                             TimeoutException, TimeoutObject)
from rclpy.task import Future
from std_msgs.msg import String
from tell import spin_until, tell, tell_type

rclpy.init()
tell("global", lambda: type(rclpy.get_global_executor()).__name__)
for executor_type in (SingleThreadedExecutor, MultiThreadedExecutor):
    print(executor_type.__name__)
    node, other = rclpy.create_node("one"), rclpy.create_node("two")
    executor = executor_type()
    tell("added", lambda: (executor.add_node(node), executor.add_node(node), executor.add_node(other)))
    tell("nodes", lambda: sorted(one.get_name() for one in executor.get_nodes()))
    tell("node's", lambda: node.executor is executor)
    tell("removed", lambda: (executor.remove_node(other), sorted(one.get_name() for one in executor.get_nodes())))
    tell("removed again", lambda: executor.remove_node(other))
    tell("removed node's", lambda: other.executor is executor)
    tell("set to none", lambda: (setattr(other, "executor", None), other.executor))
    rclpy.spin_once(other, timeout_sec=0)
    tell("spun once", lambda: other.executor is rclpy.get_global_executor())
    tell("context", lambda: executor.context is rclpy.get_default_context())

    before = time.monotonic()
    executor.spin_once(timeout_sec=0.2)
    print("waited", 0.15 < time.monotonic() - before < 2)
    before = time.monotonic()
    executor.spin_once(timeout_sec=0)
    print("did not wait", time.monotonic() - before < 0.15)

    # woken by another thread
    thread = threading.Thread(target=executor.wake)
    thread.start()
    executor.spin_once(timeout_sec=0.2)
    thread.join()

    # one callback of a spin_once
    publisher = node.create_publisher(String, "words", 10)
    heard = []
    node.create_subscription(String, "words", lambda message: heard.append(message.data), 10)
    spin_until(executor, lambda: publisher.get_subscription_count())
    for number in range(3):
        publisher.publish(String(data=str(number)))
    spin_until(executor, lambda: len(heard) == 3)
    print(heard)

    task = executor.create_task(lambda a, b=0: a + b, 1, b=2)
    tell("task", lambda: (task.done(), executor.spin_until_future_complete(task, timeout_sec=5), task.result()))
    task = executor.create_task(lambda: 7)
    executor.spin_until_future_complete(task, timeout_sec=5)
    tell("done", lambda: (task.done(), task.result()))
    fired = []
    node.create_timer(0.02, lambda: fired.append(1))
    spin_until(executor, lambda: len(fired) >= 3)
    print("fired", len(fired) >= 3)
    future = Future()
    node.create_timer(0.05, lambda: future.done() or future.set_result("finished"))
    executor.spin_until_future_complete(future, timeout_sec=10)
    tell("future", lambda: future.result())
    never = Future()
    before = time.monotonic()
    executor.spin_until_future_complete(never, timeout_sec=0.1)
    print("gave up", never.done(), 0.05 < time.monotonic() - before < 2)
    executor.spin_once_until_future_complete(never, timeout_sec=0.1)
    executor.spin_until_future_complete(future)

    tell("shut down", lambda: executor.shutdown())
    tell("spin after", lambda: executor.spin_once(timeout_sec=0))
    tell("nodes after", lambda: len(executor.get_nodes()))
    tell("node's after", lambda: node.executor)
    node.destroy_node()
    other.destroy_node()

with SingleThreadedExecutor() as executor:
    print(type(executor).__name__)
tell("after with", lambda: executor.spin_once(timeout_sec=0))
tell("threads", lambda: MultiThreadedExecutor(num_threads=0))
tell_type("no node", lambda: SingleThreadedExecutor().add_node(None))
for error in (ConditionReachedException, ExternalShutdownException, ShutdownException, TimeoutException):
    tell(error.__name__, lambda: (error.__mro__[1].__name__, str(error())))
tell("limit", lambda: TimeoutObject(1.5).timeout)

node = rclpy.create_node("failing")
executor = SingleThreadedExecutor()
executor.add_node(node)


def fail():
    raise ValueError("in a callback")


timer = node.create_timer(0.01, fail)
tell("error in a callback", lambda: executor.spin())
tell("again", lambda: executor.spin())
timer.cancel()


async def fail_later():
    raise KeyError("in a coroutine")

timer = node.create_timer(0.01, fail_later)
tell("error in a coroutine", lambda: executor.spin())
timer.cancel()
node.create_timer(0.05, lambda: rclpy.shutdown())
tell("shut down in a callback", lambda: executor.spin())
tell("spin after", lambda: executor.spin_once(timeout_sec=0))
tell("ok", lambda: rclpy.ok())
