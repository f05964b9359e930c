"""Exceptions that upstream has in its compiled module."""

from rclpy._rclio import InvalidHandle, RCLError, RMWError

__all__ = ['InvalidHandle', 'NodeNameNonExistentError', 'RCLError', 'RCLInvalidROSArgsError', 'RMWError', 'UnknownROSArgsError',
           'UnsupportedEventTypeError', 'named_error']


class NodeNameNonExistentError(RCLError):
    """There is no node of that name, or it is not known yet."""


class UnsupportedEventTypeError(RCLError):
    """An event that the middleware does not tell of."""


class RCLInvalidROSArgsError(RCLError):
    """Arguments after --ros-args that cannot be read."""


class UnknownROSArgsError(RuntimeError):
    """Arguments after --ros-args that nobody knows."""


def named_error(error):
    """Upstream's exception for an RCLError of the extension."""
    text = str(error)
    if 'unknown ROS argument' in text:
        return UnknownROSArgsError(text)
    if "Couldn't parse" in text:
        return RCLInvalidROSArgsError(f'Failed to parse ROS arguments: {text}')
    return error
