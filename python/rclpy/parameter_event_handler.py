"""Callbacks for changes of parameters, of any node."""

from collections import defaultdict
from itertools import chain
from threading import Lock

from rcl_interfaces.msg import ParameterEvent
from rclpy._elsewhere import from_elsewhere
from rclpy.parameter import Parameter  # noqa: F401
from rclpy.qos import qos_profile_parameter_events

__getattr__ = from_elsewhere(__name__, 'rclpy.callback_groups CallbackGroup', 'rclpy.node Node',
                             'rclpy.qos_overriding_options QoSOverridingOptions', 'rclpy.qos QoSProfile',
                             'rclpy.event_handler SubscriptionEventCallbacks')


class ParameterCallbackHandle:
    """A callback for one parameter of one node."""

    def __init__(self, parameter_name, node_name, callback):
        self.parameter_name = parameter_name
        self.node_name = node_name
        self.callback = callback
        self.mutex = Lock()


class ParameterEventCallbackHandle:
    """A callback for all events."""

    def __init__(self, callback):
        self.callback = callback
        self.mutex = Lock()


class ParameterEventHandler:
    """Subscribes to /parameter_events and calls back for what matters.

    Callbacks that were added last are called first. They may add and remove callbacks.
    """

    class Callbacks:
        """The callbacks of a handler, by (parameter, node)."""

        def __init__(self):
            self.parameter_callbacks = defaultdict(list)
            self.event_callbacks = []
            self.mutex = Lock()

        def event_callback(self, event):
            """Calls all that the event is for."""
            with self.mutex:
                wanted = [handle for handles in self.parameter_callbacks.values() for handle in handles]
                events = list(self.event_callbacks)
            for handle in wanted:
                parameter = ParameterEventHandler.get_parameter_from_event(event, handle.parameter_name, handle.node_name)
                if parameter is not None:
                    handle.callback(parameter)
            for handle in events:
                handle.callback(event)

        def add_parameter_callback(self, parameter_name, node_name, callback):
            handle = ParameterCallbackHandle(parameter_name, node_name, callback)
            with self.mutex:
                self.parameter_callbacks[(parameter_name, node_name)].insert(0, handle)
            return handle

        def remove_parameter_callback(self, handle):
            """RuntimeError: it is not there."""
            key = (handle.parameter_name, handle.node_name)
            with self.mutex:
                if handle not in self.parameter_callbacks.get(key, ()):
                    raise RuntimeError("Callback doesn't exist")
                self.parameter_callbacks[key].remove(handle)
                if not self.parameter_callbacks[key]:
                    del self.parameter_callbacks[key]

        def add_parameter_event_callback(self, callback):
            handle = ParameterEventCallbackHandle(callback)
            with self.mutex:
                self.event_callbacks.insert(0, handle)
            return handle

        def remove_parameter_event_callback(self, handle):
            """RuntimeError: it is not there."""
            with self.mutex:
                if handle not in self.event_callbacks:
                    raise RuntimeError("Callback doesn't exist")
                self.event_callbacks.remove(handle)

    def __init__(self, node, qos_profile=qos_profile_parameter_events, callback_group=None, event_callbacks=None,
                 qos_overriding_options=None, raw=False):
        self.node = node
        self.qos_profile = qos_profile
        self._callbacks = ParameterEventHandler.Callbacks()
        self.parameter_event_subscription = node.create_subscription(
            ParameterEvent, '/parameter_events', self._callbacks.event_callback, qos_profile, callback_group=callback_group,
            event_callbacks=event_callbacks, qos_overriding_options=qos_overriding_options, raw=raw)

    def destroy(self):
        """Ends the subscription."""
        self.node.destroy_subscription(self.parameter_event_subscription)

    @staticmethod
    def get_parameter_from_event(event, parameter_name, node_name):
        """The parameter, new or changed, as the event has it: a message rcl_interfaces/msg/Parameter. None: it does not tell of it."""
        if event.node != node_name:
            return None
        for message in chain(event.new_parameters, event.changed_parameters):
            if message.name == parameter_name:
                return message
        return None

    @staticmethod
    def get_parameters_from_event(event):
        """All parameters that the event tells of as new or changed, as messages."""
        yield from chain(event.new_parameters, event.changed_parameters)

    def add_parameter_callback(self, parameter_name, node_name, callback):
        """Calls `callback` with a message rcl_interfaces/msg/Parameter when that parameter of that node is set. A relative node name is in
        this node's namespace, '' is this node."""
        return self._callbacks.add_parameter_callback(parameter_name, self._resolve_path(node_name), callback)

    def remove_parameter_callback(self, handle):
        """RuntimeError: it is not there."""
        self._callbacks.remove_parameter_callback(handle)

    def add_parameter_event_callback(self, callback):
        """Calls `callback(event)` with every message of /parameter_events."""
        return self._callbacks.add_parameter_event_callback(callback)

    def remove_parameter_event_callback(self, handle):
        """RuntimeError: it is not there."""
        self._callbacks.remove_parameter_event_callback(handle)

    def _resolve_path(self, node_path=None):
        if not node_path:
            return self.node.get_fully_qualified_name()
        if node_path.startswith('/'):
            return node_path
        return f"{self.node.get_namespace().rstrip('/')}/{node_path}"
