"""What upstream's compiled module has for waitables of a program's own: entities without callbacks, which somebody takes from, and wait sets.

Each is an ordinary entity of the extension whose callback keeps what came until it is taken. The node of one that is made without a
node (a timer, a guard condition) is that of the waitable, or of another entity of the wait set, that it is added with.
"""

from collections import deque
from itertools import count
from time import monotonic

from rclpy import _rclio
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import SHUTDOWN
from rclpy.guard_condition import Handle
from rclpy.qos import numbers_of, rmw_qos_profile_t
from rclpy.task import Future
from rclpy.waitable import Added

_numbers = count(1)  # of requests
_STEP = 0.01  # seconds between two looks of WaitSet.wait(), beside those that rclio's own events are


class _Handle:
    """What all have."""

    _entity = None  # the extension's

    def __init__(self):
        self._kept = deque()

    def _begin(self, entity):
        self._entity = entity
        entity.set_group(ReentrantCallbackGroup())  # nothing holds up what only keeps

    def _has(self):
        """Whether something is kept, now that what waits for an executor is."""
        if not self._kept:
            _rclio.deliver(self._entity)
        return bool(self._kept)

    @property
    def handle(self):
        return self._entity

    @property
    def pointer(self):
        return id(self)

    def is_ready(self):
        """Whether there is something to take."""
        return bool(self._kept) or (self._entity is not None and _rclio.waiting_of(self._entity) > 0)

    def destroy_when_not_in_use(self):
        if self._entity is not None:
            self._entity.destroy()

    def __enter__(self):
        if self._entity is not None:
            self._entity.__enter__()
        return self

    def __exit__(self, *exception):
        if self._entity is not None:
            self._entity.__exit__()

    def __getattr__(self, name):
        """What the extension's entity can do."""
        if self._entity is None or name.startswith('_'):
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return getattr(self._entity, name)


def Publisher(node, msg_type, topic, qos_profile):  # noqa: N802
    """Publisher(node.handle, type, topic, qos_profile.get_c_qos_profile())"""
    return _rclio.Publisher(node, msg_type, topic, _numbers_of(qos_profile), 0)


class Subscription(_Handle):
    """Subscription(node.handle, type, topic, qos_profile.get_c_qos_profile())"""

    def __init__(self, node, msg_type, topic, qos_profile):
        super().__init__()
        numbers = _numbers_of(qos_profile)
        self._kept = kept = deque(maxlen=numbers[3] or None)
        self._begin(_rclio.Subscription(node, msg_type, topic, lambda data, info: kept.append((data, info)), numbers, True, True, 0, None))

    def take_message(self, msg_type, raw):
        """(message, info); None: there is none. raw: its bytes."""
        if not self._has():
            return None
        data, info = self._kept.popleft()
        if raw:
            return data, info
        from rclpy.serialization import deserialize_message
        return deserialize_message(data, msg_type), info


# Of the handles of a node's own services and clients, which have callbacks and futures; the extension calls these.

def take_request(service, request_type):
    taken = service.take()
    return (None, None) if taken is None else (taken[0], _Header(next(_numbers), taken[1]))


def send_response(service, args):
    response, header = args
    if not isinstance(header, _Header):
        raise TypeError(f'service_send_response(): a header that service_take_request() gave is expected, not {header!r}')
    header._request.respond(response)


class Responses:
    """Of what a client was given with send_request()."""

    def __init__(self):
        self.kept = deque()
        self._number = 0
        self._calls = {}  # number -> what is under way

    def send(self, client, request):
        number = self._number + 1
        future = Future()
        self._calls[number] = client.call(request, future)
        self._number = number
        future.add_done_callback(lambda future: self._over(number, future))
        return number

    def _over(self, number, future):
        self._calls.pop(number, None)
        if future.done() and future.exception() is None:
            self.kept.append((_Header(number), future.result()))


def send_request(client, request):
    if client._responses is None:
        client._responses = Responses()
    return client._responses.send(client, request)


def take_response(client, response_type):
    if client._responses is None:
        return None, None
    if not client._responses.kept:
        _rclio.deliver(client)
    return client._responses.kept.popleft() if client._responses.kept else (None, None)


class _Header:
    """Of a response: the number that send_request() returned. Of a request: what service_send_response() takes."""

    def __init__(self, sequence_number, request=None):
        self.sequence_number = sequence_number
        self.request_id = self
        self._request = request


