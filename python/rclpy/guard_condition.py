"""Guard conditions: a callback that any thread can have called."""

from rclpy import _rclio
from rclpy.utilities import get_default_context


class GuardCondition:
    """trigger() has the executor of its node call the callback; several before that are one."""

    def __init__(self, callback, callback_group, context=None):
        self._context = get_default_context() if context is None else context
        self._handle = None
        self._loose = None  # what stands for the handle meanwhile
        self._triggered = False
        self._callback = callback
        self.callback_group = callback_group

    @property
    def callback(self):
        """May be another one from some time on."""
        return self._callback

    @callback.setter
    def callback(self, value):
        if self._handle is not None:
            self._handle.set_callback(value)
        self._callback = value

    def _join(self, node_handle):
        """It belongs to a node now."""
        self._handle = _rclio.Guard(node_handle, self.callback)
        if self.callback_group is not None:
            self._handle.set_group(self.callback_group)
            self.callback_group._rclio_has(self._handle, self)
        if self._triggered:
            self._triggered = False
            self._handle.trigger()

    @property
    def handle(self):
        if self._handle is None and self._loose is None:
            self._loose = Handle(self._context, _guard=self)
        return self._loose if self._handle is None else self._handle

    def trigger(self):
        """From any thread."""
        if self._handle is None:
            self._triggered = True
        else:
            self._handle.trigger()

    def destroy(self):
        if self._handle is not None:
            self._handle.destroy()


class Handle:
    """What upstream's compiled module calls GuardCondition: waitables make it. The node of the waitable that adds it to a wait set has it."""

    def __init__(self, context, _guard=None):
        self._guard = GuardCondition(None, None, context) if _guard is None else _guard

    @property
    def handle(self):
        """The extension's; None: no node has it."""
        return self._guard._handle

    @property
    def pointer(self):
        return id(self)

    def _join(self, node_handle):
        if self.handle is None:
            self._guard._join(node_handle)

    def is_ready(self):
        return self._guard._triggered if self.handle is None else _rclio.waiting_of(self.handle) > 0

    def reset(self):
        """It has not been triggered."""
        if self.handle is None:
            self._guard._triggered = False
        else:
            _rclio.deliver(self.handle)

    def trigger_guard_condition(self):
        self._guard.trigger()

    def destroy_when_not_in_use(self):
        self._guard.destroy()

    def __enter__(self):
        if self.handle is not None:
            self.handle.__enter__()
        return self

    def __exit__(self, *exception):
        if self.handle is not None:
            self.handle.__exit__()
