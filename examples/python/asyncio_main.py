"""ROS 2 in an asyncio program: a node is one more thing to await. Needs the talker, add_two_ints_server and fibonacci_action_server."""
import asyncio

import rclio
from action_tutorials_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from std_msgs.msg import String


async def listen(node, count):
    async for message in node.subscription(String, 'chatter'):
        print(f'heard {message.data}', flush=True)
        count -= 1
        if not count:
            return


async def add(node):
    client = node.client(AddTwoInts, 'add_two_ints')
    answers = await asyncio.gather(*(client.call(AddTwoInts.Request(a=n, b=n), timeout=10) for n in range(3)))
    print('sums', [answer.sum for answer in answers], flush=True)


async def count(node):
    goal = await node.action(Fibonacci, 'fibonacci').send(Fibonacci.Goal(order=3))
    async for feedback in goal:
        print('so far', feedback.partial_sequence.tolist(), flush=True)
    print('in the end', (await goal).sequence.tolist(), flush=True)


async def main():
    async with rclio.Node('asyncio_main') as node:
        await asyncio.gather(listen(node, 3), add(node), count(node))


if __name__ == '__main__':
    asyncio.run(main())
