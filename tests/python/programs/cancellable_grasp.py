"""The grasp server of the chapter, which leaves the cancel callback as it is and so refuses; here it accepts."""
import sys

import rclpy
from rclpy.action import CancelResponse

sys.path.insert(0, sys.argv[1])
from chapter_patterns import GraspServer  # noqa: E402

rclpy.init()
server = GraspServer()
server.action_server.register_cancel_callback(lambda goal: CancelResponse.ACCEPT)
rclpy.spin(server)
