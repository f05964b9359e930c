"""Futures and tasks: states, callbacks, errors, cancelling, awaiting, with and without an executor."""
import warnings

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.task import Future, Task
from tell import tell

warnings.simplefilter("ignore")
future = Future()
print(future.done(), future.cancelled(), future.result(), future.exception())
order = []
future.add_done_callback(lambda done: order.append(("first", done.result())))
future.add_done_callback(lambda done: order.append(("second", done is future)))
future.set_result(7)
print(order, future.done(), future.result())
future.add_done_callback(lambda done: order.append("late"))
print(order[-1])

failed = Future()
failed.set_exception(ValueError("why"))
tell("failed", lambda: (failed.done(), repr(failed.exception())))
tell("its result", failed.result)
tell("no exception", lambda: Future().set_exception("text"))
cancelled = Future()
cancelled.add_done_callback(lambda done: order.append("cancelled"))
cancelled.cancel()
tell("cancelled", lambda: (cancelled.cancelled(), order[-1]))
tell("bool", lambda: bool(Future()))

task = Task(lambda a, b: a * b, (6,), {"b": 7})
tell("task", lambda: (task.done(), task.executing()))
task()
tell("run", lambda: (task.done(), task.result()))


async def coroutine(future):
    return (await future) + 1

waited = Future()
task = Task(coroutine, (waited,))
task()
tell("suspended", lambda: (task.done(), task.executing()))
waited.set_result(1)
task()
tell("resumed", lambda: (task.done(), task.result()))


def fail():
    raise KeyError("task")

task = Task(fail)
task()
tell("failed task", lambda: (task.done(), repr(task.exception())))
tell("its result", task.result)
task = Task(lambda: 1)
task.cancel()
tell("cancelled task", lambda: task.cancelled())

rclpy.init()
executor = SingleThreadedExecutor()
with_executor = Future(executor=executor)
with_executor.add_done_callback(lambda done: order.append("by the executor"))
with_executor.set_result(1)
print(order[-1])
executor.spin_once(timeout_sec=1)
print(order[-1])


async def chain(depth):
    if depth == 0:
        return await with_executor
    return await chain(depth - 1) + 1

task = executor.create_task(chain, 10)
executor.spin_until_future_complete(task, timeout_sec=5)
print(task.result())
gate = Future(executor=executor)
tasks = [executor.create_task(coroutine, gate) for _ in range(3)]
executor.spin_once(timeout_sec=0.1)
print([one.done() for one in tasks])
gate.set_result(4)
for one in tasks:
    executor.spin_until_future_complete(one, timeout_sec=5)
print([one.result() for one in tasks])
task = executor.create_task(coroutine(gate))
executor.spin_until_future_complete(task, timeout_sec=5)
print(task.result())
bad = executor.create_task(fail)
tell("a failing task", lambda: executor.spin_until_future_complete(bad, timeout_sec=5))
tell("its exception", lambda: repr(bad.exception()))
rclpy.shutdown()
