"""See ros2_asyncio."""

import asyncio
import inspect

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.task import Future


async def _await(awaitable):
    return await awaitable


def ensure_future(node, coro_or_future):
    """A future of the node's executor for a coroutine or anything else that can be awaited. TypeError: it cannot."""
    if isinstance(coro_or_future, Future):
        return coro_or_future
    if not asyncio.iscoroutine(coro_or_future):
        if not inspect.isawaitable(coro_or_future):
            raise TypeError('An rclpy.Future, a coroutine or an awaitable is required')
        coro_or_future = _await(coro_or_future)
    return node.executor.create_task(coro_or_future)


async def sleep(node, timeout_sec):
    """Suspends the coroutine for so many seconds of the node's clock."""
    if not node.get_clock().ros_time_is_active:
        await asyncio.sleep(timeout_sec)
        return
    over = Future()
    timer = node.create_timer(timeout_sec, lambda: over.set_result(True), ReentrantCallbackGroup())
    try:
        await over
    finally:
        node.destroy_timer(timer)


async def wait_for(node, coro_or_future, timeout_sec):
    """The result of a coroutine or a future. TimeoutError: it has none after so many seconds; it goes on then."""
    future = ensure_future(node, coro_or_future)
    if not future.done():
        over = Future()
        future.add_done_callback(lambda _: over.set_result(True))
        timer = asyncio.ensure_future(sleep(node, timeout_sec))
        timer.add_done_callback(lambda done: done.cancelled() or over.set_result(False))
        try:
            in_time = await over
        finally:
            timer.cancel()
        if not in_time and not future.done():
            raise TimeoutError('Timeout while waiting for future to complete')
    if future.exception() is not None:
        raise future.exception()
    return future.result()


def gather(node, *coros_or_futures, return_exceptions=False):
    """A future with the list of the results, in order. The first exception is the future's, unless return_exceptions: then exceptions
    are results as any; ValueError: that cannot be had of futures."""
    outer = Future(executor=node.executor)
    if return_exceptions and any(isinstance(one, Future) for one in coros_or_futures):
        raise ValueError('Cannot return exceptions if the input is a Future object')
    children = {}

    async def guard(awaitable):
        try:
            return None, await awaitable
        except Exception as error:
            if not return_exceptions and not outer.done():
                outer.set_exception(error)
            return error, None

    def one_ended(_=None):
        if not outer.done() and all(child.done() for child in children.values()):
            ends = [children[id(one)].result() for one in coros_or_futures]
            outer.set_result([error if error is not None else value for error, value in ends])

    for one in coros_or_futures:
        if id(one) not in children:
            children[id(one)] = ensure_future(node, guard(one))
    for child in children.values():
        child.add_done_callback(one_ended)
    if not children:
        outer.set_result([])
    return outer
