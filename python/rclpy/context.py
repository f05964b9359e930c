"""A context: one participation in the ROS network."""

import sys
import threading
import weakref
from inspect import ismethod

from rclpy import _rclio
from rclpy._errors import unknown_arguments

_live = weakref.WeakSet()  # for the interpreter's end


class Context:
    """Made by itself it does nothing; init() opens it."""

    def __init__(self):
        self._handle = None
        self._lock = threading.Lock()
        self._callbacks = []
        self._told = True
        self._shut_down_by = None  # the thread that did; None: a signal, or the interpreter's end
        self._was_spun = False

    @property
    def handle(self):
        """What the extension has for it; None before init()."""
        return self._handle

    def init(self, args=None, *, initialize_logging=True, domain_id=None, _signals=0):
        """Reads the arguments (None: sys.argv). RuntimeError: it was called before. UnknownROSArgsError, RCLError: an argument cannot be read."""
        if self.ok():
            raise RuntimeError('Context.init() must only be called once')
        if domain_id is not None and domain_id < 0:
            raise RuntimeError(f'Domain id ({domain_id}) should not be lower than zero.')
        if isinstance(args, str):
            raise TypeError(f'arguments are a list of str, not a str: {args!r}')
        words = sys.argv if args is None else [*sys.argv[:1], *args]
        try:
            self._handle = _rclio.Context(words, domain_id, _signals)
        except _rclio.RCLError as error:
            raise unknown_arguments(error) from None
        self._told = self._was_spun = False
        self._shut_down_by = None
        _live.add(self)

    def ok(self):
        return self._handle is not None and self._handle.ok()

    def signal(self):
        """The number of the signal that shut it down; 0: none did."""
        return 0 if self._handle is None else self._handle.signal()

    def get_domain_id(self):
        """RuntimeError: it is not open."""
        if self._handle is None:
            raise RuntimeError('Context must be initialized before it can have a domain id')
        return self._handle.domain_id()

    def on_shutdown(self, callback):
        """Calls `callback` once when the context has been shut down, by whoever and by a signal, too.

        It is called in the thread that shuts it down or, after a signal, in the one that spins.
        """
        if not callable(callback):
            raise TypeError(f'callback should be a callable, got {type(callback)}')
        if ismethod(callback):
            callback = weakref.WeakMethod(callback)
            self._callbacks.append(lambda: callback() is not None and callback()())
        else:
            self._callbacks.append(callback)

    def shutdown(self):
        """Ends it: spinning returns, calls end. A second time does nothing. RuntimeError: it was never open."""
        if self._handle is None:
            raise RuntimeError('Context must be initialized before it can be shutdown')
        self.try_shutdown()

    def try_shutdown(self):
        """As shutdown(), at any time."""
        if self._handle is not None:
            if self._handle.ok():
                self._shut_down_by = threading.get_ident()
            self._end()

    def _end(self):
        self._handle.shutdown()
        self._tell_shutdown()

    def destroy(self):
        """Ends it, and everything that was made with it."""
        self.try_shutdown()
        if self._handle is not None:
            self._handle.destroy()

    def _tell_shutdown(self):
        """It is shut down: calls what wants to hear of it, once."""
        with self._lock:
            if self._told:
                return
            self._told = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def __enter__(self):
        if self._handle is None:
            self.init()
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        self.try_shutdown()
