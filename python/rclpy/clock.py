"""Clocks: what time it is, jumps of the time, and sleeping by a clock."""

from collections.abc import Callable

from rclpy import _rclio
from rclpy._elsewhere import from_elsewhere
from rclpy._enums import NamedNumber
from rclpy.clock_type import ClockType
from rclpy.duration import Duration
from rclpy.exceptions import NotInitializedException
from rclpy.task import Future
from rclpy.time import Time, time_of
from rclpy.utilities import get_default_context

__all__ = ['Clock', 'ClockChange', 'ClockType', 'JumpHandle', 'JumpThreshold', 'ROSClock', 'TimeJump', 'TimeJumpDictionary']

__getattr__ = from_elsewhere(__name__, 'rclpy.context Context')
ClockHandle = _rclio.Clock
JumpHandlePreCallbackType = Callable[[], None]
_OVER, _TIMEOUT = 0, 1  # of _rclio.wait()


class ClockChange(NamedNumber):
    """What a jump did to a clock's source."""

    ROS_TIME_NO_CHANGE = 1
    ROS_TIME_ACTIVATED = 2
    ROS_TIME_DEACTIVATED = 3
    SYSTEM_TIME_NO_CHANGE = 4


class TimeJumpDictionary(dict):
    """A jump as {'clock_change': ClockChange, 'delta': nanoseconds}: what a JumpHandle made by hand gives its post callback."""


class JumpThreshold:
    """Which jumps are of interest.

    min_forward: a positive Duration; None: no jump forward is. min_backward: a negative one; None: no jump back is.
    on_clock_change: whether a change of the source is.
    """

    def __init__(self, *, min_forward, min_backward, on_clock_change=True):
        if min_forward is not None and min_forward.nanoseconds <= 0:
            raise ValueError('min_forward must be a positive non-zero duration')
        if min_backward is not None and min_backward.nanoseconds >= 0:
            raise ValueError('min_backward must be a negative non-zero duration')
        if min_forward is None and min_backward is None and not on_clock_change:
            raise ValueError('At least one jump threshold must be enabled')
        self.min_forward = min_forward
        self.min_backward = min_backward
        self.on_clock_change = on_clock_change


class TimeJump:
    """A jump that has happened: what became of the source, and the new time less the old one, a Duration."""

    def __init__(self, clock_change, delta):
        if not isinstance(clock_change, ClockChange):
            raise TypeError('clock_change must be an instance of rclpy.clock.ClockChange')
        self._clock_change = clock_change
        self._delta = delta

    @property
    def clock_change(self):
        return self._clock_change

    @property
    def delta(self):
        return self._delta


class JumpHandle:
    """Callbacks of jumps: called until unregister(), the end of a `with`, or the end of the handle."""

    def __init__(self, *, clock, threshold, pre_callback, post_callback):
        def after(change, nanoseconds):
            post_callback(TimeJumpDictionary(clock_change=ClockChange(change), delta=nanoseconds))

        self._begin(clock, threshold, pre_callback, post_callback, after)

    def _begin(self, clock, threshold, before, post_callback, after):
        if not callable(post_callback):
            after = None
        if before is None and after is None:
            raise ValueError('One of pre_callback or post_callback must be callable')
        if before is not None and not callable(before):
            raise ValueError('pre_callback must be callable if given')
        forward = 0 if threshold.min_forward is None else threshold.min_forward.nanoseconds
        backward = 0 if threshold.min_backward is None else threshold.min_backward.nanoseconds
        self._clock = clock
        self._jump = _rclio.Jump(clock.handle, bool(threshold.on_clock_change), forward, backward, before, after)

    @classmethod
    def _of_jumps(cls, clock, threshold, pre_callback, post_callback):
        """As the constructor, but the post callback gets a TimeJump."""
        def after(change, nanoseconds):
            post_callback(TimeJump(ClockChange(change), Duration(nanoseconds=nanoseconds)))

        made = cls.__new__(cls)
        made._begin(clock, threshold, pre_callback, post_callback, after)
        return made

    def unregister(self):
        """The callbacks are not called any more. A second time does nothing."""
        jump, self._jump = self._jump, None
        if jump is not None:
            jump.destroy()

    def __enter__(self):
        return self

    def __exit__(self, t, v, tb):
        self.unregister()


