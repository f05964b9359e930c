"""Wait sets for programs that wait and take by themselves, without callbacks: what upstream's compiled module calls WaitSet.

Nothing below it is a wait set: it lets rclio work until one of its things has something. A message that nobody has taken by then is there
for `subscription.handle.take_message()`, unless an executor that spins meanwhile has called the subscription's callback with it.
"""

import time

from rclpy import _rclio

_STEP_MS = 10  # another thread may have let rclio work
_KINDS = ('subscription', 'guard_condition', 'timer', 'client', 'service', 'event')


class WaitSet:
    """Waits for things of one context. The numbers of upstream's constructor are not needed."""

    def __init__(self, number_of_subscriptions, number_of_guard_conditions, number_of_timers, number_of_clients, number_of_services,
                 number_of_events, context):
        self._context = context
        self.clear_entities()

    def clear_entities(self):
        self._handles = {kind: [] for kind in _KINDS}
        self._before = {}

    def _add(self, kind, entity):
        handle = getattr(entity, 'handle', entity)  # of a guard condition
        if hasattr(handle, 'set_group'):  # an entity of rclio's; anything else never has something
            self._before[handle] = _rclio.events_of(handle)
        self._handles[kind].append(handle)
        return len(self._handles[kind]) - 1

    def add_subscription(self, subscription):
        """Takes a handle and returns a number for is_ready(), as the others do."""
        return self._add('subscription', subscription)

    def add_guard_condition(self, guard_condition):
        return self._add('guard_condition', guard_condition)

    def add_timer(self, timer):
        return self._add('timer', timer)

    def add_client(self, client):
        return self._add('client', client)

    def add_service(self, service):
        return self._add('service', service)

    def add_event(self, event):
        return self._add('event', event)

    def wait(self, timeout_nsec):
        """Blocks until one of them is ready, at most so many nanoseconds (negative: for ever), or until the context is shut down."""
        end = None if timeout_nsec < 0 else time.monotonic_ns() + timeout_nsec
        _rclio.pump(self._context, 0)
        while not any(self.get_ready_entities(kind) for kind in _KINDS) and self._context.ok():
            left = _STEP_MS if end is None else min(_STEP_MS, (end - time.monotonic_ns() + 999_999) // 1_000_000)
            if left <= 0:
                return
            _rclio.pump(self._context, left)
        _rclio.pump(self._context, 0)

    def _has(self, handle):
        if handle not in self._before:
            return False
        if isinstance(handle, _rclio.Subscription):
            return handle.waiting() > 0
        return _rclio.events_of(handle) != self._before[handle]

    def is_ready(self, kind, index):
        """Whether it has something. kind: 'subscription', 'guard_condition', 'timer', 'client', 'service' or 'event'."""
        return self._has(self._handles[kind][index])

    def get_ready_entities(self, kind):
        """The numbers (`pointer` of handles) of those that have something."""
        return [handle.pointer for handle in self._handles[kind] if self._has(handle)]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def destroy_when_not_in_use(self):
        self.clear_entities()
