"""Things that executors can wait for: upstream's interface, which rclio's executors do not need."""


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
    """Upstream's base class: is_ready(), take_data(), execute(), get_num_entities(), add_to_wait_set() are for subclasses."""

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
