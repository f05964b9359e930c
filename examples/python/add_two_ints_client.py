"""Asks for a sum and prints it: add_two_ints_client.py A B."""
import sys

import rclpy
from example_interfaces.srv import AddTwoInts


def main():
    if len(sys.argv) != 3:
        sys.exit('usage: add_two_ints_client.py A B')
    a, b = int(sys.argv[1]), int(sys.argv[2])
    rclpy.init()
    node = rclpy.create_node('add_two_ints_client')
    client = node.create_client(AddTwoInts, 'add_two_ints')
    while not client.wait_for_service(timeout_sec=1.0):
        node.get_logger().info('service not available, waiting again...')
    call = client.call_async(AddTwoInts.Request(a=a, b=b))
    rclpy.spin_until_future_complete(node, call)
    node.get_logger().info(f'Result of add_two_ints: for {a} + {b} = {call.result().sum}')
    node.destroy_node()
    rclpy.shutdown()


if __name__ == '__main__':
    main()
