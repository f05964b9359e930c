"""Clients of services."""

from typing import TypeVar

from rclpy._calls import future_of, wait, wait_until_ready
from rclpy.callback_groups import CallbackGroup  # noqa: F401
from rclpy.clock import Clock  # noqa: F401
from rclpy.context import Context  # noqa: F401
from rclpy.qos import numbers_of, QoSProfile  # noqa: F401
from rclpy.service_introspection import ServiceIntrospectionState  # noqa: F401
from rclpy.task import Future  # noqa: F401

SrvType = TypeVar('SrvType')
SrvTypeRequest = TypeVar('SrvTypeRequest')
SrvTypeResponse = TypeVar('SrvTypeResponse')


class Client:
    """A client, made by Node.create_client().

    srv_type, srv_name, callback_group, qos_profile  as they were given
    """

    def __init__(self, context, client_impl, srv_type, srv_name, qos_profile, callback_group):
        self.context = context
        self.__client = client_impl
        self.srv_type = srv_type
        self.srv_name = srv_name
        self.qos_profile = qos_profile
        self.callback_group = callback_group
        self._executor_event = False
        self._logger_name = None
        self._node = None
        self._call = client_impl.call

    def call(self, request, timeout_sec=None):
        """Calls the service and waits for its response, at most `timeout_sec` seconds (None: for ever).

        Returns the response; None: it did not come in time, and is forgotten.
        TypeError: not a request of this service. RCLError: the server has gone, or its callback has failed.
        """
        future = self.call_async(request)
        if wait(self, future, timeout_sec):
            return future.result()
        future.cancel()
        return None

    def call_async(self, request):
        """Calls the service. The Future's result is the response; cancelling it forgets the call.

        A call made while no server is there waits for one. When the servers that have it go, the future's exception says so.
        TypeError: not a request of this service.
        """
        future = future_of(self._node)
        future._pending = self._call(request, future)
        return future

    def get_pending_request(self, sequence_number):
        """KeyError: calls have no numbers here; keep the future of call_async()."""
        raise KeyError(sequence_number)

    def remove_pending_request(self, future):
        """Forgets a call: its future stays as it is."""
        pending = getattr(future, '_pending', None)
        if pending is not None:
            pending.forget()

    def service_is_ready(self):
        """Whether a server is there. InvalidHandle: the client is destroyed. RCLError: the context is shut down."""
        return self.__client.is_ready()

    def wait_for_service(self, timeout_sec=None):
        """Waits until a server is there, at most `timeout_sec` seconds (None: for ever). Returns whether it is.

        InvalidHandle: the client is destroyed, RCLError: the context is shut down, before or meanwhile.
        """
        return wait_until_ready(self, self.__client.is_ready, self.__client.wait_for_service, timeout_sec)

    def configure_introspection(self, clock, service_event_qos_profile, introspection_state):
        """Tells of each call on ``<service>/_service_event``.

        clock                      stamps the events
        service_event_qos_profile  of the events' publisher
        introspection_state        ServiceIntrospectionState
        """
        self.__client.configure_introspection(clock.handle, numbers_of(service_event_qos_profile), int(introspection_state))

    @property
    def handle(self):
        return self.__client

    @property
    def service_name(self):
        """The full name. InvalidHandle: the client is destroyed."""
        return self.__client.name()

    @property
    def logger_name(self):
        """The name of its node's logger."""
        return self._logger_name

    def destroy(self):
        """Destroys it: pending calls are cancelled. Nobody but its node should: use Node.destroy_client()."""
        self.__client.destroy()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.destroy()
