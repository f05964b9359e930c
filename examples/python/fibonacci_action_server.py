"""The action server of the ROS 2 tutorial. Each goal is a task: waiting suspends the task, so several goals run at once."""
import asyncio

import rclpy
from action_tutorials_interfaces.action import Fibonacci
from rclpy.action import ActionServer, CancelResponse
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node


class FibonacciActionServer(Node):
    def __init__(self):
        super().__init__('fibonacci_action_server')
        self.server = ActionServer(self, Fibonacci, 'fibonacci', self.execute, cancel_callback=lambda goal: CancelResponse.ACCEPT)

    async def execute(self, goal):
        self.get_logger().info('Executing goal...')
        feedback = Fibonacci.Feedback(partial_sequence=[0, 1])
        for i in range(1, goal.request.order):
            if goal.is_cancel_requested:
                goal.canceled()
                return Fibonacci.Result()
            feedback.partial_sequence.append(feedback.partial_sequence[i] + feedback.partial_sequence[i - 1])
            goal.publish_feedback(feedback)
            await asyncio.sleep(1)
        goal.succeed()
        return Fibonacci.Result(sequence=feedback.partial_sequence)


def main():
    rclpy.init()
    try:
        rclpy.spin(FibonacciActionServer())
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
