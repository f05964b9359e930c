"""ROS 2 for asyncio programs: nodes whose topics, services and actions are awaited.

    import asyncio, rclio
    from std_msgs.msg import String

    async def main():
        async with rclio.Node('listener') as node:
            async for message in node.subscription(String, 'chatter'):
                print(message.data)

    asyncio.run(main())

Everything runs in the loop that runs already, asyncio's or uvloop's; there is nothing to spin. A Node is an rclpy node, too: its
loggers, parameters, clocks and create_* methods work, with callbacks as tasks of the same loop.
"""

from rclio._calls import ActionClient, Client, Goal
from rclio._errors import CallFailed, Closed, GoalAborted, GoalCanceled, GoalFailed, GoalRejected, RclioError
from rclio._node import Node, Publisher
from rclio._streams import Stream, Subscription, Timer

__all__ = ['ActionClient', 'CallFailed', 'Client', 'Closed', 'Goal', 'GoalAborted', 'GoalCanceled', 'GoalFailed', 'GoalRejected', 'Node',
           'Publisher', 'RclioError', 'Stream', 'Subscription', 'Timer']
