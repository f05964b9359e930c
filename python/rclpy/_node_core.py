"""What a node has to do with executors, groups and guard conditions: a part of rclpy.node.Node."""

from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.guard_condition import GuardCondition


class CoreOfNode:
    """`_open_core()` is called when the node's handle is there."""

    _executor = None  # a weak reference

    def _open_core(self):
        self._default_callback_group = MutuallyExclusiveCallbackGroup()
        self.handle.set_group(self._default_callback_group)
        self._guards = []
        self._waitables = []

    @property
    def executor(self):
        """The executor that runs its callbacks, or None."""
        return None if self._executor is None else self._executor()

    @executor.setter
    def executor(self, new_executor):
        current = self.executor
        if current is new_executor:
            return
        if current is not None:
            current.remove_node(self)
        if new_executor is not None:
            new_executor.add_node(self)

    def _wake_executor(self):
        executor = self.executor
        if executor is not None:
            executor.wake()

    @property
    def default_callback_group(self):
        """The group of whatever is given none; mutually exclusive."""
        return self._default_callback_group

    def _join_group(self, entity, callback_group):
        """Puts a new entity (with a `handle`) into its group."""
        group = self._default_callback_group if callback_group is None else callback_group
        group.add_entity(entity)
        if callback_group is not None:
            entity.handle.set_group(group)
        entity.callback_group = group
        return entity

    def create_guard_condition(self, callback, callback_group=None):
        """Makes a guard condition: callback() is called in the executor when it is triggered."""
        group = self._default_callback_group if callback_group is None else callback_group
        guard = GuardCondition(callback, group, context=self.context)
        guard._join(self.handle)
        group.add_entity(guard)
        self._guards.append(guard)
        return guard

    def destroy_guard_condition(self, guard):
        """False: it is none of this node's."""
        if guard not in self._guards:
            return False
        self._guards.remove(guard)
        guard.destroy()
        return True

    @property
    def guards(self):
        """Its guard conditions."""
        yield from self._guards

    @property
    def waitables(self):
        """What add_waitable() was given."""
        yield from self._waitables

    def add_waitable(self, waitable):
        """Keeps it, for programs that ask for waitables; no executor waits for it."""
        self._waitables.append(waitable)

    def remove_waitable(self, waitable):
        if waitable in self._waitables:
            self._waitables.remove(waitable)
