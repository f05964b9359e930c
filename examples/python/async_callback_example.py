"""Two tasks run at the same time, beside a spinning node; a callback takes each result as soon as it is there."""
import asyncio
from functools import partial

import rclpy
from rclpy.executors import SingleThreadedExecutor
from unlikely_to_return import unlikely_to_return


def handle_return(tag, task):
    print(f'The result of task={tag} was {task.result()}.', flush=True)


async def wait_for_both():
    tasks = []
    for tag in ('task1', 'task2'):
        tasks.append(asyncio.create_task(unlikely_to_return(tag)))
        tasks[-1].add_done_callback(partial(handle_return, tag))
    print('Awaiting results...', flush=True)
    await asyncio.gather(*tasks)


def main():
    rclpy.init()
    node = rclpy.create_node('async_callback_example')
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    executor.spin_until_future_complete(executor.create_task(wait_for_both))
    node.destroy_node()
    rclpy.shutdown()


if __name__ == '__main__':
    main()
