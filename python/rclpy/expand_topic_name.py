"""Names in full."""

from rclpy import _rclio
from rclpy._names import reason_of


def expand_topic_name(topic_name, node_name, node_namespace):
    """'~/x' of the node 'n' in '/ns' is '/ns/n/x'. ValueError: one of them is not legal."""
    for kind, name, what in ((2, topic_name, 'topic name'), (0, node_name, 'node name'), (1, node_namespace, 'node namespace')):
        reason = reason_of(kind, name)
        if reason is not None:
            raise ValueError(f"{what} '{name}' is invalid: {reason[0]}")
    try:
        return _rclio.expand_name(topic_name, node_name, node_namespace)
    except ValueError as error:
        raise ValueError(f"topic name '{topic_name}' is invalid: {error}") from None
