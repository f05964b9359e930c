"""Waiting for one message of a topic."""

from rclpy._elsewhere import from_elsewhere
from rclpy.qos import profile_of
from rclpy.type_support import check_is_valid_msg_type

__getattr__ = from_elsewhere(__name__, 'rclpy.node Node', 'rclpy.qos QoSProfile', 'rclpy.signals SignalHandlerGuardCondition',
                             'rclpy.utilities timeout_sec_to_nsec')


def wait_for_message(msg_type, node, topic, *, qos_profile=1, time_to_wait=-1):
    """Waits for the next message of a topic. The node need not be spun, and may be.

    msg_type      its class
    qos_profile   of the subscription that is made for it: a QoSProfile or a depth
    time_to_wait  seconds; -1 or False: for ever
    returns       (True, the message), or (False, None): the time is over or the context was shut down
    """
    profile = profile_of(qos_profile)
    check_is_valid_msg_type(msg_type)
    limit = -1 if time_to_wait is False or time_to_wait is None or time_to_wait < 0 else int(time_to_wait * 1e9)
    node._rclio_resolve(topic)
    message = node.handle.wait_for_message(msg_type, topic, profile._numbers(), limit)
    return message is not None, message
