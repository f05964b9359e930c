"""Managed nodes (LIF-1 to LIF-7)."""

from collections import namedtuple
import inspect
import traceback

from rclpy import _rclio
from rclpy.callback_groups import CallbackGroup  # noqa: F401
from rclpy.lifecycle._machine import StateMachine, TransitionCallbackReturn
from rclpy.lifecycle.managed_entity import ManagedEntity
from rclpy.lifecycle.publisher import LifecyclePublisher
from rclpy.node import Node
from rclpy.qos import QoSProfile  # noqa: F401
from rclpy.service import Service  # noqa: F401
from rclpy.task import Future
from rclpy.type_support import check_is_valid_srv_type  # noqa: F401

_FINISHED = ('unconfigured', 'inactive', 'active')


class LifecycleState(namedtuple('LifecycleState', ['label', 'state_id'])):
    """A state of a managed node."""

    __slots__ = ()


class LifecycleNodeMixin(ManagedEntity):
    """What makes a node managed: put it before Node, and call its constructor after Node's.

    Override on_configure() and the others; each gets the state that the change began in and returns a TransitionCallbackReturn.
    An exception, or anything else that is returned, is an ERROR. What is overridden may be `async def`: a change that is asked for by
    the service ends when it does, and the trigger_ functions return a Task.
    """

    def __init__(self, *, enable_communication_interface=True, callback_group=None):
        from lifecycle_msgs.msg import TransitionEvent
        if enable_communication_interface is not None and not hasattr(enable_communication_interface, '__bool__'):
            raise TypeError(f'enable_communication_interface is a bool, not {type(enable_communication_interface).__name__}')
        self._managed_entities = {}
        self._callbacks = {10: 'on_configure', 11: 'on_cleanup', 12: 'on_shutdown', 13: 'on_activate', 14: 'on_deactivate',
                           15: 'on_error'}
        self._state_machine = StateMachine(self._tell_step)
        self._change = None  # a Future while one is going on
        self._transition_events = self.create_publisher(TransitionEvent, '~/transition_event', 10)
        self._publishers.remove(self._transition_events)  # not the program's
        if enable_communication_interface:
            self._open_services(callback_group)

    def _open_services(self, group):
        from lifecycle_msgs.srv import ChangeState, GetAvailableStates, GetAvailableTransitions, GetState
        for kind, name, callback in ((ChangeState, 'change_state', self._on_change_state), (GetState, 'get_state', self._on_get_state),
                                     (GetAvailableStates, 'get_available_states', self._on_get_states),
                                     (GetAvailableTransitions, 'get_available_transitions', self._on_get_transitions),
                                     (GetAvailableTransitions, 'get_transition_graph', self._on_get_graph)):
            service = self.create_service(kind, f'~/{name}', callback, callback_group=group)
            setattr(self._state_machine, f'service_{name}', service)

    # Changing the state

    def trigger_configure(self):
        """unconfigured -> inactive. Returns what on_configure() did. RCLError: not in this state."""
        return self._trigger(1)

    def trigger_cleanup(self):
        """inactive -> unconfigured. Returns what on_cleanup() did. RCLError: not in this state."""
        return self._trigger(2)

    def trigger_shutdown(self):
        """-> finalized. Returns what on_shutdown() did. RCLError: not in this state."""
        if self._state_machine.current_state[1] not in _FINISHED:
            raise _rclio.RCLError('Shutdown transtion not possible')
        return self._trigger('shutdown')

    def trigger_activate(self):
        """inactive -> active. Returns what on_activate() did. RCLError: not in this state."""
        return self._trigger(3)

    def trigger_deactivate(self):
        """active -> inactive. Returns what on_deactivate() did. RCLError: not in this state."""
        return self._trigger(4)

    def _trigger(self, wanted):
        """Takes the step, runs the function of the state that it leads to, and the step that its result asks for."""
        steps = self._steps(wanted)
        called = next(steps)
        while not inspect.isawaitable(called):
            try:
                called = steps.send(called)
            except StopIteration as end:
                return end.value
        if self._rclio_in() is None:
            called.close()
            raise RuntimeError('a step that is `async def` needs a node that an executor runs')
        return self._rclio_in().create_task(self._await_steps(steps, called))

    async def _await_steps(self, steps, called):
        while True:
            try:
                try:
                    result = await called if inspect.isawaitable(called) else called
                except Exception:
                    result = self._failed()
                called = steps.send(result)
            except StopIteration as end:
                return end.value

    def _steps(self, wanted):
        """Yields what a function of the node returned, gets its result, and returns that of the first."""
        machine, before = self._state_machine, LifecycleState(*reversed(self._state_machine.current_state))
        if isinstance(wanted, int):
            machine.trigger_transition_by_id(wanted)
        else:
            machine.trigger_transition_by_label(wanted)
        first = self._checked((yield self._call(before)))
        machine.trigger_transition_by_label(first.to_label())
        if machine.current_state[0] == 15:
            machine.trigger_transition_by_label(self._checked((yield self._call(before))).to_label())
        return first

    def _call(self, before):
        name = self._callbacks[self._state_machine.current_state[0]]
        try:
            return getattr(self, name)(before)
        except Exception:
            return self._failed()

    def _failed(self):
        self.get_logger().error(f'A step of the node failed while it was {self._state_machine.current_state[1]}:\n'
                                + traceback.format_exc().rstrip())
        return TransitionCallbackReturn.ERROR

    def _checked(self, result):
        if isinstance(result, TransitionCallbackReturn):
            return result
        self.get_logger().error(f'{self._callbacks[self._state_machine.current_state[0]]}() returned {result!r}, which is no '
                                'TransitionCallbackReturn: that counts as an error')
        return TransitionCallbackReturn.ERROR

    def _tell_step(self, start, goal):
        """LIF-4: an event with the two states and nothing else."""
        from lifecycle_msgs.msg import TransitionEvent
        event, labels = TransitionEvent(), dict(self._state_machine.available_states)
        event.start_state.id, event.start_state.label = start, labels[start]
        event.goal_state.id, event.goal_state.label = goal, labels[goal]
        self._transition_events.publish(event)

    # What it has

    def add_managed_entity(self, entity):
        """Tells a ManagedEntity of all steps from now on. TypeError: it is none."""
        if not isinstance(entity, ManagedEntity):
            raise TypeError('Expected a rclpy.lifecycle.ManagedEntity instance.')
        self._managed_entities[entity] = None

    def create_lifecycle_publisher(self, *args, **kwargs):
        """As create_publisher(): a LifecyclePublisher, which publishes while the node is active."""
        if 'publisher_class' in kwargs:
            raise TypeError("create_lifecycle_publisher() got an unexpected keyword argument 'publisher_class'")
        publisher = self.create_publisher(*args, **kwargs, publisher_class=LifecyclePublisher)
        self._managed_entities[publisher] = None
        return publisher

    def destroy_lifecycle_publisher(self, publisher):
        """Ends a publisher of create_lifecycle_publisher(). Returns whether it was one."""
        self._managed_entities.pop(publisher, None)
        return self.destroy_publisher(publisher)

    def on_configure(self, state) -> TransitionCallbackReturn:
        return self._tell_entities('on_configure', state)

    def on_cleanup(self, state) -> TransitionCallbackReturn:
        return self._tell_entities('on_cleanup', state)

    def on_shutdown(self, state) -> TransitionCallbackReturn:
        return self._tell_entities('on_shutdown', state)

    def on_activate(self, state) -> TransitionCallbackReturn:
        return self._tell_entities('on_activate', state)

    def on_deactivate(self, state) -> TransitionCallbackReturn:
        return self._tell_entities('on_deactivate', state)

    def on_error(self, state) -> TransitionCallbackReturn:
        return self._tell_entities('on_error', state)

    def _tell_entities(self, step, state):
        """The first result that is no SUCCESS, and the rest is not told."""
        for entity in list(self._managed_entities):
            result = getattr(entity, step)(state)
            if result is not TransitionCallbackReturn.SUCCESS:
                return result
        return TransitionCallbackReturn.SUCCESS

    # Services (LIF-5)

    async def _on_change_state(self, request, response):
        """One change at a time; one that is not possible is no failure of the node: success is False."""
        while self._change is not None:
            await self._change
        wanted = request.transition.label or int(request.transition.id)
        if not self._state_machine.allows(wanted):
            self._state_machine.refuse(wanted)
            response.success = False
            return response
        self._change = Future()
        try:
            steps = self._steps(wanted)
            result = await self._await_steps(steps, next(steps))
        finally:
            change, self._change = self._change, None
            change.set_result(None)
        response.success = result is TransitionCallbackReturn.SUCCESS
        return response

    def _on_get_state(self, request, response):
        response.current_state.id, response.current_state.label = self._state_machine.current_state
        return response

    def _on_get_states(self, request, response):
        from lifecycle_msgs.msg import State
        response.available_states = [State(id=number, label=label) for number, label in self._state_machine.available_states]
        return response

    def _on_get_transitions(self, request, response):
        return self._describe(self._state_machine.available_transitions, response)

    def _on_get_graph(self, request, response):
        return self._describe(self._state_machine.transition_graph, response)

    @staticmethod
    def _describe(transitions, response):
        from lifecycle_msgs.msg import State, Transition, TransitionDescription
        response.available_transitions = [
            TransitionDescription(transition=Transition(id=number, label=label), start_state=State(id=start, label=start_label),
                                  goal_state=State(id=goal, label=goal_label))
            for number, label, start, start_label, goal, goal_label in transitions]
        return response


class LifecycleNode(LifecycleNodeMixin, Node):
    """A managed node; further keywords are those of rclpy.node.Node."""

    def __init__(self, node_name, *, enable_communication_interface=True, **kwargs):
        Node.__init__(self, node_name, **kwargs)
        LifecycleNodeMixin.__init__(self, enable_communication_interface=enable_communication_interface)
