"""Makes a message class's SLOT_TYPES, when it is first asked for."""

from rclpy import _rclio
from rosidl_parser import definition

_BASIC = {
    2: 'int8', 3: 'uint8', 4: 'int16', 5: 'uint16', 6: 'int32', 7: 'uint32', 8: 'int64', 9: 'uint64',
    10: 'float', 11: 'double', 15: 'boolean', 16: 'octet',
}
_STRING, _WSTRING = 17, 18
_ARRAY, _BOUNDED_SEQUENCE, _SEQUENCE = 1, 2, 3


def _element(base, bound, nested):
    if nested:
        *namespaces, name = nested.split('/')
        return definition.NamespacedType(namespaces, name)
    if base == _STRING:
        return definition.BoundedString(bound) if bound else definition.UnboundedString()
    if base == _WSTRING:
        return definition.BoundedWString(bound) if bound else definition.UnboundedWString()
    return definition.BasicType(_BASIC[base])


def _slot_type(base, shape, capacity, bound, nested):
    element = _element(base, bound, nested)
    if shape == _ARRAY:
        return definition.Array(element, capacity)
    if shape == _BOUNDED_SEQUENCE:
        return definition.BoundedSequence(element, capacity)
    if shape == _SEQUENCE:
        return definition.UnboundedSequence(element)
    return element


def slot_types(message_class):
    return tuple(_slot_type(*field) for field in _rclio.fields(message_class))
