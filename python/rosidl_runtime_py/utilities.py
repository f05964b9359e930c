"""Classes of interfaces by their names."""

from rosidl_parser.definition import NamespacedType
from rosidl_runtime_py.import_message import import_message_from_namespaced_type


def is_message(interface):
    return hasattr(interface, 'get_fields_and_field_types')


def is_service(interface):
    return hasattr(interface, 'Request') and hasattr(interface, 'Response')


def is_action(interface):
    return hasattr(interface, 'Goal') and hasattr(interface, 'Result') and hasattr(interface, 'Feedback')


def get_namespaced_type(identifier, _folder=None):
    """A NamespacedType of 'p/msg/Name'. ValueError: that is no full name."""
    parts = identifier.split('/')
    if len(parts) == 2 and _folder is not None:
        parts.insert(1, _folder)
    if len(parts) < 3 or not all(parts):
        raise ValueError(f"Invalid name '{identifier}'. Expected at least two parts separated by '/'"
                         if len(parts) < 2 else f"Invalid name '{identifier}'. Must not contain empty parts")
    return NamespacedType(parts[:-1], parts[-1])


def get_message_namespaced_type(identifier):
    """As get_namespaced_type(), of 'p/Name', too."""
    return get_namespaced_type(identifier, 'msg')


def get_service_namespaced_type(identifier):
    """As get_namespaced_type(), of 'p/Name', too."""
    return get_namespaced_type(identifier, 'srv')


def get_action_namespaced_type(identifier):
    """As get_namespaced_type(), of 'p/Name', too."""
    return get_namespaced_type(identifier, 'action')


def get_interface(identifier):
    """The class of 'p/msg/Name'."""
    return import_message_from_namespaced_type(get_namespaced_type(identifier))


def get_message(identifier):
    """The class of 'p/msg/Name' or 'p/Name'. ValueError: it is no message."""
    return _checked(get_message_namespaced_type, identifier, is_message, 'a message')


def get_service(identifier):
    """The class of 'p/srv/Name' or 'p/Name'. ValueError: it is no service."""
    return _checked(get_service_namespaced_type, identifier, is_service, 'a service')


def get_action(identifier):
    """The class of 'p/action/Name' or 'p/Name'. ValueError: it is no action."""
    return _checked(get_action_namespaced_type, identifier, is_action, 'an action')


def _checked(type_of, identifier, is_it, what):
    interface = import_message_from_namespaced_type(type_of(identifier))
    if not is_it(interface):
        raise ValueError(f"Expected the full name of {what}, got '{identifier}'")
    return interface
