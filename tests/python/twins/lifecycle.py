"""Lifecycle nodes: every transition, by call and over services, with managed publishers; callbacks that fail."""
import rclpy
from lifecycle_msgs.msg import State, Transition
from lifecycle_msgs.srv import ChangeState, GetAvailableStates, GetAvailableTransitions, GetState
from rclpy.executors import SingleThreadedExecutor
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from std_msgs.msg import String
from tell import spin_until, tell

order = []


class Managed(LifecycleNode):
    answer = TransitionCallbackReturn.SUCCESS

    def on_configure(self, state: LifecycleState):
        order.append(("configure", state.state_id, state.label))
        if self.answer is not TransitionCallbackReturn.SUCCESS:
            return self.answer
        self.words = self.create_lifecycle_publisher(String, "words", 10)
        return super().on_configure(state)

    def on_activate(self, state):
        order.append(("activate", state.state_id, state.label))
        return super().on_activate(state)

    def on_deactivate(self, state):
        order.append(("deactivate", state.label))
        return super().on_deactivate(state)

    def on_cleanup(self, state):
        order.append(("cleanup", state.label))
        self.destroy_publisher(self.words)
        return TransitionCallbackReturn.SUCCESS

    def on_shutdown(self, state):
        order.append(("shutdown", state.label))
        return TransitionCallbackReturn.SUCCESS

    def on_error(self, state):
        order.append(("error", state.label))
        return TransitionCallbackReturn.SUCCESS


rclpy.init()
node = Managed("managed")
tell("configure", node.trigger_configure)
tell("published while inactive", lambda: (node.words.is_activated, node.words.publish(String(data="x"))))
tell("activate", node.trigger_activate)
heard = []
node.create_subscription(String, "words", lambda message: heard.append(message.data), 10)
spin_until(node, lambda: node.words.get_subscription_count())
tell("published while active", lambda: (node.words.is_activated, node.words.publish(String(data="active"))))
spin_until(node, lambda: heard)
print(heard)
tell("wrong", node.trigger_configure)
tell("deactivate", node.trigger_deactivate)
tell("cleanup", node.trigger_cleanup)
node.answer = TransitionCallbackReturn.FAILURE
tell("failing", node.trigger_configure)
node.answer = TransitionCallbackReturn.ERROR
tell("in error", node.trigger_configure)
node.answer = TransitionCallbackReturn.SUCCESS
print(order)
order.clear()

asker = rclpy.create_node("asker")
executor = SingleThreadedExecutor()
executor.add_node(node)
executor.add_node(asker)


def ask(kind, name, request=None):
    client = asker.create_client(kind, f"/managed/{name}")
    client.wait_for_service(timeout_sec=10)
    future = client.call_async(request or kind.Request())
    executor.spin_until_future_complete(future, timeout_sec=10)
    return future.result()


tell("state", lambda: ask(GetState, "get_state"))
tell("transitions", lambda: [(one.transition.label, one.start_state.label, one.goal_state.label) for one in ask(GetAvailableTransitions, "get_available_transitions").available_transitions])
tell("states", lambda: [one.label for one in ask(GetAvailableStates, "get_available_states").available_states])
tell("graph", lambda: len(ask(GetAvailableTransitions, "get_transition_graph").available_transitions))
for transition in (Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVATE, Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVE_SHUTDOWN):
    tell(f"change {transition}", lambda: (ask(ChangeState, "change_state", ChangeState.Request(transition=Transition(id=transition))),
                                          ask(GetState, "get_state").current_state.label))
print(order, State.PRIMARY_STATE_FINALIZED)
tell("by label", lambda: ask(ChangeState, "change_state", ChangeState.Request(transition=Transition(label="cleanup"))))
tell("returns", lambda: [(name, one.to_label()) for name, one in sorted(TransitionCallbackReturn.__members__.items())])
tell("state", lambda: LifecycleState(label="a", state_id=1))
node.destroy_node()
quiet = LifecycleNode("quiet", enable_communication_interface=False)
tell("quiet", lambda: (quiet.trigger_configure(), quiet.trigger_shutdown()))
rclpy.shutdown()
