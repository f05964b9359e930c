"""Executors: which threads run a node's callbacks. Each thread has an asyncio loop; an `async def` callback is a task of it."""

import sys
import threading
import weakref

from rclpy import _rclio
from rclpy._elsewhere import from_elsewhere
from rclpy.task import Future, Task
from rclpy.utilities import get_default_context, timeout_sec_to_nsec

__all__ = ['ConditionReachedException', 'Executor', 'ExternalShutdownException', 'Future', 'MultiProcessExecutor',
           'MultiThreadedExecutor', 'ShutdownException', 'SingleThreadedExecutor', 'Task', 'TimeoutException', 'TimeoutObject',
           'await_or_execute', 'timeout_sec_to_nsec']

__getattr__ = from_elsewhere(
    __name__, 'rclpy.client Client', 'rclpy.clock Clock', 'rclpy.clock_type ClockType', 'rclpy.context Context',
    'rclpy._multi_threaded MultiThreadedExecutor', 'rclpy._processes MultiProcessExecutor', 'rclpy.guard_condition GuardCondition',
    'rclpy.exceptions InvalidHandle', 'rclpy.waitable NumberOfEntities Waitable', 'rclpy.service Service', 'rclpy.signals SignalHandlerGuardCondition', 'rclpy.subscription Subscription', 'rclpy.timer Timer',
    'TypeVar WaitableEntityType')
OVER, TIMEOUT, SHUTDOWN, WOKEN, SHORT = range(5)
_BESIDE = 0.1  # seconds that spin_once() waits at most while another thread spins: which callback was the one, nobody could say
_live = weakref.WeakSet()  # executors, for the interpreter's end


class TimeoutException(Exception):
    """Signals that the timeout occurred."""


class ShutdownException(Exception):
    """Signals that the executor was shut down."""


class ConditionReachedException(Exception):
    """A future has been done."""


class ExternalShutdownException(Exception):
    """The context was shut down by somebody else, a signal for example, while an executor was spinning."""

    def __init__(self, *args):
        super().__init__(*args)


class TimeoutObject:
    """A timeout in seconds that others may change meanwhile. None or negative: for ever."""

    def __init__(self, timeout):
        self.timeout = timeout


async def await_or_execute(callback, *args):
    """Calls the callback, and awaits it if it is `async def`. Returns what it returned."""
    import inspect
    if inspect.iscoroutinefunction(callback):
        return await callback(*args)
    return callback(*args)


def seconds_of(timeout):
    """A timeout as others give it, as seconds; None: for ever."""
    timeout = timeout.timeout if isinstance(timeout, TimeoutObject) else timeout
    return None if timeout is None or timeout < 0 else float(timeout)


def not_valid(failed_to):
    """What upstream raises where a context is needed that is not open."""
    return _rclio.RCLError(f'failed to {failed_to}: the given context is not valid, either rcl_init() was not called or rcl_shutdown() was called.')


def describe(entity):
    """An entity in words, for failures: "subscription '/chatter' of node '/talker'"."""
    import re
    words = re.sub('(?<=[a-z])(?=[A-Z])', ' ', type(entity).__name__).lower()
    try:
        name = getattr(entity, 'topic', None) or getattr(entity, 'name', None)
        if name is not None:
            words += f" '{name()}'"
        return words + f" of node '{entity.node_name()}'"
    except Exception:  # it may be destroyed
        return words


