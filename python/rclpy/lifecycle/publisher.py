"""Publishers of managed nodes."""

from rclpy._elsewhere import from_elsewhere
from rclpy.lifecycle.managed_entity import SimpleManagedEntity
from rclpy.publisher import Publisher

__getattr__ = from_elsewhere(__name__, 'TypeVar MsgType')


class LifecyclePublisher(SimpleManagedEntity, Publisher):
    """Publishes while its node is active, and drops what it is given otherwise. LifecycleNode.create_lifecycle_publisher() makes it."""

    def __init__(self, *args, **kwargs):
        SimpleManagedEntity.__init__(self)
        Publisher.__init__(self, *args, **kwargs)

    @SimpleManagedEntity.when_enabled
    def publish(self, msg) -> None:
        """Publishes if the publisher is enabled."""
        Publisher.publish(self, msg)
