"""Timers and rates."""

import threading

from rclpy import _rclio
from rclpy._arguments import plain
from rclpy._elsewhere import from_elsewhere
from rclpy.clock import ClockType
from rclpy.exceptions import InvalidHandle, ROSInterruptException
from rclpy.task import Future
from rclpy.time import time_of
from rclpy.utilities import get_default_context

__all__ = ['Rate', 'Timer', 'TimerInfo']

__getattr__ = from_elsewhere(__name__, 'rclpy.callback_groups CallbackGroup', 'rclpy.clock Clock', 'rclpy.context Context')
_SHUTDOWN = 2  # of _rclio.wait()


class TimerInfo:
    """When a timer's call was due and when it was made, Times: for callbacks with a parameter that is annotated with this class."""

    __slots__ = ('expected_call_time', 'actual_call_time')

    def __init__(self, *, expected_call_time, actual_call_time, clock_type=ClockType.ROS_TIME):
        if isinstance(expected_call_time, int):
            expected_call_time = time_of(expected_call_time, clock_type)
        if isinstance(actual_call_time, int):
            actual_call_time = time_of(actual_call_time, clock_type)
        self.expected_call_time = expected_call_time
        self.actual_call_time = actual_call_time

    def __repr__(self):
        return f'TimerInfo(expected_call_time={self.expected_call_time}, actual_call_time={self.actual_call_time})'


def _informed(callback, clock_type):
    """(what the extension calls, whether that gets both times)."""
    if callback is None:
        return None, False
    found = plain(callback)
    if found is not None and not found[0].__annotations__:
        return callback, False
    import inspect
    try:
        parameters = inspect.signature(callback).parameters.values()
    except (TypeError, ValueError):
        return callback, False
    name = next((parameter.name for parameter in parameters if parameter.annotation in (TimerInfo, 'TimerInfo')), None)
    if name is None:
        return callback, False
    return lambda expected, actual: callback(**{name: TimerInfo(
        expected_call_time=expected, actual_call_time=actual, clock_type=clock_type)}), True


class Timer:
    """Calls back with a period. Nodes make it (create_timer)."""

    def __init__(self, callback, callback_group, timer_period_ns, clock, *, context=None, autostart=True, _node=None, _completes=False):
        if _node is None:
            raise NotImplementedError('a timer is made by Node.create_timer(): it runs in its node')
        if timer_period_ns < 0:
            raise _rclio.RCLError('failed to create timer: timer period must be non-negative')
        self._callback, self._clock = callback, clock
        self.callback_group = callback_group
        called, told = _informed(callback, clock.clock_type)
        self.__timer = _rclio.Timer(_node, int(timer_period_ns), called, autostart, clock.handle, told, _completes)

    @property
    def handle(self):
        return self.__timer

    @property
    def clock(self):
        """The clock that its period is measured by."""
        return self._clock

    @property
    def callback(self):
        return self._callback

    @callback.setter
    def callback(self, callback):
        self.__timer.set_callback(*_informed(callback, self._clock.clock_type))
        self._callback = callback

    @property
    def timer_period_ns(self):
        """Nanoseconds; a new value counts from the next call on."""
        return self.__timer.period()

    @timer_period_ns.setter
    def timer_period_ns(self, value):
        self.__timer.set_period(int(value))

    def is_ready(self):
        """True: a call is due."""
        return self.__timer.is_timer_ready()

    def is_canceled(self):
        return self.__timer.is_canceled()

    def cancel(self):
        """No more calls until reset()."""
        self.__timer.cancel()

    def reset(self):
        """The next call is one period from now, cancelled or not."""
        self.__timer.reset()

    def time_since_last_call(self):
        """Nanoseconds since the last call, or since it was made or reset."""
        return self.__timer.since_last()

    def time_until_next_call(self):
        """Nanoseconds until the next call, negative when it is late; None: it is cancelled."""
        return self.__timer.until_next()

    def destroy(self):
        """Ends it; destroy_timer() of its node does so."""
        self.__timer.destroy()


class Rate:
    """Sleeps until the next tick of a timer. Nodes make it (create_rate).

    Nobody has to spin: who sleeps lets rclio work meanwhile.
    """

    def __init__(self, timer, *, context):
        self._timer = timer
        self._context = get_default_context() if context is None else context
        self._lock = threading.Lock()
        self._ticked = self._is_destroyed = False
        self._sleepers = []
        timer.callback = self._tick

    def _tick(self):
        with self._lock:
            sleepers, self._sleepers = self._sleepers, []
            self._ticked = not sleepers
        for sleeper in sleepers:
            sleeper.set_result(None)

    def destroy(self):
        """Ends it, and sleeps by it; destroy_rate() of its node does so."""
        self._is_destroyed = True
        self._tick()

    def sleep(self):
        """Blocks the thread until the next tick; returns at once when one has passed since the last sleep.

        ROSInterruptException: the context is shut down. RuntimeError: the rate is destroyed.
        """
        if not self._context.ok():
            raise ROSInterruptException()
        if self._is_destroyed:
            raise RuntimeError('Rate cannot sleep because it has been destroyed')
        with self._lock:
            if self._ticked:
                self._ticked = False
                return
            sleeper = Future()
            self._sleepers.append(sleeper)
        if _rclio.wait((self._context.handle,), sleeper, None, None, False, None, True) == _SHUTDOWN:
            raise ROSInterruptException()


__all__ += ['InvalidHandle', 'ROSInterruptException']
