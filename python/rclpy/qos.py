"""Quality of service."""

from enum import Enum, IntEnum
import warnings

from rclpy import _rclio
from rclpy._enums import NamedNumber
from rclpy.duration import Duration


class QoSPolicyKind(IntEnum):
    """Policies, by the bits that middlewares use for them."""

    INVALID = 1 << 0
    DURABILITY = 1 << 1
    DEADLINE = 1 << 2
    LIVELINESS = 1 << 3
    RELIABILITY = 1 << 4
    HISTORY = 1 << 5
    LIFESPAN = 1 << 6
    DEPTH = 1 << 7
    LIVELINESS_LEASE_DURATION = 1 << 8
    AVOID_ROS_NAMESPACE_CONVENTIONS = 1 << 9


def qos_policy_name_from_kind(policy_kind):
    """The name of a policy: 'RELIABILITY' for 16. ValueError: there is none of that number."""
    return QoSPolicyKind(policy_kind).name


class InvalidQoSProfileException(Exception):
    """A profile that makes no sense."""

    def __init__(self, *args):
        super().__init__('Invalid QoSProfile', *args)


class QoSPolicyEnum(IntEnum):
    """What the values of a policy have in common: short names, as the command line has them."""

    @classmethod
    def short_keys(cls):
        """The names of all values, in lower case."""
        return [name.lower() for name in cls.__members__ if not name.startswith('RMW')]

    @classmethod
    def get_from_short_key(cls, name):
        """The number of a value by its short name. KeyError: there is none."""
        return cls[name.upper()].value

    @property
    def short_key(self):
        return self.name.lower()


class _Deprecated:
    """An old name of a policy's value, which warns."""

    def __init__(self, name, member):
        self.name, self.member = name, member

    def __get__(self, instance, owner):
        warnings.warn(f'{owner.__name__}.{self.name} is deprecated. Use {owner.__name__}.{self.member} instead.', stacklevel=2)
        return owner[self.member]


def _with_old_names(policy, *members):
    def decorate(enum):
        for member in members:
            _add_old_name(enum, f'RMW_QOS_POLICY_{policy}_{member}', member)
        return enum
    return decorate


def _add_old_name(enum, name, member):
    type.__setattr__(enum, name, _Deprecated(name, member))


@_with_old_names('HISTORY', 'SYSTEM_DEFAULT', 'KEEP_LAST', 'KEEP_ALL', 'UNKNOWN')
class HistoryPolicy(QoSPolicyEnum):
    """How many messages are kept."""

    SYSTEM_DEFAULT = 0
    KEEP_LAST = 1
    KEEP_ALL = 2
    UNKNOWN = 3


@_with_old_names('RELIABILITY', 'SYSTEM_DEFAULT', 'RELIABLE', 'BEST_EFFORT', 'UNKNOWN')
class ReliabilityPolicy(QoSPolicyEnum):
    """Whether lost messages are sent again."""

    SYSTEM_DEFAULT = 0
    RELIABLE = 1
    BEST_EFFORT = 2
    UNKNOWN = 3
    BEST_AVAILABLE = 4


@_with_old_names('DURABILITY', 'SYSTEM_DEFAULT', 'TRANSIENT_LOCAL', 'VOLATILE', 'UNKNOWN')
class DurabilityPolicy(QoSPolicyEnum):
    """Whether a subscription that comes later gets what was published before."""

    SYSTEM_DEFAULT = 0
    TRANSIENT_LOCAL = 1
    VOLATILE = 2
    UNKNOWN = 3
    BEST_AVAILABLE = 4


@_with_old_names('LIVELINESS', 'SYSTEM_DEFAULT', 'AUTOMATIC', 'MANUAL_BY_TOPIC')
class LivelinessPolicy(QoSPolicyEnum):
    """Who says that a publisher is alive."""

    SYSTEM_DEFAULT = 0
    AUTOMATIC = 1
    MANUAL_BY_TOPIC = 3
    UNKNOWN = 4
    BEST_AVAILABLE = 5


_add_old_name(LivelinessPolicy, 'RMW_QOS_POLICY_DURABILITY_UNKNOWN', 'UNKNOWN')  # upstream's own slip

QoSHistoryPolicy = HistoryPolicy
QoSReliabilityPolicy = ReliabilityPolicy
QoSDurabilityPolicy = DurabilityPolicy
QoSLivelinessPolicy = LivelinessPolicy


class QoSCompatibility(NamedNumber):
    """What qos_check_compatible() finds."""

    OK = 0
    WARNING = 1
    ERROR = 2


DeadlineBestAvailable = Duration(nanoseconds=2**63 - 2)
LivelinessLeaseDurationeBestAvailable = Duration(nanoseconds=2**63 - 2)

