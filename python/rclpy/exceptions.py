"""Exceptions of rclpy."""

from rclpy._rclio import InvalidHandle

__all__ = ['InvalidHandle', 'InvalidNamespaceException', 'InvalidNodeNameException', 'InvalidParameterException',
           'InvalidParameterTypeException', 'InvalidParameterValueException', 'InvalidServiceNameException',
           'InvalidTopicNameException', 'NameValidationException', 'NoTypeSupportImportedException', 'NotInitializedException',
           'ParameterAlreadyDeclaredException', 'ParameterException', 'ParameterImmutableException',
           'ParameterNotDeclaredException', 'ParameterUninitializedException', 'ROSInterruptException']


class _OnClass:
    """An attribute of a class that is made when it is asked for."""

    def __init__(self, make):
        self.make = make

    def __get__(self, instance, owner):
        return self.make(owner)


class NotInitializedException(Exception):
    """Something was wanted of a context that init() was not called for, or that is shut down."""

    def __init__(self, message=None):
        super().__init__('rclpy.init() has not been called.' if message is None
                         else f'rclpy.init() has not been called. msg:{message}')


class NoTypeSupportImportedException(Exception):
    """A type without what is needed to send it."""

    def __init__(self):
        super().__init__('no type_support imported')


class NameValidationException(Exception):
    """A name that is not legal; the message shows where."""

    def __init__(self, name_type, name, error_msg, invalid_index):
        super().__init__(f"Invalid {name_type}: {error_msg}:\n  '{name}'\n   {' ' * invalid_index}^")


class InvalidNamespaceException(NameValidationException):
    """A namespace that is not legal."""

    def __init__(self, name, error_msg, invalid_index):
        super().__init__('namespace', name, error_msg, invalid_index)


class InvalidNodeNameException(NameValidationException):
    """A node's name that is not legal."""

    def __init__(self, name, error_msg, invalid_index):
        super().__init__('node name', name, error_msg, invalid_index)


class InvalidTopicNameException(NameValidationException):
    """A topic's name that is not legal."""

    def __init__(self, name, error_msg, invalid_index):
        super().__init__('topic name', name, error_msg, invalid_index)


class InvalidServiceNameException(NameValidationException):
    """A service's name that is not legal."""

    def __init__(self, name, error_msg, invalid_index):
        super().__init__('service name', name, error_msg, invalid_index)


class ParameterException(Exception):
    """What all exceptions of parameters are."""

    def __init__(self, error_msg, parameters):
        super().__init__(f'{error_msg}: {parameters}')


class ParameterNotDeclaredException(ParameterException):
    """A parameter that is not declared, on a node that wants them to be."""

    def __init__(self, parameters):
        super().__init__('Invalid access to undeclared parameter(s)', parameters)


class ParameterAlreadyDeclaredException(ParameterException):
    """A parameter is declared twice."""

    def __init__(self, parameters):
        super().__init__('Parameter(s) already declared', parameters)


class InvalidParameterException(ParameterException):
    """A parameter's name that is not legal."""

    def __init__(self, parameter_name):
        super().__init__('Invalid parameter name', parameter_name)


class InvalidParameterTypeException(ParameterException):
    """A parameter is declared, or overridden, with a value of another type."""

    @_OnClass
    def Parameter(self):  # noqa: N802
        from rclpy.parameter import Parameter
        return Parameter

    def __init__(self, desired_parameter, expected_type):
        found = self.Parameter.Type.from_parameter_value(desired_parameter.value).name
        super().__init__(f"Trying to set parameter '{desired_parameter.name}' to '{desired_parameter.value}' of type '{found}'"
                         f", expecting type '{expected_type}'", desired_parameter.name)


class InvalidParameterValueException(ParameterException):
    """A value that the parameter's descriptor or a callback refuses."""

    def __init__(self, parameter, value, reason):
        super().__init__(f'Invalid parameter value ({value}) for parameter. Reason: {reason}', parameter)


class ParameterImmutableException(ParameterException):
    """A read-only parameter is to be changed."""

    def __init__(self, parameter_name):
        super().__init__('Attempted to modify read-only parameter', parameter_name)


class ParameterUninitializedException(ParameterException):
    """A parameter that was declared without a value is read before it has one."""

    def __init__(self, parameter_name):
        super().__init__(f"The parameter '{parameter_name}' is not initialized", parameter_name)


class ROSInterruptException(Exception):
    """Waiting was ended by a shutdown."""

    def __init__(self):
        super().__init__('rclpy.shutdown() has been called')
