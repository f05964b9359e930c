"""Executor.wait_for_ready_callbacks(): callbacks that a program runs itself."""

from inspect import CORO_SUSPENDED, getcoroutinestate
from time import monotonic
from types import CoroutineType

from rclpy import _rclio
from rclpy.executors import (ConditionReachedException, ExternalShutdownException, ShutdownException, TimeoutException,
                             SHUTDOWN, _is_over, seconds_of)
from rclpy.task import Task

_STEP = 0.01  # seconds between two steps of a coroutine that is stepped by hand


class Handler(Task):
    """A callback that is given out: call it, once, or for each step of a coroutine outside of a loop."""

    def __init__(self, handed, executor, entity, node):
        super().__init__(handed.call, executor=executor)
        self._handed = handed
        self._from = executor, entity, node

    def _call(self):
        try:
            result = self._handler()
        except Exception as error:
            self._over(error=error)
            return
        if isinstance(result, CoroutineType):
            self._handler = self._follow(result)
            executor, entity, node = self._from
            executor._given.append((self, entity, node))
            self._step()
        else:
            self._over(result)

    async def _follow(self, coroutine):
        try:
            result = await coroutine
        except BaseException as error:
            self._handed.fail(error)
            raise
        self._handed.end(result)
        return result


def _entities(node):
    for kind in ('subscriptions', 'guards', 'timers', 'clients', 'services', 'waitables'):
        yield from getattr(node, kind)


def _whose(handed, executor):
    """(entity, node) in Python."""
    for node in executor.get_nodes():
        for asked in node._rclio_asked:
            if asked._guard is handed.entity:
                return asked.waitable, node
        for entity in _entities(node):
            if getattr(entity, 'handle', None) is handed.entity:
                return entity, node
    return None, None


def _take(executor):
    """(handler, entity, node), or None."""
    if executor._look is not None:
        executor._look()
    item = executor._core.take()
    if item is None:
        return None
    if isinstance(item, Task):
        executor._given.append((item, None, None))
        return item, None, None
    entity, node = _whose(item, executor)
    return Handler(item, executor, entity, node), entity, node


def _steps_by_hand(task):
    """A coroutine that was stepped outside of a loop, and has another step."""
    coroutine = task._handler
    return (isinstance(coroutine, CoroutineType) and task._running is None and not task.executing()
            and getcoroutinestate(coroutine) == CORO_SUSPENDED)


def _next_step(executor, wanted):
    """One that was kept back, or whose next step is due; each in its turn."""
    for one in executor._kept_back:
        if wanted(one[2]):
            executor._kept_back.remove(one)
            return one
    given = executor._given = [one for one in executor._given if not _is_over(one[0])]
    for index, one in enumerate(given):
        if wanted(one[2]) and _steps_by_hand(one[0]):
            given.append(given.pop(index))
            return one
    return None


def next_handler(executor, timeout_sec=None, nodes=None, condition=lambda: False):
    """See Executor.wait_for_ready_callbacks()."""
    timeout = seconds_of(timeout_sec)
    end = None if timeout is None else monotonic() + timeout
    if executor._core.allowed() == 0:
        executor._core.allow(-1)
    executor._core.recall()
    if executor._waiter is None:
        executor._waiter = _rclio.Waker()

    def wanted(node):
        return nodes is None or node is None or node in nodes

    while True:
        if executor._shut_down:
            raise ShutdownException()
        if not executor._context.ok():
            raise ExternalShutdownException()
        if condition():
            raise ConditionReachedException()
        found = _take(executor)
        if found is not None:
            if wanted(found[2]):
                return found
            executor._kept_back.append(found)
            continue
        found = _next_step(executor, wanted)
        if found is not None:
            return found
        left = None if end is None else end - monotonic()
        if left is not None and left <= 0:
            raise TimeoutException()
        steps = any(_steps_by_hand(one[0]) for one in executor._given)
        left = left if not steps else _STEP if left is None else min(left, _STEP)
        if _rclio.wait(executor._contexts(), None, left, executor._waiter, True, executor._core) == SHUTDOWN:
            executor._context._tell_shutdown()
