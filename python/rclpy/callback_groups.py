"""Callback groups: which callbacks of a node may run at the same time."""

from weakref import ref

from rclpy import _rclio


class CallbackGroup(_rclio.Group):
    """What entities of a node are in. Make one of the two kinds below.

    Whatever is given no group is in its node's default one, which is mutually exclusive.
    """

    def __init__(self):
        self.entities = set()

    def add_entity(self, entity):
        """Puts an entity into the group, without keeping it."""
        self.entities.add(ref(entity, self.entities.discard))

    def has_entity(self, entity):
        return ref(entity) in self.entities

    def can_execute(self, entity):
        """True: a callback of the entity may begin now."""
        return self._reentrant or not self._running

    def beginning_execution(self, entity):
        """Takes the group's turn for the entity. False: it may not begin now."""
        return self._enter()

    def ending_execution(self, entity):
        """Gives the turn back."""
        self._leave()


class ReentrantCallbackGroup(CallbackGroup):
    """Its callbacks run beside each other and beside themselves, where there are several threads or a callback awaits."""

    def __init__(self):
        super().__init__()
        self._reentrant = True


class MutuallyExclusiveCallbackGroup(CallbackGroup):
    """One callback of it runs at a time.

    A callback that awaits, or that blocks in a call of rclpy's, has left the group until it goes on; so it may wait for anything that
    its own group does.
    """
