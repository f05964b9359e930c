"""What the network tells of a publisher or a subscription."""

from enum import IntEnum

from rclpy.qos import QoSHistoryPolicy, QoSPresetProfiles, QoSProfile
from rclpy.type_hash import TypeHash


class TopicEndpointTypeEnum(IntEnum):
    INVALID = 0
    PUBLISHER = 1
    SUBSCRIPTION = 2


class TopicEndpointInfo:
    """A publisher or a subscription of the network: its node, type, QoS and id."""

    __slots__ = ['_node_name', '_node_namespace', '_topic_type', '_topic_type_hash', '_endpoint_type', '_endpoint_gid',
                 '_qos_profile']

    def __init__(self, **kwargs):
        assert all('_' + key in self.__slots__ for key in kwargs), 'Invalid arguments passed to constructor: %r' % kwargs.keys()
        self.node_name = kwargs.get('node_name', '')
        self.node_namespace = kwargs.get('node_namespace', '')
        self.topic_type = kwargs.get('topic_type', '')
        self.topic_type_hash = kwargs.get('topic_type_hash', TypeHash())
        self.endpoint_type = kwargs.get('endpoint_type', TopicEndpointTypeEnum.INVALID)
        self.endpoint_gid = kwargs.get('endpoint_gid', [])
        self.qos_profile = kwargs.get('qos_profile', QoSPresetProfiles.UNKNOWN.value)

    @classmethod
    def _from_entry(cls, entry):
        node_name, node_namespace, topic_type, topic_type_hash, kind, gid, qos = entry
        return cls(node_name=node_name, node_namespace=node_namespace, topic_type=topic_type,
                   topic_type_hash=TypeHash._from_text(topic_type_hash), endpoint_type=kind, endpoint_gid=list(gid),
                   qos_profile=QoSProfile._from_numbers(qos))

    @property
    def node_name(self):
        return self._node_name

    @node_name.setter
    def node_name(self, value):
        assert isinstance(value, str)
        self._node_name = value

    @property
    def node_namespace(self):
        return self._node_namespace

    @node_namespace.setter
    def node_namespace(self, value):
        assert isinstance(value, str)
        self._node_namespace = value

    @property
    def topic_type(self):
        """'std_msgs/msg/String'."""
        return self._topic_type

    @topic_type.setter
    def topic_type(self, value):
        assert isinstance(value, str)
        self._topic_type = value

    @property
    def topic_type_hash(self):
        return self._topic_type_hash

    @topic_type_hash.setter
    def topic_type_hash(self, value):
        if isinstance(value, dict):
            value = TypeHash(**value)
        assert isinstance(value, TypeHash)
        self._topic_type_hash = value

    @property
    def endpoint_type(self):
        return self._endpoint_type

    @endpoint_type.setter
    def endpoint_type(self, value):
        assert isinstance(value, int)
        self._endpoint_type = TopicEndpointTypeEnum(value)

    @property
    def endpoint_gid(self):
        """Sixteen numbers."""
        return self._endpoint_gid

    @endpoint_gid.setter
    def endpoint_gid(self, value):
        assert all(isinstance(byte, int) for byte in value)
        self._endpoint_gid = value

    @property
    def qos_profile(self):
        return self._qos_profile

    @qos_profile.setter
    def qos_profile(self, value):
        if isinstance(value, dict):
            value = QoSProfile(**value)
        assert isinstance(value, QoSProfile)
        self._qos_profile = value

    def __eq__(self, other):
        if not isinstance(other, TopicEndpointInfo):
            return False
        return all(getattr(self, slot) == getattr(other, slot) for slot in self.__slots__)

    __hash__ = None

    def __str__(self):
        qos = self.qos_profile
        history = qos.history.name
        if qos.history == QoSHistoryPolicy.KEEP_LAST:
            history += f' ({qos.depth})'
        return '\n'.join([
            f'Node name: {self.node_name}', f'Node namespace: {self.node_namespace}', f'Topic type: {self.topic_type}',
            f'Topic type hash: {self.topic_type_hash}', f'Endpoint type: {self.endpoint_type.name}',
            'GID: ' + '.'.join(f'{byte:02x}' for byte in self.endpoint_gid), 'QoS profile:',
            f'  Reliability: {qos.reliability.name}', f'  History (Depth): {history}', f'  Durability: {qos.durability.name}',
            f'  Lifespan: {qos.lifespan}', f'  Deadline: {qos.deadline}', f'  Liveliness: {qos.liveliness.name}',
            f'  Liveliness lease duration: {qos.liveliness_lease_duration}'])
