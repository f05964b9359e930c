"""rclpy on rclio: the same programs, on real asyncio."""

import _rclio_import_hook

from rclpy.context import Context
from rclpy.utilities import get_default_context, ok, shutdown, try_shutdown

_rclio_import_hook.install()

__all__ = ['Context', 'create_node', 'get_global_executor', 'init', 'ok', 'shutdown', 'spin', 'spin_once', 'try_shutdown']


def init(*, args=None, context=None, domain_id=None):
    """Starts communication. Without a context it is the default one."""
    context = get_default_context() if context is None else context
    context.init(args, domain_id=domain_id)
    return _Init(context)


class _Init:
    """What init() returns: a context manager that shuts down at its end."""

    def __init__(self, context):
        self.context = context

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.context.try_shutdown()


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


_global_executor = None


def get_global_executor():
    """The executor of spin() and spin_once() when none is given."""
    global _global_executor
    if _global_executor is None or not _global_executor.context.ok():
        from rclpy.executors import SingleThreadedExecutor
        _global_executor = SingleThreadedExecutor()
    return _global_executor


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
    executor = get_global_executor() if executor is None else executor
    executor.add_node(node)
    try:
        executor.spin_once(timeout_sec=timeout_sec)
    finally:
        executor.remove_node(node)
