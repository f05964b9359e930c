"""Messages of the types that the topic tests use, with content that depends on a number. No import of upstream's at the top: the tests
and upstream's programs both read it."""
import array
import importlib


def message_class(type_name):
    package, kind, name = type_name.split('/')
    return getattr(importlib.import_module(f'{package}.{kind}'), name)


def string(message, n):
    message.data = f'Hello {n} \u00e4\u4e2d\U0001f600' * (n + 1)


def joint_state(message, n):
    message.header.frame_id = f'arm{n}'
    message.header.stamp.sec, message.header.stamp.nanosec = n - 2**31, 999_999_999
    message.name = [f'joint_{i}' for i in range(7)]
    message.position = array.array('d', [n + i / 7 for i in range(7)])
    message.velocity = array.array('d', [-i * 0.5 for i in range(7)])


def image(message, n):
    message.width, message.height, message.step, message.encoding = 640, 480, 1920, 'rgb8'
    message.data = array.array('B', bytes((i * 7 + n) % 256 for i in range(256)) * (640 * 480 * 3 // 256))


def point_cloud(message, n):
    from sensor_msgs.msg import PointField
    message.height, message.width, message.point_step = 1, 5000, 16
    message.fields = [PointField(name=c, offset=4 * i, datatype=PointField.FLOAT32, count=1) for i, c in enumerate('xyz')]
    message.data = array.array('B', bytes((i + n) % 256 for i in range(5000 * 16)))
    message.is_dense = True


def nested(message, n):
    value = message.basic_types_value
    value.int64_value = -2**63 + n
    value.float32_value = 0.5 * n
    value.bool_value = True
    value.char_value = 200


def unbounded_sequences(message, n):
    from test_msgs.msg import BasicTypes
    message.string_values = ['', 'a' * n, '\u00fc']
    message.bool_values = [True, False, True]
    message.int64_values = array.array('q', [-2**63, 2**63 - 1, n])
    message.basic_types_values = [BasicTypes(uint8_value=n), BasicTypes(float64_value=1e300)]


def multi_nested(message, n):
    """Arrays, bounded and unbounded sequences of messages that hold arrays and sequences again."""
    from test_msgs.msg import Arrays, BoundedSequences, UnboundedSequences
    arrays = Arrays(string_values=['', f'{n}', 'three'], int16_values=[n, -1, 2**15 - 1])
    bounded = BoundedSequences(string_values=['x' * n], uint64_values=array.array('Q', [2**64 - 1, n]))
    unbounded = UnboundedSequences(float32_values=array.array('f', [0.25 * n] * n), char_values=array.array('B', range(n)))
    message.array_of_arrays = [arrays, Arrays(), arrays]
    message.bounded_sequence_of_bounded_sequences = [bounded] * 2
    message.unbounded_sequence_of_unbounded_sequences = [unbounded] * n


FILL = {
    'std_msgs/msg/String': string,
    'sensor_msgs/msg/JointState': joint_state,
    'sensor_msgs/msg/Image': image,
    'sensor_msgs/msg/PointCloud2': point_cloud,
    'test_msgs/msg/Nested': nested,
    'test_msgs/msg/MultiNested': multi_nested,
    'test_msgs/msg/UnboundedSequences': unbounded_sequences,
}


def numbered(type_name, n):
    message = message_class(type_name)()
    FILL[type_name](message, n)
    return message


def as_values(value):
    """Plain lists and values to compare: == of upstream's messages is content when one element of a fixed array agrees."""
    if hasattr(value, 'get_fields_and_field_types'):
        return [as_values(getattr(value, field)) for field in value.get_fields_and_field_types()]
    if isinstance(value, (str, bytes, int, float)):
        return value
    return value.tolist() if hasattr(value, 'tolist') else [as_values(element) for element in value]