# Upstream's numbers to rclio's (rclio/qos.h), where 0 is the default profile's value, and back.
_HISTORY = {0: 3, 1: 1, 2: 2, 3: 4}
_RELIABILITY = {0: 3, 1: 1, 2: 2, 3: 5, 4: 4}
_DURABILITY = {0: 3, 1: 2, 2: 1, 3: 5, 4: 4}
_LIVELINESS = {0: 3, 1: 1, 3: 2, 4: 5, 5: 4}
_FROM_HISTORY, _FROM_RELIABILITY, _FROM_DURABILITY, _FROM_LIVELINESS = (
    {**{number: policy for policy, number in numbers.items()}, 0: unset}
    for numbers, unset in ((_HISTORY, 1), (_RELIABILITY, 1), (_DURABILITY, 2), (_LIVELINESS, 0)))


def _nanoseconds(duration):
    """As rclio has it: 0 is infinite."""
    value = duration.nanoseconds
    return 0 if value >= 2**63 - 2 else value


def _field(name, accepted, convert=lambda value: value):
    slot = '_' + name

    def get(self):
        return getattr(self, slot)

    def put(self, value):
        assert isinstance(value, accepted)
        setattr(self, slot, convert(value))

    return property(get, put, doc=f"The policy '{name}'.")


class QoSProfile:
    """Policies of a publisher, a subscription or a service.

    A history or a depth is needed. Durations are `Duration`; 0 means: none.
    """

    __slots__ = ['_history', '_depth', '_reliability', '_durability', '_lifespan', '_deadline', '_liveliness',
                 '_liveliness_lease_duration', '_avoid_ros_namespace_conventions']

    def __init__(self, **kwargs):
        assert all('_' + key in QoSProfile.__slots__ for key in kwargs), \
            'Invalid arguments passed to constructor: %r' % kwargs.keys()
        if 'history' not in kwargs:
            if 'depth' not in kwargs:
                raise InvalidQoSProfileException('History and/or depth settings are required.')
            kwargs['history'] = HistoryPolicy.KEEP_LAST
        self.history = kwargs['history']
        if self.history == HistoryPolicy.KEEP_LAST and 'depth' not in kwargs:
            raise InvalidQoSProfileException('History set to KEEP_LAST without a depth setting.')
        self.depth = kwargs.get('depth', 10)
        self.reliability = kwargs.get('reliability', ReliabilityPolicy.RELIABLE)
        self.durability = kwargs.get('durability', DurabilityPolicy.VOLATILE)
        self.lifespan = kwargs.get('lifespan', Duration())
        self.deadline = kwargs.get('deadline', Duration())
        self.liveliness = kwargs.get('liveliness', LivelinessPolicy.SYSTEM_DEFAULT)
        self.liveliness_lease_duration = kwargs.get('liveliness_lease_duration', Duration())
        self.avoid_ros_namespace_conventions = kwargs.get('avoid_ros_namespace_conventions', False)

    history = _field('history', (HistoryPolicy, int), HistoryPolicy)
    reliability = _field('reliability', (ReliabilityPolicy, int), ReliabilityPolicy)
    durability = _field('durability', (DurabilityPolicy, int), DurabilityPolicy)
    liveliness = _field('liveliness', (LivelinessPolicy, int), LivelinessPolicy)
    lifespan = _field('lifespan', Duration)
    deadline = _field('deadline', Duration)
    liveliness_lease_duration = _field('liveliness_lease_duration', Duration)
    avoid_ros_namespace_conventions = _field('avoid_ros_namespace_conventions', bool)

    @property
    def depth(self):
        """The policy 'depth': how many messages KEEP_LAST keeps."""
        return self._depth

    @depth.setter
    def depth(self, value):
        assert isinstance(value, int)
        if self.history == HistoryPolicy.KEEP_LAST and value == 0:
            warnings.warn("A zero depth with KEEP_LAST doesn't make sense; no data could be stored. "
                          'This will be interpreted as SYSTEM_DEFAULT')
        self._depth = value

    def get_c_qos_profile(self):
        """The profile as the extension has it."""
        return rmw_qos_profile_t(self)

    def __eq__(self, other):
        if not isinstance(other, QoSProfile):
            return False
        return all(getattr(self, slot) == getattr(other, slot) for slot in QoSProfile.__slots__)

    __hash__ = None

    def __str__(self):
        return f'{type(self).__name__}(%s)' % ', '.join(f'{slot[1:]}=%s' % getattr(self, slot) for slot in QoSProfile.__slots__)

    def _numbers(self):
        """As the extension takes it (extension/topic.h TP1)."""
        depth = 1 if self._history == HistoryPolicy.KEEP_LAST and self._depth == 0 else self._depth
        return (_RELIABILITY[self._reliability], _DURABILITY[self._durability], _HISTORY[self._history], depth,
                _nanoseconds(self._deadline), _nanoseconds(self._lifespan), _LIVELINESS[self._liveliness],
                _nanoseconds(self._liveliness_lease_duration), self._avoid_ros_namespace_conventions)

    @classmethod
    def _from_numbers(cls, numbers):
        """What _numbers() is for endpoints of the network: a duration that is absent is infinite there."""
        reliability, durability, history, depth, deadline, lifespan, liveliness, lease, avoid = numbers
        profile = cls(history=HistoryPolicy.UNKNOWN, depth=depth, reliability=_FROM_RELIABILITY[reliability],
                      durability=_FROM_DURABILITY[durability], lifespan=Duration(nanoseconds=lifespan or 2**63 - 1),
                      deadline=Duration(nanoseconds=deadline or 2**63 - 1), liveliness=_FROM_LIVELINESS[liveliness],
                      liveliness_lease_duration=Duration(nanoseconds=lease or 2**63 - 1),
                      avoid_ros_namespace_conventions=bool(avoid))
        profile.history = _FROM_HISTORY[history]
        return profile