class Client(_Handle):
    """Client(node.handle, type, name, qos_profile.get_c_qos_profile())"""

    def __init__(self, node, srv_type, srv_name, qos_profile):
        super().__init__()
        self._begin(_rclio.Client(node, srv_type._rclio_type, srv_type.Request, srv_type.Response, srv_name, _numbers_of(qos_profile)))
        self._news = _rclio.Guard(node, None)  # has waitables asked
        self._calls = {}  # number -> what is under way
        self._number = 0

    @property
    def service_name(self):
        return self._entity.name()

    def send_request(self, request):
        """Its number."""
        self._number = number = self._number + 1
        future = Future()
        self._calls[number] = self._entity.call(request, future)
        future.add_done_callback(lambda future: self._over(number, future))
        return number

    def _over(self, number, future):
        self._calls.pop(number, None)
        if future.done() and future.exception() is None:
            self._kept.append((_Header(number), future.result()))
            self._news.trigger()

    def take_response(self, response_type):
        """(header, response); (None, None): there is none."""
        return self._kept.popleft() if self._has() else (None, None)


class Service(_Handle):
    """Service(node.handle, type, name, qos_profile.get_c_qos_profile())"""

    def __init__(self, node, srv_type, srv_name, qos_profile):
        super().__init__()
        self._number = 0

        async def waits(request):
            return request

        def keep(coroutine, header):
            try:
                coroutine.send(None)
            except StopIteration as end:
                self._number += 1
                self._kept.append((end.value, _Header(self._number, header)))

        self._begin(_rclio.Service(node, srv_type._rclio_type, srv_type.Request, srv_type.Response, srv_name,
                                   lambda request, response: waits(request), keep, _numbers_of(qos_profile), False))

    def service_take_request(self, request_type):
        """(request, header); (None, None): there is none."""
        return self._kept.popleft() if self._has() else (None, None)

    def service_send_response(self, response, header):
        header._request.respond(response)


class Timer(_Handle):
    """Timer(clock.handle, context.handle, period in nanoseconds, autostart=True)"""

    def __init__(self, clock, context, period, autostart=True):
        super().__init__()
        self._given = clock, int(period), autostart

    def _join(self, node):
        if self._entity is None:
            clock, period, autostart = self._given
            self._begin(_rclio.Timer(node, period, lambda: self._kept or self._kept.append(True), autostart, clock))

    def call_timer(self):
        """Takes the call that is due."""
        self._kept.clear()
        if self._entity is not None:
            self._entity.call_timer()


class WaitSet(Added):
    """WaitSet(subscriptions, guard conditions, timers, clients, services, events, context.handle): how many are to be added.

    An entity that has a callback is ready while that is to be called, which an executor may do meanwhile.
    """

    _KINDS = 'subscription', 'guard_condition', 'timer', 'client', 'service', 'event'

    def __init__(self, subscriptions, guard_conditions, timers, clients, services, events, context):
        self._context = context
        self.clear_entities()

    def clear_entities(self):
        self._added = {kind: [] for kind in self._KINDS}
        self._ready = {kind: set() for kind in self._KINDS}

    def _add(self, kind, entity):
        self._added[kind].append(entity)
        return len(self._added[kind]) - 1

    def add_event(self, event):
        return self._add('event', event)

    def wait(self, timeout_nsec):
        """Waits until one of them is ready, so many nanoseconds at most (negative: for ever)."""
        end = None if timeout_nsec < 0 else monotonic() + timeout_nsec * 1e-9
        looked = False
        while not self._look() and (end is None or not looked or monotonic() < end):
            left = _STEP if end is None else min(_STEP, max(0.0, end - monotonic()))
            if _rclio.wait((self._context,), None, left) == SHUTDOWN:
                return
            looked = True

    def _look(self):
        for kind, entities in self._added.items():
            self._ready[kind] = {index for index, entity in enumerate(entities) if _is_ready(entity)}
        for index in self._ready['guard_condition']:
            guard = self._added['guard_condition'][index]
            if isinstance(guard, Handle):
                guard.reset()
        return any(self._ready.values())

    def is_ready(self, kind, index):
        return index in self._ready[kind]

    def get_ready_entities(self, kind):
        """Their numbers: `pointer` of each."""
        return [self._added[kind][index].pointer for index in sorted(self._ready[kind])]

    def destroy_when_not_in_use(self):
        self.clear_entities()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass


def _is_ready(entity):
    if isinstance(entity, (_Handle, Handle)):
        return entity.is_ready()
    return _rclio.waiting_of(entity) > 0


def _numbers_of(qos_profile):
    return qos_profile._numbers if isinstance(qos_profile, rmw_qos_profile_t) else numbers_of(qos_profile)
