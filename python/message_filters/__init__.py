"""Messages of several topics brought together by their stamps.

The matching is rclio's (docs/message_filters.md); messages are only passed on. Callbacks run when nothing is locked.
"""

from collections import deque

from rclpy import _rclio
from rclpy.clock import ROSClock
from rclpy.duration import Duration
from rclpy.logging import get_logger
from rclpy.time import Time

__all__ = ['ApproximateTimeSynchronizer', 'Cache', 'Chain', 'SimpleFilter', 'Subscriber', 'TimeSynchronizer']


def _stamp_of(message, allow_headerless, logger):
    """The Time of a message's header, or now; None: it has none, and that is not allowed."""
    stamp = getattr(getattr(message, 'header', None), 'stamp', None)
    if stamp is not None:
        return stamp if hasattr(stamp, 'nanoseconds') else Time.from_msg(stamp)
    if allow_headerless:
        return ROSClock().now()
    get_logger(logger).warn(f'a message of {type(message).__name__} has no header with a stamp: it is dropped '
                            '(allow_headerless=True takes the time of its arrival instead)')
    return None


class SimpleFilter:
    """Passes on what signalMessage() is given."""

    def __init__(self):
        self.callbacks = {}
        self._connections = 0

    def registerCallback(self, cb, *args):
        """Calls cb(*messages, *args) for all that the filter puts out. Returns the number of the connection, its key in `callbacks`."""
        connection, self._connections = self._connections, self._connections + 1
        self.callbacks[connection] = (cb, args)
        return connection

    def signalMessage(self, *msg):
        """Puts out one message, or a set."""
        for callback, args in list(self.callbacks.values()):
            callback(*msg, *args)


class Subscriber(SimpleFilter):
    """A topic as a source. Takes what Node.create_subscription() takes, with the node before and without the callback."""

    def __init__(self, *args, **kwargs):
        super().__init__()
        self.node, self.topic = args[0], args[2]
        kwargs.setdefault('qos_profile', 10)
        self.sub = self.node.create_subscription(*args[1:], self.callback, **kwargs)

    def callback(self, msg):
        self.signalMessage(msg)

    def getTopic(self):
        return self.topic

    def __getattr__(self, key):
        """As the subscription's."""
        if key == 'sub':
            raise AttributeError(key)
        return getattr(self.sub, key)


class Cache(SimpleFilter):
    """Keeps the newest `cache_size` messages, in the order they came, and puts each out."""

    def __init__(self, f=None, cache_size=1, allow_headerless=False):
        super().__init__()
        self.cache_size, self.allow_headerless = cache_size, allow_headerless
        self._kept = deque(maxlen=cache_size)
        if f is not None:
            self.connectInput(f)

    @property
    def cache_msgs(self):
        return [message for _, message in self._kept]

    @property
    def cache_times(self):
        return [stamp for stamp, _ in self._kept]

    def connectInput(self, f):
        self.incoming_connection = f.registerCallback(self.add)

    def add(self, msg):
        stamp = _stamp_of(msg, self.allow_headerless, 'message_filters_cache')
        if stamp is not None:
            self._kept.append((stamp, msg))
            self.signalMessage(msg)

    def getInterval(self, from_stamp, to_stamp):
        """All messages between two Times, which belong to it."""
        assert from_stamp <= to_stamp
        return [message for stamp, message in self._kept if from_stamp <= stamp <= to_stamp]

    def getElemAfterTime(self, stamp):
        """The oldest message at or after a Time; None: there is none."""
        return next((message for kept, message in self._kept if kept >= stamp), None)

    def getElemBeforeTime(self, stamp):
        """The newest message at or before a Time; None: there is none."""
        return next((message for kept, message in reversed(self._kept) if kept <= stamp), None)

    def getLatestTime(self):
        """The Time of the newest message; None: there is none."""
        return self._kept[-1][0] if self._kept else None

    getLastestTime = getLatestTime

    def getOldestTime(self):
        """The Time of the oldest message; None: there is none."""
        return self._kept[0][0] if self._kept else None

    def getLast(self):
        """The newest message; None: there is none."""
        return None if not self._kept else self.getElemAfterTime(self.getLatestTime())


class Chain(SimpleFilter):
    """Filters one after the other, as one: what enters goes through each, what the last puts out the chain puts out."""

    def __init__(self, message_filter=None):
        super().__init__()
        self.incoming_connection = None
        self._filters = []
        if message_filter is not None:
            self.connectInput(message_filter)

    def connectInput(self, message_filter):
        """RuntimeError: it has an input."""
        if self.incoming_connection is not None:
            raise RuntimeError('Already connected')
        self.incoming_connection = message_filter.registerCallback(self.add)

    def add(self, message):
        if self._filters:
            self._filters[0][0].add(message)
        else:
            self.signalMessage(message)

    def addFilter(self, message_filter):
        """Appends a filter that has add()."""
        if self._filters:
            last, connection = self._filters[-1]
            last.callbacks.pop(connection)
            self._filters[-1] = last, last.registerCallback(message_filter.add)
        self._filters.append((message_filter, message_filter.registerCallback(self.signalMessage)))

    def getFilter(self, index):
        """KeyError: there is no such filter."""
        if not 0 <= index < len(self._filters):
            raise KeyError(index)
        return self._filters[index][0]


class TimeSynchronizer(SimpleFilter):
    """Puts out sets of messages with equal stamps, one of each filter in `fs`. Each waits with `queue_size` messages."""

    def __init__(self, fs, queue_size):
        super().__init__()
        self.queue_size = queue_size
        self._make_matcher(len(fs))
        self.connectInput(fs)

    def _make_matcher(self, count):
        self._matcher = _rclio.Matcher(count, self.queue_size, -1)

    def connectInput(self, fs):
        self.input_connections = [one.registerCallback(self.add, None, index) for index, one in enumerate(fs)]

    def add(self, msg, my_queue=None, my_queue_index=None):
        """A message of the filter with this index."""
        self._match(Time.from_msg(msg.header.stamp), msg, my_queue_index)

    def _match(self, stamp, message, index):
        for found in self._matcher.add(index, stamp.nanoseconds, message):
            self.signalMessage(*found)


class ApproximateTimeSynchronizer(TimeSynchronizer):
    """Puts out sets of messages whose stamps are less than `slop` seconds apart, the nearest first.

    allow_headerless: messages without a stamp are taken at the time of their arrival. sync_arrival_time: all are.
    """

    def __init__(self, fs, queue_size, slop, allow_headerless=False, sync_arrival_time=False):
        self.slop = Duration(seconds=slop)
        self.allow_headerless, self.sync_arrival_time = allow_headerless, sync_arrival_time
        super().__init__(fs, queue_size)

    def _make_matcher(self, count):
        self._matcher = _rclio.Matcher(count, self.queue_size, self.slop.nanoseconds)

    def add(self, msg, my_queue=None, my_queue_index=None):
        """A message of the filter with this index."""
        stamp = ROSClock().now() if self.sync_arrival_time else _stamp_of(msg, self.allow_headerless, 'message_filters_approx')
        if stamp is not None:
            self._match(stamp, msg, my_queue_index)
