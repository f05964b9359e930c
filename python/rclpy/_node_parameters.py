"""Parameters of nodes: a part of rclpy.node.Node.

  PR1  Parameters are values in a dict, in the order of declaration; a Parameter does not change, so one that was given out is a snapshot.
  PR2  Setting goes in this order: pre-set callbacks, checks, on-set callbacks, the new values, one event on /parameter_events, post-set
       callbacks. Of each kind the callback that was added last is called first.
  PR3  Overrides from the command line and from files are the C library's to read; Python only asks for them.
"""

import copy
import math
import warnings

from rcl_interfaces.msg import ListParametersResult, ParameterDescriptor, ParameterEvent, SetParametersResult
from rclpy.exceptions import InvalidParameterTypeException, InvalidParameterValueException, ParameterAlreadyDeclaredException
from rclpy.exceptions import ParameterImmutableException, ParameterNotDeclaredException, ParameterUninitializedException
from rclpy.parameter import Parameter, PARAMETER_SEPARATOR_STRING
from rclpy.qos import qos_profile_parameter_events
from rclpy.validate_parameter_name import validate_parameter_name

_NOT_SET = Parameter.Type.NOT_SET
_ONLY_A_NAME = """when declaring parameter named '{}', declaring a parameter only providing its name is deprecated. You have to either:
\t- Pass a name and a default value different to "PARAMETER NOT SET" (and optionally a descriptor).
\t- Pass a name and a parameter type.
\t- Pass a name and a descriptor with `dynamic_typing=True"""


def _check_parameters(parameters):
    if not all(isinstance(parameter, Parameter) for parameter in parameters):
        raise TypeError("parameter must be instance of type '{}'".format(repr(Parameter)))


def _refused(reason):
    return SetParametersResult(successful=False, reason=reason)


def _integer_range_reason(parameter, bounds):
    name, value = parameter.name, parameter.value
    low, high = sorted((bounds.from_value, bounds.to_value))
    if value in (low, high):
        return None
    if not low <= value <= high:
        return f'Parameter {name} out of range. Min: {low}, Max: {high}, value: {value}'
    if bounds.step and (value - low) % bounds.step:
        return f'The parameter value for {name} is not a valid step. Min: {low}, max: {high}, value: {value}, step: {bounds.step}'
    return None


def _floating_point_range_reason(parameter, bounds, tolerance):
    name, value = parameter.name, parameter.value
    low, high = sorted((bounds.from_value, bounds.to_value))
    if any(math.isclose(value, bound, rel_tol=tolerance) for bound in (low, high)):
        return None
    if not low <= value <= high:
        return f'Parameter {name} out of range Min: {low}, Max: {high}, value: {value}'
    if bounds.step:
        nearest = low + round((value - low) / bounds.step) * bounds.step
        if not math.isclose(value, nearest, rel_tol=tolerance):
            return (f'The parameter value for {name} is not close enough to a valid step. Min: {low}, max: {high}, value: {value}, '
                    f'step: {bounds.step}')
    return None


