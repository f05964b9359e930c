"""Parameters as values."""

import array
from enum import Enum

from rcl_interfaces.msg import Parameter as ParameterMsg, ParameterType, ParameterValue

PARAMETER_SEPARATOR_STRING = '.'
_SEQUENCES = (list, tuple, array.array)


class Parameter:
    """A name with a value, and the value's type. It does not change."""

    class Type(Enum):
        """Types of values, by the numbers that go over the wire."""

        NOT_SET = ParameterType.PARAMETER_NOT_SET
        BOOL = ParameterType.PARAMETER_BOOL
        INTEGER = ParameterType.PARAMETER_INTEGER
        DOUBLE = ParameterType.PARAMETER_DOUBLE
        STRING = ParameterType.PARAMETER_STRING
        BYTE_ARRAY = ParameterType.PARAMETER_BYTE_ARRAY
        BOOL_ARRAY = ParameterType.PARAMETER_BOOL_ARRAY
        INTEGER_ARRAY = ParameterType.PARAMETER_INTEGER_ARRAY
        DOUBLE_ARRAY = ParameterType.PARAMETER_DOUBLE_ARRAY
        STRING_ARRAY = ParameterType.PARAMETER_STRING_ARRAY

        @classmethod
        def from_parameter_value(cls, parameter_value):
            """The type of a Python value; of an empty list BYTE_ARRAY. TypeError: a parameter cannot have it."""
            name = _SINGLE.get(type(parameter_value))
            if name is not None:
                return cls[name]
            if not isinstance(parameter_value, _SEQUENCES):
                for kind, name in _SINGLE.items():
                    if isinstance(parameter_value, kind):
                        return cls[name]
                raise TypeError(f"The given value is not one of the allowed types '{parameter_value}'.")
            for kind, name in _ARRAYS.items():
                if all(isinstance(element, kind) for element in parameter_value):
                    return cls[name]
            raise TypeError(f"The given value is not a list of one of the allowed types '{parameter_value}'.")

        def check(self, parameter_value):
            """Whether a Python value is of this type."""
            kind = _KINDS[self.name]
            if not self.name.endswith('_ARRAY'):
                return isinstance(parameter_value, kind)
            if not isinstance(parameter_value, _SEQUENCES):
                return False
            return all(isinstance(element, kind) and (kind is not bytes or len(element) == 1) for element in parameter_value)

    @classmethod
    def from_parameter_msg(cls, param_msg):
        """A parameter from a message rcl_interfaces/msg/Parameter."""
        type_ = Parameter.Type(param_msg.value.type)
        return cls(param_msg.name, type_, _field_of(type_, param_msg.value))

    def __init__(self, name, type_=None, value=None):
        """Without a type it is the value's. TypeError, ValueError: the value cannot be one, or is of another type."""
        if type_ is None:
            type_ = Parameter.Type.from_parameter_value(value)
        if not isinstance(type_, Parameter.Type):
            raise TypeError("type must be an instance of '{}'".format(repr(Parameter.Type)))
        if not type_.check(value):
            raise ValueError(f"Type '{type_}' and value '{value}' do not agree")
        if not _fits(type_, value):
            raise ValueError(f"Type '{type_}' has 64 bits, and value '{value}' does not fit")
        self._type_ = type_
        self._name = name
        self._value = value

    @property
    def name(self):
        return self._name

    @property
    def type_(self):
        return self._type_

    @property
    def value(self):
        """None, a bool, int, float, str, or a list, tuple or array of one of these or of single bytes."""
        return self._value

    def get_parameter_value(self):
        """The value as a message rcl_interfaces/msg/ParameterValue."""
        message = ParameterValue(type=self.type_.value)
        if self.type_ != Parameter.Type.NOT_SET:
            setattr(message, f'{self.type_.name.lower()}_value', self.value)
        return message

    def to_parameter_msg(self):
        """A message rcl_interfaces/msg/Parameter."""
        return ParameterMsg(name=self.name, value=self.get_parameter_value())


