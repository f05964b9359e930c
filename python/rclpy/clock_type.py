"""Kinds of clocks."""

from enum import IntEnum


class ClockType(IntEnum):
    """What a clock tells: ROS time (/clock when it is simulated), the system's time, or time since some start that never jumps."""

    UNINITIALIZED = 0
    ROS_TIME = 1
    SYSTEM_TIME = 2
    STEADY_TIME = 3
