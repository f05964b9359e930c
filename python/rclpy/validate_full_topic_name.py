"""Names of topics and services in full."""

from rclpy import _names
from rclpy.exceptions import InvalidServiceNameException, InvalidTopicNameException


def validate_full_topic_name(name, *, is_service=False):
    """True for a legal name in full, '/ns/x'.

    InvalidTopicNameException, InvalidServiceNameException: it is not legal.
    """
    return _names.check(_names.IN_FULL, name, InvalidServiceNameException if is_service else InvalidTopicNameException)
