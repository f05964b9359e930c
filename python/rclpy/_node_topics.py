"""What nodes do with topics: a part of rclpy.node.Node."""

from rclpy import _names, _rclio
from rclpy.event_handler import PublisherEventCallbacks, SubscriptionEventCallbacks
from rclpy.exceptions import InvalidHandle, InvalidTopicNameException
from rclpy.publisher import Publisher
from rclpy.qos import profile_of
from rclpy.subscription import Subscription
from rclpy.type_support import check_is_valid_msg_type


class TopicMethods:
    """Publishers and subscriptions."""

    def _rclio_open_topics(self):
        self._publishers, self._subscriptions = [], []

    @property
    def publishers(self):
        """Goes through the node's publishers."""
        yield from self._publishers

    @property
    def subscriptions(self):
        """Goes through the node's subscriptions."""
        yield from self._subscriptions

    def create_publisher(self, msg_type, topic, qos_profile, *, callback_group=None, event_callbacks=None,
                         qos_overriding_options=None, publisher_class=Publisher):
        """A new publisher.

        qos_profile             a QoSProfile, or a depth
        callback_group          for event callbacks; None: the node's default
        event_callbacks         PublisherEventCallbacks
        qos_overriding_options  which policies parameters may override
        publisher_class         what is made: Publisher or a subclass
        InvalidTopicNameException, TypeError, ValueError, RuntimeError, AttributeError: an argument is not what it should be.
        """
        qos_profile, callback_group, event_callbacks = self.__prepare(msg_type, topic, qos_profile, callback_group, event_callbacks,
                                                                     PublisherEventCallbacks, qos_overriding_options, Publisher)
        mask = getattr(event_callbacks, '_mask', int)()
        implementation = _rclio.Publisher(self.handle, msg_type, topic, qos_profile._numbers(), mask)
        try:
            publisher = publisher_class(implementation, msg_type, topic, qos_profile, event_callbacks=event_callbacks,
                                        callback_group=callback_group)
        except BaseException:
            implementation.destroy()
            raise
        publisher._logger_name = self.get_logger().name
        self._publishers.append(publisher)
        self._rclio_adopt(implementation, callback_group, publisher)
        return publisher

    def create_subscription(self, msg_type, topic, callback, qos_profile, *, callback_group=None, event_callbacks=None,
                            qos_overriding_options=None, raw=False, content_filter_options=None):
        """A new subscription.

        callback                takes the message, or the message and a dict with its time stamps; may be `async def`
        qos_profile             a QoSProfile, or a depth
        callback_group          None: the node's default
        event_callbacks         SubscriptionEventCallbacks
        qos_overriding_options  which policies parameters may override
        raw                     the callback gets the bytes instead of the message
        content_filter_options  ContentFilterOptions: which messages it gets
        InvalidTopicNameException, TypeError, ValueError, RuntimeError, AttributeError: an argument is not what it should be.
        """
        qos_profile, callback_group, event_callbacks = self.__prepare(
            msg_type, topic, qos_profile, callback_group, event_callbacks, SubscriptionEventCallbacks, qos_overriding_options,
            Subscription)
        with_info = Subscription._type_of(callback) is Subscription.CallbackType.WithMessageInfo
        mask = getattr(event_callbacks, '_mask', int)()
        content_filter = (content_filter_options[0], list(content_filter_options[1])) if content_filter_options else None
        implementation = _rclio.Subscription(self.handle, msg_type, topic, callback, qos_profile._numbers(), raw, with_info, mask,
                                             content_filter)
        try:
            subscription = Subscription(implementation, msg_type, topic, callback, callback_group, qos_profile, raw,
                                        event_callbacks=event_callbacks)
        except BaseException:
            implementation.destroy()
            raise
        subscription._logger_name = self.get_logger().name
        self._subscriptions.append(subscription)
        self._rclio_adopt(implementation, callback_group, subscription)
        return subscription

    def __prepare(self, msg_type, topic, qos_profile, callback_group, event_callbacks, callbacks_class, overriding, entity_class):
        qos_profile = profile_of(qos_profile)
        callback_group = callback_group or self.default_callback_group
        event_callbacks = event_callbacks or callbacks_class()
        check_is_valid_msg_type(msg_type)
        name = self._rclio_resolve(topic)
        if overriding is not None:
            from rclpy.qos_overriding_options import _declare_qos_parameters
            _declare_qos_parameters(entity_class, self, name, qos_profile, overriding)
        return qos_profile, callback_group, event_callbacks

    def _rclio_resolve(self, topic):
        """The topic's full name. InvalidTopicNameException, ValueError."""
        try:
            return self.handle.resolve(topic, False)
        except ValueError as error:
            _names.check(_names.GIVEN, topic, InvalidTopicNameException)
            try:
                expanded = _rclio.expand_name(topic, self.get_name(), self.get_namespace())
            except ValueError:
                raise ValueError(f"topic name '{topic}' is invalid: {error}") from None
            _names.check(_names.IN_FULL, expanded, InvalidTopicNameException)
            raise

    def destroy_publisher(self, publisher):
        """Ends a publisher of this node. Returns whether it was one."""
        return self.__destroy_one(self._publishers, publisher)

    def destroy_subscription(self, subscription):
        """Ends a subscription of this node. Returns whether it was one."""
        return self.__destroy_one(self._subscriptions, subscription)

    def __destroy_one(self, entities, entity):
        if entity not in entities:
            return False
        entities.remove(entity)
        for handler in getattr(entity, 'event_handlers', ()):
            self.remove_waitable(handler)
        try:
            entity.destroy()
        except InvalidHandle:
            return False
        return True
