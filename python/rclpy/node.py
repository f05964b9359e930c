"""Nodes."""

from rclpy import _rclio
from rclpy._node_core import CoreOfNode
from rclpy.qos import numbers_of
from rclpy.utilities import get_default_context


class Logger:
    """Writes to the console, the log file and /rosout."""

    def __init__(self, node):
        self._node = node

    @property
    def name(self):
        return self._node.logger()

    def debug(self, message):
        self._node.log(10, str(message))

    def info(self, message):
        self._node.log(20, str(message))

    def warning(self, message):
        self._node.log(30, str(message))

    warn = warning

    def error(self, message):
        self._node.log(40, str(message))

    def fatal(self, message):
        self._node.log(50, str(message))


class Publisher:
    def __init__(self, handle, msg_type):
        self.handle = handle
        self.msg_type = msg_type
        self.publish = handle.publish

    @property
    def topic_name(self):
        return self.handle.topic()

    def get_subscription_count(self):
        return self.handle.count()

    def destroy(self):
        self.handle.destroy()


class Subscription:
    def __init__(self, handle, msg_type, callback):
        self.handle = handle
        self.msg_type = msg_type
        self.callback = callback

    @property
    def topic_name(self):
        return self.handle.topic()

    def get_publisher_count(self):
        return self.handle.count()

    def destroy(self):
        self.handle.destroy()


class Timer:
    def __init__(self, handle, callback):
        self.handle = handle
        self.callback = callback

    @property
    def timer_period_ns(self):
        return self.handle.period()

    def cancel(self):
        self.handle.cancel()

    def reset(self):
        self.handle.reset()

    def is_canceled(self):
        return self.handle.is_canceled()

    def destroy(self):
        self.handle.destroy()


class Node(CoreOfNode):
    """A node. Its publishers, subscriptions and timers live until they or it are destroyed."""

    def __init__(self, node_name, *, context=None, namespace=None):
        self.context = get_default_context() if context is None else context
        if not self.context.ok():
            raise RuntimeError('rclpy.init() has not been called')
        self.handle = _rclio.Node(self.context.handle, node_name, namespace)
        self._open_core()
        self._entities = []
        self._logger = Logger(self.handle)

    def get_name(self):
        return self.handle.name()

    def get_namespace(self):
        return self.handle.namespace()

    def get_fully_qualified_name(self):
        namespace = self.get_namespace()
        return namespace + ('' if namespace.endswith('/') else '/') + self.get_name()

    def get_logger(self):
        return self._logger

    def create_publisher(self, msg_type, topic, qos_profile):
        return self._keep(Publisher(_rclio.Publisher(self.handle, msg_type, topic, numbers_of(qos_profile)), msg_type))

    def create_subscription(self, msg_type, topic, callback, qos_profile, *, raw=False):
        handle = _rclio.Subscription(self.handle, msg_type, topic, callback, numbers_of(qos_profile), raw)
        return self._keep(Subscription(handle, msg_type, callback))

    def create_timer(self, timer_period_sec, callback, *, autostart=True):
        return self._keep(Timer(_rclio.Timer(self.handle, int(timer_period_sec * 1e9), callback, autostart), callback))

    def _keep(self, entity):
        self._entities.append(entity)
        return entity

    def _destroy(self, entity):
        if entity not in self._entities:
            return False
        self._entities.remove(entity)
        entity.destroy()
        return True

    destroy_publisher = destroy_subscription = destroy_timer = _destroy

    def destroy_node(self):
        self._entities.clear()
        self.handle.destroy()
