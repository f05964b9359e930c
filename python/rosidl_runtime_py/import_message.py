"""Classes by their types."""

import importlib


def import_message_from_namespaced_type(message_type):
    """The class of a rosidl_parser.definition.NamespacedType."""
    return getattr(importlib.import_module('.'.join(message_type.namespaces)), message_type.name)
