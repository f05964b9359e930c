"""A topic of a type that only upstream has here: peer_only_interfaces/msg/Detection.

    generic.py publish   publishes on /detections until the end of standard input
    generic.py listen    prints what comes on /detections_again as Python shows it, and ends
"""
import sys
import threading

import rclpy
from geometry_msgs.msg import Point
from peer_only_interfaces.msg import Detection, Part

rclpy.init()
node = rclpy.create_node(f'upstream_{sys.argv[1]}')


def publish():
    publisher = node.create_publisher(Detection, '/detections', 10)
    message = Detection(kind=2, label='d\u00f6g', corners=[Point(x=1.5), Point(y=-2.0)], parts=[Part(name='ear'), Part(number=9)])
    node.create_timer(0.1, lambda: publisher.publish(message))
    threading.Thread(target=lambda: (sys.stdin.read(), rclpy.try_shutdown()), daemon=True).start()
    try:
        rclpy.spin(node)
    except rclpy.executors.ExternalShutdownException:
        pass


def listen():
    heard = []
    node.create_subscription(Detection, '/detections_again', heard.append, 10)
    while not heard:
        rclpy.spin_once(node, timeout_sec=1)
    print(str(heard[0]), flush=True)


{'publish': publish, 'listen': listen}[sys.argv[1]]()
