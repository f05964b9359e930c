"""One upstream endpoint for strings, until standard input ends.

    strings.py talk|listen TOPIC [best_effort] [latched]

Talking is "Hello <n>" ten times a second, numbered from 0; what is heard is printed. Prints "ready" when its endpoint exists.
"""
import sys
import threading

import rclpy
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from std_msgs.msg import String

role, topic, *words = sys.argv[1:]
qos = QoSProfile(depth=50)
if 'best_effort' in words:
    qos.reliability = ReliabilityPolicy.BEST_EFFORT
if 'latched' in words:
    qos.durability = DurabilityPolicy.TRANSIENT_LOCAL
rclpy.init()
node = rclpy.create_node('upstream', namespace='/up')
if role == 'talk':
    publisher = node.create_publisher(String, topic, qos)
    numbers = iter(range(10**6))
    node.create_timer(0.1, lambda: publisher.publish(String(data=f'Hello {next(numbers)}')))
else:
    node.create_subscription(String, topic, lambda message: print(f'heard {message.data}', flush=True), qos)
print('ready', flush=True)

ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
while not ended.is_set():
    rclpy.spin_once(node, timeout_sec=0.1)
node.destroy_node()
rclpy.shutdown()
