"""Futures and tasks."""

from enum import Enum
from types import CoroutineType

from rclpy._rclio import Future
from rclpy.utilities import running_loop

__all__ = ['Future', 'FutureState', 'Task']


class FutureState(Enum):
    """What a future may be."""

    PENDING = 'PENDING'
    CANCELLED = 'CANCELLED'
    FINISHED = 'FINISHED'


class Task(Future):
    """A function or a coroutine that an executor runs, and its result.

    A coroutine becomes an asyncio task of the loop that runs where the task is called; outside of any loop each call is one step.
    """

    def __init__(self, handler, args=None, kwargs=None, executor=None):
        super().__init__(executor=executor)
        args, kwargs = args or (), kwargs or {}
        from inspect import iscoroutinefunction
        if iscoroutinefunction(handler):
            handler, args, kwargs = handler(*args, **kwargs), (), {}
        self._handler, self._args, self._kwargs = handler, args, kwargs
        self._executing = False
        self._running = None  # the asyncio task of a coroutine that has begun
        self._on_end = None  # _on_end(task): it is over, or what it was cancelled from has ended

    def __call__(self):
        """Runs it, or the next step of it. Does nothing while it runs and when it is over."""
        if self.done() or self.cancelled() or self._executing or self._running is not None:
            return
        self._executing = True
        try:
            self._step()
        finally:
            self._executing = False

    def executing(self):
        """True: it is running just now."""
        return self._executing

    def cancel(self):
        """Cancels it, and the coroutine where it waits."""
        running = self._running
        if running is None and isinstance(self._handler, CoroutineType) and not self._executing:
            self._handler.close()
        elif running is not None and not running.done():
            loop = running.get_loop()
            if loop is running_loop():
                running.cancel()
            elif not loop.is_closed():
                loop.call_soon_threadsafe(running.cancel)
        super().cancel()

    def _step(self):
        if not isinstance(self._handler, CoroutineType):
            self._call()
            return
        loop = running_loop()
        if loop is None:
            self._send()
            return
        from rclpy._loop import begin
        self._running = begin(self._handler, loop)
        if self._running.done():
            self._ended(self._running)
        else:
            self._running.add_done_callback(self._ended)

    def _call(self):
        try:
            result = self._handler(*self._args, **self._kwargs)
        except Exception as error:
            self._over(error=error)
        else:
            self._over(result)

    def _send(self):
        try:
            self._handler.send(None)
        except StopIteration as stop:
            self._over(stop.value)
        except Exception as error:
            self._over(error=error)

    def _ended(self, running):
        if running.cancelled():
            super().cancel()
            self._over()
        elif running.exception() is not None:
            self._over(error=running.exception())
        else:
            self._over(running.result())

    def _over(self, result=None, *, error=None):
        self._handler = self._args = self._kwargs = None
        if error is not None:
            self.set_exception(error)
        elif not self.cancelled():
            self.set_result(result)
        if self._on_end is not None:
            self._on_end(self)
