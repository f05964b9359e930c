"""Quality of service."""

from enum import IntEnum


class HistoryPolicy(IntEnum):
    SYSTEM_DEFAULT = 0
    KEEP_LAST = 1
    KEEP_ALL = 2
    UNKNOWN = 3


class ReliabilityPolicy(IntEnum):
    SYSTEM_DEFAULT = 0
    RELIABLE = 1
    BEST_EFFORT = 2
    UNKNOWN = 3
    BEST_AVAILABLE = 4


class DurabilityPolicy(IntEnum):
    SYSTEM_DEFAULT = 0
    TRANSIENT_LOCAL = 1
    VOLATILE = 2
    UNKNOWN = 3
    BEST_AVAILABLE = 4


QoSHistoryPolicy, QoSReliabilityPolicy, QoSDurabilityPolicy = HistoryPolicy, ReliabilityPolicy, DurabilityPolicy

# rclio's numbers (rclio/qos.h), where 0 is the default profile's value.
_RELIABILITY = {0: 3, 1: 1, 2: 2, 3: 5, 4: 4}
_DURABILITY = {0: 3, 1: 2, 2: 1, 3: 5, 4: 4}
_HISTORY = {0: 3, 1: 1, 2: 2, 3: 4}


class QoSProfile:
    """Policies of a publisher or a subscription."""

    __slots__ = ('history', 'depth', 'reliability', 'durability')

    def __init__(self, *, depth=0, history=HistoryPolicy.KEEP_LAST, reliability=ReliabilityPolicy.RELIABLE,
                 durability=DurabilityPolicy.VOLATILE):
        self.history = HistoryPolicy(history)
        self.depth = depth
        self.reliability = ReliabilityPolicy(reliability)
        self.durability = DurabilityPolicy(durability)

    def _numbers(self):
        return _RELIABILITY[self.reliability], _DURABILITY[self.durability], _HISTORY[self.history], self.depth


qos_profile_sensor_data = QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT)


def numbers_of(profile):
    """A profile, or a depth, as the extension takes it."""
    if isinstance(profile, int):
        if profile < 0:
            raise ValueError('history depth must be greater than or equal to zero')
        profile = QoSProfile(depth=profile)
    return profile._numbers()
