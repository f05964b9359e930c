"""rclpy on rclio: the same programs, on real asyncio."""

import atexit
import os

import _rclio_import_hook

from rclpy import _rclio, utilities
from rclpy.context import Context
from rclpy.signals import (
    SignalHandlerOptions, get_current_signal_handlers_options, install_signal_handlers, uninstall_signal_handlers)
from rclpy.task import Future
from rclpy.utilities import get_default_context, get_rmw_implementation_identifier, ok, try_shutdown

_rclio_import_hook.install()

__all__ = ['Context', 'Future', 'SignalHandlerOptions', 'create_node', 'get_default_context', 'get_global_executor',
           'get_rmw_implementation_identifier', 'init', 'install_signal_handlers', 'ok', 'remove_global_executor', 'shutdown', 'spin',
           'spin_once', 'spin_until_future_complete', 'try_shutdown', 'uninstall_signal_handlers']


def __getattr__(name):
    """`rclpy.executors` and others are there without an import of their own, as upstream's are, and are imported when first named."""
    if name == 'Parameter':
        from rclpy.parameter import Parameter
        return Parameter
    if not name.startswith('_'):
        import importlib
        try:
            return importlib.import_module(f'rclpy.{name}')
        except ModuleNotFoundError as error:
            if error.name != f'rclpy.{name}':
                raise
    raise AttributeError(f"module 'rclpy' has no attribute '{name}'")


def init(*, args=None, context=None, domain_id=None, signal_handler_options=None):
    """Starts communication. Without a context it is the default one, and SIGINT and SIGTERM shut it down."""
    is_default = context is None
    context = get_default_context() if is_default else context
    if signal_handler_options is None:
        signal_handler_options = SignalHandlerOptions.ALL if is_default else get_current_signal_handlers_options()
    context.init(args, domain_id=domain_id)
    if is_default or signal_handler_options != get_current_signal_handlers_options():
        install_signal_handlers(signal_handler_options)
    else:
        from rclpy import signals
        signals._apply()
    return _Init(context)


class _Init:
    """What init() returns: a context manager that shuts down at its end."""

    def __init__(self, context):
        self.context = context

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.context.try_shutdown()


def shutdown(*, context=None, uninstall_handlers=None):
    """Ends communication: spinning returns. A second time does nothing. RuntimeError: init() was never called."""
    utilities.shutdown(context=context)
    if uninstall_handlers or (uninstall_handlers is None and context is None):
        uninstall_signal_handlers()


def create_node(node_name, *, context=None, cli_args=None, namespace=None, use_global_arguments=True, enable_rosout=True,
                start_parameter_services=True, parameter_overrides=None, allow_undeclared_parameters=False,
                automatically_declare_parameters_from_overrides=False, enable_logger_service=False):
    """A node that is not a subclass of Node; arguments as Node takes them."""
    from rclpy.node import Node
    return Node(node_name, context=context, cli_args=cli_args, namespace=namespace, use_global_arguments=use_global_arguments,
                enable_rosout=enable_rosout, start_parameter_services=start_parameter_services,
                parameter_overrides=parameter_overrides, allow_undeclared_parameters=allow_undeclared_parameters,
                automatically_declare_parameters_from_overrides=automatically_declare_parameters_from_overrides,
                enable_logger_service=enable_logger_service)


_global_executor = _global_handle = None  # the context's when it was made: it may be opened again, and what is in the executor is over


def get_global_executor():
    """The executor of spin() and the like when none is given. RCLError: rclpy is not initialized."""
    global _global_executor, _global_handle
    context = get_default_context()
    if _global_executor is None or _global_executor._shut_down or _global_handle is not context.handle or not context.ok():
        from rclpy.executors import not_valid, SingleThreadedExecutor
        if not context.ok() and not context.signal():
            raise not_valid('create guard_condition')
        _global_executor, _global_handle = SingleThreadedExecutor(), context.handle
        _global_executor._ends_with_context = True
    return _global_executor


def remove_global_executor():
    """Shuts the global executor down; the next one is a new one."""
    global _global_executor
    if _global_executor is not None:
        _global_executor.shutdown()
        _global_executor = None


def spin(node, executor=None):
    """Runs the node's callbacks until shutdown."""
    executor = get_global_executor() if executor is None else executor
    executor.add_node(node)
    try:
        executor.spin()
    finally:
        executor.remove_node(node)


def spin_once(node, *, executor=None, timeout_sec=None):
    """Waits for one event of the node, `timeout_sec` seconds at most (None: for ever), and runs its callback."""
    executor = _executor_for(node, executor)
    added = executor.add_node(node)
    try:
        executor.spin_once(timeout_sec=timeout_sec)
    finally:
        if added or not (executor._spinning or executor._runs_here()):
            executor.remove_node(node)


def spin_until_future_complete(node, future, executor=None, timeout_sec=None):
    """Runs the node's callbacks until the future is done, `timeout_sec` seconds at most (None or negative: for ever).

    Where another thread spins the executor it waits, and the callbacks run there.
    """
    executor = _executor_for(node, executor)
    executor.add_node(node)
    executor.spin_until_future_complete(future, timeout_sec)


def _executor_for(node, executor):
    """In a callback of the node's own executor it stays that: the node is not taken away from it."""
    own = node._rclio_in() if hasattr(node, '_rclio_in') else None
    if own is not None and own._runs_here():
        return own
    return get_global_executor() if executor is None else executor


def _at_exit():
    """The interpreter ends: nothing of rclio may outlive it."""
    import sys
    from rclpy.context import _live
    executors = sys.modules.get('rclpy.executors')
    _let_threads_end_quietly()
    for context in list(_live):
        context._end()
    if executors is not None:
        executors.close_all()
    for context in list(_live):
        context.destroy()
        context.handle.close()


def _let_threads_end_quietly():
    """Daemon threads that go on using rclpy now are told that it is over. They end, as they do on upstream, without a word."""
    import threading
    from rclpy.exceptions import ROSInterruptException
    tell, over = threading.excepthook, (_rclio.InvalidHandle, _rclio.RCLError, ROSInterruptException)
    threading.excepthook = lambda failure: None if issubclass(failure.exc_type, over) else tell(failure)


atexit.register(_at_exit)
os.register_at_fork(after_in_child=_rclio._after_fork)
