"""ros2_asyncio: each function of the library, and the cases in which asyncio's own says 'no running event loop' on upstream."""
import sys

import pytest

HEAD = """
from asyncio import sleep as pause
import asyncio, time
import rclpy
import ros2_asyncio
from ros2_asyncio import sleep as rest
from ros2_asyncio import ros2_asyncio as module
from rclpy.executors import MultiThreadedExecutor, SingleThreadedExecutor
from rclpy.task import Future
context = rclpy.context.Context()
rclpy.init(context=context)
node = rclpy.create_node('test', namespace='/rclpy', context=context)
executor = SingleThreadedExecutor(context=context)
executor.add_node(node)
def run(coroutine):
    future = executor.create_task(coroutine)
    executor.spin_until_future_complete(future)
    return future.result()
async def answer(value, seconds=0):
    await rest(node, seconds)
    return value
async def boom():
    await rest(node, 0)
    raise RuntimeError('boom')
"""


@pytest.fixture
def lines(start):
    def run(text):
        process = start(sys.executable, "-u", "-c", HEAD + text)
        assert process.finish() == 0, process.report()
        return process.stdout.splitlines()
    return run


def test_sleep_lasts_as_long_as_it_says_and_others_run(lines):
    assert lines("""
ticks = []
node.create_timer(0.01, lambda: ticks.append(1))
began = time.monotonic()
run(rest(node, 0.2))
print(time.monotonic() - began >= 0.2, len(ticks) > 3)
""") == ["True True"]


def test_sleep_goes_by_simulated_time(lines):
    assert lines("""
from rclpy.clock_type import ClockType
from rclpy.time import Time
clock = node.get_clock()
clock._set_ros_time_is_active(True)
second = [0]
def tick():
    second[0] += 1
    clock.set_ros_time_override(Time(seconds=second[0], clock_type=ClockType.ROS_TIME))
from rclpy.clock import Clock
node.create_timer(0.005, tick, clock=Clock(clock_type=ClockType.STEADY_TIME))
run(rest(node, 5))
print(second[0] >= 5)
""") == ["True"]


def test_wait_for_gives_the_result_or_a_timeout(lines):
    assert lines("""
async def main():
    print(await ros2_asyncio.wait_for(node, answer(42, 0.01), 10))
    try:
        await ros2_asyncio.wait_for(node, Future(), timeout_sec=0.05)
    except TimeoutError as error:
        print(error)
    done = Future()
    done.set_result('at once')
    print(await ros2_asyncio.wait_for(node, done, 10))
    work = Future()
    node.create_timer(0.01, lambda: work.set_result('by a timer'))
    print(await ros2_asyncio.wait_for(node, work, 10))
run(main())
""") == ["42", "Timeout while waiting for future to complete", "at once", "by a timer"]


def test_ensure_future_takes_what_can_be_awaited(lines):
    assert lines("""
async def main():
    future = Future()
    print(ros2_asyncio.ensure_future(node, future) is future)
    print(isinstance(ros2_asyncio.ensure_future(node, answer(1)), Future))
    class Awaitable:
        def __await__(self):
            return answer(2).__await__()
    print(await ros2_asyncio.ensure_future(node, Awaitable()))
    try:
        ros2_asyncio.ensure_future(node, 3)
    except TypeError as error:
        print(error)
run(main())
""") == ["True", "True", "2", "An rclpy.Future, a coroutine or an awaitable is required"]


def test_gather_brings_results_together(lines):
    assert lines("""
async def main():
    print(await module.gather(node, answer(1, 0.02), answer(2)))
    print(await module.gather(node))
    same = answer(3)
    print(await module.gather(node, same, same))
    print(await module.gather(node, executor.create_task(answer(4))))
    try:
        await module.gather(node, boom(), answer(5))
    except RuntimeError as error:
        print(error)
    print(await module.gather(node, boom(), answer(6), return_exceptions=True))
    try:
        await module.gather(node, executor.create_task(answer(7)), return_exceptions=True)
    except ValueError as error:
        print(error)
run(main())
""") == ["[1, 2]", "[]", "[3, 3]", "[4]", "boom", "[RuntimeError('boom'), 6]", "Cannot return exceptions if the input is a Future object"]


@pytest.mark.parametrize("executor", ["SingleThreadedExecutor", "MultiThreadedExecutor"])
def test_asyncios_own_functions_work_in_callbacks(lines, executor):
    assert lines(f"""
from std_srvs.srv import Trigger
executor.remove_node(node)
executor = {executor}(context=context)
executor.add_node(node)
async def callback(request, response):
    await pause(0.01)
    response.message = str(await asyncio.gather(pause(0, 1), answer(2)))
    return response
node.create_service(Trigger, 'ask', callback)
client = node.create_client(Trigger, 'ask')
client.wait_for_service()
future = client.call_async(Trigger.Request())
executor.spin_until_future_complete(future)
print(future.result().message)
rclpy.shutdown(context=context)
""") == ["[1, 2]"]
