"""The service that describes the types a node uses."""

from rcl_interfaces.msg import ParameterDescriptor
from rclpy._elsewhere import from_elsewhere
from rclpy.validate_topic_name import TOPIC_SEPARATOR_STRING

START_TYPE_DESCRIPTION_SERVICE_PARAM = 'start_type_description_service'

__getattr__ = from_elsewhere(__name__, 'rclpy.qos qos_profile_services_default', 'rclpy.parameter Parameter', 'rclpy.service Service',
                             'rclpy.type_support check_is_valid_srv_type')


class TypeDescriptionService:
    """`~/get_type_description`, unless the parameter start_type_description_service says no. The C library answers."""

    def __init__(self, node):
        self.service_name = TOPIC_SEPARATOR_STRING.join((node.get_name(), 'get_type_description'))
        if not node.has_parameter(START_TYPE_DESCRIPTION_SERVICE_PARAM):
            node.declare_parameter(START_TYPE_DESCRIPTION_SERVICE_PARAM, True, ParameterDescriptor(
                description='If enabled, start the ~/get_type_description service.', read_only=True))
        self.enabled = node.get_parameter(START_TYPE_DESCRIPTION_SERVICE_PARAM).value

    def destroy(self):
        """It ends with its node."""
