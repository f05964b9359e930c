"""Services."""

from typing import TypeVar

from rclpy.callback_groups import CallbackGroup  # noqa: F401
from rclpy.clock import Clock  # noqa: F401
from rclpy.qos import numbers_of, QoSProfile  # noqa: F401
from rclpy.service_introspection import ServiceIntrospectionState  # noqa: F401

SrvType = TypeVar('SrvType')
SrvTypeRequest = TypeVar('SrvTypeRequest')
SrvTypeResponse = TypeVar('SrvTypeResponse')


class Service:
    """A service, made by Node.create_service(). Its callback gets the request and a new response, and returns the response.

    callback  may be another one from some time on
    srv_type, srv_name, callback_group, qos_profile  as they were given
    """

    def __init__(self, service_impl, srv_type, srv_name, callback, callback_group, qos_profile):
        self.__service = service_impl
        self.srv_type = srv_type
        self.srv_name = srv_name
        self._callback = callback
        self.callback_group = callback_group
        self.qos_profile = qos_profile
        self._executor_event = False
        self._logger_name = None

    @property
    def callback(self):
        return self._callback

    @callback.setter
    def callback(self, value):
        self.__service.set_callback(value)
        self._callback = value

    def send_response(self, response, header):
        """Answers a request that is held back.

        header     of the request
        TypeError  the response is none of this service's
        """
        header.respond(response)

    def configure_introspection(self, clock, service_event_qos_profile, introspection_state):
        """Tells of each call on ``<service>/_service_event``.

        clock                      stamps the events
        service_event_qos_profile  of the events' publisher
        introspection_state        ServiceIntrospectionState
        """
        self.__service.configure_introspection(clock.handle, numbers_of(service_event_qos_profile), int(introspection_state))

    @property
    def handle(self):
        return self.__service

    @property
    def service_name(self):
        """The full name. InvalidHandle: the service is destroyed."""
        return self.__service.name

    @property
    def logger_name(self):
        """The name of its node's logger."""
        return self._logger_name

    def destroy(self):
        """Destroys it. Nobody but its node should: use Node.destroy_service()."""
        self.__service.destroy()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.destroy()


async def finish(coroutine, header):
    """Awaits what an `async def` callback returned, and answers with it."""
    try:
        response = await coroutine
    except BaseException as error:
        header.fail(f'{type(error).__name__}: {error}')
        raise
    header.respond(response)
