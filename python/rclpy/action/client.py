"""Action clients."""

from rclpy import _rclio
from rclpy._calls import future_of, wait, wait_until_ready
from rclpy._elsewhere import from_elsewhere
from rclpy._node_calls import action_qos, action_type_name, name_error
from rclpy._rclio import InvalidHandle, RCLError
from rclpy.executors import await_or_execute  # noqa: F401
from rclpy.qos import qos_profile_action_status_default, qos_profile_services_default, QoSProfile
from rclpy.task import Future
from rclpy.type_support import check_for_type_support  # noqa: F401
from rclpy.waitable import NumberOfEntities, Waitable  # noqa: F401

__getattr__ = from_elsewhere(__name__, 'action_msgs.msg GoalStatus', 'action_msgs.srv CancelGoal', 'unique_identifier_msgs.msg UUID')
_REJECTED = 100  # RCLIO_GOAL_REJECTED


class ClientGoalHandle:
    """A goal as its client sees it."""

    def __init__(self, action_client, goal_id, goal_response):
        self._action_client = action_client
        self._goal = goal_id
        self._accepted = goal_response
        self._goal_id = None

    def __eq__(self, other):
        return self.goal_id == other.goal_id

    __hash__ = None

    def __repr__(self):
        return f'ClientGoalHandle <id={self.goal_id.uuid}, accepted={self.accepted}, status={self.status}>'

    @property
    def goal_id(self):
        """A unique_identifier_msgs.msg.UUID."""
        if self._goal_id is None:
            self._goal_id = _rclio.message_class('unique_identifier_msgs/msg/UUID')(uuid=list(self._goal.goal_id()))
        return self._goal_id

    @property
    def stamp(self):
        """When the server accepted it, a builtin_interfaces.msg.Time."""
        seconds, nanoseconds = divmod(self._goal.stamp(), 10**9)
        return _rclio.message_class('builtin_interfaces/msg/Time')(sec=seconds, nanosec=nanoseconds)

    @property
    def accepted(self):
        """Whether the server accepted it."""
        return self._accepted

    @property
    def status(self):
        """The newest that is known, a number of action_msgs.msg.GoalStatus."""
        status = self._goal.status()
        return 0 if status == _REJECTED else status

    def cancel_goal(self):
        """Asks the server to cancel the goal, and waits for its CancelGoal response. RCLError: the server has gone."""
        future = self.cancel_goal_async()
        wait(self._action_client, future, None)
        return future.result()

    def cancel_goal_async(self):
        """Asks the server to cancel the goal. The Future's result is the CancelGoal response."""
        future = future_of(self._action_client._node)
        self._goal.cancel(future)
        return future

    def get_result(self):
        """Waits for the goal's end and returns its GetResult response: status and result. RCLError: the server has gone."""
        future = self._result(True)
        wait(self._action_client, future, None)
        return future.result()

    def get_result_async(self):
        """The Future's result is the GetResult response: status and result. It ends with an exception when the server goes.

        Cancelling it, or who awaits it, cancels the goal.
        """
        return self._result(False)

    def _result(self, hurry):
        future = future_of(self._action_client._node)
        if self._accepted:
            future._set_on_cancel(self._give_up)
        self._goal.result(future, hurry)
        return future

    def _give_up(self, future=None):
        try:
            self._goal.cancel(Future())
        except (InvalidHandle, RCLError):
            pass  # the client is destroyed: nobody can ask any more


class ActionClient:
    """Sends goals to an action server.

    callback_group  of feedback callbacks; None: the node's default
    feedback_sub_qos_profile, when it is not upstream's default: has to fit the server's, and decides what may be lost
    """

    def __init__(self, node, action_type, action_name, *, callback_group=None, goal_service_qos_profile=qos_profile_services_default,
                 result_service_qos_profile=qos_profile_services_default, cancel_service_qos_profile=qos_profile_services_default,
                 feedback_sub_qos_profile=QoSProfile(depth=10), status_sub_qos_profile=qos_profile_action_status_default):
        self.callback_group = node.default_callback_group if callback_group is None else callback_group
        name = action_type_name(action_type)
        self._node = node
        self._action_type = action_type
        self._action_name = action_name
        self._given_up = set()
        qos = action_qos(goal_service_qos_profile, cancel_service_qos_profile, result_service_qos_profile, feedback_sub_qos_profile,
                         status_sub_qos_profile)
        parts = (action_type.Goal, action_type.Result, action_type.Impl.GetResultService.Response, action_type.Impl.FeedbackMessage,
                 action_type.Impl.CancelGoalService.Response)
        try:
            self._handle = _rclio.ActionClient(node.handle, name, parts, action_name, self._make_handle, qos)
        except RCLError as error:
            raise name_error('client', action_name, error) from None
        self.context = node.context
        node._rclio_keep_call('actions', self, self._handle)

    def send_goal(self, goal, **kwargs):
        """Sends a goal, waits for its end and returns its GetResult response: status and result. Keywords as send_goal_async()."""
        future = self.send_goal_async(goal, **kwargs)
        wait(self, future, None)
        return future.result().get_result()

    def send_goal_async(self, goal, feedback_callback=None, goal_uuid=None):
        """Sends a goal; one sent while no server is there waits for one. The Future's result is a ClientGoalHandle.

        feedback_callback  takes each FeedbackMessage, in order, all before the result; may be `async def`
        goal_uuid          unique_identifier_msgs.msg.UUID; None: a random one
        TypeError: not a Goal of this action. The future ends with an exception when the server goes.
        """
        future = future_of(self._node)
        sent = self._handle.send_goal(goal, future, feedback_callback, None if goal_uuid is None else bytes(goal_uuid.uuid))
        future._set_on_cancel(lambda cancelled: self._given_up.add(sent.goal_id()))
        return future

    # What upstream's goal handles call, and programs of its time (tf2_ros): the handle's own methods.

    def _cancel_goal(self, goal_handle):
        return goal_handle.cancel_goal()

    def _cancel_goal_async(self, goal_handle):
        return goal_handle.cancel_goal_async()

    def _get_result(self, goal_handle):
        return goal_handle.get_result()

    def _get_result_async(self, goal_handle):
        return goal_handle.get_result_async()

    def get_num_entities(self):
        """What upstream waits for in its place, a NumberOfEntities."""
        return NumberOfEntities(num_subs=2, num_clients=3)

    def server_is_ready(self):
        """Whether a server is there. InvalidHandle: the client is destroyed. RCLError: the context is shut down."""
        return self._handle.is_ready()

    def wait_for_server(self, timeout_sec=None):
        """Waits until a server is there, at most `timeout_sec` seconds (None: for ever). Returns whether it is.

        InvalidHandle: the client is destroyed, RCLError: the context is shut down, before or meanwhile.
        """
        return wait_until_ready(self, self._handle.is_ready, self._handle.wait_for_server, timeout_sec)

    def destroy(self):
        """Destroys it: pending futures are cancelled, goals go on."""
        self._handle.destroy()
        self._node._rclio_forget_call('actions', self)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.destroy()

    def _make_handle(self, goal, accepted):
        handle = ClientGoalHandle(self, goal, accepted)
        if self._given_up and accepted and goal.goal_id() in self._given_up:
            self._given_up.discard(goal.goal_id())
            handle._give_up()
        return handle
