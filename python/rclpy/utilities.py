"""The default context."""

import sys

from rclpy.context import Context

_default_context = None


def get_default_context():
    """The context of everything that is not given one."""
    global _default_context
    if _default_context is None:
        _default_context = Context()
    return _default_context


def ok(*, context=None):
    return (get_default_context() if context is None else context).ok()


def shutdown(*, context=None):
    (get_default_context() if context is None else context).shutdown()


def try_shutdown(*, context=None):
    (get_default_context() if context is None else context).try_shutdown()


def running_loop():
    """The asyncio loop that runs in this thread, or None."""
    events = sys.modules.get('asyncio.events')
    return None if events is None else events._get_running_loop()
