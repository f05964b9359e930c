"""Parameters of other nodes."""

import time

from rcl_interfaces.msg import Parameter as ParameterMsg, ParameterEvent
from rcl_interfaces.srv import DescribeParameters, GetParameters, GetParameterTypes
from rcl_interfaces.srv import ListParameters, SetParameters, SetParametersAtomically
from rclpy._elsewhere import from_elsewhere
from rclpy.parameter import Parameter, parameter_dict_from_yaml_file
from rclpy.qos import qos_profile_parameter_events, qos_profile_services_default

__getattr__ = from_elsewhere(__name__, 'rclpy.callback_groups CallbackGroup', 'rclpy.task Future', 'rclpy.node Node',
                             'rclpy.qos_overriding_options QoSOverridingOptions', 'rclpy.qos QoSProfile',
                             'rclpy.subscription Subscription', 'rclpy.event_handler SubscriptionEventCallbacks')


class AsyncParameterClient:
    """Calls the parameter services of one node. Each call gives a future of the service's response; a callback that is given is called
    with the future when it is done."""

    def __init__(self, node, remote_node_name, qos_profile=qos_profile_services_default, callback_group=None):
        self.node = node
        self.remote_node_name = remote_node_name

        def client(service, words):
            return node.create_client(service, f'{remote_node_name}/{words}', qos_profile=qos_profile, callback_group=callback_group)

        self._get_parameter_client = client(GetParameters, 'get_parameters')
        self._list_parameter_client = client(ListParameters, 'list_parameters')
        self._set_parameter_client = client(SetParameters, 'set_parameters')
        self._get_parameter_types_client = client(GetParameterTypes, 'get_parameter_types')
        self._describe_parameters_client = client(DescribeParameters, 'describe_parameters')
        self._set_parameters_atomically_client = client(SetParametersAtomically, 'set_parameters_atomically')
        self._clients = (self._list_parameter_client, self._set_parameter_client, self._get_parameter_client,
                         self._get_parameter_types_client, self._describe_parameters_client,
                         self._set_parameters_atomically_client)

    def services_are_ready(self):
        """Whether all six services are there."""
        return all(client.service_is_ready() for client in self._clients)

    def wait_for_services(self, timeout_sec=None):
        """Waits until all services are there, `timeout_sec` seconds at most (None: for ever). Returns whether they are."""
        end = None if timeout_sec is None else time.monotonic() + timeout_sec
        for client in self._clients:
            left = None if end is None else max(0.0, end - time.monotonic())
            if not client.wait_for_service(timeout_sec=left):
                return False
        return self.services_are_ready()

    def list_parameters(self, prefixes=None, depth=None, callback=None):
        """Names that are one of the prefixes or below one (None: all), at most `depth` parts below it (None: all)."""
        request = ListParameters.Request()
        if prefixes:
            request.prefixes = prefixes
        if depth:
            request.depth = depth
        return self._call(self._list_parameter_client, request, callback)

    def get_parameters(self, names, callback=None):
        """Their values, as rcl_interfaces/msg/ParameterValue."""
        return self._call(self._get_parameter_client, GetParameters.Request(names=names), callback)

    def set_parameters(self, parameters, callback=None):
        """Sets each by itself: rclpy's parameters, or messages rcl_interfaces/msg/Parameter."""
        return self._call(self._set_parameter_client, SetParameters.Request(parameters=_messages(parameters)), callback)

    def describe_parameters(self, names, callback=None):
        """Their descriptors."""
        return self._call(self._describe_parameters_client, DescribeParameters.Request(names=names), callback)

    def get_parameter_types(self, names, callback=None):
        """Their types, as numbers (rcl_interfaces/msg/ParameterType)."""
        return self._call(self._get_parameter_types_client, GetParameterTypes.Request(names=names), callback)

    def set_parameters_atomically(self, parameters, callback=None):
        """Sets all or none."""
        request = SetParametersAtomically.Request(parameters=_messages(parameters))
        return self._call(self._set_parameters_atomically_client, request, callback)

    def delete_parameters(self, names, callback=None):
        """Deletes dynamically typed ones, by setting them to nothing."""
        return self.set_parameters([Parameter(name=name) for name in names], callback)

    def load_parameter_file(self, parameter_file, use_wildcard=False, callback=None):
        """Sets what a parameter file has for any node, each by itself; with `use_wildcard` what it has for '/**' too."""
        return self.set_parameters(self._read(parameter_file, use_wildcard), callback)

    def load_parameter_file_atomically(self, parameter_file, use_wildcard=False, callback=None):
        """As load_parameter_file(), all or none."""
        return self.set_parameters_atomically(self._read(parameter_file, use_wildcard), callback)

    def on_parameter_event(self, callback, qos_profile=qos_profile_parameter_events, *, callback_group=None, event_callbacks=None,
                           qos_overriding_options=None, raw=False):
        """A subscription to the changes of the parameters of all nodes."""
        return self.node.create_subscription(
            ParameterEvent, '/parameter_events', callback, qos_profile, callback_group=callback_group,
            event_callbacks=event_callbacks, qos_overriding_options=qos_overriding_options, raw=raw)

    @staticmethod
    def _read(parameter_file, use_wildcard):
        return list(parameter_dict_from_yaml_file(parameter_file, use_wildcard).values())

    @staticmethod
    def _call(client, request, callback):
        future = client.call_async(request)
        if callback:
            future.add_done_callback(callback)
        return future


def _messages(parameters):
    return [parameter if isinstance(parameter, ParameterMsg) else parameter.to_parameter_msg() for parameter in parameters]
