"""Nodes."""

from types import FunctionType
import weakref

from rclpy import _rclio
from rclpy._elsewhere import from_elsewhere
from rclpy._errors import NodeNameNonExistentError, named_error  # noqa: F401
from rclpy._node_calls import CallMethods
from rclpy._node_core import CoreOfNode
from rclpy._node_graph import GraphMethods
from rclpy._node_parameters import ParameterMethods
from rclpy._node_time import TimeMethods
from rclpy._node_topics import TopicMethods
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.exceptions import NotInitializedException
from rclpy.impl.rcutils_logger import RcutilsLogger
from rclpy.parameter import Parameter, PARAMETER_SEPARATOR_STRING  # noqa: F401
from rclpy.parameter_service import ParameterService
from rclpy.qos import numbers_of
from rclpy.type_description_service import TypeDescriptionService
from rclpy.utilities import get_default_context
from rclpy.validate_namespace import validate_namespace
from rclpy.waitable import Asked, is_asked
from rclpy.validate_node_name import validate_node_name

HIDDEN_NODE_PREFIX = '_'
S_TO_NS = 1000 * 1000 * 1000

__getattr__ = from_elsewhere(
    __name__, 'TypeVar MsgType SrvType SrvTypeRequest SrvTypeResponse', 'rclpy.qos qos_profile_parameter_events qos_profile_services_default QoSProfile', 'rclpy.client Client',
    'rclpy.callback_groups CallbackGroup ReentrantCallbackGroup', 'rclpy.clock Clock ROSClock', 'rclpy.context Context',
    'rclpy.executors Executor', 'rclpy.guard_condition GuardCondition', 'rclpy.logging get_logger',
    'rclpy.exceptions InvalidHandle InvalidParameterTypeException InvalidParameterValueException InvalidTopicNameException '
    'ParameterAlreadyDeclaredException ParameterImmutableException ParameterNotDeclaredException ParameterUninitializedException',
    'rclpy.logging_service LoggingService', 'rclpy.publisher Publisher', 'rclpy.service Service', 'rclpy.timer Rate Timer',
    'rclpy.event_handler PublisherEventCallbacks SubscriptionEventCallbacks', 'rclpy.subscription Subscription',
    'rclpy.qos_overriding_options QoSOverridingOptions', 'rclpy.time_source TimeSource', 'rclpy.waitable Waitable',
    'rclpy.topic_endpoint_info TopicEndpointInfo', 'rclpy.type_support check_is_valid_msg_type check_is_valid_srv_type',
    'rclpy.expand_topic_name expand_topic_name', 'rclpy.validate_full_topic_name validate_full_topic_name',
    'rclpy.validate_parameter_name validate_parameter_name', 'rclpy.validate_topic_name validate_topic_name',
    'rcl_interfaces.msg FloatingPointRange IntegerRange ListParametersResult ParameterMsg=Parameter ParameterDescriptor ParameterEvent '
    'ParameterType ParameterValue SetParametersResult', 'rcl_interfaces.srv ListParameters',
    'typing Any Callable Dict Iterator List Optional Sequence Tuple Type TypeVar Union')


