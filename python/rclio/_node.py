"""Nodes of asyncio programs."""

import asyncio

import rclpy.node
from rclio._calls import ActionClient, Client
from rclio._streams import Subscription, Timer
from rclpy.executors import SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions


class _Context:
    """rclpy's default context, opened for the first node here unless the program has done so, and then shut down after the last.

    Signals stay asyncio's: Ctrl-C cancels the main task.
    """

    def __init__(self):
        self._users = 0

    def enter(self):
        if not rclpy.ok():
            rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
            self._users = 1
        elif self._users:
            self._users += 1

    def leave(self):
        if self._users:
            self._users -= 1
            if not self._users:
                rclpy.try_shutdown()


_context = _Context()
_sessions = {}  # a running loop -> _Session


class _Session:
    """The executor of all nodes in one loop."""

    def __init__(self, loop, context):
        self._loop = loop
        self.executor = SingleThreadedExecutor(context=context)
        self._attached = self.executor.attached()
        self._nodes = 0

    @classmethod
    async def enter(cls, node):
        loop = asyncio.get_running_loop()
        session = _sessions.get(loop)
        if session is None:
            session = _sessions[loop] = cls(loop, node.context)
            await session._attached.__aenter__()
        session._nodes += 1
        session.executor.add_node(node)
        return session

    async def leave(self, node):
        self.executor.remove_node(node)
        self._nodes -= 1
        if not self._nodes:
            del _sessions[self._loop]
            await self._attached.__aexit__()
            self.executor.shutdown()


class Publisher:
    """Publishes on a topic. `publish(message)` may be called from any thread."""

    def __init__(self, node, msg_type, topic, qos):
        from rclpy.event_handler import PublisherEventCallbacks
        self._node = node
        self._waiters = []
        self._publisher = node.create_publisher(msg_type, topic, qos, event_callbacks=PublisherEventCallbacks(matched=self._matched))
        self.publish = self._publisher.publish

    def _matched(self, event):
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def matched(self, count=1, timeout=None):
        """Returns when `count` subscriptions are there to hear what is published. asyncio.TimeoutError: not within `timeout` seconds."""
        await asyncio.wait_for(self._wait(count), timeout)

    async def _wait(self, count):
        while self.get_subscription_count() < count:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                await waiter
            finally:
                self._waiters.remove(waiter)

    @property
    def topic_name(self):
        """The topic's full name."""
        return self._publisher.topic_name

    def get_subscription_count(self):
        """How many subscriptions it is matched with."""
        return self._publisher.get_subscription_count()

    def close(self):
        self._node.destroy_publisher(self._publisher)


class Node(rclpy.node.Node):
    """A node of an asyncio program, to be used with `async with`. Arguments as rclpy.node.Node takes them.

    It runs in the loop it is entered in. When it is left, or the context is shut down, its streams end and its calls are closed.
    """

    def __init__(self, node_name, **options):
        self._owns_context = options.get('context') is None
        if self._owns_context:
            _context.enter()
        self._streams = set()
        self._session = None
        self._closed = False
        try:
            super().__init__(node_name, **options)
        except BaseException:
            self._leave_context()
            raise

    def _leave_context(self):
        if self._owns_context:
            self._owns_context = False
            _context.leave()

    async def __aenter__(self):
        self._session = await _Session.enter(self)
        self._loop = asyncio.get_running_loop()
        self.context.on_shutdown(self._shut_down)
        return self

    async def __aexit__(self, *exception):
        await self.close()

    async def close(self):
        """Ends it, with everything that was made with it. A second time does nothing."""
        if self._closed:
            return
        self._closed = True
        self._close_streams()
        self.destroy_node()
        if self._session is not None:
            await self._session.leave(self)
        self._leave_context()

    def _shut_down(self):
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close_streams)

    def _close_streams(self):
        for stream in list(self._streams):
            stream.close()

    def _keep_stream(self, stream):
        self._streams.add(stream)
        return stream

    def publisher(self, msg_type, topic, qos=10):
        """A publisher; `qos` is a QoSProfile or a depth, as everywhere."""
        return Publisher(self, msg_type, topic, qos)

    def subscription(self, msg_type, topic, qos=10, *, raw=False):
        """The messages of a topic, to be read with `async for` or `await ...get()`. raw: as bytes (CDR)."""
        return self._keep_stream(Subscription(self, msg_type, topic, qos, raw))

    def timer(self, period):
        """Ticks every `period` seconds by the node's clock, to be read with `async for`."""
        return self._keep_stream(Timer(self, period))

    async def sleep(self, seconds):
        """Sleeps by the node's clock, which may be a simulation's."""
        async with self.timer(seconds) as timer:
            await timer.get()

    def client(self, srv_type, name, qos=None):
        """A client: `response = await client.call(request)`."""
        return Client(self, srv_type, name, qos)

    def action(self, action_type, name):
        """A client of an action: `goal = await action.send(request)`."""
        return ActionClient(self, action_type, name)
