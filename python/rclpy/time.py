"""Points in time, each of a kind of clock."""

from rclpy.clock_type import ClockType
from rclpy.constants import S_TO_NS
from rclpy.duration import Duration

_LAST = 2**63 - 1
_message_class = None


def message_class():
    """builtin_interfaces.msg.Time, imported when it is first needed."""
    global _message_class
    if _message_class is None:
        from builtin_interfaces.msg import Time as found
        _message_class = found
    return _message_class


class Time:
    """A point in time: nanoseconds since the start of its clock, 1970 on the system's.

    seconds, nanoseconds: added up; neither may be negative (ValueError). OverflowError: the sum does not fit in 63 bits of
    nanoseconds. Times of different kinds of clocks are neither compared nor subtracted (TypeError).
    """

    __slots__ = ('_nanoseconds', '_clock_type', '__weakref__')

    def __init__(self, *, seconds=0, nanoseconds=0, clock_type=ClockType.SYSTEM_TIME):
        if not isinstance(clock_type, ClockType):
            raise TypeError('Clock type must be a ClockType enum')
        if seconds < 0:
            raise ValueError('Seconds value must not be negative')
        if nanoseconds < 0:
            raise ValueError('Nanoseconds value must not be negative')
        total = int(seconds * S_TO_NS) + int(nanoseconds)
        if total > _LAST:
            raise OverflowError('Total nanoseconds value is too large to store in C time point.')
        self._nanoseconds = total
        self._clock_type = clock_type

    @property
    def nanoseconds(self):
        """The whole of it, as an int."""
        return self._nanoseconds

    @property
    def clock_type(self):
        return self._clock_type

    def seconds_nanoseconds(self):
        """(seconds, 0 to 999999999 ns)."""
        return divmod(self._nanoseconds, S_TO_NS)

    def __repr__(self):
        return f'Time(nanoseconds={self._nanoseconds}, clock_type={self._clock_type.name})'

    def __add__(self, other):
        """A later time. OverflowError: it does not fit."""
        if not isinstance(other, Duration):
            return NotImplemented
        try:
            return Time(nanoseconds=self._nanoseconds + other._nanoseconds, clock_type=self._clock_type)
        except OverflowError:
            raise OverflowError('Addition leads to overflow in C storage.') from None

    __radd__ = __add__

    def __sub__(self, other):
        """The Duration from another Time, or an earlier Time. ValueError: one before 0."""
        if isinstance(other, Time):
            if self._clock_type != other._clock_type:
                raise TypeError("Can't subtract times with different clock types")
            return Duration(nanoseconds=self._nanoseconds - other._nanoseconds)
        if not isinstance(other, Duration):
            return NotImplemented
        if self._nanoseconds < other._nanoseconds:
            raise ValueError('Subtraction leads to negative time.')
        return Time(nanoseconds=self._nanoseconds - other._nanoseconds, clock_type=self._clock_type)

    def _pair(self, other):
        """Whether both can be compared; TypeError: they are times of different clocks."""
        if not isinstance(other, Time):
            return False
        if self._clock_type != other._clock_type:
            raise TypeError("Can't compare times with different clock types")
        return True

    def __eq__(self, other):
        return self._nanoseconds == other._nanoseconds if self._pair(other) else NotImplemented

    def __ne__(self, other):
        return self._nanoseconds != other._nanoseconds if self._pair(other) else NotImplemented

    def __lt__(self, other):
        return self._nanoseconds < other._nanoseconds if self._pair(other) else NotImplemented

    def __le__(self, other):
        return self._nanoseconds <= other._nanoseconds if self._pair(other) else NotImplemented

    def __gt__(self, other):
        return self._nanoseconds > other._nanoseconds if self._pair(other) else NotImplemented

    def __ge__(self, other):
        return self._nanoseconds >= other._nanoseconds if self._pair(other) else NotImplemented

    def to_msg(self):
        """A builtin_interfaces.msg.Time. Its kind of clock is not in there."""
        sec, nanosec = divmod(self._nanoseconds, S_TO_NS)
        return message_class()(sec=sec, nanosec=nanosec)

    @classmethod
    def from_msg(cls, msg, clock_type=ClockType.ROS_TIME):
        """The time of a builtin_interfaces.msg.Time. TypeError: something else."""
        if not isinstance(msg, message_class()):
            raise TypeError('Must pass a builtin_interfaces.msg.Time object')
        return cls(seconds=msg.sec, nanoseconds=msg.nanosec, clock_type=clock_type)


TimeHandle = Time


def time_of(nanoseconds, clock_type):
    """A Time without the checks, for clocks."""
    made = Time.__new__(Time)
    made._nanoseconds = nanoseconds
    made._clock_type = clock_type
    return made