class Executor:
    """What the executors below have in common.

    `raise_failures=False`: a callback that raises is reported on standard error and spinning goes on; else it also ends the spin that
    it happens in, and is raised there.
    """

    _ends_with_context = True  # a shutdown in another thread ends a spin without an exception

    def __init__(self, *, context=None, raise_failures=True, _threads=0):
        self._context = get_default_context() if context is None else context
        self._context.handle  # AttributeError: it is no context
        self._raise_failures = raise_failures
        self._nodes = []
        self._tasks = set()
        self._lock = threading.RLock()
        self._shut_down = False
        self._spinning = False
        self._beside = []  # wakers of threads that wait while another one spins it
        self._look = None  # has waitables asked; None: there are none
        self._looking = threading.RLock()
        self._waiter = None  # of wait_for_ready_callbacks()
        self._given = []  # what that has given and has further steps
        self._kept_back = []  # what it has not given, for it is of other nodes than were asked for
        self._core = _rclio.Executor(_threads > 0, max(1, _threads))
        reference = weakref.WeakMethod(self._report)
        self._core.set_report(lambda entity, failure: reference()(entity, failure) if reference() else True)
        _live.add(self)

    @property
    def context(self):
        return self._context

    # Nodes

    def add_node(self, node):
        """Runs the node's callbacks from now on, instead of the executor that did. False: it does already."""
        if not hasattr(node, '_rclio_executor'):
            raise AttributeError(f"only nodes can be added to an executor, not {node!r}: '{type(node).__name__}' object has no attribute 'executor'")
        with self._lock:
            if node in self._nodes:
                return False
            before = node._rclio_in()
            if before is not None and before is not self:
                before.remove_node(node)
            self._nodes.append(node)
            node._rclio_executor = weakref.ref(self)
            self._core.add(node.handle)
            if node._rclio_asked:
                self._ask_waitables()
        self.wake()
        return True

    def remove_node(self, node):
        """Runs its callbacks no more; what comes meanwhile waits with the node, as much as its QoS profiles keep."""
        with self._lock:
            if node not in self._nodes:
                return
            self._nodes.remove(node)
            node._rclio_executor = None
            node._rclio_last = None if self._shut_down else weakref.ref(self)
            self._core.remove(node.handle)

    def get_nodes(self):
        with self._lock:
            return list(self._nodes)

    def _ask_waitables(self):
        """One of its nodes has a waitable of the program's own: they are asked when it looks for work, from now on."""
        if self._look is None:
            reference = weakref.WeakMethod(self._look_at_waitables)
            self._look = lambda: reference()() if reference() else None
            self._core.set_ask(self._look)
        self.wake()

    def _look_at_waitables(self):
        with self._looking:
            for node in self.get_nodes():
                for asked in list(node._rclio_asked):
                    asked.ask()

    # Tasks

    def create_task(self, callback, *args, **kwargs):
        """Runs a function or a coroutine (function) while spinning. Returns its Task. From any thread."""
        task = Task(callback, args, kwargs, executor=self)
        task._on_end = self._task_ended
        self._tasks.add(task)  # asyncio holds its tasks weakly
        self._core.post(task)
        return task

    def _task_ended(self, task):
        """What create_task() was given is over. What fails while it is called is raised by who called it."""
        self._tasks.discard(task)
        if task._running is not None and not task.executing() and task.exception() is not None and self._report(None, task.exception()):
            self._fail(task)

    # Spinning

    def spin(self):
        """Runs callbacks until the context or this executor is shut down.

        ExternalShutdownException: a signal did it; or another thread shut the context down, unless this executor has several threads
        or is rclpy's global one.
        """
        if type(self).spin_once is not Executor.spin_once:  # a subclass with its own
            while self._context.ok() and not self._shut_down:
                self.spin_once()
            return
        began = self._context.ok()
        self._spin()
        if began or self._context.signal() and not self._context._was_spun:  # else an earlier spin has told of it: this one cleans up
            self._check_signal()

    def spin_once(self, timeout_sec=None):
        """Waits for an event, `timeout_sec` seconds at most (None or negative: for ever), and runs its callback or step.

        ExternalShutdownException: as spin(). RCLError: the context was shut down before.
        """
        self._spin_one(seconds_of(timeout_sec))

    def spin_until_future_complete(self, future, timeout_sec=None):
        """Runs callbacks until the future is done or cancelled, `timeout_sec` seconds at most (None or negative: for ever).

        ExternalShutdownException: as spin().
        """
        if type(self).spin_once is not Executor.spin_once:
            self._spin_once_until(future, seconds_of(timeout_sec))
            return
        began = self._context.ok()
        self._spin(timeout=seconds_of(timeout_sec), until=future)
        if began and not _is_over(future):
            self._check_signal()

    def spin_once_until_future_complete(self, future, timeout_sec=None):
        """As spin_once(), but it also ends when the future is done."""
        if type(self).spin_once is not Executor.spin_once:
            self.spin_once(timeout_sec)
            return
        self._spin_one(seconds_of(timeout_sec), future)

    def _spin_one(self, timeout, until=None):
        began = self._context.ok()
        self._spin(once=True, timeout=timeout, until=until)
        self._check_signal()
        if not began and not self._shut_down:  # else a loop around it would never end
            raise not_valid('initialize wait set')

    def _spin_once_until(self, future, timeout):
        """With a spin_once() of the program's own."""
        from time import monotonic
        future.add_done_callback(lambda _: self.wake())
        end = None if timeout is None else monotonic() + timeout
        while self._context.ok() and not self._shut_down and not _is_over(future) and (end is None or monotonic() < end):
            self.spin_once_until_future_complete(future, None if end is None else max(0.0, end - monotonic()))

    def _check_signal(self):
        """Raises ExternalShutdownException when the context was shut down by somebody else than this thread."""
        if self._shut_down or self._context.ok():
            return
        by = None if self._ends_with_context else self._context._shut_down_by
        if self._context.signal() or by not in (None, threading.get_ident()):
            raise ExternalShutdownException()

    def _contexts(self):
        """The handles of all contexts that it waits for."""
        handles = [self._context.handle] + [node.context.handle for node in self._nodes]
        return tuple(dict.fromkeys(handle for handle in handles if handle is not None))

    def _spin(self, *, once=False, timeout=None, until=None):
        if self._shut_down or not self._context.ok():
            return
        if until is not None and _is_over(until):
            return
        if self._runs_here():
            if until is None and not once:
                raise RuntimeError('Executor is already spinning')
            _rclio.wait(self._contexts(), until, timeout, None, once)
            return
        from time import monotonic
        end = None if timeout is None else monotonic() + timeout
        while not self._begin_spin():
            if until is None and not once:
                raise RuntimeError('Executor is already spinning')
            left = None if end is None else max(0.0, end - monotonic())
            if not self._wait_beside(once, left, until):
                return
        self._core.recall()
        self._context._was_spun = True
        try:
            from rclpy._loop import outside_of_loops
            with outside_of_loops():
                self._run(once, None if end is None else max(0.0, end - monotonic()), until)
        finally:
            self._end_spin()
        if not self._context.ok():
            self._context._tell_shutdown()

    def _begin_spin(self):
        """False: another thread spins it."""
        with self._lock:
            if self._spinning:
                return False
            self._spinning = True
            return True

    def _end_spin(self):
        with self._lock:
            self._spinning = False
            for waker in self._beside:
                waker.wake()

    def _wait_beside(self, once, timeout, until):
        """Another thread spins it and runs the callbacks: waits for that one's end, or what was asked for. True: it may have ended."""
        waker = _rclio.Waker()
        with self._lock:
            if not self._spinning:
                return True
            self._beside.append(waker)
        try:
            if once:
                timeout = _BESIDE if timeout is None else min(timeout, _BESIDE)
            return _rclio.wait(self._contexts(), until, timeout, waker, True) == WOKEN and not once
        finally:
            with self._lock:
                self._beside.remove(waker)

    # Failures

    def _report(self, entity, failure):
        """Prints a callback's failure at once. True: it is to be raised out of the spin."""
        what = 'a task' if entity is None else 'the callback of ' + describe(entity)
        import traceback
        lines = traceback.format_exception(type(failure), failure, failure.__traceback__)
        print(f'Exception in {what}:\n' + ''.join(lines), end='', file=sys.stderr, flush=True)
        return self._raise_failures

    # What upstream's subclasses meet

    def wake(self):
        """Makes a spin look around."""
        self._core.recall()
        if self._waiter is not None:
            self._waiter.wake()

    def shutdown(self, timeout_sec=None):
        """Ends it. True: nothing of it runs any more."""
        self._shut_down = True
        self._core.close()
        for node in self.get_nodes():
            self.remove_node(node)
        self.wake()
        return True

    def _close_at_exit(self):
        self.shutdown()

    def can_execute(self, entity):
        """True: the entity's callback group lets it run now."""
        return entity.callback_group.can_execute(entity)

    def wait_for_ready_callbacks(self, *args, **kwargs):
        """(timeout_sec=None, nodes=None, condition=lambda: False)

        Waits for the next callback that may run. Returns (handler, entity, node), for a spin_once() of the program's own.

        `handler()` runs it, in any thread; `handler.exception()` is what it raised. A coroutine needs a loop that runs there, or is given
        out again for its next step. For a task that create_task() was given, entity and node are None.
        timeout_sec  None or negative: for ever
        nodes        what other nodes have waits
        condition    looked at whenever something has happened
        TimeoutException; ShutdownException: this executor is shut down; ExternalShutdownException: the context is;
        ConditionReachedException.
        """
        from rclpy._handed import next_handler
        return next_handler(self, *args, **kwargs)

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        self.shutdown()


