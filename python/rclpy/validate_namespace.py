"""Namespaces."""

from rclpy import _names
from rclpy.exceptions import InvalidNamespaceException


def validate_namespace(namespace):
    """True for a legal namespace in full, '/' or '/ns'. InvalidNamespaceException: it is not legal."""
    return _names.check(_names.NAMESPACE, namespace, InvalidNamespaceException)
