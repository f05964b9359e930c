"""What every spin function does when the context is shut down before, by a callback and by another thread, and executors are."""
import threading

import rclpy
from rclpy.context import Context
from rclpy.executors import MultiThreadedExecutor, SingleThreadedExecutor
from rclpy.task import Future
from tell import tell


def once(executor, node, future):
    executor.spin_once(timeout_sec=None) if executor else rclpy.spin_once(node)


def once_at_most(executor, node, future):
    executor.spin_once(timeout_sec=0) if executor else rclpy.spin_once(node, timeout_sec=0)


def until(executor, node, future):
    executor.spin_until_future_complete(future) if executor else rclpy.spin_until_future_complete(node, future)


def until_at_most(executor, node, future):
    executor.spin_until_future_complete(future, 10) if executor else rclpy.spin_until_future_complete(node, future, timeout_sec=10)


def spin(executor, node, future):
    executor.spin() if executor else rclpy.spin(node)


def run(how, kind, when, what):
    context = None if kind is None else Context()
    rclpy.init(context=context)
    node = rclpy.create_node("node", context=context)
    executor = None if kind is None else SingleThreadedExecutor(context=context) if kind == 1 else MultiThreadedExecutor(kind, context=context)
    if executor:
        executor.add_node(node)
    future = Future()

    def act():
        if what == "context":
            rclpy.shutdown(context=context)
        elif what == "executor":
            executor.shutdown(timeout_sec=0.1)
        else:
            future.set_result(7)

    def in_thread():
        timer.cancel()
        thread.start()

    def in_callback():
        timer.cancel()
        act()

    thread = threading.Timer(0.1, act)
    timer = None
    if when == "before":
        act()
    elif when == "thread" and how in (once, once_at_most):
        thread.start()
    else:
        timer = node.create_timer(0.01, in_thread if when == "thread" else in_callback)
    tell(f"{how.__name__} {kind} {what} {when}", lambda: how(executor, node, future))
    print(future.done(), future.result())
    if what == "context":
        rclpy.try_shutdown(context=context)
    else:
        executor and executor.shutdown(timeout_sec=0.1)
        rclpy.shutdown(context=context)


for kind in (None, 1, 2):
    for how in (spin, once, once_at_most, until, until_at_most):
        if kind:
            run(how, kind, "before", "context")
        if how is once_at_most:
            continue
        run(how, kind, "thread", "context")
        if (how, kind) != (once, 2):
            run(how, kind, "callback", "context")
        if kind and how is not once:
            run(how, kind, "before", "executor")
            run(how, kind, "thread", "executor")
        if how in (until, until_at_most):
            run(how, kind, "thread", "result")
            run(how, kind, "callback", "result")
