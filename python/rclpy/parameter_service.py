"""The services that let other nodes see and change a node's parameters."""

import weakref

from rcl_interfaces.msg import SetParametersResult
from rcl_interfaces.srv import DescribeParameters, GetParameters, GetParameterTypes
from rcl_interfaces.srv import ListParameters, SetParameters, SetParametersAtomically
from rclpy._elsewhere import from_elsewhere
from rclpy.exceptions import ParameterNotDeclaredException, ParameterUninitializedException
from rclpy.parameter import Parameter
from rclpy.qos import qos_profile_parameters
from rclpy.validate_topic_name import TOPIC_SEPARATOR_STRING

__getattr__ = from_elsewhere(__name__, 'rcl_interfaces.msg ListParametersResult')


class ParameterService:
    """Six services of a node (PAR-1, PAR-5, PAR-6). A name that is not declared makes the whole answer empty, as upstream has it (PAR-11)."""

    def __init__(self, node):
        self._node_weak_ref = weakref.ref(node)
        name = node.get_name()
        for service, words, callback in (
                (DescribeParameters, 'describe_parameters', self._describe_parameters_callback),
                (GetParameters, 'get_parameters', self._get_parameters_callback),
                (GetParameterTypes, 'get_parameter_types', self._get_parameter_types_callback),
                (ListParameters, 'list_parameters', self._list_parameters_callback),
                (SetParameters, 'set_parameters', self._set_parameters_callback),
                (SetParametersAtomically, 'set_parameters_atomically', self._set_parameters_atomically_callback)):
            node._rclio_create_service(service, TOPIC_SEPARATOR_STRING.join((name, words)), callback, qos_profile_parameters,
                                       can_wait=True)

    def _get_node(self):
        node = self._node_weak_ref()
        if node is None:
            raise ReferenceError('Expected valid node weak reference')
        return node

    def _describe_parameters_callback(self, request, response):
        try:
            response.descriptors = self._get_node().describe_parameters(request.names)
        except ParameterNotDeclaredException:
            response.descriptors = []
        return response

    def _get_parameters_callback(self, request, response):
        node = self._get_node()
        try:
            response.values = [node.get_parameter(name).get_parameter_value() for name in request.names]
        except (ParameterNotDeclaredException, ParameterUninitializedException):
            response.values = []
        return response

    def _get_parameter_types_callback(self, request, response):
        try:
            response.types = [Parameter.Type(type_).value for type_ in self._get_node().get_parameter_types(request.names)]
        except ParameterNotDeclaredException:
            response.types = []
        return response

    def _list_parameters_callback(self, request, response):
        response.result = self._get_node().list_parameters(request.prefixes, request.depth)
        return response

    def _set_parameters_callback(self, request, response):
        node = self._get_node()
        for message in request.parameters:
            try:
                result = node.set_parameters([Parameter.from_parameter_msg(message)])[0]
            except ParameterNotDeclaredException as error:
                result = SetParametersResult(successful=False, reason=str(error))
            response.results.append(result)
        return response

    def _set_parameters_atomically_callback(self, request, response):
        try:
            parameters = [Parameter.from_parameter_msg(message) for message in request.parameters]
            response.result = self._get_node().set_parameters_atomically(parameters)
        except ParameterNotDeclaredException as error:
            response.result = SetParametersResult(successful=False, reason=str(error))
        return response
