"""Callback groups: which callbacks of a node may run at the same time."""

from functools import partial
from weakref import ref

from rclpy import _rclio

_ASKED = ('can_execute', 'beginning_execution', 'ending_execution')
_SOON = 0.001  # seconds until a callback that was let begin, and then was not, is asked for again


class CallbackGroup(_rclio.Group):
    """What entities of a node are in. Make one of the two kinds below, or a class of your own.

    A class that overrides can_execute(), beginning_execution() or ending_execution() decides when its callbacks run: each is called if the
    first two return true, in its executor's threads, and the last is called when the callback has ended, with its coroutine if it
    has one. What may not begin is asked for again when a callback of the executor has ended, when something new comes, and with
    executor.wake(). Responses and other things that only end futures are not asked for.

    Whatever is given no group is in its node's default one, which is mutually exclusive.
    """

    _rclio_asked = False

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        cls._rclio_asked = any(getattr(cls, name) is not getattr(CallbackGroup, name) for name in _ASKED)

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

    # For a class that is asked

    def _rclio_has(self, handle, entity):
        """The extension's handle stands for this entity."""
        if self._rclio_asked:
            self.__dict__.setdefault('_rclio_of', {})[id(handle)] = ref(entity)

    def _rclio_begin(self, handle, core):
        """Asks whether a callback may begin. Returns what to call when it has ended; None, False: it may not, said by the first, the second."""
        known = self.__dict__.get('_rclio_of', {}).get(id(handle))
        entity = known() if known is not None else None
        if entity is None:
            entity = handle
        if not self.can_execute(entity):
            return None
        if not self.beginning_execution(entity):
            _ask_soon(core)
            return False
        return partial(self.ending_execution, entity)


def _ask_soon(core):
    import asyncio
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # a spin_once() of the program's own: it comes back
        return
    loop.call_later(_SOON, core.recall)


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
