"""What comes again and again, to be read with `async for`."""

import asyncio
from collections import deque

from rclio._errors import Closed


class Stream:
    """A queue that is filled by callbacks and read by tasks of the node's loop.

    `async for item in stream` ends when the stream is closed and read empty. Several tasks may read: each item goes to one of them.
    """

    def __init__(self, what, depth=None):
        self._what = what
        self._items = deque(maxlen=depth)
        self._waiters = deque()
        self._closed = False

    def _put(self, item):
        self._items.append(item)
        self._wake()

    def _wake(self):
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    def _wake_all(self):
        while self._waiters:
            self._wake()

    async def get(self):
        """The next item. Closed: there will be none."""
        while not self._items:
            if self._closed:
                raise Closed(f'{self._what} is closed')
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                if not waiter.cancelled() and self._items:  # it was woken and will not read: somebody else may
                    self._wake()
                raise
        item = self._items.popleft()
        if self._items:
            self._wake()
        return item

    def close(self):
        """No more items come. What is there can still be read."""
        self._closed = True
        self._wake_all()

    @property
    def closed(self):
        return self._closed

    def __len__(self):
        """How many items are there to be read at once."""
        return len(self._items)

    def __bool__(self):
        return True

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            return await self.get()
        except Closed:
            raise StopAsyncIteration from None

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        self.close()


class Subscription(Stream):
    """The messages of a topic. When nobody reads, it keeps as many as the QoS profile's depth, the newest."""

    def __init__(self, node, msg_type, topic, qos, raw):
        from rclpy.qos import HistoryPolicy, profile_of
        profile = profile_of(qos)
        keeps_all = profile.history == HistoryPolicy.KEEP_ALL
        super().__init__(f"the subscription to '{topic}'", None if keeps_all else profile.depth or 10)
        self._node = node
        self._subscription = node.create_subscription(msg_type, topic, self._put, profile, raw=raw)

    @property
    def topic_name(self):
        """The topic's full name."""
        return self._subscription.topic_name

    def get_publisher_count(self):
        """How many publishers it is matched with."""
        return self._subscription.get_publisher_count()

    def close(self):
        if not self._closed:
            self._node.destroy_subscription(self._subscription)
            self._node._streams.discard(self)
        super().close()


class Timer(Stream):
    """The ticks of a timer by the node's clock, as numbers from 0 on. A reader that is late gets the newest tick once."""

    def __init__(self, node, period):
        super().__init__('the timer', 1)
        self._node = node
        self._count = -1
        self._timer = node.create_timer(period, self._tick)

    def _tick(self):
        self._count += 1
        self._put(self._count)

    def close(self):
        if not self._closed:
            self._node.destroy_timer(self._timer)
            self._node._streams.discard(self)
        super().close()