class ParameterMethods:
    """Parameters: declaring, reading, setting, callbacks."""

    PARAM_REL_TOL = 1e-6

    def _rclio_open_parameters(self, overrides, allow_undeclared):
        self._parameters, self._descriptors = {}, {}
        self._allow_undeclared_parameters = allow_undeclared
        self._pre_set_parameters_callbacks, self._on_set_parameters_callbacks = [], []
        self._post_set_parameters_callbacks = []
        self._parameter_overrides = {name: Parameter(name, Parameter.Type(type_), value)
                                     for name, type_, value in self.handle.overrides()}
        self._parameter_overrides.update({parameter.name: parameter for parameter in overrides or ()})
        self._parameter_event_publisher = self.create_publisher(ParameterEvent, '/parameter_events', qos_profile_parameter_events)

    def _rclio_declare_overrides(self):
        self.declare_parameters('', [(name, parameter.value, ParameterDescriptor())
                                     for name, parameter in self._parameter_overrides.items()], ignore_override=True)

    def declare_parameter(self, name, value=None, descriptor=None, ignore_override=False):
        """Declares a parameter and returns it with its value: that of an override, else `value`.

        value            the default, whose type is the parameter's for good unless the descriptor has dynamic_typing; or a
                         Parameter.Type: it has no value until it is set
        descriptor       ParameterDescriptor: ranges, read_only, dynamic_typing, description
        ignore_override  what the command line says does not count
        ParameterAlreadyDeclaredException, InvalidParameterException (the name), InvalidParameterTypeException (an override of another
        type), InvalidParameterValueException (range, or a callback refuses), ValueError, TypeError.
        """
        if value is None and descriptor is None:
            declaration = (name,)
        else:
            declaration = (name, value, ParameterDescriptor() if descriptor is None else descriptor)
        return self.declare_parameters('', [declaration], ignore_override)[0]

    def declare_parameters(self, namespace, parameters, ignore_override=False):
        """Declares several: tuples (name,), (name, value or type), (name, value or type, descriptor), below `namespace` unless it is ''.

        When one of them is declared already none is; at another failure those before it stay. Exceptions as declare_parameter().
        """
        declared = [self.__read_declaration(index, declaration, namespace, ignore_override)
                    for index, declaration in enumerate(parameters)]
        known = [parameter.name for parameter, _ in declared if parameter.name in self._parameters]
        if known:
            raise ParameterAlreadyDeclaredException(known)
        for parameter, descriptor in declared:
            result = self.__apply([parameter], {parameter.name: descriptor}, is_declaration=True)
            if result.successful:
                continue
            if result.reason.startswith('Wrong parameter type'):
                raise InvalidParameterTypeException(parameter, Parameter.Type(descriptor.type).name)
            raise InvalidParameterValueException(parameter.name, parameter.value, result.reason)
        return [self._parameters[parameter.name] for parameter, _ in declared]

    def __read_declaration(self, index, declaration, namespace, ignore_override):
        if not 1 <= len(declaration) <= 3:
            raise TypeError(f'Invalid parameter tuple length at index {index} in parameters list: {declaration}; '
                            'expecting length between 1 and 3')
        name = declaration[0]
        if not isinstance(name, str):
            raise TypeError(f'First element {name} at index {index} in parameters list is not a str.')
        if namespace:
            name = f'{namespace}.{name}'
        validate_parameter_name(name)
        value = declaration[1] if len(declaration) > 1 else None
        descriptor = declaration[2] if len(declaration) > 2 else ParameterDescriptor()
        if not isinstance(descriptor, ParameterDescriptor):
            raise TypeError(f'Third element {descriptor} at index {index} in parameters list is not a ParameterDescriptor.')
        descriptor = copy.copy(descriptor)
        if len(declaration) == 1:
            warnings.warn(
                _ONLY_A_NAME.format(name))
            descriptor.dynamic_typing = True
        if isinstance(value, Parameter.Type):
            if value == _NOT_SET:
                raise ValueError(f'Cannot declare parameter {{{name}}} as statically typed of type NOT_SET')
            if descriptor.dynamic_typing:
                raise ValueError(f'When declaring parameter {{{name}}} passing a descriptor with`dynamic_typing=True` is not allowed '
                                 'when the parameter type is provided')
            descriptor.type, value = value.value, None
        elif not descriptor.dynamic_typing:
            type_ = Parameter.Type.from_parameter_value(value)
            if type_ == _NOT_SET:
                raise ValueError('Cannot declare a statically typed parameter with default value of type PARAMETER_NOT_SET')
            descriptor.type = type_.value
        if not ignore_override and name in self._parameter_overrides:
            value = self._parameter_overrides[name].value
        return Parameter(name, value=value), descriptor

    def undeclare_parameter(self, name):
        """Forgets a parameter; no event tells of it. ParameterNotDeclaredException, ParameterImmutableException (read-only)."""
        if name not in self._parameters:
            raise ParameterNotDeclaredException(name)
        if self._descriptors[name].read_only:
            raise ParameterImmutableException(name)
        del self._parameters[name], self._descriptors[name]

    def has_parameter(self, name):
        """Whether it is declared."""
        return name in self._parameters

    def get_parameter(self, name):
        """A parameter with its value. Where undeclared ones are allowed: one that is not set.

        ParameterNotDeclaredException; ParameterUninitializedException: it was declared with a type and has no value yet.
        """
        parameter = self._parameters.get(name)
        if parameter is not None and parameter._type_ is not _NOT_SET:
            return parameter
        if parameter is not None:
            if self._descriptors[name].dynamic_typing:
                return parameter
            raise ParameterUninitializedException(name)
        if self._allow_undeclared_parameters:
            return Parameter(name)
        raise ParameterNotDeclaredException(name)

    def get_parameters(self, names):
        """As get_parameter(), of several. TypeError: a name is no str."""
        _check_names(names)
        return [self.get_parameter(name) for name in names]

    def get_parameter_or(self, name, alternative_value=None):
        """The parameter; when it is not declared, or has no value, the alternative (None: a parameter that is not set)."""
        parameter = self._parameters.get(name)
        if parameter is not None and parameter._type_ is not _NOT_SET:
            return parameter
        return Parameter(name) if alternative_value is None else alternative_value

    def get_parameter_type(self, name):
        """The number of its type (Parameter.Type), 0 where it has no value. ParameterNotDeclaredException."""
        if name in self._parameters:
            return self._parameters[name].type_.value
        if self._allow_undeclared_parameters:
            return _NOT_SET
        raise ParameterNotDeclaredException(name)

    def get_parameter_types(self, names):
        """As get_parameter_type(), of several. TypeError: a name is no str."""
        _check_names(names)
        return [self.get_parameter_type(name) for name in names]

    def get_parameters_by_prefix(self, prefix):
        """{name without 'prefix.': parameter} of all below a prefix; '': of all."""
        start = prefix + PARAMETER_SEPARATOR_STRING if len(prefix) else prefix
        return {name[len(start):]: parameter for name, parameter in self._parameters.items() if name.startswith(start)}

    def describe_parameter(self, name):
        """Its ParameterDescriptor. ParameterNotDeclaredException."""
        if name in self._descriptors:
            return self._descriptors[name]
        if self._allow_undeclared_parameters:
            return ParameterDescriptor()
        raise ParameterNotDeclaredException(name)

    def describe_parameters(self, names):
        """As describe_parameter(), of several."""
        return [self.describe_parameter(name) for name in names]

    def set_descriptor(self, name, descriptor, alternative_value=None):
        """Another descriptor for a parameter; returns its value as a ParameterValue.

        alternative_value  a ParameterValue that is set when the value it has is not allowed any more, without callbacks and events; None: it
                           stays
        ParameterNotDeclaredException, ParameterImmutableException (read-only), ParameterUninitializedException: it has no value.
        InvalidParameterValueException: neither value is allowed.
        """
        if name not in self._parameters:
            if not self._allow_undeclared_parameters:
                raise ParameterNotDeclaredException(name)
            return self.get_parameter(name).get_parameter_value()
        if self._descriptors[name].read_only:
            raise ParameterImmutableException(name)
        descriptor, value = copy.copy(descriptor), self.get_parameter(name)
        descriptor.name = name
        other = value
        if alternative_value is not None:
            from rcl_interfaces.msg import Parameter as ParameterMsg
            other = Parameter.from_parameter_msg(ParameterMsg(name=name, value=alternative_value))
        if self.__reason_against(value, descriptor, ignore_read_only=True):
            reason, value = self.__reason_against(other, descriptor, ignore_read_only=True), other
            if reason:
                raise InvalidParameterValueException(name, other.value, reason)
        if descriptor.dynamic_typing:
            descriptor.type = value.type_.value
        self._parameters[name], self._descriptors[name] = value, descriptor
        return self.get_parameter(name).get_parameter_value()

    def list_parameters(self, prefixes, depth):
        """Names and their prefixes, as a ListParametersResult, in the order of declaration.

        prefixes  names that are one of these or below one; []: all
        depth     at most so many parts below the prefix; 0: any
        TypeError, ValueError.
        """
        if not isinstance(prefixes, list):
            raise TypeError('The prefixes argument must be a list')
        if not all(isinstance(prefix, str) for prefix in prefixes):
            raise TypeError('All prefixes must be instances of type str')
        if not isinstance(depth, int):
            raise TypeError('The depth must be instance of type int')
        if depth < 0:
            raise ValueError('The depth must be greater than or equal to zero')

        def is_within(rest):
            return depth == 0 or rest.count(PARAMETER_SEPARATOR_STRING) < depth

        def is_wanted(name):
            if not prefixes:
                return is_within(name)
            return any(name == prefix or (name.startswith(prefix + PARAMETER_SEPARATOR_STRING) and is_within(name[len(prefix) + 1:]))
                       for prefix in prefixes)

        result = ListParametersResult(names=[name for name in self._parameters if is_wanted(name)])
        parts = (name.rpartition(PARAMETER_SEPARATOR_STRING) for name in result.names)
        result.prefixes = list(dict.fromkeys(prefix for prefix, separator, _ in parts if separator))
        return result

    def set_parameters(self, parameter_list):
        """Sets one after the other, and returns a SetParametersResult for each. One that is set to nothing, a dynamically typed one, is gone.

        ParameterNotDeclaredException: one is not declared, and that is not allowed. TypeError: not a list of Parameter.
        """
        return [self.__set([parameter]) for parameter in parameter_list]

    def set_parameters_atomically(self, parameter_list):
        """Sets all or none, and returns one SetParametersResult. Exceptions as set_parameters()."""
        return self.__set(parameter_list)

    def __check_declared(self, parameters):
        _check_parameters(parameters)
        unknown = [parameter.name for parameter in parameters if parameter.name not in self._parameters]
        if unknown and not self._allow_undeclared_parameters:
            raise ParameterNotDeclaredException(unknown[1:])  # upstream does not name the first one

    def __set(self, parameters):
        _check_parameters(parameters)
        if self._pre_set_parameters_callbacks:
            parameters = [parameter for callback in list(self._pre_set_parameters_callbacks) for parameter in callback(parameters)]
            if not parameters:
                return _refused('parameter list cannot be empty, this might be due to pre_set_parameters_callback modifying the original '
                                'parameters list.')
        self.__check_declared(parameters)
        return self.__apply(parameters, {})

    def __apply(self, parameters, descriptors, is_declaration=False):
        """Checks, asks and sets (PR2). `descriptors`: new ones, by name."""
        for parameter in parameters:
            descriptor = descriptors.get(parameter.name) or self._descriptors.get(parameter.name)
            if descriptor is None:  # it is set without having been declared
                descriptor = descriptors[parameter.name] = ParameterDescriptor(dynamic_typing=True)
            reason = self.__reason_against(parameter, descriptor, ignore_read_only=is_declaration)
            if reason:
                return _refused(reason)
        for callback in list(self._on_set_parameters_callbacks):
            result = callback(parameters)
            if not isinstance(result, SetParametersResult):
                warnings.warn('Callback returned an invalid type, it should return SetParameterResult.')
                return _refused('Callback returned an invalid type')
            if not result.successful:
                return result
        event = ParameterEvent(node=self.get_fully_qualified_name())
        for parameter in parameters:
            self.__store(parameter, descriptors.get(parameter.name), event, is_declaration)
        event.stamp = self.get_clock().now().to_msg()
        self._parameter_event_publisher.publish(event)
        for callback in list(self._post_set_parameters_callbacks):
            callback(parameters)
        return SetParametersResult(successful=True)

    def __store(self, parameter, descriptor, event, is_declaration):
        name = parameter.name
        if parameter.type_ == _NOT_SET and not is_declaration:
            event.deleted_parameters.append(parameter.to_parameter_msg())
            self._parameters.pop(name, None)
            self._descriptors.pop(name, None)
            return
        if descriptor is None and name not in self._descriptors:  # one before it in the list has deleted it
            descriptor = ParameterDescriptor(dynamic_typing=True)
        if descriptor is not None:
            self._descriptors[name] = descriptor
            descriptor.name = name
        if self._descriptors[name].dynamic_typing:
            self._descriptors[name].type = parameter.type_.value
        is_new = name not in self._parameters or self._parameters[name].type_ == _NOT_SET
        (event.new_parameters if is_new else event.changed_parameters).append(parameter.to_parameter_msg())
        self._parameters[name] = parameter

    def __reason_against(self, parameter, descriptor, ignore_read_only):
        """Why a parameter must not become what it is to be; None: it may."""
        name, type_ = parameter.name, parameter.type_
        if descriptor.read_only and not ignore_read_only:
            return f'Trying to set a read-only parameter: {name}.'
        if not descriptor.dynamic_typing:
            if type_ == _NOT_SET and name in self._parameters:
                return 'Static parameter cannot be undeclared'
            if type_ not in (_NOT_SET, Parameter.Type(descriptor.type)):
                return f"Wrong parameter type, expected '{Parameter.Type(descriptor.type)}' got '{type_}'"
        if type_ == Parameter.Type.INTEGER and descriptor.integer_range:
            return _integer_range_reason(parameter, descriptor.integer_range[0])
        if type_ == Parameter.Type.DOUBLE and descriptor.floating_point_range:
            return _floating_point_range_reason(parameter, descriptor.floating_point_range[0], self.PARAM_REL_TOL)
        return None

    def add_pre_set_parameters_callback(self, callback):
        """`callback(parameters)` returns the parameters that are set in place of those given."""
        _insert(self._pre_set_parameters_callbacks, callback)

    def add_on_set_parameters_callback(self, callback):
        """`callback(parameters)` returns a SetParametersResult: whether they may be set. It is asked for declarations, too."""
        _insert(self._on_set_parameters_callbacks, callback)

    def add_post_set_parameters_callback(self, callback):
        """`callback(parameters)` is called when they are set, and when they are declared."""
        _insert(self._post_set_parameters_callbacks, callback)

    def remove_pre_set_parameters_callback(self, callback):
        """ValueError: it is not there."""
        self._pre_set_parameters_callbacks.remove(callback)

    def remove_on_set_parameters_callback(self, callback):
        """ValueError: it is not there."""
        self._on_set_parameters_callbacks.remove(callback)

    def remove_post_set_parameters_callback(self, callback):
        """ValueError: it is not there."""
        self._post_set_parameters_callbacks.remove(callback)


def _insert(callbacks, callback):
    if not callable(callback):
        raise TypeError('Callback must be callable, got {}', type(callback))
    callbacks.insert(0, callback)


def _check_names(names):
    if not all(isinstance(name, str) for name in names):
        raise TypeError('All names must be instances of type str')
