"""Messages to and from CDR, the bytes that go over the wire."""

from rclpy._rclio import deserialize_message, serialize_message

__all__ = ['deserialize_message', 'serialize_message']
