"""Things of a program's own that executors wait for: upstream's interface.

rclio has no wait sets: events come by themselves. A waitable is asked whether it is ready when its executor looks for work: after each
callback, when an entity of the node has an event, and when executor.wake() is called.
"""

from rclpy import _rclio


class NumberOfEntities:
    """How many of each a waitable has."""

    __slots__ = ['num_subscriptions', 'num_guard_conditions', 'num_timers', 'num_clients', 'num_services', 'num_events']

    def __init__(self, num_subs=0, num_gcs=0, num_timers=0, num_clients=0, num_services=0, num_events=0):
        self.num_subscriptions = num_subs
        self.num_guard_conditions = num_gcs
        self.num_timers = num_timers
        self.num_clients = num_clients
        self.num_services = num_services
        self.num_events = num_events

    def __add__(self, other):
        result = NumberOfEntities()
        for name in self.__slots__:
            setattr(result, name, getattr(self, name) + getattr(other, name))
        return result

    def __iadd__(self, other):
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self

    def __repr__(self):
        return '<{0}({1}, {2}, {3}, {4}, {5}, {6})>'.format(type(self).__name__, *(getattr(self, name) for name in self.__slots__))


class Waitable:
    """The base of a program's own. Node.add_waitable() has the node's executor ask it: add_to_wait_set(), then is_ready().

    When it is ready, take_data() is called in its callback group, then execute() with what that returned; it may be `async def`.
    get_num_entities() is not called.
    """

    def __init__(self, callback_group):
        self.callback_group = callback_group
        self.callback_group.add_entity(self)
        self._is_busy = False
        self._futures = []

    def __enter__(self):
        return self

    def __exit__(self, t, v, tb):
        return None

    def add_future(self, future):
        self._futures.append(future)

    def remove_future(self, future):
        self._futures.remove(future)

    def is_ready(self, wait_set):
        raise NotImplementedError('Must be implemented by subclass')

    def take_data(self):
        raise NotImplementedError('Must be implemented by subclass')

    async def execute(self, taken_data):
        raise NotImplementedError('Must be implemented by subclass')

    def get_num_entities(self):
        raise NotImplementedError('Must be implemented by subclass')

    def add_to_wait_set(self, wait_set):
        raise NotImplementedError('Must be implemented by subclass')


class Added:
    """The ways to add to a wait set, each of which returns a number for is_ready()."""

    def add_subscription(self, subscription):
        return self._add('subscription', subscription)

    def add_guard_condition(self, guard_condition):
        return self._add('guard_condition', guard_condition)

    def add_timer(self, timer):
        return self._add('timer', timer)

    def add_client(self, client):
        return self._add('client', client)

    def add_service(self, service):
        return self._add('service', service)


class WaitSet(Added):
    """What a waitable is asked with: whether entities have had an event since it was asked last.

    add_...() takes what a node has made, or its handle, and returns a number for is_ready(). Whatever its callback is, is called as well,
    and gets the message, unless somebody takes it from the handle before. What has no callback (rclpy._handles) is ready while it keeps
    something.
    """

    def __init__(self, node, seen):
        self._node = node
        self._before, self._seen = seen, {}
        self._kinds = {}

    def _add(self, kind, entity):
        """What a node has made, its handle, or one of rclpy._handles, which may be in no node yet."""
        join = getattr(entity, '_join', None)
        if join is not None and not isinstance(getattr(entity, '_handle', None), _rclio.Guard):
            join(self._node.handle)
        handle = getattr(entity, 'handle', entity)
        self._seen[handle] = _rclio.events_of(handle)
        entities = self._kinds.setdefault(kind, [])
        entities.append((handle, entity if hasattr(entity, '_kept') else None))
        return len(entities) - 1

    def is_ready(self, kind, index):
        """Whether it has had an event. kind: 'subscription', 'guard_condition', 'timer', 'client' or 'service'."""
        handle, keeps = self._kinds[kind][index]
        if keeps is not None:
            return keeps.is_ready()
        return self._seen[handle] != self._before.get(handle, 0)


class Asked:
    """A waitable of a node, for executors."""

    def __init__(self, node, waitable):
        self._node, self.waitable = node, waitable
        self._seen = {}  # handle -> how many events it had had
        self._pending = False
        self._guard = _rclio.Guard(node.handle, self._run)  # its callback is what becomes of the waitable, in its group
        self._guard.set_group(waitable.callback_group)
        waitable.callback_group._rclio_has(self._guard, waitable)

    def ask(self):
        """Has it executed, if it is ready and its group lets it."""
        waitable = self.waitable
        if self._pending or not waitable.callback_group.can_execute(waitable):
            return
        wait_set = WaitSet(self._node, self._seen)
        with waitable:
            waitable.add_to_wait_set(wait_set)
            ready = waitable.is_ready(wait_set)
        self._seen = wait_set._seen
        if ready:
            self._pending = True
            self._guard.trigger()

    def _run(self):
        self._pending = False
        waitable = self.waitable
        data = waitable.take_data()
        for future in waitable._futures:
            future._set_executor(self._node._rclio_in())
        return waitable.execute(data)

    def close(self):
        self._guard.destroy()


def is_asked(waitable):
    """Not of those that rclio's own parts are, whose events come by themselves."""
    return hasattr(waitable, 'add_to_wait_set') and not hasattr(waitable, '_rclio_comes_by_itself')
