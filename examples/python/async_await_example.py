"""Two tasks run at the same time, beside a spinning node; their results are used in the order in which they are awaited."""
import asyncio

import rclpy
from rclpy.executors import SingleThreadedExecutor
from unlikely_to_return import unlikely_to_return


async def wait_for_both():
    tasks = {tag: asyncio.create_task(unlikely_to_return(tag)) for tag in ('task1', 'task2')}
    print('Awaiting results...', flush=True)
    for tag, task in tasks.items():
        print(f'The result of task={tag} was {await task}.', flush=True)


def main():
    rclpy.init()
    node = rclpy.create_node('async_await_example')
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    executor.spin_until_future_complete(executor.create_task(wait_for_both))
    node.destroy_node()
    rclpy.shutdown()


if __name__ == '__main__':
    main()
