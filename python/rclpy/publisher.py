"""Publishers."""

from rclpy._elsewhere import from_elsewhere
from rclpy.duration import Duration

__getattr__ = from_elsewhere(__name__, 'TypeVar MsgType', 'rclpy.callback_groups CallbackGroup', 'rclpy.event_handler EventHandler PublisherEventCallbacks',
                             'rclpy.qos QoSProfile')


class Publisher:
    """Sends messages of one type on one topic. Nodes make it (create_publisher)."""

    def __init__(self, publisher_impl, msg_type, topic, qos_profile, event_callbacks, callback_group):
        self.__publisher = publisher_impl
        self.msg_type = msg_type
        self.topic = topic
        self.qos_profile = qos_profile
        self._logger_name = None
        self.event_handlers = event_callbacks.create_event_handlers(callback_group, publisher_impl, topic)
        if type(self).publish is Publisher.publish:
            self.publish = publisher_impl.publish  # no Python between the program and the extension

    def publish(self, msg):
        """Sends a message of the publisher's type, or the bytes of one as rclpy.serialization makes them. Any thread.

        TypeError: it is neither, or a field of it holds what the field cannot. RMWError: a bound is broken.
        """
        self.__publisher.publish(msg)

    def get_subscription_count(self):
        """How many subscriptions it is matched with."""
        return self.__publisher.count()

    @property
    def topic_name(self):
        """The topic's full name, after remapping."""
        return self.__publisher.topic()

    @property
    def logger_name(self):
        """The name of its node's logger."""
        return self._logger_name

    @property
    def handle(self):
        return self.__publisher

    def destroy(self):
        """Ends it; Node.destroy_publisher() is the way to do that."""
        for handler in self.event_handlers:
            handler.destroy()
        self.__publisher.destroy()

    def assert_liveliness(self):
        """Says that it is alive; needed when its liveliness is MANUAL_BY_TOPIC, more often than its lease duration.

        RCLError: the context is shut down.
        """
        self.__publisher.assert_liveliness()

    def wait_for_all_acked(self, timeout=Duration(nanoseconds=-1000000000)):
        """Blocks until all reliable subscriptions have acknowledged what was published: True. False: the timeout is over (negative: there
        is none). RCLError: the context is shut down."""
        return self.__publisher.wait_acknowledged(timeout.nanoseconds)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.destroy()