class Node(CoreOfNode, TopicMethods, CallMethods, ParameterMethods, TimeMethods, GraphMethods):
    """A node. Its publishers, subscriptions, services, clients and timers live until they or it are destroyed.

    context               None: the default one
    cli_args              arguments of its own, as of a command line: ['--ros-args', '-r', 'a:=b']
    namespace             '/' when it is not given
    use_global_arguments  whether what rclpy.init() was given applies
    enable_rosout         whether what it logs goes to /rosout, too; rosout_qos_profile: how
    start_parameter_services, enable_logger_service: services for other nodes
    parameter_overrides   parameters that stand above those of the command line
    allow_undeclared_parameters, automatically_declare_parameters_from_overrides: what parameters there may be
    NotInitializedException, InvalidNodeNameException, InvalidNamespaceException, UnknownROSArgsError, RCLInvalidROSArgsError.
    """

    def __init__(self, node_name, *, context=None, cli_args=None, namespace=None, use_global_arguments=True, enable_rosout=True,
                 start_parameter_services=True, parameter_overrides=None, allow_undeclared_parameters=False,
                 automatically_declare_parameters_from_overrides=False, enable_logger_service=False, rosout_qos_profile=None):
        self.__handle = None
        self._context = get_default_context() if context is None else context
        self._rclio_executor = self._rclio_last = None
        self.__waitables = []
        self._rclio_asked = []
        if not self._context.ok():
            raise NotInitializedException('cannot create node')
        self.__handle = self.__open(node_name, namespace, cli_args, use_global_arguments, enable_rosout, rosout_qos_profile,
                                   enable_logger_service, parameter_overrides)
        try:
            self.__fill(start_parameter_services, parameter_overrides, allow_undeclared_parameters,
                       automatically_declare_parameters_from_overrides)
        except BaseException:
            self.__handle.destroy()
            raise

    def __fill(self, start_parameter_services, parameter_overrides, allow_undeclared_parameters,
              automatically_declare_parameters_from_overrides):
        self._default_callback_group = MutuallyExclusiveCallbackGroup()
        self._rclio_open_core()
        self._rclio_open_clock()
        self._logger = RcutilsLogger(self.handle.logger(), _context=self._context.handle)
        self._rclio_open_topics()
        self._rclio_open_parameters(parameter_overrides, allow_undeclared_parameters)
        if automatically_declare_parameters_from_overrides:
            self._rclio_declare_overrides()
        self._rclio_open_time()
        if start_parameter_services:
            self._parameter_service = ParameterService(self)
        self._type_description_service = TypeDescriptionService(self)

    def __open(self, node_name, namespace, cli_args, use_global_arguments, enable_rosout, rosout_qos_profile, enable_logger_service,
              overrides):
        own = [f'{parameter.name}:={str(parameter.value).lower()}' for parameter in overrides or ()
               if parameter.name in ('use_sim_time', 'start_type_description_service')]  # the C library goes by these
        arguments = [*(cli_args or ()), *(word for pair in own for word in ('--ros-args', '-p', pair, '--'))]
        try:
            return _rclio.Node(self._context.handle, node_name, namespace, arguments, use_global_arguments, enable_rosout,
                               None if rosout_qos_profile is None else numbers_of(rosout_qos_profile), enable_logger_service, False)
        except _rclio.RCLError as error:
            validate_node_name(node_name)
            namespace = namespace or '/'
            validate_namespace(namespace if namespace.startswith('/') else f'/{namespace}')
            raise named_error(error) from None

    @property
    def context(self):
        return self._context

    @property
    def handle(self):
        return self.__handle

    @handle.setter
    def handle(self, value):
        raise AttributeError('handle cannot be modified after node creation')

    @property
    def default_callback_group(self):
        """The group of all that is made without one: one callback at a time."""
        return self._default_callback_group

    @property
    def executor(self):
        """The executor that has the node, or had it last and is not shut down; None: none. Setting it moves the node."""
        for reference in (self._rclio_executor, self._rclio_last):
            executor = reference() if reference is not None else None
            if executor is not None and getattr(executor, '_shut_down', False) is not True:
                return executor
        return None

    @executor.setter
    def executor(self, new_executor):
        current = self._rclio_in()
        if current is new_executor and current is not None:
            return
        if current is not None:
            self._rclio_executor = None
            current.remove_node(self)
        self._rclio_last = None
        if new_executor is not None:
            self._rclio_executor = weakref.ref(new_executor)
            new_executor.add_node(self)

    def _rclio_in(self):
        """The executor that has it now; None: none."""
        return self._rclio_executor() if self._rclio_executor is not None else None

    @property
    def waitables(self):
        """Goes through the node's waitables, of which event handlers are some."""
        yield from self.__waitables

    def add_waitable(self, waitable):
        """Has the executor ask it whether it is ready (rclpy.waitable)."""
        self.__waitables.append(waitable)
        if is_asked(waitable):
            self._rclio_asked.append(Asked(self, waitable))
            if self._rclio_in() is not None:
                self._rclio_in()._ask_waitables()

    def remove_waitable(self, waitable):
        if waitable in self.__waitables:
            self.__waitables.remove(waitable)
        for asked in [one for one in self._rclio_asked if one.waitable is waitable]:
            self._rclio_asked.remove(asked)
            asked.close()

    def get_name(self):
        return self.handle.name()

    def get_namespace(self):
        return self.handle.namespace()

    def get_logger(self):
        return self._logger

    def destroy_node(self):
        """Destroys the node with all it has. A second time does nothing."""
        self._rclio_close_time()
        self._publishers.clear()
        self._subscriptions.clear()
        for kind in ('services', 'clients'):
            self._rclio_calls(kind).clear()
        self._guards.clear()
        self.__waitables.clear()
        self._rclio_asked.clear()
        self.handle.destroy()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.destroy_node()


for _part in Node.__bases__:  # where errors say that a method is
    for _method in vars(_part).values():
        if type(_method) is FunctionType:
            _method.__qualname__ = f'Node.{_method.__name__}'
