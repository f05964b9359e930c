"""Action servers."""

import inspect
import threading
import traceback
from enum import Enum

from rclpy import _rclio
from rclpy._elsewhere import from_elsewhere
from rclpy._enums import NamedNumber
from rclpy._node_calls import action_qos, action_type_name, name_error
from rclpy._rclio import InvalidHandle, RCLError
from rclpy.executors import await_or_execute  # noqa: F401
from rclpy.qos import qos_profile_action_status_default, qos_profile_services_default, QoSProfile
from rclpy.task import Future  # noqa: F401
from rclpy.type_support import check_for_type_support  # noqa: F401
from rclpy.waitable import NumberOfEntities, Waitable  # noqa: F401

__getattr__ = from_elsewhere(__name__, 'action_msgs.msg GoalInfo GoalStatus')
_EXECUTE_AT_ONCE, _REJECT, _EXECUTE_LATER = range(3)  # rclio_goal_response
_UNKNOWN, _ACCEPTED, _EXECUTING, _CANCELING, _SUCCEEDED, _CANCELED, _ABORTED = range(7)
_STATES = ('UNKNOWN', 'ACCEPTED', 'EXECUTING', 'CANCELING', 'SUCCEEDED', 'CANCELED', 'ABORTED')


class GoalResponse(Enum):
    """What a goal callback says."""

    REJECT = 1
    ACCEPT = 2


class CancelResponse(Enum):
    """What a cancel callback says."""

    REJECT = 1
    ACCEPT = 2


class GoalEvent(NamedNumber):
    """What moves a goal from one state to the next."""

    EXECUTE = 0
    CANCEL_GOAL = 1
    SUCCEED = 2
    ABORT = 3
    CANCELED = 4


_ENDS = {GoalEvent.SUCCEED: _SUCCEEDED, GoalEvent.ABORT: _ABORTED, GoalEvent.CANCELED: _CANCELED}


class _Flag(int):
    """A bool that may be called, too."""

    def __call__(self):
        return bool(self)

    def __repr__(self):
        return repr(bool(self))

    def __format__(self, spec):
        return format(bool(self), spec)


_TRUE, _FALSE = _Flag(1), _Flag(0)


class ServerGoalHandle:
    """A goal as its server sees it. Its methods may be called in any thread."""

    def __init__(self, action_server, goal_info, goal_request):
        self._action_server = action_server
        self._id = goal_info
        self._goal_request = goal_request
        self._goal = None  # rclio's, once the goal is accepted
        self._goal_id = None
        self._execute_callback = None

    def __eq__(self, other):
        return self is other or isinstance(other, ServerGoalHandle) and self._id == other._id

    __hash__ = None

    @property
    def request(self):
        """The Goal message."""
        return self._goal_request

    @property
    def goal_id(self):
        """A unique_identifier_msgs.msg.UUID."""
        if self._goal_id is None:
            self._goal_id = _rclio.message_class('unique_identifier_msgs/msg/UUID')(uuid=list(self._id))
        return self._goal_id

    @property
    def is_active(self):
        """Whether it has not ended."""
        return self._goal is not None and self._goal.is_active()

    @property
    def is_cancel_requested(self):
        """Whether it is to be cancelled. Readable and callable."""
        return _TRUE if self._goal is not None and self._goal.is_cancel_requested() else _FALSE

    @property
    def status(self):
        """A number of action_msgs.msg.GoalStatus."""
        return _UNKNOWN if self._goal is None else self._goal.status()

    def execute(self, execute_callback=None):
        """Executes it, for handle_accepted callbacks that put that off. RCLError: it was executed before.

        execute_callback  None: the server's
        """
        goal = self._goal
        if goal is None:
            return
        if execute_callback is not None and not callable(execute_callback):
            raise TypeError('Failed to register goal execution callback: not callable')
        self._execute_callback = execute_callback
        try:
            goal.execute()
        except RCLError:
            raise self._not_allowed(GoalEvent.EXECUTE) from None

    def publish_feedback(self, feedback):
        """Sends a Feedback message to the client, unless that has the result. TypeError: not one of this action's."""
        if self._goal is not None:
            self._goal.publish_feedback(feedback)

    def succeed(self):
        """The goal has succeeded. RCLError: it has ended."""
        self._update_state(GoalEvent.SUCCEED)

    def abort(self):
        """The goal has failed. RCLError: it has ended."""
        self._update_state(GoalEvent.ABORT)

    def canceled(self):
        """The goal was cancelled. RCLError: nobody asked for that, or it has ended."""
        self._update_state(GoalEvent.CANCELED)

    def destroy(self):
        """Lets go of the goal; one that has not ended is aborted."""
        goal, self._goal = self._goal, None
        if goal is not None:
            goal.give_up()
            self._action_server._forget(self)

    def _update_state(self, event):
        goal = self._goal
        if goal is None:
            return
        try:
            goal.end(_ENDS[event])
        except RCLError as error:
            if 'destroyed' in str(error):
                raise
            raise self._not_allowed(event) from None

    def _not_allowed(self, event):
        return RCLError('Failed to update goal state: goal_handle attempted invalid transition from state '
                        f'{_STATES[self.status]} with event {event.name}')


