"""Which actions there are on the network, as far as they have been discovered."""

from rclpy import _names
from rclpy._rclio import RCLError
from rclpy.node import Node  # noqa: F401

# rclio_role
_SERVERS, _CLIENTS = 4, 5


def get_action_client_names_and_types_by_node(node, remote_node_name, remote_node_namespace):
    """The actions that a node has clients of: [(name, [type])]. RCLError: there is no such node."""
    return _of_node(node, remote_node_name, remote_node_namespace, _CLIENTS, 'client')


def get_action_server_names_and_types_by_node(node, remote_node_name, remote_node_namespace):
    """The actions that a node serves: [(name, [type])]. RCLError: there is no such node."""
    return _of_node(node, remote_node_name, remote_node_namespace, _SERVERS, 'server')


def get_action_names_and_types(node):
    """All actions: [(name, [type])]."""
    return node.handle.actions()


def _of_node(node, name, namespace, role, what):
    namespace = namespace or '/'
    reason = _names.reason_against_node(name, namespace)
    try:
        if not reason:
            return node.handle.names_of(name, namespace, role)
    except LookupError:
        reason = 'error not set'
    raise RCLError(f'Failed to get action {what} names and type: {reason}') from None
