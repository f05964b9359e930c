"""An upstream node with everything on it that ../twin.c has. Prints "ready"; ends with standard input."""
import sys

import rclpy
from action_tutorials_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rclpy.action import ActionClient, ActionServer
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import Image
from spinning import Spinning
from std_msgs.msg import String
from std_srvs.srv import Trigger

rclpy.init()
node = rclpy.create_node('twin', namespace='/ns')
node.create_publisher(String, 'published', 10)
node.create_publisher(Image, '/image', qos_profile_sensor_data)
node.create_subscription(String, '~/subscribed', print, 10)
node.create_service(AddTwoInts, 'served', lambda request, response: response)
node.create_service(Trigger, '~/trigger', lambda request, response: response)
node.create_client(Trigger, '/called')
node.create_client(AddTwoInts, 'served')
server = ActionServer(node, Fibonacci, 'acted', lambda goal: Fibonacci.Result())
client = ActionClient(node, Fibonacci, '/wanted')
spinning = Spinning(SingleThreadedExecutor(), node).start()
print('ready', flush=True)
sys.stdin.read()
spinning.end()
server.destroy()
client.destroy()
node.destroy_node()
rclpy.shutdown()
