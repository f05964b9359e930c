"""Events of publishers and subscriptions: matched, incompatible, deadlines, liveliness, lost messages."""

import warnings
import weakref

from rclpy._elsewhere import from_elsewhere
from rclpy._enums import NamedNumber
from rclpy._errors import UnsupportedEventTypeError
from rclpy.qos import QoSPolicyKind, qos_policy_name_from_kind
from rclpy.waitable import NumberOfEntities, Waitable

__getattr__ = from_elsewhere(__name__, 'rclpy.callback_groups CallbackGroup', 'rclpy.logging get_logger')


class _Info:
    """What an event tells: numbers. Counts are since the start, changes since the last event."""

    __slots__ = ()

    def __init__(self, *numbers):
        for name, number in zip(self.__slots__, numbers or (0,) * len(self.__slots__)):
            setattr(self, name, number)


class rmw_requested_deadline_missed_status_t(_Info):  # noqa: N801  upstream's names, for all of them
    __slots__ = ('total_count', 'total_count_change')


class rmw_offered_deadline_missed_status_t(_Info):  # noqa: N801
    __slots__ = ('total_count', 'total_count_change')


class rmw_liveliness_lost_status_t(_Info):  # noqa: N801
    __slots__ = ('total_count', 'total_count_change')


class rmw_liveliness_changed_status_t(_Info):  # noqa: N801
    __slots__ = ('alive_count', 'alive_count_change', 'not_alive_count', 'not_alive_count_change')


class rmw_message_lost_status_t(_Info):  # noqa: N801
    __slots__ = ('total_count', 'total_count_change')


class rmw_requested_qos_incompatible_event_status_t(_Info):  # noqa: N801
    __slots__ = ('total_count', 'total_count_change', 'last_policy_kind')


class rmw_incompatible_type_status_t(_Info):  # noqa: N801
    __slots__ = ('total_count', 'total_count_change')


class rmw_matched_status_t(_Info):  # noqa: N801
    __slots__ = ('total_count', 'total_count_change', 'current_count', 'current_count_change')


QoSRequestedDeadlineMissedInfo = rmw_requested_deadline_missed_status_t
QoSOfferedDeadlineMissedInfo = rmw_offered_deadline_missed_status_t
QoSLivelinessLostInfo = rmw_liveliness_lost_status_t
QoSLivelinessChangedInfo = rmw_liveliness_changed_status_t
QoSMessageLostInfo = rmw_message_lost_status_t
QoSRequestedIncompatibleQoSInfo = rmw_requested_qos_incompatible_event_status_t
QoSOfferedIncompatibleQoSInfo = rmw_requested_qos_incompatible_event_status_t
IncompatibleTypeInfo = rmw_incompatible_type_status_t
QoSPublisherMatchedInfo = rmw_matched_status_t
QoSSubscriptionMatchedInfo = rmw_matched_status_t


class rcl_publisher_event_type_t(NamedNumber):  # noqa: N801
    RCL_PUBLISHER_OFFERED_DEADLINE_MISSED = 0
    RCL_PUBLISHER_LIVELINESS_LOST = 1
    RCL_PUBLISHER_OFFERED_INCOMPATIBLE_QOS = 2
    RCL_PUBLISHER_INCOMPATIBLE_TYPE = 3
    RCL_PUBLISHER_MATCHED = 4


class rcl_subscription_event_type_t(NamedNumber):  # noqa: N801
    RCL_SUBSCRIPTION_REQUESTED_DEADLINE_MISSED = 0
    RCL_SUBSCRIPTION_LIVELINESS_CHANGED = 1
    RCL_SUBSCRIPTION_REQUESTED_INCOMPATIBLE_QOS = 2
    RCL_SUBSCRIPTION_MESSAGE_LOST = 3
    RCL_SUBSCRIPTION_INCOMPATIBLE_TYPE = 4
    RCL_SUBSCRIPTION_MATCHED = 5


QoSPublisherEventType = rcl_publisher_event_type_t
QoSSubscriptionEventType = rcl_subscription_event_type_t

# rclio's kinds (rclio/topic.h); it tells of another type on a topic by a warning only.
_MATCHED, _INCOMPATIBLE_QOS, _DEADLINE, _LIVELINESS, _LOST, _INCOMPATIBLE_TYPE = 1, 2, 3, 4, 5, None


class rmw_qos_policy_kind_t(NamedNumber):  # noqa: N801
    """What an event says of the policy that does not fit, with the names that C has for QoSPolicyKind."""

    RMW_QOS_POLICY_INVALID = QoSPolicyKind.INVALID
    RMW_QOS_POLICY_DURABILITY = QoSPolicyKind.DURABILITY
    RMW_QOS_POLICY_DEADLINE = QoSPolicyKind.DEADLINE
    RMW_QOS_POLICY_LIVELINESS = QoSPolicyKind.LIVELINESS
    RMW_QOS_POLICY_RELIABILITY = QoSPolicyKind.RELIABILITY
    RMW_QOS_POLICY_HISTORY = QoSPolicyKind.HISTORY
    RMW_QOS_POLICY_LIFESPAN = QoSPolicyKind.LIFESPAN
    RMW_QOS_POLICY_DEPTH = QoSPolicyKind.DEPTH
    RMW_QOS_POLICY_LIVELINESS_LEASE_DURATION = QoSPolicyKind.LIVELINESS_LEASE_DURATION
    RMW_QOS_POLICY_AVOID_ROS_NAMESPACE_CONVENTIONS = QoSPolicyKind.AVOID_ROS_NAMESPACE_CONVENTIONS