def _is_over(future):
    return future.done() or future.cancelled()


def wait_for(future, timeout, contexts):
    """Blocks this thread until the future is over, letting rclio work. False: timeout or shutdown.

    In a callback it is what a blocking call does: the callback has left its group meanwhile, and where no other thread of the
    executor would run callbacks, this one does.
    """
    return _rclio.wait(contexts, future, timeout) == OVER


class LoopThread:
    """A worker and its asyncio loop, for one thread at a time."""

    def __init__(self, core):
        from rclpy._loop import Loop
        self.worker = _rclio.Worker(core)
        self.loop = Loop(self.worker)
        self.thread = None  # that runs it now

    def run(self, contexts, once=False, timeout=None, until=None):
        """Runs the loop, with callbacks. Returns when the worker or somebody else stops it; raises what a callback did."""
        self.worker.begin(self.loop, contexts, once, timeout, until)
        self.thread = threading.get_ident()
        try:
            self.loop.run_forever()
        finally:
            self.thread = None
            self.worker.end()
        self.worker.failure()

    def close(self):
        """Cancels what is suspended, lets it clean up, and closes the loop."""
        import asyncio
        if self.loop.is_closed():
            return
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        from rclpy._loop import outside_of_loops
        with outside_of_loops():
            if tasks:
                self._run_to_the_end(asyncio.gather(*tasks, return_exceptions=True))
            self._run_to_the_end(self.loop.create_task(self.loop.shutdown_asyncgens()))
        self.loop.close()

    def _run_to_the_end(self, future):
        """A stop() that was to end the spin may come only now, so run_until_complete() would not do."""
        future.add_done_callback(lambda _: self.loop.stop())
        while not future.done():
            try:
                self.loop.run_forever()
            except Exception:  # of a callback: it has been printed, and the others clean up as well
                pass
        future.result()