class Clock:
    """A clock of one kind. TypeError: `clock_type` is no ClockType."""

    def __new__(cls, *, clock_type=ClockType.SYSTEM_TIME):
        if not isinstance(clock_type, ClockType):
            raise TypeError('Clock type must be a ClockType enum')
        if clock_type is ClockType.ROS_TIME:
            return cls._of_handle(_rclio.Clock(clock_type), ROSClock)
        return cls._of_handle(_rclio.Clock(clock_type), cls, clock_type)

    @staticmethod
    def _of_handle(handle, cls, clock_type=ClockType.ROS_TIME):
        made = object.__new__(cls)
        made._clock = handle
        made._clock_type = clock_type
        made._now = handle.now
        return made

    @property
    def clock_type(self):
        return self._clock_type

    @property
    def handle(self):
        return self._clock

    def __repr__(self):
        return f'Clock(clock_type={self._clock_type.name})'

    def now(self):
        """The Time."""
        return time_of(self._now(), self._clock_type)

    def create_jump_callback(self, threshold, *, pre_callback=None, post_callback=None):
        """Calls pre_callback() before and post_callback(TimeJump) after jumps that meet the threshold, in the thread that sets the time.

        Returns a JumpHandle; when it goes, so do the calls. ValueError: there is nothing to call.
        """
        return JumpHandle._of_jumps(self, threshold, pre_callback, post_callback)

    def sleep_until(self, until, context=None):
        """Blocks the thread until this clock shows the Time `until`.

        True: it does. False: the context was shut down, or the source of a ROS clock changed. ValueError: `until` is of another
        kind of clock. NotInitializedException: the context is not in use.
        """
        context = get_default_context() if context is None else context
        if not context.ok():
            raise NotInitializedException()
        if until.clock_type != self._clock_type:
            raise ValueError("until's clock type does not match this clock's type")
        if self._clock_type is ClockType.ROS_TIME and self._clock.is_active():
            return self._sleep_by_ros_time(until.nanoseconds, context)
        return self._sleep(until.nanoseconds, context)

    def _sleep(self, until, context):
        """By a clock that goes on by itself; a ROS clock's sleep ends when somebody else begins to set it."""
        changed = Future() if self._clock_type is ClockType.ROS_TIME else None
        jump = None if changed is None else _rclio.Jump(self._clock, True, 0, 0, None, lambda *_: changed.set_result(None))
        try:
            while True:
                left = until - self._now()
                if left <= 0:
                    return True
                if _rclio.wait((context.handle,), changed, left * 1e-9, None, False, None, True) != _TIMEOUT:
                    return False
        finally:
            if jump is not None:
                jump.destroy()

    def _sleep_by_ros_time(self, until, context):
        """By the time that somebody else sets, /clock for example, which is heard meanwhile even if nobody spins."""
        over = Future()

        def look(change, nanoseconds):
            if change != ClockChange.ROS_TIME_NO_CHANGE or self._now() >= until:
                over.set_result(change == ClockChange.ROS_TIME_NO_CHANGE)

        jump = _rclio.Jump(self._clock, True, 1, 0, None, look)
        try:
            look(ClockChange.ROS_TIME_NO_CHANGE, 0)  # it may have moved before the callback was there
            if _rclio.wait((context.handle,), over, None, None, False, None, True) != _OVER:
                return False
            return over.result()
        finally:
            jump.destroy()

    def sleep_for(self, rel_time, context=None):
        """As sleep_until(), for a Duration from now on."""
        return self.sleep_until(self.now() + rel_time, context)


class ROSClock(Clock):
    """A clock that tells the system's time until ROS time is active, and then the last one that it was set to."""

    def __new__(cls):
        return super()._of_handle(_rclio.Clock(ClockType.ROS_TIME), cls)

    @property
    def ros_time_is_active(self):
        return self._clock.is_active()

    def _set_ros_time_is_active(self, enabled):
        self._clock.set_active(enabled)

    def set_ros_time_override(self, time):
        """Sets the time it shows while ROS time is active."""
        if not isinstance(time, Time):
            raise TypeError(f'Time must be specified as rclpy.time.Time. Received type: {type(time)}')
        self._clock.set_time(time.nanoseconds)
