"""The asyncio loop of an executor: asyncio's own, with a selector whose select() also runs callbacks."""

import asyncio
import os
import selectors
import sys
import time

from rclpy import _rclio
from rclpy._rclio import begin

__all__ = ['Loop', 'Selector', 'begin', 'outside_of_loops']

_base = asyncio.SelectorEventLoop
_rclio.loop_methods(_base.call_soon, _base.call_at, _base.stop)


class Selector(selectors.EpollSelector):
    """CPython's selector; only select() is another one."""

    def __init__(self, worker):
        super().__init__()
        self._worker = worker
        worker.attach(self.fileno(), self.get_key)
        self.select = worker.select

    def close(self):
        self.__dict__.pop('select', None)
        self._worker.detach()
        super().close()


class Hold:
    """A callback that blocks on top of another one that blocks; tells when it holds that one up.

    Made where the upper one begins to wait. `future` and `deadline` (monotonic nanoseconds, -1: none) are what the lower one waits for.
    """

    PATIENCE = 5.0  # seconds, for which the lower one could have gone on
    _OURS = os.path.dirname(__file__) + os.sep

    def __init__(self, loop, future, deadline):
        self._loop, self._future, self._deadline = loop, future, deadline
        self._was_over = False
        frame = sys._getframe(1)
        self._upper, frame = self._users(frame)
        while frame is not None and frame.f_code is not Loop.run_nested.__code__:
            frame = frame.f_back
        self._lower, _ = self._users(frame)
        self._timer = loop.call_later(self.PATIENCE, self._look)

    def cancel(self):
        self._timer.cancel()

    @classmethod
    def _users(cls, frame):
        """Where the program is, from that frame down, and the frame."""
        while frame is not None and frame.f_code.co_filename.startswith(cls._OURS):
            frame = frame.f_back
        place = frame and f'{frame.f_code.co_name}() at {os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}'
        return place or 'a callback', frame

    def _look(self):
        is_over = self._future.done() or 0 <= self._deadline <= time.monotonic_ns()
        if is_over and self._was_over:
            print(f'rclpy: {self._lower} has had what it waits for (or its timeout) for {self.PATIENCE:g} s, and goes on only when '
                  f'{self._upper}, which blocks on top of it in the same thread, has ended. If that one waits for it, both wait for ever. '
                  '`await`, or an executor of more threads, does not have this limit.', file=sys.stderr, flush=True)
            return
        self._was_over = is_over
        self._timer = self._loop.call_later(self.PATIENCE, self._look)


class Loop(_rclio.LoopMixin, asyncio.SelectorEventLoop):
    """A loop whose call_soon(), call_at() and stop() are noticed by its worker."""

    def __init__(self, worker):
        self._prepare(worker)
        super().__init__(Selector(worker))

    def _prepare(self, worker):
        self._worker = worker
        self._frames = 0  # of run_forever() that are on the stack
        self._enters = False

    def is_running(self):
        if self._enters:  # run_forever() asks
            self._enters = False
            return False
        return self._frames > 0 or super().is_running()

    def remove_signal_handler(self, sig):
        removed = super().remove_signal_handler(sig)
        self._worker.watch_signals()
        return removed

    def run_forever(self):
        if self.is_running():
            super().run_forever()  # raises
        self._run()

    def run_nested(self):
        """Runs on, from within a callback of this loop that blocks, until stop(). What runs here has no current task meanwhile."""
        task = asyncio.current_task(self)
        if task is not None:
            asyncio.tasks._leave_task(self, task)
        try:
            with outside_of_loops():
                self._run()
        finally:
            if task is not None:
                asyncio.tasks._enter_task(self, task)

    def hold(self, future, deadline):
        return Hold(self, future, deadline)

    def _run(self):
        hooks = sys.get_asyncgen_hooks()
        self._frames += 1
        try:
            while self._runs_out():
                pass
        finally:
            self._enters = False
            self._frames -= 1
            sys.set_asyncgen_hooks(*hooks)

    def _runs_out(self):
        """Runs it. True: a nested run has taken the handles that it was about to run, and it is to be run again."""
        self._enters = True
        try:
            super().run_forever()
            return False
        except IndexError:
            if not self._worker.drained():
                raise
            return True

    def __del__(self):
        """Of an executor that nobody has shut down; parts of the loop may be gone already."""
        if not self.is_closed():
            try:
                self.close()
            except Exception:
                pass


class outside_of_loops:
    """A block in which no loop runs, as far as asyncio knows, so that another one may be run there."""

    def __enter__(self):
        self.loop = asyncio._get_running_loop()
        if self.loop is not None:
            asyncio._set_running_loop(None)

    def __exit__(self, *exception):
        if self.loop is not None:
            asyncio._set_running_loop(self.loop)
