"""A context: one participation in the ROS network."""

import sys

from rclpy import _rclio


class Context:
    """Made by itself it does nothing; init() opens it."""

    def __init__(self):
        self.handle = None
        self._callbacks = []

    def init(self, args=None, *, domain_id=None):
        """Reads the arguments (None: sys.argv). RuntimeError: it was called before."""
        if self.ok():
            raise RuntimeError('Context.init() must only be called once')
        self.handle = _rclio.Context(sys.argv if args is None else [sys.argv[0], *args], domain_id)
        self._callbacks = []

    def ok(self):
        return self.handle is not None and self.handle.ok()

    def on_shutdown(self, callback):
        """Calls `callback` when the context is shut down."""
        self._callbacks.append(callback)

    def shutdown(self):
        """Ends it. A second time does nothing."""
        if self.handle is not None:
            self.handle.shutdown()
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    try_shutdown = shutdown

    def __enter__(self):
        if self.handle is None:
            self.init()
        return self

    def __exit__(self, *exception):
        self.try_shutdown()
