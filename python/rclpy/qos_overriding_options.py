"""QoS that parameters may override when a publisher or a subscription is made."""

from typing import Callable, Union

from rcl_interfaces.msg import ParameterDescriptor, SetParametersResult
from rclpy.duration import Duration
from rclpy.exceptions import ParameterAlreadyDeclaredException
from rclpy.parameter import Parameter
from rclpy.publisher import Publisher
from rclpy.qos import QoSDurabilityPolicy, QoSHistoryPolicy, QoSLivelinessPolicy, QoSPolicyKind, QoSProfile, QoSReliabilityPolicy
from rclpy.subscription import Subscription

QosCallbackResult = SetParametersResult
QosCallbackType = Callable[[QoSProfile], QosCallbackResult]
QoSProfileAttributes = Union[QoSHistoryPolicy, int, QoSReliabilityPolicy, QoSDurabilityPolicy, Duration, QoSLivelinessPolicy, bool]

_ENUMS = {QoSPolicyKind.HISTORY: QoSHistoryPolicy, QoSPolicyKind.RELIABILITY: QoSReliabilityPolicy,
          QoSPolicyKind.DURABILITY: QoSDurabilityPolicy, QoSPolicyKind.LIVELINESS: QoSLivelinessPolicy}
_DURATIONS = (QoSPolicyKind.LIFESPAN, QoSPolicyKind.DEADLINE, QoSPolicyKind.LIVELINESS_LEASE_DURATION)


class InvalidQosOverridesError(Exception):
    """The callback of the options refused what the parameters made of a profile."""


class QoSOverridingOptions:
    """Which policies may be overridden, by read-only parameters `qos_overrides.<topic>.<publisher|subscription>[_<id>].<policy>`.

    policy_kinds  of QoSPolicyKind
    callback      is called with the resulting profile and returns a SetParametersResult; None: anything goes
    entity_id     tells several publishers or subscriptions of a topic apart
    """

    def __init__(self, policy_kinds, *, callback=None, entity_id=None):
        self._policy_kinds = policy_kinds
        self._callback = callback
        self._entity_id = entity_id

    @property
    def policy_kinds(self):
        return self._policy_kinds

    @property
    def callback(self):
        return self._callback

    @property
    def entity_id(self):
        return self._entity_id

    @classmethod
    def with_default_policies(cls, *, callback=None, entity_id=None):
        """For history, depth and reliability."""
        return cls((QoSPolicyKind.HISTORY, QoSPolicyKind.DEPTH, QoSPolicyKind.RELIABILITY), callback=callback, entity_id=entity_id)


def _declare_qos_parameters(entity_type, node, topic_name, qos, options):
    """Declares the parameters (wire PAR-12) and changes the profile to what they say."""
    if not options.policy_kinds:
        return
    if not issubclass(entity_type, (Publisher, Subscription)):
        raise TypeError('Argument `entity_type` should be a subclass of Publisher or Subscription')
    word = 'publisher' if issubclass(entity_type, Publisher) else 'subscription'
    suffix = '' if options.entity_id is None else f'_{options.entity_id}'
    described = f' for {word} `{topic_name}` with id `{options.entity_id}`'
    for policy in options.policy_kinds:
        if policy == QoSPolicyKind.LIFESPAN and word == 'subscription':
            continue
        policy_name = policy.name.lower()
        name = f'qos_overrides.{topic_name}.{word}{suffix}.{policy_name}'
        try:
            parameter = node.declare_parameter(name, _value_of(qos, policy),
                                               ParameterDescriptor(description=policy_name + described, read_only=True))
        except ParameterAlreadyDeclaredException:
            parameter = node.get_parameter(name)
        _override(policy, parameter, qos)
    if options.callback is not None:
        result = options.callback(qos)
        if not result.successful:
            raise InvalidQosOverridesError(f'Provided QoS overrides{described}, are not valid: {result.reason}')


def _value_of(qos, policy):
    value = getattr(qos, policy.name.lower())
    if policy in _ENUMS:
        if value == _ENUMS[policy].UNKNOWN:
            raise ValueError('User provided QoS profile is invalid')
        return value.name.lower()
    return value.nanoseconds if isinstance(value, Duration) else value


def _override(policy, parameter, qos):
    value = parameter.value
    if policy in _ENUMS:
        try:
            value = _ENUMS[policy][value.upper()]
        except KeyError:
            raise RuntimeError(f'Unexpected QoS override for policy `{policy.name.lower()}`: `{value}`') from None
    elif policy in _DURATIONS:
        value = Duration(nanoseconds=value)
    setattr(qos, policy.name.lower(), value)


__all__ = ['InvalidQosOverridesError', 'Parameter', 'QoSOverridingOptions', 'QoSProfile', 'QosCallbackResult']
