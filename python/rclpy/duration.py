"""Durations: signed nanoseconds."""

from rclpy.constants import S_TO_NS

_FIRST, _LAST = -2**63, 2**63 - 1
_message_class = None


def message_class():
    """builtin_interfaces.msg.Duration, imported when it is first needed."""
    global _message_class
    if _message_class is None:
        from builtin_interfaces.msg import Duration as found
        _message_class = found
    return _message_class


class Duration:
    """A period, or the difference between two times.

    seconds, nanoseconds: added up; both may be negative. OverflowError: the sum does not fit in 64 bits of nanoseconds.
    """

    __slots__ = ('_nanoseconds', '__weakref__')

    def __init__(self, *, seconds=0, nanoseconds=0):
        total = int(seconds * S_TO_NS) + int(nanoseconds)
        if not _FIRST <= total <= _LAST:
            raise OverflowError('Total nanoseconds value is too large to store in C duration.')
        self._nanoseconds = total

    @property
    def nanoseconds(self):
        """The whole of it, as an int."""
        return self._nanoseconds

    def __repr__(self):
        return f'Duration(nanoseconds={self._nanoseconds})'

    def __str__(self):
        return 'Infinite' if self._nanoseconds == _LAST else f'{self._nanoseconds} nanoseconds'

    def __eq__(self, other):
        return self._nanoseconds == other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def __ne__(self, other):
        return self._nanoseconds != other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def __lt__(self, other):
        return self._nanoseconds < other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def __le__(self, other):
        return self._nanoseconds <= other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def __gt__(self, other):
        return self._nanoseconds > other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def __ge__(self, other):
        return self._nanoseconds >= other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def to_msg(self):
        """A builtin_interfaces.msg.Duration: whole seconds rounded down, and 0 to 999999999 ns."""
        sec, nanosec = divmod(self._nanoseconds, S_TO_NS)
        return message_class()(sec=sec, nanosec=nanosec)

    @classmethod
    def from_msg(cls, msg):
        """The duration of a builtin_interfaces.msg.Duration. TypeError: something else."""
        if not isinstance(msg, message_class()):
            raise TypeError('Must pass a builtin_interfaces.msg.Duration object')
        return cls(seconds=msg.sec, nanoseconds=msg.nanosec)

    def get_c_duration(self):
        """An object with the attribute `nanoseconds`: itself."""
        return self


DurationType = Duration

Infinite = Duration(nanoseconds=_LAST)
