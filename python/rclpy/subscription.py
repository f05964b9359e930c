"""Subscriptions."""

from enum import Enum

from rclpy._arguments import takes
from rclpy._elsewhere import from_elsewhere

__getattr__ = from_elsewhere(__name__, 'TypeVar MsgType', 'rclpy.callback_groups CallbackGroup', 'rclpy.qos QoSProfile',
                             'rclpy.event_handler EventHandler SubscriptionEventCallbacks')


class Subscription:
    """Calls back with the messages of one topic. Nodes make it (create_subscription)."""

    class CallbackType(Enum):
        """What a callback takes: the message, or the message and its info."""

        MessageOnly = 0
        WithMessageInfo = 1

    def __init__(self, subscription_impl, msg_type, topic, callback, callback_group, qos_profile, raw, event_callbacks):
        self.__subscription = subscription_impl
        self.msg_type = msg_type
        self.topic = topic
        self.callback_group = callback_group
        self.qos_profile = qos_profile
        self.raw = raw
        self._logger_name = None
        self._callback, self._callback_type = callback, Subscription._type_of(callback)
        self.event_handlers = event_callbacks.create_event_handlers(callback_group, subscription_impl, topic)

    @staticmethod
    def _type_of(callback):
        """RuntimeError: it takes neither one argument nor two."""
        for count, kind in ((1, Subscription.CallbackType.MessageOnly), (2, Subscription.CallbackType.WithMessageInfo)):
            if takes(callback, count):
                return kind
        raise RuntimeError('Subscription.__init__(): callback should be either be callable with one argument(to get only the message) '
                           'or two (to get message and message info)')

    @property
    def callback(self):
        return self._callback

    @callback.setter
    def callback(self, value):
        kind = Subscription._type_of(value)
        self.__subscription.set_callback(value, kind is Subscription.CallbackType.WithMessageInfo)
        self._callback, self._callback_type = value, kind

    def get_publisher_count(self):
        """How many publishers it is matched with."""
        return self.__subscription.count()

    @property
    def topic_name(self):
        """The topic's full name, after remapping."""
        return self.__subscription.topic()

    @property
    def logger_name(self):
        """The name of its node's logger."""
        return self._logger_name

    @property
    def handle(self):
        return self.__subscription

    @property
    def is_cft_enabled(self):
        """Whether it has a content filter."""
        return self.__subscription.get_filter() is not None

    def set_content_filter(self, filter_expression, expression_parameters):
        """Another filter, for what comes from now on; '' and []: none. RCLError: the expression cannot be read."""
        self.__subscription.set_filter((filter_expression, list(expression_parameters)))

    def get_content_filter(self):
        """The filter as ContentFilterOptions. RuntimeError: there is none."""
        from rclpy.subscription_content_filter_options import ContentFilterOptions
        found = self.__subscription.get_filter()
        if found is None:
            raise RuntimeError('the subscription has no content filter')
        return ContentFilterOptions(*found)

    def destroy(self):
        """Ends it; Node.destroy_subscription() is the way to do that."""
        for handler in self.event_handlers:
            handler.destroy()
        self.__subscription.destroy()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.destroy()
