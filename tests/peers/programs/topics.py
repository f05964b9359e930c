"""Upstream's side of the topic tests: publishes messages to a rclio relay and compares what comes back.

    topics.py TYPE [latched]

Prints one line "ok <n> messages" or what differs.
"""
import array
import importlib
import sys
import time

import rclpy
from rclpy.qos import DurabilityPolicy, QoSProfile


def numbered(cls, n):
    """A message of the type with content that depends on n."""
    message = cls()
    name = cls.__name__
    if name == 'String':
        message.data = f'Hello {n} \u00e4\u4e2d\U0001f600' * (n + 1)
    elif name == 'JointState':
        message.header.frame_id = f'arm{n}'
        message.name = [f'joint_{i}' for i in range(7)]
        message.position = array.array('d', [n + i / 7 for i in range(7)])
        message.velocity = array.array('d', [-i * 0.5 for i in range(7)])
    elif name == 'Image':
        message.width, message.height, message.step, message.encoding = 640, 480, 1920, 'rgb8'
        message.data = array.array('B', bytes((i * 7 + n) % 256 for i in range(640 * 480 * 3)))
    elif name == 'PointCloud2':
        from sensor_msgs.msg import PointField
        message.height, message.width, message.point_step = 1, 5000, 16
        message.fields = [PointField(name=c, offset=4 * i, datatype=PointField.FLOAT32, count=1) for i, c in enumerate('xyz')]
        message.data = array.array('B', bytes((i + n) % 256 for i in range(5000 * 16)))
        message.is_dense = True
    elif name == 'Nested':
        message.basic_types_value.int64_value = -2**63 + n
        message.basic_types_value.float32_value = 0.5 * n
        message.basic_types_value.bool_value = True
        message.basic_types_value.char_value = 200
    elif name == 'UnboundedSequences':
        from test_msgs.msg import BasicTypes
        message.string_values = ['', 'a' * n, '\u00fc']
        message.bool_values = [True, False, True]
        message.int64_values = array.array('q', [-2**63, 2**63 - 1, n])
        message.basic_types_values = [BasicTypes(uint8_value=n), BasicTypes(float64_value=1e300)]
    else:
        raise SystemExit(f'no content for {name}')
    return message


def main():
    package, _, name = sys.argv[1].split('/')
    cls = getattr(importlib.import_module(f'{package}.msg'), name)
    latched = sys.argv[2:] == ['latched']
    qos = QoSProfile(depth=50)
    if latched:
        qos.durability = DurabilityPolicy.TRANSIENT_LOCAL
    rclpy.init()
    node = rclpy.create_node('upstream')
    publisher = node.create_publisher(cls, 'to_rclio', qos)
    sent = [numbered(cls, n) for n in range(5)]
    received = []
    deadline = time.monotonic() + 30

    def spin_until(done, what):
        while not done():
            rclpy.spin_once(node, timeout_sec=0.1)
            if time.monotonic() > deadline:
                raise SystemExit(f'timed out: {what}; {len(received)} of {len(sent)} messages')

    if latched:
        # Published before anybody listens; the relay is matched later, and we subscribe to its latched answers later still.
        for message in sent:
            publisher.publish(message)
        print('published', flush=True)
        sys.stdin.readline()
        node.create_subscription(cls, 'from_rclio', received.append, qos)
    else:
        node.create_subscription(cls, 'from_rclio', received.append, qos)
        spin_until(lambda: publisher.get_subscription_count() == 1 and node.count_publishers('from_rclio') == 1, 'no relay')
        # Fast DDS tells that it has matched before the other side has: a first message shows that the way back is open.
        while not received:
            publisher.publish(cls())
            rclpy.spin_once(node, timeout_sec=0.2)
            if time.monotonic() > deadline:
                raise SystemExit('timed out: the relay never answered')
        received.clear()
        for message in sent:
            publisher.publish(message)
    blank = cls()
    spin_until(lambda: [m for m in received if m != blank][len(sent) - 1:], 'messages')
    got = [m for m in received if m != blank]
    for n, (a, b) in enumerate(zip(sent, got)):
        if a != b:
            raise SystemExit(f'message {n} differs: sent {str(a)[:200]} got {str(b)[:200]}')
    print(f'ok {len(got)} messages', flush=True)
    node.destroy_node()
    rclpy.shutdown()


main()
