"""Exceptions that upstream has in its compiled module."""

from rclpy._rclio import InvalidHandle, RCLError, RMWError

__all__ = ['InvalidHandle', 'NodeNameNonExistentError', 'RCLError', 'RCLInvalidROSArgsError', 'RMWError', 'UnknownROSArgsError',
           'UnsupportedEventTypeError', 'named_error', 'unknown_arguments']


class NodeNameNonExistentError(RCLError):
    """There is no node of that name, or it is not known yet."""


class UnsupportedEventTypeError(RCLError):
    """An event that the middleware does not tell of."""


class RCLInvalidROSArgsError(RCLError):
    """Arguments after --ros-args that cannot be read."""


class UnknownROSArgsError(RuntimeError):
    """Arguments after --ros-args that nobody knows."""


for _exception in (NodeNameNonExistentError, UnsupportedEventTypeError, RCLInvalidROSArgsError, UnknownROSArgsError):
    _exception.__module__ = RCLError.__module__  # where upstream's are, in tracebacks and for pickle


def unknown_arguments(error):
    """UnknownROSArgsError for an RCLError of the extension that says so; the same one for others."""
    import re  # only where something is wrong: it takes longer to import than rclpy
    unknown = re.search('found unknown ROS arguments: (.*)', str(error))
    return UnknownROSArgsError(str(re.findall("'([^']*)'", unknown.group(1)))) if unknown else error


def named_error(error):
    """Upstream's exception for an RCLError of the extension about arguments; the same one for others."""
    text = str(error)
    text = text[text.find('Failed to parse ROS arguments'):] if 'Failed to parse ROS arguments' in text else text
    return RCLInvalidROSArgsError(text) if "Couldn't parse" in text else unknown_arguments(error)
