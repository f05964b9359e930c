"""Messages as dictionaries and as text. YAML and CSV are made by rclio, as `ros2 topic echo` prints them."""

import array
import base64
from collections import OrderedDict

from rclpy import _rclio
from rosidl_parser import definition

_YAML, _CSV = 0, 1


def message_to_yaml(msg, *, truncate_length=None, no_arr=False, no_str=False, flow_style=False):
    """Block YAML. truncate_length: of sequences and strings; no_arr, no_str: only their lengths; flow_style: sequences on one line."""
    if isinstance(msg, bytes):
        return f'bytes: !!binary |\n  {base64.b64encode(msg).decode()}\n'
    return _rclio.message_text(msg, _YAML, truncate_length or 0, no_arr, no_str, flow_style)


def message_to_csv(msg, *, truncate_length=None, no_arr=False, no_str=False):
    """The values, separated by commas."""
    if isinstance(msg, bytes):
        return str(msg)
    return _rclio.message_text(msg, _CSV, truncate_length or 0, no_arr, no_str, False).rstrip('\n')


def message_to_ordereddict(msg, *, truncate_length=None, no_arr=False, no_str=False):
    """{field: value}, with lists for sequences and dictionaries for messages in it."""
    if isinstance(msg, bytes):
        return OrderedDict(bytes=msg)
    limits = {'truncate_length': truncate_length, 'no_arr': no_arr, 'no_str': no_str}
    return OrderedDict((name, _convert_value(getattr(msg, name, None), field_type=kind, **limits))
                       for name, kind in zip(msg.get_fields_and_field_types(), msg.SLOT_TYPES))


def get_message_slot_types(msg):
    """{field: type}, the types as in SLOT_TYPES."""
    return OrderedDict(zip(msg.get_fields_and_field_types(), msg.SLOT_TYPES))


def _convert_value(value, *, field_type=None, truncate_length=None, no_arr=False, no_str=False):
    limits = {'truncate_length': truncate_length, 'no_arr': no_arr, 'no_str': no_str}
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str) and no_str:
        return f'<string length: <{len(value)}>>'
    if isinstance(value, (str, bytes)):
        text = value if isinstance(value, str) else value.decode('latin-1')
        return text if truncate_length is None or len(text) <= truncate_length else text[:truncate_length] + '...'
    if isinstance(value, dict):
        return type(value)((_convert_value(key), _convert_value(one, **limits)) for key, one in value.items())
    if isinstance(value, (list, tuple, array.array)) or _is_numpy(value, 'ndarray'):
        return _convert_sequence(value, field_type, limits)
    if _is_numpy(value, 'number'):
        return value.item()
    return message_to_ordereddict(value, **limits)


def _convert_sequence(value, field_type, limits):
    if limits['no_arr'] and field_type is not None:
        return _describe(value, field_type)
    limit = limits['truncate_length']
    cut = limit is not None and len(value) > limit
    converted = [_convert_value(one, **limits) for one in (value[:limit] if cut else value)] + (['...'] if cut else [])
    return tuple(converted) if isinstance(value, tuple) else converted


def _is_numpy(value, name):
    return any(base.__module__ == 'numpy' and base.__name__ == name for base in type(value).__mro__)


def _describe(value, kind):
    element = kind.value_type
    if isinstance(element, definition.BasicType):
        name = element.typename
    elif isinstance(element, definition.AbstractString):
        name = 'string'
    elif isinstance(element, definition.AbstractWString):
        name = 'wstring'
    else:
        name = '/'.join(element.namespaced_name())
    if isinstance(kind, definition.Array):
        return f'<array type: {name}[{kind.size}]>'
    if isinstance(kind, definition.BoundedSequence):
        return f'<sequence type: {name}[{kind.maximum_size}], length: {len(value)}>'
    return f'<sequence type: {name}, length: {len(value)}>'