def _total(event):
    return event[0], event[1]


def _with_policy(event):
    policy = f'RMW_QOS_POLICY_{event[6]}'
    return event[0], event[1], rmw_qos_policy_kind_t.__members__.get(policy, rmw_qos_policy_kind_t.RMW_QOS_POLICY_INVALID)


_PUBLISHER, _SUBSCRIPTION = QoSPublisherEventType, QoSSubscriptionEventType
# Of each event: rclio's kind, the class of its info, and which numbers that takes (extension/topic.h TP2).
_EVENTS = {
    _PUBLISHER.RCL_PUBLISHER_OFFERED_DEADLINE_MISSED: (_DEADLINE, QoSOfferedDeadlineMissedInfo, _total),
    _PUBLISHER.RCL_PUBLISHER_LIVELINESS_LOST: (_LIVELINESS, QoSLivelinessLostInfo, _total),
    _PUBLISHER.RCL_PUBLISHER_OFFERED_INCOMPATIBLE_QOS: (_INCOMPATIBLE_QOS, QoSOfferedIncompatibleQoSInfo, _with_policy),
    _PUBLISHER.RCL_PUBLISHER_INCOMPATIBLE_TYPE: (_INCOMPATIBLE_TYPE, IncompatibleTypeInfo, _total),
    _PUBLISHER.RCL_PUBLISHER_MATCHED: (_MATCHED, QoSPublisherMatchedInfo, lambda event: event[:4]),
}
_SUBSCRIPTION_EVENTS = {
    _SUBSCRIPTION.RCL_SUBSCRIPTION_REQUESTED_DEADLINE_MISSED: (_DEADLINE, QoSRequestedDeadlineMissedInfo, _total),
    _SUBSCRIPTION.RCL_SUBSCRIPTION_LIVELINESS_CHANGED: (_LIVELINESS, QoSLivelinessChangedInfo, lambda event: event[2:6]),
    _SUBSCRIPTION.RCL_SUBSCRIPTION_REQUESTED_INCOMPATIBLE_QOS: (_INCOMPATIBLE_QOS, QoSRequestedIncompatibleQoSInfo, _with_policy),
    _SUBSCRIPTION.RCL_SUBSCRIPTION_MESSAGE_LOST: (_LOST, QoSMessageLostInfo, _total),
    _SUBSCRIPTION.RCL_SUBSCRIPTION_INCOMPATIBLE_TYPE: (_INCOMPATIBLE_TYPE, IncompatibleTypeInfo, _total),
    _SUBSCRIPTION.RCL_SUBSCRIPTION_MATCHED: (_MATCHED, QoSSubscriptionMatchedInfo, lambda event: event[:4]),
}


class EventHandler(Waitable):
    """Calls back with an event of a publisher or a subscription.

    callback   gets the info of the event: QoSPublisherMatchedInfo and so on
    event_type of QoSPublisherEventType or QoSSubscriptionEventType
    """

    _rclio_comes_by_itself = True

    def __init__(self, *, callback_group, callback, event_type, parent_impl):
        super().__init__(callback_group)
        self.event_type = event_type
        self.callback = callback
        self._parent = weakref.ref(parent_impl)  # which has this: the two are to go without the garbage collector
        events = _SUBSCRIPTION_EVENTS if isinstance(event_type, QoSSubscriptionEventType) else _EVENTS
        if event_type not in events:
            raise UnsupportedEventTypeError(f'there is no event of the type {event_type}')
        self._kind, self._info_type, self._numbers = events[event_type]
        if self._kind is not None:
            parent_impl.set_event(self._kind, self._happened)

    def _happened(self, *event):
        return self.callback(self._info_type(*self._numbers(event)))

    def is_ready(self, wait_set):
        return False

    def take_data(self):
        return None

    async def execute(self, taken_data):
        """Calls the callback with an info."""
        if taken_data is None:
            return None
        result = self.callback(taken_data)
        return await result if hasattr(result, '__await__') else result

    def get_num_entities(self):
        return NumberOfEntities(num_events=1)

    def add_to_wait_set(self, wait_set):
        """rclio has no wait sets; its executors get events by themselves."""

    def __enter__(self):
        return self

    def __exit__(self, t, v, tb):
        return None

    def destroy(self):
        """No more calls."""
        parent = self._parent()
        if self._kind is not None and parent is not None:
            parent.set_event(self._kind, None)


class QoSEventHandler(EventHandler):
    """The old name of EventHandler."""

    def __init_subclass__(cls, **kwargs):
        warnings.warn('QoSEventHandler foo is deprecated, use EventHandler instead.', DeprecationWarning, stacklevel=2)
        super().__init_subclass__(**kwargs)

    def __init__(self, *args, **kwargs):
        warnings.warn('QoSEventHandler is deprecated, use EventHandler instead.', DeprecationWarning, stacklevel=2)
        super().__init__(*args, **kwargs)