class SingleThreadedExecutor(Executor):
    """Runs callbacks in the thread that spins it.

    The loop is the executor's own and stays between spins, so a callback that is suspended when spinning ends goes on with the next
    spin.
    """

    _ends_with_context = False

    def __init__(self, *, context=None, raise_failures=True):
        super().__init__(context=context, raise_failures=raise_failures)
        self._thread = None
        self._attached = self._attached_to = None  # its worker, and the thread of its loop
        self._running = threading.Lock()  # who runs the loop

    def attached(self):
        """`async with executor.attached():` its callbacks run in the loop that runs there, whosever it is: asyncio's, uvloop's.

        What they raise is reported, and the loop goes on. What is suspended at the end is cancelled.
        """
        from rclpy._attached import Attached
        return Attached(self)

    def wake(self):
        """Makes a spin look around."""
        super().wake()
        worker = self._attached if self._thread is None else self._thread.worker
        if worker is not None:
            worker.wake()

    def shutdown(self, timeout_sec=None):
        """Ends a spin, and gives up what is suspended. True: it has ended, or will when the callback that runs returns."""
        self._shut_down = True
        self._core.close()
        for node in self.get_nodes():
            self.remove_node(node)
        thread = self._thread
        if thread is None:
            return True
        if not self._running.acquire(blocking=False):
            self._stop(thread)
            return True
        try:
            thread.close()
        finally:
            self._running.release()
        return True

    def _close_at_exit(self):
        """A daemon thread's spin ends by itself, for the contexts are shut down, unless a callback does not."""
        if self._thread is None:
            return
        is_here = self._thread.thread in sys._current_frames()  # a forked child has none of its parent's threads
        if self._running.acquire(timeout=1.0 if is_here else 0.0):
            self._running.release()
            self.shutdown()

    def __del__(self):
        thread = self.__dict__.get('_thread')
        if not sys or sys.is_finalizing() or sys.meta_path is None:
            return  # the interpreter ends, and has cleared the modules
        if thread is not None and not thread.loop.is_running():
            try:
                thread.close()
            except Exception:  # the collector has finalized the loop's sockets first
                pass

    def _stop(self, thread):
        if self._runs_here():
            thread.loop.stop()
            return
        try:
            thread.loop.call_soon_threadsafe(thread.loop.stop)
        except RuntimeError:  # it has just been closed
            pass

    def _runs_here(self):
        here = threading.get_ident()
        return self._attached_to == here or (self._thread is not None and self._thread.thread == here)

    def _run(self, once, timeout, until):
        with self._running:
            if self._thread is None:
                self._thread = LoopThread(self._core)
            if self._shut_down:  # meanwhile, by another thread: later ones are told to the loop
                self._thread.close()
                return
            try:
                self._thread.run(self._contexts(), once, timeout, until)
            finally:
                if self._shut_down:
                    self._thread.close()

    def _fail(self, task):
        if self._attached is None:
            self._thread.worker.fail(task)


def close_all():
    """The interpreter ends: spinning ends, and what is suspended cleans up."""
    for executor in list(_live):
        try:
            executor._close_at_exit()
        except Exception as failure:
            print(f'Exception while an executor was closed: {failure}', file=sys.stderr)
