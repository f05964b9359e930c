"""Fields of messages from dictionaries."""

import array

from rosidl_parser import definition
from rosidl_runtime_py.convert import _is_numpy
from rosidl_runtime_py.import_message import import_message_from_namespaced_type

_TIME, _HEADER = ('builtin_interfaces', 'msg', 'Time'), ('std_msgs', 'msg', 'Header')


def set_message_fields(msg, values, expand_header_auto=False, expand_time_now=False):
    """Sets the fields that a dictionary (of dictionaries, lists and values) names; the others stay.

    expand_header_auto, expand_time_now: 'auto' stands for a header and 'now' for a time whose value comes later. Returns functions to
    call with that value, a builtin_interfaces.msg.Time each.
    AttributeError: no such field. TypeError, ValueError: the value is none of the field's.
    """
    setters = []
    _set(msg, values, expand_header_auto, expand_time_now, setters)
    return setters


def _set(msg, values, header, time, setters):
    if not hasattr(values, 'items'):
        raise TypeError(f"Value '{values}' is expected to be a dictionary but is a {type(values).__name__}")
    kinds = dict(zip(msg.get_fields_and_field_types(), msg.SLOT_TYPES))
    for name, value in values.items():
        kind = kinds.get(name)
        full_name = tuple(kind.namespaced_name()) if isinstance(kind, definition.NamespacedType) else None
        if time and full_name == _TIME and value == 'now':
            setters.append(lambda stamp, name=name: setattr(msg, name, stamp))
        elif header and full_name == _HEADER and value == 'auto':
            setters.append(lambda stamp, part=getattr(msg, name): setattr(part, 'stamp', stamp))
        else:
            setattr(msg, name, _converted(getattr(msg, name), value, kind, (header, time, setters)))


def _converted(current, value, kind, more):
    """The value as the field has it."""
    element = getattr(kind, 'value_type', None)
    if isinstance(element, definition.NamespacedType):
        made = import_message_from_namespaced_type(element)
        return [one if isinstance(one, made) else _filled(made(), one, more) for one in value]
    if isinstance(current, array.array):
        return array.array(current.typecode, value)
    if _is_numpy(current, 'ndarray'):
        import numpy
        return numpy.array(value, dtype=current.dtype)
    if isinstance(value, type(current)):
        return value
    if isinstance(kind, definition.NamespacedType):
        return _filled(type(current)(), value, more)
    return type(current)(value)


def _filled(message, values, more):
    _set(message, values, *more)
    return message
