"""Sends a goal of the ROS 2 tutorial, prints its feedback and its result."""
import rclpy
from action_tutorials_interfaces.action import Fibonacci
from rclpy.action import ActionClient
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node


class FibonacciActionClient(Node):
    def __init__(self):
        super().__init__('fibonacci_action_client')
        self.client = ActionClient(self, Fibonacci, 'fibonacci')

    async def run(self, order):
        goal = await self.client.send_goal_async(Fibonacci.Goal(order=order), feedback_callback=self.feedback)
        if not goal.accepted:
            self.get_logger().info('Goal rejected :(')
            return
        self.get_logger().info('Goal accepted :)')
        answer = await goal.get_result_async()
        self.get_logger().info(f'Result: {list(answer.result.sequence)}')

    def feedback(self, message):
        self.get_logger().info(f'Received feedback: {list(message.feedback.partial_sequence)}')


def main():
    rclpy.init()
    node = FibonacciActionClient()
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    node.client.wait_for_server()
    executor.spin_until_future_complete(executor.create_task(node.run, 10))
    node.destroy_node()
    rclpy.shutdown()


if __name__ == '__main__':
    main()