class _EventCallbacks:
    """What the callbacks of publishers and of subscriptions have in common: `_types`, by the names of the attributes, in the order in
    which handlers are made, and the words of the warnings that are given when the program has no callback of its own."""

    def _handlers(self, callback_group, parent_impl, topic_name):
        callbacks, parent = {name: getattr(self, name) for name in self._types}, weakref.ref(parent_impl)
        if self.use_default_callbacks and not self.incompatible_qos:
            def warn_of_qos(info):
                parent().log(30, self._qos_warning.format(topic_name, qos_policy_name_from_kind(info.last_policy_kind)))
            callbacks['incompatible_qos'] = warn_of_qos
        if self.use_default_callbacks and not self.incompatible_type:
            def warn_of_type(info):
                parent().log(30, f"Incompatible type on topic '{topic_name}', no messages will be sent to it.")
            callbacks['incompatible_type'] = warn_of_type
        return [EventHandler(callback_group=callback_group, callback=callbacks[name], event_type=event_type,
                             parent_impl=parent_impl)
                for name, event_type in self._types.items() if callbacks[name]]

    def _mask(self):
        """The kinds that will be asked for, as bits: for the time before the handlers are made."""
        kinds = {'deadline': _DEADLINE, 'liveliness': _LIVELINESS, 'incompatible_qos': _INCOMPATIBLE_QOS, 'matched': _MATCHED,
                 'message_lost': _LOST}
        mask = sum(1 << kind for name, kind in kinds.items() if getattr(self, name, None))
        return mask | (1 << _INCOMPATIBLE_QOS if self.use_default_callbacks else 0)


class SubscriptionEventCallbacks(_EventCallbacks):
    """Callbacks for the events of a subscription; each gets the event's info.

    use_default_callbacks: a warning where the program has no callback for incompatible publishers.
    """

    _types = {
        'deadline': _SUBSCRIPTION.RCL_SUBSCRIPTION_REQUESTED_DEADLINE_MISSED,
        'incompatible_qos': _SUBSCRIPTION.RCL_SUBSCRIPTION_REQUESTED_INCOMPATIBLE_QOS,
        'liveliness': _SUBSCRIPTION.RCL_SUBSCRIPTION_LIVELINESS_CHANGED,
        'message_lost': _SUBSCRIPTION.RCL_SUBSCRIPTION_MESSAGE_LOST,
        'incompatible_type': _SUBSCRIPTION.RCL_SUBSCRIPTION_INCOMPATIBLE_TYPE,
        'matched': _SUBSCRIPTION.RCL_SUBSCRIPTION_MATCHED,
    }
    _qos_warning = ("New publisher discovered on topic '{}', offering incompatible QoS. No messages will be received from it. "
                    'Last incompatible policy: {}')

    def __init__(self, *, deadline=None, incompatible_qos=None, liveliness=None, message_lost=None, incompatible_type=None,
                 matched=None, use_default_callbacks=True):
        self.deadline = deadline
        self.incompatible_qos = incompatible_qos
        self.liveliness = liveliness
        self.message_lost = message_lost
        self.incompatible_type = incompatible_type
        self.matched = matched
        self.use_default_callbacks = use_default_callbacks

    def create_event_handlers(self, callback_group, subscription, topic_name):
        """The handlers of a subscription, which is given as the extension has it."""
        return self._handlers(callback_group, subscription, topic_name)


class PublisherEventCallbacks(_EventCallbacks):
    """Callbacks for the events of a publisher; each gets the event's info.

    use_default_callbacks: a warning where the program has no callback for incompatible subscriptions.
    """

    _types = {
        'deadline': _PUBLISHER.RCL_PUBLISHER_OFFERED_DEADLINE_MISSED,
        'liveliness': _PUBLISHER.RCL_PUBLISHER_LIVELINESS_LOST,
        'incompatible_qos': _PUBLISHER.RCL_PUBLISHER_OFFERED_INCOMPATIBLE_QOS,
        'incompatible_type': _PUBLISHER.RCL_PUBLISHER_INCOMPATIBLE_TYPE,
        'matched': _PUBLISHER.RCL_PUBLISHER_MATCHED,
    }
    _qos_warning = ("New subscription discovered on topic '{}', requesting incompatible QoS. No messages will be sent to it. "
                    'Last incompatible policy: {}')

    def __init__(self, *, deadline=None, liveliness=None, incompatible_qos=None, incompatible_type=None, matched=None,
                 use_default_callbacks=True):
        self.deadline = deadline
        self.liveliness = liveliness
        self.incompatible_qos = incompatible_qos
        self.incompatible_type = incompatible_type
        self.matched = matched
        self.use_default_callbacks = use_default_callbacks

    def create_event_handlers(self, callback_group, publisher, topic_name):
        """The handlers of a publisher, which is given as the extension has it."""
        return self._handlers(callback_group, publisher, topic_name)
