"""Adds two numbers for whoever asks. The callback awaits, so the node goes on with others meanwhile."""
import asyncio

import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.executors import ExternalShutdownException


def main():
    rclpy.init()
    node = rclpy.create_node('add_two_ints_server')

    async def add(request, response):
        node.get_logger().info(f'Incoming request: {request.a} + {request.b}')
        await asyncio.sleep(0.1)  # a database, another service, a motor
        response.sum = request.a + request.b
        return response

    node.create_service(AddTwoInts, 'add_two_ints', add)
    try:
        rclpy.spin(node)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
