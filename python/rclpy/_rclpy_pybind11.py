"""What programs import from upstream's compiled module: exceptions, enumerations and a few functions. There is no such module here.

Of its handles there are those that waitables of a program's own are made of, and wait sets (_handles.py).
"""

import importlib

from rclpy._errors import (InvalidHandle, NodeNameNonExistentError, RCLError, RCLInvalidROSArgsError, RMWError, UnknownROSArgsError,
                           UnsupportedEventTypeError)

__all__ = ['InvalidHandle', 'NodeNameNonExistentError', 'RCLError', 'RCLInvalidROSArgsError', 'RCUtilsError', 'RMWError',
           'UnknownROSArgsError', 'UnsupportedEventTypeError']


class RCUtilsError(RuntimeError):
    """Of upstream's lowest library; nothing raises it here."""


def rclpy_serialize(message, message_type):
    """The bytes of a message."""
    from rclpy.serialization import serialize_message
    return serialize_message(message)


def rclpy_action_get_rmw_qos_profile(rmw_profile):
    """A profile's policies, by their names. RuntimeError: there is no such profile."""
    from rclpy.qos import qos_profile_action_status_default
    if rmw_profile != 'rcl_action_qos_profile_status_default':
        raise RuntimeError(f'Requested unknown rmw_qos_profile: {rmw_profile}')
    return qos_profile_action_status_default.get_c_qos_profile().to_dict()


_ELSEWHERE = {  # name -> (module, name there)
    'Client': ('rclpy._handles', 'Client'),
    'Publisher': ('rclpy._handles', 'Publisher'),
    'Service': ('rclpy._handles', 'Service'),
    'Subscription': ('rclpy._handles', 'Subscription'),
    'Timer': ('rclpy._handles', 'Timer'),
    'WaitSet': ('rclpy._handles', 'WaitSet'),
    'ClockType': ('rclpy.clock_type', 'ClockType'),
    'GuardCondition': ('rclpy.guard_condition', 'Handle'),
    'GoalEvent': ('rclpy.action.server', 'GoalEvent'),
    'SignalHandlerOptions': ('rclpy.signals', 'SignalHandlerOptions'),
    'TransitionCallbackReturnType': ('rclpy.lifecycle', 'TransitionCallbackReturn'),
    'rclpy_deserialize': ('rclpy.serialization', 'deserialize_message'),
    'rclpy_get_rmw_implementation_identifier': ('rclpy.utilities', 'get_rmw_implementation_identifier'),
    'rclpy_logging_get_logger_effective_level': ('rclpy.logging', 'get_logger_effective_level'),
    'rclpy_logging_get_logger_level': ('rclpy.logging', 'get_logger_level'),
    'rclpy_logging_get_logging_directory': ('rclpy._rclio', 'log_folder'),
    'rclpy_logging_initialize': ('rclpy.logging', 'initialize'),
    'rclpy_logging_set_logger_level': ('rclpy.logging', 'set_logger_level'),
    'rclpy_logging_shutdown': ('rclpy.logging', 'shutdown'),
    'rmw_qos_profile_t': ('rclpy.qos', 'rmw_qos_profile_t'),
    'rclpy_remove_ros_args': ('rclpy.utilities', 'remove_ros_args'),
}


def __getattr__(name):
    if name not in _ELSEWHERE:
        raise AttributeError(f"module 'rclpy._rclpy_pybind11' has no attribute '{name}': rclio has only what programs import from it")
    module, there = _ELSEWHERE[name]
    value = getattr(importlib.import_module(module), there)
    globals()[name] = value
    return value
