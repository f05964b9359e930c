"""Executors: an asyncio loop that callbacks run in. An `async def` callback is a task of that loop."""

import asyncio
import sys

from rclpy.utilities import get_default_context


class ExternalShutdownException(Exception):
    """The context was shut down by somebody else, a signal for example, while an executor was spinning."""

    def __init__(self):
        super().__init__()


def _begin(coroutine, loop):
    """A task whose first step has run, where this Python can do that (3.12 and later) and the program has no task factory of its own."""
    if sys.version_info < (3, 12) or loop.get_task_factory() is not None:
        return loop.create_task(coroutine)
    return asyncio.Task(coroutine, loop=loop, eager_start=True)


class SingleThreadedExecutor:
    """Runs callbacks in the thread that spins it.

    The loop is the executor's own and stays between spins, so a callback that is suspended when spinning ends goes on with the next
    spin. Every callback's exception ends the spin that it happens in, and is raised there.
    """

    def __init__(self, *, context=None):
        self.context = get_default_context() if context is None else context
        self._loop = None
        self._nodes = []
        self._tasks = set()
        self._failures = []
        self._ran = 0
        self._once = False

    def add_node(self, node):
        if node in self._nodes:
            return False
        self._nodes.append(node)
        return True

    def remove_node(self, node):
        if node in self._nodes:
            self._nodes.remove(node)

    def get_nodes(self):
        return list(self._nodes)

    def spin(self):
        """Runs callbacks until the context or the executor is shut down.

        ExternalShutdownException: a signal did it.
        """
        self._run(None, once=False)
        if self.context.handle is not None and self.context.handle.signal():
            raise ExternalShutdownException()

    def spin_once(self, timeout_sec=None):
        """Waits for an event, `timeout_sec` seconds at most (None or negative: for ever), and runs its callback or step."""
        self._run(None if timeout_sec is None or timeout_sec < 0 else timeout_sec, once=True)

    def shutdown(self, timeout_sec=None):
        """Ends a spin, and gives up what is suspended."""
        self._nodes.clear()
        loop, self._loop = self._loop, None
        if loop is None:
            return True
        if loop.is_running():
            loop.stop()
            return True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        loop.close()
        return True

    def _run(self, timeout, once):
        if not self.context.ok():
            return
        if self._loop is None:
            self._loop = asyncio.SelectorEventLoop()
        loop, handle = self._loop, self.context.handle
        if loop.is_running():
            raise RuntimeError('Executor is already spinning')
        self._ran, self._once = 0, once
        timer = loop.call_later(timeout, loop.stop) if timeout is not None else None
        loop.add_reader(handle.fd(), self._dispatch)
        loop.call_soon(self._dispatch)
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            asyncio.set_event_loop(None)
            if timer is not None:
                timer.cancel()
            if not loop.is_closed() and handle.fd() >= 0:
                loop.remove_reader(handle.fd())
        if self._failures:
            raise self._failures.pop(0)

    def _dispatch(self):
        loop, handle = self._loop, self.context.handle
        if loop is None or (self._once and self._ran):
            return
        try:
            self._ran += handle.dispatch(self._start, 1 if self._once else 64)
        except BaseException as failure:
            self._fail(failure)
            return
        if not self.context.ok():
            loop.stop()
        elif self._once and self._ran:
            loop.call_soon(loop.stop)  # after the first step of a task that was started
        elif handle.pending():
            loop.call_soon(self._dispatch)

    def _start(self, coroutine, entity):
        task = _begin(coroutine, self._loop)
        if task.done():
            self._ended(task)
            return
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task):
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._fail(task.exception())

    def _fail(self, failure):
        self._failures.append(failure)
        if self._loop is not None:
            self._loop.stop()
