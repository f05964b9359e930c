"""What a node has to do with groups and guard conditions: a part of rclpy.node.Node."""

from rclpy.guard_condition import GuardCondition


class CoreOfNode:
    """`_rclio_open_core()` is called when the node's handle and its default group are there."""

    def _rclio_open_core(self):
        self.handle.set_group(self._default_callback_group)
        self._guards = []

    def _rclio_adopt(self, handle, callback_group, entity):
        """Puts what has just been made, with the extension's `handle`, into its group."""
        if callback_group is not None and callback_group is not self._default_callback_group:
            handle.set_group(callback_group)
        if callback_group is not None and not callback_group.has_entity(entity):
            callback_group.add_entity(entity)
        if callback_group is not None:
            callback_group._rclio_has(handle, entity)
        for handler in getattr(entity, 'event_handlers', ()):
            self.add_waitable(handler)

    def _wake_executor(self):
        executor = self._rclio_in()
        if executor is not None:
            executor.wake()

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
