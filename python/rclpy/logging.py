"""Logging: loggers by name, their levels, where log files go."""

from rclpy import _rclio
from rclpy.impl.logging_severity import LoggingSeverity
from rclpy.impl.rcutils_logger import RcutilsLogger

_root_logger = RcutilsLogger()


def get_logger(name):
    """The logger of a name; 'a.b' is below 'a'. ValueError: no name."""
    if not name:
        raise ValueError('Logger name must not be empty.')
    return _root_logger.get_child(name) if isinstance(name, str) else RcutilsLogger(name)


def initialize():
    """Nothing has to be done: logging works before rclpy.init(), to the console, and from then on everywhere."""


def shutdown():
    """Nothing has to be done: a context's log file is closed with it."""


def clear_config():
    """As shutdown() and initialize()."""


def set_logger_level(name, level, detailed_error=False):
    """What is below this level is not written by the logger, and by those below it. ValueError: it is no LoggingSeverity."""
    _rclio.set_logger_level(name, LoggingSeverity(level))


def get_logger_effective_level(name):
    """The level that counts for a logger, its own or that of a parent."""
    return LoggingSeverity(_rclio.logger_effective_level(name))


def get_logger_level(name):
    """The level that was set for the logger itself; UNSET: none. Of the root logger '': the default."""
    return LoggingSeverity(_rclio.logger_level(name))


def get_logging_severity_from_string(log_severity):
    """LoggingSeverity.WARN for 'warn', in any case. RuntimeError: there is no such name."""
    if log_severity is not None and not isinstance(log_severity, str):
        raise TypeError(f'the name of a severity must be a str, not {type(log_severity).__name__}')
    level = LoggingSeverity.__members__.get((log_severity or '').upper())
    if level is None:
        raise RuntimeError('Failed to get severity name')
    return level


def get_logging_directory():
    """The folder of log files, a Path: ROS_LOG_DIR, else log in ROS_HOME, else ~/.ros/log."""
    from pathlib import Path  # it takes longer to import than this module
    return Path(_rclio.log_folder())