def default_handle_accepted_callback(goal_handle):
    """Executes the goal."""
    goal_handle.execute()


def default_goal_callback(goal_request):
    """Accepts all goals."""
    return GoalResponse.ACCEPT


def default_cancel_callback(cancel_request):
    """Refuses to cancel."""
    return CancelResponse.REJECT


class ActionServer:
    """Serves an action: accepts goals, executes them, sends feedback and results.

    execute_callback          takes a ServerGoalHandle and returns a Result message; may be `async def`, as all of these
    callback_group            of the other callbacks; goals are executed in none. None: the node's default
    goal_callback             takes the Goal message and returns a GoalResponse
    handle_accepted_callback  takes a ServerGoalHandle; calls its execute() now or later
    cancel_callback           takes a ServerGoalHandle and returns a CancelResponse
    result_timeout            seconds that a result is kept after its goal was accepted
    feedback_pub_qos_profile  when it is not upstream's default: has to fit the clients', and decides what may be lost
    """

    def __init__(self, node, action_type, action_name, execute_callback, *, callback_group=None, goal_callback=default_goal_callback,
                 handle_accepted_callback=default_handle_accepted_callback, cancel_callback=default_cancel_callback,
                 goal_service_qos_profile=qos_profile_services_default, result_service_qos_profile=qos_profile_services_default,
                 cancel_service_qos_profile=qos_profile_services_default, feedback_pub_qos_profile=QoSProfile(depth=10),
                 status_pub_qos_profile=qos_profile_action_status_default, result_timeout=900):
        self.callback_group = node.default_callback_group if callback_group is None else callback_group
        self._lock = threading.Lock()
        self.register_handle_accepted_callback(handle_accepted_callback)
        self.register_goal_callback(goal_callback)
        self.register_cancel_callback(cancel_callback)
        self.register_execute_callback(execute_callback)
        name = action_type_name(action_type)
        if result_timeout < 0:
            raise ValueError('Failed to create action server: timer period must be non-negative')
        self._node = node
        self._action_type = action_type
        self._goal_handles = {}
        qos = action_qos(goal_service_qos_profile, cancel_service_qos_profile, result_service_qos_profile, feedback_pub_qos_profile,
                         status_pub_qos_profile)
        self._events = (self._offered, self._cancel, self._execute)
        try:
            self._handle = _rclio.ActionServer(node.handle, name, action_type.Goal, action_type.Result, action_type.Feedback,
                                               action_name, self._happened, int(result_timeout * 1e9), qos)
        except RCLError as error:
            raise name_error('server', action_name, error) from None
        node._rclio_keep_call('actions', self, self._handle)
        logger = node.get_logger()
        self._logger = logger.get_child('action_server') if hasattr(logger, 'get_child') else logger

    @property
    def action_type(self):
        """The action's class."""
        return self._action_type

    def register_handle_accepted_callback(self, handle_accepted_callback):
        """Another callback for goals that were accepted; None: they are executed at once."""
        self._handle_accepted_callback = handle_accepted_callback or default_handle_accepted_callback

    def register_goal_callback(self, goal_callback):
        """Another callback for goals that ask to be accepted; None: all are accepted."""
        self._goal_callback = goal_callback or default_goal_callback

    def register_cancel_callback(self, cancel_callback):
        """Another callback for requests to cancel; None: all are refused."""
        self._cancel_callback = cancel_callback or default_cancel_callback

    def register_execute_callback(self, execute_callback):
        """Another callback that executes goals. TypeError: not callable."""
        if not callable(execute_callback):
            raise TypeError('Failed to register goal execution callback: not callable')
        self._execute_callback = execute_callback

    def notify_execute(self, goal_handle, execute_callback):
        """Executes a goal with this callback (None: the server's), in no callback group."""
        callback = self._execute_callback if execute_callback is None else execute_callback
        run = self._run_coroutine if inspect.iscoroutinefunction(callback) else self._run
        executor = self._node._rclio_in()
        if executor is not None:
            executor.create_task(run, callback, goal_handle)
            return None
        return run(callback, goal_handle)

    def get_num_entities(self):
        """What upstream waits for in its place, a NumberOfEntities."""
        return NumberOfEntities(num_timers=1, num_services=3)

    def notify_goal_done(self):
        """Upstream's; there is nothing to do."""

    def destroy(self):
        """Destroys it. Goals that run go on to their end, of which nobody hears; their clients are told that the server has gone."""
        self._handle.destroy()
        self._goal_handles.clear()
        self._node._rclio_forget_call('actions', self)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.destroy()

    # What the extension calls. What these return, when it is a coroutine, the executor runs as a task.

    def _happened(self, what, thing):
        return self._events[what](thing)

    def _offered(self, offer):
        request = offer.request()
        try:
            response = self._goal_callback(request)
        except BaseException:
            offer.answer(_REJECT)
            raise
        if inspect.iscoroutine(response):
            return self._offered_later(offer, request, response)
        return self._answer_offer(offer, request, response)

    async def _offered_later(self, offer, request, coroutine):
        try:
            response = await coroutine
        except BaseException:
            offer.answer(_REJECT)
            raise
        later = self._answer_offer(offer, request, response)
        if inspect.iscoroutine(later):
            await later

    def _answer_offer(self, offer, request, response):
        if not isinstance(response, GoalResponse):
            self._logger.warning('Goal request callback did not return a GoalResponse type. Rejecting goal.')
            response = GoalResponse.REJECT
        if response is GoalResponse.REJECT:
            offer.answer(_REJECT)
            return None
        goal_id = offer.goal_id()
        handle = ServerGoalHandle(self, goal_id, request)
        with self._lock:  # an execution in another thread finds its handle
            at_once = self._handle_accepted_callback is default_handle_accepted_callback
            handle._goal = offer.answer(_EXECUTE_AT_ONCE if at_once else _EXECUTE_LATER)
            if handle._goal is None:
                return None
            self._goal_handles[goal_id] = handle
        if at_once:
            return None
        try:
            later = self._handle_accepted_callback(handle)
        except BaseException:
            handle.destroy()
            raise
        return self._accepted_later(handle, later) if inspect.iscoroutine(later) else None

    async def _accepted_later(self, handle, coroutine):
        try:
            await coroutine
        except BaseException:
            handle.destroy()
            raise

    def _cancel(self, request):
        handle = self._goal_handles.get(request.goal_id())
        if handle is None:
            request.answer(False)
            return None
        try:
            response = self._cancel_callback(handle)
        except BaseException:
            request.answer(False)
            raise
        if inspect.iscoroutine(response):
            return self._cancel_later(request, response)
        request.answer(response is CancelResponse.ACCEPT)
        return None

    async def _cancel_later(self, request, coroutine):
        try:
            response = await coroutine
        except BaseException:
            request.answer(False)
            raise
        request.answer(response is CancelResponse.ACCEPT)

    def _execute(self, reference):
        with self._lock:
            handle = self._goal_handles.get(reference.goal_id())
        return None if handle is None else self.notify_execute(handle, handle._execute_callback)

    # The execution of a goal.

    def _run(self, callback, handle):
        try:
            result = callback(handle)
        except Exception as error:
            result = self._failed(error)
        except BaseException:
            self._give_up(handle)
            raise
        if inspect.iscoroutine(result):
            return self._run_rest(result, handle)
        self._finish(handle, result)
        return None

    async def _run_coroutine(self, callback, handle):
        await self._run_rest(callback(handle), handle)

    async def _run_rest(self, coroutine, handle):
        try:
            result = await coroutine
        except Exception as error:
            result = self._failed(error)
        except BaseException:
            self._give_up(handle)
            raise
        self._finish(handle, result)

    def _failed(self, error):
        self._logger.error(f'Error raised in execute callback: {error}')
        traceback.print_exc()
        return self._action_type.Result()

    def _finish(self, handle, result):
        goal = handle._goal
        if goal is None:
            return
        self._forget(handle)
        try:
            if not isinstance(result, self._action_type.Result):
                self._logger.error(f'Error raised in execute callback: it must return a message of type '
                                   f'{self._action_type.Result.__qualname__}, not {type(result).__name__}')
                result = None
            if goal.is_active():
                self._logger.warning(f'Goal state not set, assuming aborted. Goal ID: {handle.goal_id.uuid}')
                goal.end(_ABORTED)
            goal.give_result(result)
        except (RCLError, InvalidHandle):
            pass  # the server is destroyed: its clients know
        except Exception as error:  # the result holds what cannot be sent
            self._failed(error)
            goal.give_up()

    def _give_up(self, handle):
        goal = handle._goal
        self._forget(handle)
        if goal is not None:
            goal.give_up()

    def _forget(self, handle):
        self._goal_handles.pop(handle._id, None)
