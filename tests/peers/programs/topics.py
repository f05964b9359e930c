"""Upstream's side of the topic tests: publishes messages to a rclio relay and compares what comes back.

    topics.py TYPE [latched]

Prints "matched" when both its endpoints have a peer; publishes at the line "go" on standard input; then prints "ok <n> messages" or what
differs. When latched it publishes first, prints "published", and at "go" makes a subscription of its own.
"""
import sys
import time

import rclpy
from messages import as_values, message_class, numbered
from rclpy.qos import DurabilityPolicy, QoSProfile

type_name, latched = sys.argv[1], sys.argv[2:] == ['latched']
qos = QoSProfile(depth=50)
if latched:
    qos.durability = DurabilityPolicy.TRANSIENT_LOCAL
rclpy.init()
node = rclpy.create_node('upstream')
publisher = node.create_publisher(message_class(type_name), 'to_rclio', qos)
sent = [numbered(type_name, n) for n in range(5)]
received = []
deadline = time.monotonic() + 25


def publish():
    for message in sent:
        publisher.publish(message)


def subscribe():
    node.create_subscription(message_class(type_name), 'from_rclio', received.append, qos)


def spin_until(done, what):
    while not done():
        rclpy.spin_once(node, timeout_sec=0.1)
        if time.monotonic() > deadline:
            raise SystemExit(f'timed out: {what}; {len(received)} of {len(sent)} messages')


def await_go(line):
    print(line, flush=True)
    if sys.stdin.readline() != 'go\n':
        raise SystemExit('no "go"')


if latched:
    publish()
    await_go('published')
    subscribe()
else:
    subscribe()
    spin_until(lambda: publisher.get_subscription_count() == 1 and node.count_publishers('from_rclio') == 1, 'no relay')
    await_go('matched')
    publish()
spin_until(lambda: len(received) == len(sent), 'the messages')
for n, (ours, theirs) in enumerate(zip(sent, received)):
    if as_values(ours) != as_values(theirs):
        raise SystemExit(f'message {n} differs: sent {str(ours)[:200]} got {str(theirs)[:200]}')
print(f'ok {len(received)} messages', flush=True)
node.destroy_node()
rclpy.shutdown()
