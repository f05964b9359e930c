"""Names of nodes."""

from rclpy import _names
from rclpy.exceptions import InvalidNodeNameException


def validate_node_name(node_name):
    """True for a legal name. InvalidNodeNameException: it is not legal."""
    return _names.check(_names.NODE, node_name, InvalidNodeNameException)
