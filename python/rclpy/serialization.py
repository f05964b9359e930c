"""Messages to and from CDR, the bytes that go over the wire."""

from rclpy._rclio import deserialize_message, serialize_message
from rclpy.type_support import check_for_type_support

__all__ = ['check_for_type_support', 'deserialize_message', 'serialize_message']
