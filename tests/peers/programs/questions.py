"""Prints each question."""
import rclpy
from std_msgs.msg import Int32

rclpy.init()
node = rclpy.create_node("questions")
publisher = node.create_publisher(Int32, "answer", 10)
node.create_subscription(Int32, "question", lambda question: print("question", question.data, flush=True), 10)
rclpy.spin(node)
