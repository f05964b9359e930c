"""Publishes a line ten times a second until Ctrl-C."""
import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from std_msgs.msg import String


class Talker(Node):
    def __init__(self):
        super().__init__('talker')
        self.count = 0
        self.publisher = self.create_publisher(String, 'chatter', 10)
        self.create_timer(0.1, self.say)

    def say(self):
        message = String(data=f'Hello World: {self.count}')
        self.count += 1
        self.get_logger().info(f'Publishing: "{message.data}"')
        self.publisher.publish(message)


def main():
    rclpy.init()
    try:
        rclpy.spin(Talker())
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
