"""Whether a class is that of a message or a service."""

from rclpy.exceptions import NoTypeSupportImportedException
from rclpy._rclio import Message

_HINT = (' This might be a ROS 1 message type but it should be a ROS 2 message type. Make sure to source your ROS 2 workspace after '
         'your ROS 1 workspace.')


def _is_message(candidate):
    return isinstance(candidate, type) and issubclass(candidate, Message)


def check_for_type_support(msg_or_srv_type):
    """AttributeError: it is no class of a message, a service or an action."""
    if _is_message(msg_or_srv_type) or hasattr(msg_or_srv_type, '_rclio_type'):
        return
    name = type(msg_or_srv_type).__name__
    raise AttributeError(f"type object '{name}' has no attribute '_TYPE_SUPPORT'{_HINT}")


def check_is_valid_msg_type(msg_type):
    """RuntimeError: a service's or an action's class; AttributeError: neither."""
    check_for_type_support(msg_type)
    if not _is_message(msg_type):
        raise RuntimeError(f'The message type provided is not valid ({msg_type}), this might be a service or action')


def check_is_valid_srv_type(srv_type):
    """RuntimeError: a message's or an action's class; AttributeError: neither."""
    check_for_type_support(srv_type)
    if _is_message(srv_type) or getattr(srv_type, 'Response', None) is None or getattr(srv_type, 'Request', None) is None:
        raise RuntimeError(f'The service type provided is not valid ({srv_type}), this might be a message or action')
