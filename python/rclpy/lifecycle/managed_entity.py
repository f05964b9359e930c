"""What a managed node has that follows its state."""

from functools import wraps

from rclpy.lifecycle._machine import TransitionCallbackReturn


class ManagedEntity:
    """Is told of each step of its node, and may let it fail."""

    def on_configure(self, state) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS

    def on_cleanup(self, state) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS

    def on_shutdown(self, state) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS

    def on_activate(self, state) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS

    def on_deactivate(self, state) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS

    def on_error(self, state) -> TransitionCallbackReturn:
        return TransitionCallbackReturn.SUCCESS


class SimpleManagedEntity(ManagedEntity):
    """One that is on or off: methods below `@SimpleManagedEntity.when_enabled` do nothing while its node is not active."""

    def __init__(self):
        self._enabled = False

    def on_activate(self, state) -> TransitionCallbackReturn:
        self._enabled = True
        return TransitionCallbackReturn.SUCCESS

    def on_deactivate(self, state) -> TransitionCallbackReturn:
        self._enabled = False
        return TransitionCallbackReturn.SUCCESS

    @property
    def is_activated(self):
        return self._enabled

    @staticmethod
    def when_enabled(wrapped=None, *, when_not_enabled=None):
        """Decorates a method. when_not_enabled(): called instead while the entity is off."""
        def decorator(method):
            @wraps(method)
            def only_when_enabled(self, *args, **kwargs):
                if self._enabled:
                    return method(self, *args, **kwargs)
                return when_not_enabled() if when_not_enabled is not None else None

            return only_when_enabled

        return decorator if wrapped is None else decorator(wrapped)
