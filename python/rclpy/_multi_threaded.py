"""The executor with a pool of threads."""

import os
import threading

from rclpy import _rclio
from rclpy.executors import Executor, LoopThread, seconds_of, SHORT, TIMEOUT, WOKEN

_TAKING = 0.1  # seconds that spin_once() waits at most, when its time is over, for a thread that is about to begin

class MultiThreadedExecutor(Executor):
    """Runs callbacks in a pool of threads, each with an asyncio loop of its own: a callback stays on the thread that began it.

    Callbacks of one mutually exclusive group never overlap. A callback that blocks holds up its thread only; others take what comes.
    Threads are started when there is work for them, `num_threads` at most (None: one a core, at least 2).
    """

    __module__ = 'rclpy.executors'

    def __init__(self, num_threads=None, *, context=None, raise_failures=True):
        if num_threads is None:
            num_threads = max(2, len(os.sched_getaffinity(0)))
        if num_threads < 1:
            raise ValueError('max_workers must be greater than 0')
        if num_threads == 1:
            import warnings
            warnings.warn('MultiThreadedExecutor is used with a single thread.\nUse the SingleThreadedExecutor instead.', stacklevel=2)
        super().__init__(context=context, raise_failures=raise_failures, _threads=num_threads)
        self._maximum = num_threads
        self._threads = []
        self._here = threading.local()
        self._waker = _rclio.Waker()
        self._core.set_boss(self._waker)
        self._failures = []  # to be raised out of a spin, in the order in which they happened
        self._told = []  # those of them that have not left their threads yet

    def _report(self, entity, failure):
        raises = super()._report(entity, failure)
        if raises:
            self._told.append(failure)
            self._failures.append(failure)
            self._core.allow(0)  # nothing more is begun before it is raised
        return raises

    def wake(self):
        """Makes a spin look around."""
        super().wake()
        self._waker.wake()

    def shutdown(self, timeout_sec=None):
        """Ends a spin and the threads; what is suspended is given up. False: a callback still runs after `timeout_sec` seconds."""
        self._shut_down = True
        self._core.close()
        self._core.allow(0)
        for node in self.get_nodes():
            self.remove_node(node)
        self.wake()
        for _, loop_thread in self._threads:
            if not loop_thread.loop.is_closed():
                try:
                    loop_thread.loop.call_soon_threadsafe(loop_thread.loop.stop)
                except RuntimeError:  # it has just been closed
                    pass
        for thread, _ in self._threads:
            if thread is not threading.current_thread():
                thread.join(seconds_of(timeout_sec))
        ended = not any(thread.is_alive() for thread, _ in self._threads if thread is not threading.current_thread())
        return ended

    def _close_at_exit(self):
        self.shutdown(1.0)

    def _runs_here(self):
        return getattr(self._here, 'works', False)

    def _run(self, once, timeout, until):
        from time import monotonic
        deadline = None if timeout is None else monotonic() + timeout
        self._core.allow(1 if once else -1)
        taking = once
        try:
            while not self._shut_down:
                if self._failures:
                    raise self._failures.pop(0)
                if self._look is not None:
                    self._look()
                if once and not self._core.allowed():
                    return
                left = None if deadline is None else max(0.0, deadline - monotonic())
                growing = self._core if len(self._threads) < self._maximum else None
                end = _rclio.wait(self._contexts(), until, left, self._waker, True, growing)
                if end == SHORT:
                    self._add_thread()
                elif end == TIMEOUT and taking and self._core.due():
                    taking, deadline = False, monotonic() + _TAKING
                elif end != WOKEN:
                    return
        finally:
            self._core.allow(0)

    def _add_thread(self):
        loop_thread = LoopThread(self._core)
        thread = threading.Thread(target=self._work, args=(loop_thread,), daemon=True, name=f'rclpy-worker-{len(self._threads)}')
        self._threads.append((thread, loop_thread))
        thread.start()

    def _work(self, loop_thread):
        """A thread of the pool."""
        self._here.works = True
        while not self._shut_down:
            try:
                loop_thread.run(())
            except BaseException as failure:
                told = [index for index, other in enumerate(self._told) if other is failure]
                if told:
                    del self._told[told[0]]
                else:
                    self._failures.append(failure)
                self.wake()
        loop_thread.close()

    def _fail(self, task):
        self.wake()  # _report() has it
