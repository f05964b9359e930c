"""Levels of log messages."""

from enum import IntEnum


class LoggingSeverity(IntEnum):
    """How bad it is. UNSET: a logger goes by the level of its parent."""

    UNSET = 0
    DEBUG = 10
    INFO = 20
    WARN = 30
    ERROR = 40
    FATAL = 50
