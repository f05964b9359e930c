"""Lifecycle nodes whose callbacks and managed entities fail, return other things, or ask for steps themselves; the services meanwhile."""
import rclpy
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState, GetAvailableTransitions, GetState
from rclpy.executors import SingleThreadedExecutor
from rclpy.lifecycle import LifecycleNode, LifecycleState, ManagedEntity, SimpleManagedEntity, TransitionCallbackReturn
from std_msgs.msg import String
from tell import tell, tell_type

SUCCESS, FAILURE, ERROR = TransitionCallbackReturn.SUCCESS, TransitionCallbackReturn.FAILURE, TransitionCallbackReturn.ERROR
rclpy.init()
STEPS = {"configure": (), "cleanup": ("configure",), "activate": ("configure",), "deactivate": ("configure", "activate"), "shutdown": ()}


def new_name():
    global count
    count += 1
    return f"node_{count}"


count = 0


def state_of(node):
    return node._state_machine.current_state[1]


def answers(given):
    if isinstance(given, BaseException):
        raise given
    return given


class Scripted(LifecycleNode):
    """Its callbacks return what the program says, and tell who was called."""

    def __init__(self, name, **script):
        super().__init__(name)
        self.script = script

    def act(self, step, state):
        print("   ", step, state, "in", state_of(self))
        given = self.script.get(step, SUCCESS)
        return given(self) if callable(given) and not isinstance(given, type) else answers(given)

    def on_configure(self, state):
        return self.act("configure", state)

    def on_cleanup(self, state):
        return self.act("cleanup", state)

    def on_activate(self, state):
        return self.act("activate", state)

    def on_deactivate(self, state):
        return self.act("deactivate", state)

    def on_shutdown(self, state):
        return self.act("shutdown", state)

    def on_error(self, state):
        return self.act("error", state)


def trigger(node, step):
    return getattr(node, f"trigger_{step}")()


print("-- what each callback may return")
for step, before in STEPS.items():
    for answer in (FAILURE, ERROR, ValueError("boom")):
        for after in (SUCCESS, FAILURE, ERROR, RuntimeError("again")):
            if answer is FAILURE and after is not SUCCESS:
                continue
            node = Scripted(new_name(), **{step: answer, "error": after})
            for earlier in before:
                trigger(node, earlier)
            tell(f"{step} {answer!r} {after!r}", lambda: trigger(node, step))
            print(state_of(node))
            node.destroy_node()

print("-- every step from every state")
WAYS = {"unconfigured": (), "inactive": ("configure",), "active": ("configure", "activate"), "finalized": ("shutdown",)}
for state, way in WAYS.items():
    for step in STEPS:
        node = LifecycleNode(new_name())
        for earlier in way:
            trigger(node, earlier)
        tell(f"{step} from {state}", lambda: trigger(node, step))
        print(state_of(node), state_of(node) == state)
        node.destroy_node()

print("-- callbacks that ask for steps")
for step in STEPS:
    node = Scripted(new_name(), configure=lambda node: tell(f"{step} inside", lambda: trigger(node, step)) or SUCCESS)
    tell("configure", node.trigger_configure)
    print(state_of(node))
    node.destroy_node()

print("-- managed entities")


class Entity(ManagedEntity):
    def __init__(self, name, **script):
        self.name, self.script = name, script

    def act(self, step):
        print("   ", self.name, step)
        return answers(self.script.get(step, SUCCESS))

    def on_configure(self, state):
        return self.act("configure")

    def on_activate(self, state):
        return self.act("activate")

    def on_error(self, state):
        return self.act("error")


for script in ({"configure": FAILURE}, {"configure": ERROR}, {"configure": ValueError("boom")}, {"configure": None}, {"activate": ERROR},
               {"activate": ERROR, "error": FAILURE}, {"configure": ERROR, "error": KeyError("x")}):
    node = LifecycleNode(new_name())
    node.add_managed_entity(Entity("only", **script))  # upstream tells several in no order
    tell(f"configure {script}", node.trigger_configure)
    if state_of(node) == "inactive":
        tell(f"activate {script}", node.trigger_activate)
    print(state_of(node))
    node.destroy_node()

node = LifecycleNode(new_name())
tell("no entity", lambda: node.add_managed_entity(String()))
tell("the class", lambda: node.add_managed_entity(ManagedEntity))
tell("of its own", lambda: (node.add_managed_entity(SimpleManagedEntity()), node.trigger_configure()))
tell("defaults", lambda: [getattr(ManagedEntity(), f"on_{step}")(LifecycleState("a", 1)) for step in (*STEPS, "error")])
publisher = node.create_lifecycle_publisher(String, "words", 10)
tell("publisher's steps", lambda: (publisher.is_activated, publisher.on_activate(None), publisher.is_activated, publisher.on_error(None), publisher.is_activated,
                                   publisher.on_deactivate(None), publisher.is_activated, publisher.on_cleanup(None), publisher.on_shutdown(None)))
tell("destroyed", lambda: (node.destroy_lifecycle_publisher(publisher), node.trigger_activate(), publisher.is_activated))
tell("enabled", lambda: SimpleManagedEntity.when_enabled(lambda self: 1)(SimpleManagedEntity()))
tell_type("no function", lambda: SimpleManagedEntity.when_enabled(3))
node.destroy_node()
tell_type("communication", lambda: LifecycleNode(new_name(), enable_communication_interface="yes"))
tell_type("no name", lambda: LifecycleNode())

print("-- services")
node, asker = Scripted("served"), rclpy.create_node("asker")
executor = SingleThreadedExecutor()
executor.add_node(node)
executor.add_node(asker)


def ask(kind, name, request=None):
    client = asker.create_client(kind, f"/served/{name}")
    client.wait_for_service(timeout_sec=10)
    future = client.call_async(request or kind.Request())
    executor.spin_until_future_complete(future, timeout_sec=10)
    asker.destroy_client(client)
    return future.result()


def change(**transition):
    answer = ask(ChangeState, "change_state", ChangeState.Request(transition=Transition(**transition)))
    return answer.success, ask(GetState, "get_state").current_state.label, \
        [one.transition.id for one in ask(GetAvailableTransitions, "get_available_transitions").available_transitions]


for label in ("configure", "activate", "deactivate", "cleanup"):
    node.script = {label: FAILURE}
    tell(f"{label} fails", lambda: change(label=label))
    node.script = {label: ERROR}
    tell(f"{label} in error", lambda: change(label=label))
    if state_of(node) == "unconfigured" and label != "configure":
        for earlier in ("configure", "activate")[:1 if label in ("activate", "cleanup") else 2]:
            node.script = {}
            trigger(node, earlier)
    node.script = {label: ValueError("boom")}
    tell(f"{label} raises", lambda: change(label=label))
    node.script = {}
    while state_of(node) != {"configure": "unconfigured", "activate": "inactive", "deactivate": "active", "cleanup": "inactive"}[label]:
        trigger(node, "configure" if state_of(node) == "unconfigured" else "activate")
    tell(f"{label}", lambda: change(label=label))
node.script = {"configure": ERROR, "error": FAILURE}
tell("to the end", lambda: change(id=Transition.TRANSITION_CONFIGURE))
executor.shutdown()
node.destroy_node()
asker.destroy_node()
rclpy.shutdown()
