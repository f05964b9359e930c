"""Names of topics and services as programs give them."""

from rclpy import _names
from rclpy.exceptions import InvalidServiceNameException, InvalidTopicNameException

TOPIC_SEPARATOR_STRING = '/'


def validate_topic_name(name, *, is_service=False):
    """True for a legal name, which may be relative, begin with '~' or hold '{node}'.

    InvalidTopicNameException, InvalidServiceNameException: it is not legal.
    """
    return _names.check(_names.GIVEN, name, InvalidServiceNameException if is_service else InvalidTopicNameException)