def _fits(type_, value):
    if type_ is Parameter.Type.INTEGER:
        return -2**63 <= value < 2**63
    return type_ is not Parameter.Type.INTEGER_ARRAY or all(-2**63 <= element < 2**63 for element in value)


# In the order in which a value is tried: a bool is an int, too.
_SINGLE = {type(None): 'NOT_SET', bool: 'BOOL', int: 'INTEGER', float: 'DOUBLE', str: 'STRING'}
_ARRAYS = {bytes: 'BYTE_ARRAY', bool: 'BOOL_ARRAY', int: 'INTEGER_ARRAY', float: 'DOUBLE_ARRAY', str: 'STRING_ARRAY'}
_KINDS = {name: kind for kinds in (_SINGLE, _ARRAYS) for kind, name in kinds.items()}


def get_parameter_value(string_value):
    """A message rcl_interfaces/msg/ParameterValue from a text, which is read as YAML; what is neither a number nor a bool nor a list of
    one type is a string."""
    import yaml
    try:
        value = yaml.safe_load(string_value)
    except yaml.parser.ParserError:
        value = string_value
    if isinstance(value, list):
        for kind in (bool, int, float, str):
            if all(isinstance(element, kind) for element in value):
                name = _ARRAYS[kind]
                break
        else:
            name, value = 'STRING', string_value
    elif isinstance(value, (bool, int, float)):
        name = _SINGLE[type(value)]
    else:
        name = 'STRING'
        if value is None or not isinstance(value, (str, dict)):
            value = string_value
    message = ParameterValue(type=Parameter.Type[name].value)
    setattr(message, f'{name.lower()}_value', value)
    return message


def parameter_value_to_python(parameter_value):
    """The Python value, arrays as lists, of a message rcl_interfaces/msg/ParameterValue. RuntimeError: its type does not exist."""
    try:
        type_ = Parameter.Type(parameter_value.type)
    except ValueError:
        raise RuntimeError(f'unexpected parameter type {parameter_value.type}') from None
    value = _field_of(type_, parameter_value)
    return list(value) if isinstance(value, array.array) else value


def _field_of(type_, message):
    return None if type_ == Parameter.Type.NOT_SET else getattr(message, f'{type_.name.lower()}_value')


def parameter_dict_from_yaml_file(parameter_file, use_wildcard=False, target_nodes=None, namespace=''):
    """The parameters of a parameter file, as {name: rcl_interfaces/msg/Parameter}.

    use_wildcard  those for all nodes ('/**') too, below the others
    target_nodes  full names of nodes; None: all that the file has
    namespace     what is put before every name
    RuntimeError: the file has nothing for these nodes, or is no parameter file. FileNotFoundError.
    """
    import yaml
    with open(parameter_file, encoding='utf-8') as file:
        nodes = yaml.safe_load(file)
    keys = ['/**'] if use_wildcard and '/**' in nodes else []
    for name in target_nodes or ():
        if name not in nodes:
            raise RuntimeError(f'Param file does not contain parameters for {name},only for nodes: {list(nodes.keys())} ')
        keys.append(name)
    if not target_nodes:
        keys += [name for name in nodes if name != '/**']
    if not keys:
        raise RuntimeError('Param file does not contain selected parameters')
    values = {}
    for name in keys:
        content = nodes[name]
        if not isinstance(content, dict) or 'ros__parameters' not in content:
            raise RuntimeError(f'YAML file is not a valid ROS parameter file for node {name}')
        values.update(content['ros__parameters'])
    return _flat(namespace, values)


def _flat(prefix, values):
    """{'a': {'b': 1}} as {'a.b': the parameter}."""
    parameters = {}
    for name, value in values.items():
        if isinstance(value, dict):
            parameters.update(_flat(prefix + name + PARAMETER_SEPARATOR_STRING, value))
        else:
            parameters[prefix + name] = ParameterMsg(name=prefix + name, value=get_parameter_value(str(value)))
    return parameters