class rmw_qos_profile_t:  # noqa: N801  upstream's name for it
    """A profile as C has it."""

    def __init__(self, profile):
        self._profile = profile
        self._numbers = profile._numbers()

    @staticmethod
    def predefined(name):
        """The one that is called so, such as 'qos_profile_sensor_data'. ValueError: none is."""
        if name not in _PREDEFINED:
            raise ValueError(f'Requested unknown rmw_qos_profile: {name}')
        return globals()[name].get_c_qos_profile()

    def to_dict(self):
        """Policies by their names, enumerations as numbers."""
        values = {name: getattr(self._profile, name) for name in (
            'depth', 'history', 'reliability', 'durability', 'lifespan', 'deadline', 'liveliness', 'liveliness_lease_duration',
            'avoid_ros_namespace_conventions')}
        return {name: int(value) if isinstance(value, Enum) else value for name, value in values.items()}


_PREDEFINED = ('qos_profile_sensor_data', 'qos_profile_default', 'qos_profile_system_default', 'qos_profile_services_default',
               'qos_profile_unknown', 'qos_profile_parameters', 'qos_profile_parameter_events', 'qos_profile_best_available')


def numbers_of(profile):
    """A profile, or a depth, as the extension takes it."""
    return profile_of(profile)._numbers()


def profile_of(profile_or_depth):
    """What create_publisher() and others are given for a profile. TypeError, ValueError."""
    if isinstance(profile_or_depth, QoSProfile):
        return profile_or_depth
    if not isinstance(profile_or_depth, int):
        raise TypeError('Expected QoSProfile or int, but received {!r}'.format(type(profile_or_depth)))
    if profile_or_depth < 0:
        raise ValueError('history depth must be greater than or equal to zero')
    return QoSProfile(depth=profile_or_depth)


def _unknown():
    return QoSProfile(history=HistoryPolicy.UNKNOWN, depth=0, reliability=ReliabilityPolicy.UNKNOWN,
                      durability=DurabilityPolicy.UNKNOWN, liveliness=LivelinessPolicy.UNKNOWN)


qos_profile_unknown = _unknown()
qos_profile_default = QoSProfile(depth=10)
qos_profile_system_default = QoSProfile(history=HistoryPolicy.SYSTEM_DEFAULT, depth=0,
                                        reliability=ReliabilityPolicy.SYSTEM_DEFAULT, durability=DurabilityPolicy.SYSTEM_DEFAULT)
qos_profile_sensor_data = QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT)
qos_profile_services_default = QoSProfile(depth=10)
qos_profile_parameters = QoSProfile(depth=1000)
qos_profile_parameter_events = QoSProfile(depth=1000)
qos_profile_action_status_default = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
qos_profile_best_available = QoSProfile(
    depth=10, reliability=ReliabilityPolicy.BEST_AVAILABLE, durability=DurabilityPolicy.BEST_AVAILABLE,
    deadline=DeadlineBestAvailable, liveliness=LivelinessPolicy.BEST_AVAILABLE,
    liveliness_lease_duration=LivelinessLeaseDurationeBestAvailable)
_qos_profile_rosout_default = QoSProfile(depth=1000, durability=DurabilityPolicy.TRANSIENT_LOCAL, lifespan=Duration(seconds=10))


class QoSPresetProfiles(Enum):
    """The profiles that have names; `.value` is the profile."""

    UNKNOWN = qos_profile_unknown
    DEFAULT = qos_profile_default
    SYSTEM_DEFAULT = qos_profile_system_default
    SENSOR_DATA = qos_profile_sensor_data
    SERVICES_DEFAULT = qos_profile_services_default
    PARAMETERS = qos_profile_parameters
    PARAMETER_EVENTS = qos_profile_parameter_events
    ACTION_STATUS_DEFAULT = qos_profile_action_status_default
    BEST_AVAILABLE = qos_profile_best_available

    @classmethod
    def short_keys(cls):
        """The names of all, in lower case."""
        return [name.lower() for name in cls.__members__]

    @classmethod
    def get_from_short_key(cls, name):
        """A profile by its short name. KeyError: there is none."""
        return cls[name.upper()].value


def qos_check_compatible(publisher_qos, subscription_qos):
    """Whether a publisher and a subscription with these profiles will match: (QoSCompatibility, why not)."""
    found, reason = _rclio.check_qos(publisher_qos.get_c_qos_profile()._numbers, subscription_qos.get_c_qos_profile()._numbers)
    return QoSCompatibility(found), reason
