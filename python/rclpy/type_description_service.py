"""The service that describes the types a node uses."""

from rcl_interfaces.msg import ParameterDescriptor
from rclpy._elsewhere import from_elsewhere
from rclpy.qos import qos_profile_services_default
from rclpy.service import Service
from rclpy.validate_topic_name import TOPIC_SEPARATOR_STRING

START_TYPE_DESCRIPTION_SERVICE_PARAM = 'start_type_description_service'

__getattr__ = from_elsewhere(__name__, 'rclpy.parameter Parameter', 'type_description_interfaces.srv GetTypeDescription',
                             'rclpy.type_support check_is_valid_srv_type', 'rcl_interfaces.msg ParameterType')


class _InC:
    """The C library's service, as rclpy's Service has them."""

    def __init__(self, name):
        self._name = name

    def name(self):
        return self._name

    def destroy(self):
        """It ends with its node."""


class _Service(Service):
    """What Node.services shows of it."""

    @property
    def srv_type(self):
        from type_description_interfaces.srv import GetTypeDescription
        return GetTypeDescription

    @srv_type.setter
    def srv_type(self, value):
        pass


class TypeDescriptionService:
    """`~/get_type_description`, unless the parameter start_type_description_service says no. The C library answers."""

    def __init__(self, node):
        self.service_name = TOPIC_SEPARATOR_STRING.join((node.get_name(), 'get_type_description'))
        if not node.has_parameter(START_TYPE_DESCRIPTION_SERVICE_PARAM):
            node.declare_parameter(START_TYPE_DESCRIPTION_SERVICE_PARAM, True, ParameterDescriptor(
                description='If enabled, start the ~/get_type_description service.', read_only=True))
        self.enabled = node.get_parameter(START_TYPE_DESCRIPTION_SERVICE_PARAM).value
        if self.enabled:
            full_name = TOPIC_SEPARATOR_STRING.join((node.get_fully_qualified_name(), 'get_type_description'))
            node._rclio_calls('services').append(_Service(_InC(full_name), None, self.service_name, None, node.default_callback_group,
                                                       qos_profile_services_default))

    def destroy(self):
        """It ends with its node."""
