"""What nodes do with services, clients and actions: a part of rclpy.node.Node."""

from rclpy import _names, _rclio
from rclpy.client import Client
from rclpy.exceptions import InvalidServiceNameException
from rclpy.qos import numbers_of, qos_profile_action_status_default, qos_profile_services_default, QoSProfile
from rclpy.service import Service, finish
from rclpy.type_support import check_for_type_support, check_is_valid_srv_type


def action_type_name(action_type):
    """The full name of an action's class; AttributeError, RuntimeError: it is none."""
    check_for_type_support(action_type)
    if not all(hasattr(action_type, part) for part in ('Goal', 'Result', 'Feedback')):
        raise RuntimeError(f'The action type provided is not valid ({action_type}), this might be a message or service')
    return action_type._rclio_type


# Upstream's profiles of an action: of the three services, feedback and status. Who gives these gets rclio's own, which fit them and keep
# more feedback (docs/actions.md).
_USUAL = (qos_profile_services_default, qos_profile_services_default, qos_profile_services_default, QoSProfile(depth=10),
          qos_profile_action_status_default)


def action_qos(*profiles):
    """The profiles of goal, cancel, result, feedback and status, as the extension takes them. AttributeError: one is no QoSProfile."""
    return tuple(None if profile == usual else profile.get_c_qos_profile() and numbers_of(profile) for profile, usual in zip(profiles, _USUAL))


def name_error(what, name, error):
    """Upstream's exception for an action that cannot be made: in its words where the name is not legal."""
    found = _names.reason_of(_names.GIVEN, name)
    if found is None:
        return ValueError(f'Failed to create action {what}: {error}')
    return ValueError(f"Failed to create action {what} due to invalid topic name '{name}' : {': ' if what == 'server' else ''}{found[0]}")


class CallMethods:
    """Services, clients, action servers and action clients."""

    @property
    def services(self):
        """Goes through the node's services."""
        yield from self._rclio_calls('services')

    @property
    def clients(self):
        """Goes through the node's clients."""
        yield from self._rclio_calls('clients')

    def create_service(self, srv_type, srv_name, callback, *, qos_profile=qos_profile_services_default, callback_group=None):
        """A new service.

        callback(request, response)  returns the response; may be `async def`. What it raises is told to clients of rclio's and
                                     raised out of spin
        callback_group               None: the node's default
        RuntimeError, AttributeError: not a service's class; InvalidServiceNameException.
        """
        return self._rclio_create_service(srv_type, srv_name, callback, qos_profile, callback_group)

    def _rclio_create_service(self, srv_type, srv_name, callback, qos_profile, callback_group=None, can_wait=False):
        check_is_valid_srv_type(srv_type)
        try:
            handle = _rclio.Service(self.handle, srv_type._rclio_type, srv_type.Request, srv_type.Response, srv_name, callback,
                                    finish, numbers_of(qos_profile), can_wait)
        except _rclio.RCLError:
            self.__check_service_name(srv_name)
            raise
        service = Service(handle, srv_type, srv_name, callback, self._rclio_group(callback_group), qos_profile)
        return self._rclio_keep_call('services', service, handle)

    def create_client(self, srv_type, srv_name, *, qos_profile=qos_profile_services_default, callback_group=None):
        """A new client of a service.

        callback_group  None: the node's default
        RuntimeError, AttributeError: not a service's class; InvalidServiceNameException.
        """
        check_is_valid_srv_type(srv_type)
        try:
            handle = _rclio.Client(self.handle, srv_type._rclio_type, srv_type.Request, srv_type.Response, srv_name,
                                   numbers_of(qos_profile))
        except _rclio.RCLError:
            self.__check_service_name(srv_name)
            raise
        client = Client(self.context, handle, srv_type, srv_name, qos_profile, self._rclio_group(callback_group))
        client._node = self
        return self._rclio_keep_call('clients', client, handle)

    def create_action_server(self, action_type, action_name, execute_callback, **options):
        """A new rclpy.action.ActionServer of this node, with its keywords."""
        from rclpy.action import ActionServer
        return ActionServer(self, action_type, action_name, execute_callback, **options)

    def create_action_client(self, action_type, action_name, **options):
        """A new rclpy.action.ActionClient of this node, with its keywords."""
        from rclpy.action import ActionClient
        return ActionClient(self, action_type, action_name, **options)

    def destroy_service(self, service):
        """Destroys a service of this node. Returns whether it was one."""
        return self.__destroy_call('services', service)

    def destroy_client(self, client):
        """Destroys a client of this node: its pending calls are cancelled. Returns whether it was one."""
        return self.__destroy_call('clients', client)

    def destroy_action_server(self, server):
        """Destroys an action server of this node. Returns whether it was one."""
        return self.__destroy_call('actions', server)

    def destroy_action_client(self, client):
        """Destroys an action client of this node: its pending futures are cancelled. Returns whether it was one."""
        return self.__destroy_call('actions', client)

    def _rclio_calls(self, kind):
        return self.__dict__.setdefault('_rclio_actions' if kind == 'actions' else f'_{kind}', [])

    def _rclio_keep_call(self, kind, entity, handle):
        entity._logger_name = self.get_logger().name
        self._rclio_calls(kind).append(entity)
        if kind == 'actions':
            self.add_waitable(entity)  # as upstream counts them
        self._rclio_adopt(handle, entity.callback_group, entity)
        return entity

    def _rclio_forget_call(self, kind, entity):
        calls = self._rclio_calls(kind)
        if entity in calls:
            calls.remove(entity)
        self.remove_waitable(entity)

    def __destroy_call(self, kind, entity):
        if entity not in self._rclio_calls(kind):
            return False
        self._rclio_forget_call(kind, entity)
        entity.destroy()
        return True

    def _rclio_group(self, callback_group):
        return self.default_callback_group if callback_group is None else callback_group

    def __check_service_name(self, name):
        """InvalidServiceNameException: that name is not legal. ValueError: it cannot be expanded."""
        _names.check(_names.GIVEN, name, InvalidServiceNameException)
        try:
            expanded = _rclio.expand_name(name, self.get_name(), self.get_namespace())
        except ValueError as error:
            raise ValueError(f"topic name '{name}' is invalid: {error}") from None
        _names.check(_names.IN_FULL, expanded, InvalidServiceNameException)
