"""One message awaited: it comes, it does not, wrong uses."""
import threading

import rclpy
from rclpy.qos import QoSProfile
from rclpy.wait_for_message import wait_for_message
from std_msgs.msg import String
from tell import tell

rclpy.init()
node = rclpy.create_node("waiting")
talker = rclpy.create_node("talker")
publisher = talker.create_publisher(String, "words", 10)
stop = threading.Event()


def talk():
    while not stop.wait(0.05):
        publisher.publish(String(data="here"))


thread = threading.Thread(target=talk)
thread.start()
tell("it comes", lambda: wait_for_message(String, node, "words", time_to_wait=10))
tell("with a quality", lambda: wait_for_message(String, node, "words", qos_profile=QoSProfile(depth=3), time_to_wait=10))
tell("for ever", lambda: wait_for_message(String, node, "words"))
stop.set()
thread.join()
tell("it does not", lambda: wait_for_message(String, node, "silence", time_to_wait=0.1))
tell("nothing is left", lambda: len(list(node.subscriptions)))
tell("bad topic", lambda: wait_for_message(String, node, "a b", time_to_wait=0.1))
rclpy.shutdown()
