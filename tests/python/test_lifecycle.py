"""Managed nodes in Python: their steps, by call and over services, driven by rclio's command and by a program on upstream."""
import sys

import pytest

HEAD = """
from asyncio import sleep as pause
import asyncio, sys, threading
import rclpy
from lifecycle_msgs.msg import Transition, TransitionEvent
from lifecycle_msgs.srv import ChangeState, GetState
from rclpy.lifecycle import (LifecycleNode, LifecycleNodeMixin, LifecyclePublisher, LifecycleState, ManagedEntity, SimpleManagedEntity,
                             TransitionCallbackReturn)
from std_msgs.msg import String
SUCCESS, FAILURE, ERROR = TransitionCallbackReturn.SUCCESS, TransitionCallbackReturn.FAILURE, TransitionCallbackReturn.ERROR
rclpy.init()
class Told(LifecycleNode):
    answers = {}
    def __getattribute__(self, name):
        if name in ('on_configure', 'on_cleanup', 'on_activate', 'on_deactivate', 'on_shutdown', 'on_error'):
            def told(state):
                print(name, state.state_id, state.label, flush=True)
                answer = self.answers.get(name, SUCCESS)
                base = getattr(LifecycleNode, name)(self, state)
                return answer() if callable(answer) else base if answer is SUCCESS else answer
            return told
        return super().__getattribute__(name)
def state_of(node):
    return node._state_machine.current_state[1]
def error_of(act):
    try:
        return act()
    except Exception as error:
        return f'{type(error).__name__}: {error}'
"""

UPSTREAMS_OPERATOR = """
import sys, rclpy
from lifecycle_msgs.msg import Transition, TransitionEvent
from lifecycle_msgs.srv import ChangeState, GetAvailableTransitions, GetState
rclpy.init()
node = rclpy.create_node('operator')
def ask(kind, name, request=None):
    client = node.create_client(kind, '/managed/' + name)
    assert client.wait_for_service(20)
    future = client.call_async(request or kind.Request())
    rclpy.spin_until_future_complete(node, future)
    return future.result()
heard = []
node.create_subscription(TransitionEvent, '/managed/transition_event', lambda event: heard.append(event.goal_state.label), 10)
while not node.count_publishers('/managed/transition_event'):
    rclpy.spin_once(node, timeout_sec=0.05)
print('listens')
sys.stdin.readline()
for label in ('configure', 'activate', 'deactivate', 'cleanup', 'activate', 'shutdown'):
    print(label, ask(ChangeState, 'change_state', ChangeState.Request(transition=Transition(label=label))).success,
          ask(GetState, 'get_state').current_state.label)
print([(one.transition.id, one.transition.label) for one in ask(GetAvailableTransitions, 'get_available_transitions').available_transitions],
      len(ask(GetAvailableTransitions, 'get_transition_graph').available_transitions))
while not heard or heard[-1] != 'finalized':
    rclpy.spin_once(node)
print(*heard)
"""


@pytest.fixture
def program(start):
    return lambda text, **environment: start(sys.executable, "-u", "-c", HEAD + text, **environment)


def lines_of(process):
    assert process.finish() == 0, process.report()
    return process.stdout.splitlines()


def test_the_way_through_all_states(program):
    assert lines_of(program("""
node = Told('managed')
for step in (node.trigger_configure, node.trigger_activate, node.trigger_deactivate, node.trigger_cleanup, node.trigger_shutdown):
    print(step().name, state_of(node))
""")) == ["on_configure 1 unconfigured", "SUCCESS inactive", "on_activate 2 inactive", "SUCCESS active", "on_deactivate 3 active",
          "SUCCESS inactive", "on_cleanup 2 inactive", "SUCCESS unconfigured", "on_shutdown 1 unconfigured", "SUCCESS finalized"]


@pytest.mark.parametrize("answers, said", [
    ("{'on_configure': FAILURE}", ["FAILURE unconfigured"]),
    ("{'on_configure': ERROR}", ["on_error 1 unconfigured", "ERROR unconfigured"]),
    ("{'on_configure': ERROR, 'on_error': FAILURE}", ["on_error 1 unconfigured", "ERROR finalized"]),
    ("{'on_configure': lambda: 1 // 0}", ["on_error 1 unconfigured", "ERROR unconfigured"]),
    ("{'on_configure': lambda: None}", ["on_error 1 unconfigured", "ERROR unconfigured"]),
    *(("{'on_configure': lambda: %s}" % answer, ["on_error 1 unconfigured", "ERROR unconfigured"]) for answer in ("True", "97", "'success'")),
    ("{'on_configure': lambda: None, 'on_error': lambda: None}", ["on_error 1 unconfigured", "ERROR finalized"]),
    ("{'on_configure': lambda: 1 // 0, 'on_error': lambda: 1 // 0}", ["on_error 1 unconfigured", "ERROR finalized"]),
])
def test_a_step_that_fails_ends_where_upstreams_does(program, answers, said):
    process = program(f"""
Told.answers = {answers}
node = Told('managed')
print(node.trigger_configure().name, state_of(node))
""")
    assert lines_of(process) == ["on_configure 1 unconfigured"] + said
    if "1 // 0" in answers:
        assert "ZeroDivisionError" in process.stderr and "[managed]: A step of the node failed" in process.stderr


def test_managed_entities_are_told_in_the_order_in_which_they_were_added(program):
    assert lines_of(program("""
class Entity(ManagedEntity):
    def __init__(self, name, answer=SUCCESS):
        self.name, self.answer = name, answer
    def on_configure(self, state):
        print(self.name)
        return self.answer
node = LifecycleNode('managed')
for name in 'abc':
    node.add_managed_entity(Entity(name, FAILURE if name == 'b' else SUCCESS))
print(node.trigger_configure().name, state_of(node))
""")) == ["a", "b", "FAILURE unconfigured"]


def test_a_step_that_is_asked_for_while_an_async_one_goes_on_is_refused(program):
    process = program("""
class Slow(LifecycleNode):
    async def on_configure(self, state):
        self.begun.set_result(None)
        await self.go_on
        return SUCCESS
node = Slow('managed')
node.begun, node.go_on = rclpy.task.Future(), rclpy.task.Future()
executor = rclpy.executors.SingleThreadedExecutor()
executor.add_node(node)
task = node.trigger_configure()
executor.spin_until_future_complete(node.begun)
print(error_of(node.trigger_activate), error_of(node.trigger_shutdown), state_of(node))
node.go_on.set_result(None)
executor.spin_until_future_complete(task)
print(task.result().name, state_of(node))
""")
    assert lines_of(process) == [
        "RCLError: Failed to trigger lifecycle state machine transition: Transition is not registered. "
        "RCLError: Shutdown transtion not possible configuring", "SUCCESS inactive"]


def test_steps_that_are_not_possible_are_refused(program):
    process = program("""
node = Told('managed')
print(error_of(node.trigger_activate), state_of(node))
node.trigger_shutdown()
print(error_of(node.trigger_shutdown))
print(error_of(lambda: node.add_managed_entity(3)))
""")
    assert lines_of(process) == ["RCLError: Failed to trigger lifecycle state machine transition: Transition is not registered. unconfigured",
                                 "on_shutdown 1 unconfigured", "RCLError: Shutdown transtion not possible",
                                 "TypeError: Expected a rclpy.lifecycle.ManagedEntity instance."]
    assert "[rcl_lifecycle]: No transition matching 3 found for current state unconfigured" in process.stderr


def test_managed_publishers_publish_while_the_node_is_active(program):
    assert lines_of(program("""
node, heard = Told('managed'), []
publisher = node.create_lifecycle_publisher(String, 'words', 10)
print(type(publisher).__name__, publisher.is_activated)
node.create_subscription(String, 'words', lambda message: heard.append(message.data), 10)
while not publisher.get_subscription_count():
    rclpy.spin_once(node, timeout_sec=0.01)
publisher.publish(String(data='unconfigured'))
node.trigger_configure()
publisher.publish(String(data='inactive'))
node.trigger_activate()
publisher.publish(String(data='active'))
node.trigger_deactivate()
publisher.publish(String(data='inactive again'))
node.trigger_activate()
publisher.publish(String(data='active again'))
while len(heard) < 2:
    rclpy.spin_once(node)
print(heard, publisher.is_activated, node.destroy_lifecycle_publisher(publisher), node.destroy_lifecycle_publisher(publisher))
print(error_of(lambda: node.create_lifecycle_publisher(String, 'x', 10, publisher_class=LifecyclePublisher)))
"""))[-2:] == ["['active', 'active again'] True True False",
               "TypeError: create_lifecycle_publisher() got an unexpected keyword argument 'publisher_class'"]


def test_managed_entities_are_told_and_may_refuse(program):
    assert lines_of(program("""
class Entity(SimpleManagedEntity):
    def on_configure(self, state):
        return FAILURE
    @SimpleManagedEntity.when_enabled
    def work(self):
        return 'worked'
    @SimpleManagedEntity.when_enabled(when_not_enabled=lambda: 'off')
    def other(self, x):
        return x
node, entity = LifecycleNode('managed'), Entity()
print(entity.work(), entity.other(1))
node.add_managed_entity(entity)
print(node.trigger_configure().name)
Entity.on_configure = ManagedEntity.on_configure
node.trigger_configure()
node.trigger_activate()
print(entity.is_activated, entity.work(), entity.other(x=2))
""")) == ["None off", "FAILURE", "True worked 2"]


def test_a_node_may_be_managed_by_a_mixin_and_without_services(program):
    assert lines_of(program("""
from rclpy.node import Node
class Mixed(LifecycleNodeMixin, Node):
    def __init__(self):
        Node.__init__(self, 'mixed')
        LifecycleNodeMixin.__init__(self, callback_group=rclpy.callback_groups.ReentrantCallbackGroup())
node, quiet = Mixed(), LifecycleNode('quiet', enable_communication_interface=False, namespace='/x')
def services(name, namespace):
    return [one.rpartition('/')[2] for one, _ in node.get_service_names_and_types_by_node(name, namespace) if 'parameter' not in one]
print(node.trigger_configure().name, services('mixed', '/'))
print(quiet.trigger_configure().name, services('quiet', '/x'), [name for name, _ in node.get_publisher_names_and_types_by_node('quiet', '/x')][:1])
""")) == ["SUCCESS ['change_state', 'get_available_states', 'get_available_transitions', 'get_state', 'get_transition_graph', 'get_type_description']",
          "SUCCESS ['get_type_description'] ['/parameter_events']"]


def test_the_command_drives_it(program, start):
    process = program("Told.answers['on_cleanup'] = FAILURE\nnode = Told('managed')\nprint('ready')\nrclpy.spin(node)")
    process.wait_for("ready")
    outputs = []
    for words in ("nodes", "get /managed", "list /managed", "set /managed configure", "set /managed activate", "get /managed",
                  "set /managed deactivate", "set /managed cleanup", "get /managed", "set /managed shutdown", "get /managed"):
        command = start("ros2", "lifecycle", *words.split())
        status = command.finish()
        outputs.append(command.stdout.splitlines()[0] if command.stdout else f"status {status}")
    assert outputs == ["/managed", "unconfigured [1]", "- configure [1]", "Transitioning successful", "Transitioning successful",
                       "active [3]", "Transitioning successful", outputs[7], "inactive [2]", "Transitioning successful", "finalized [4]"]
    assert "uccess" not in outputs[7]
    assert process.stdout.splitlines() == ["ready", "on_configure 1 unconfigured", "on_activate 2 inactive", "on_deactivate 3 active",
                                           "on_cleanup 2 inactive", "on_shutdown 2 inactive"]


def test_a_program_on_upstream_drives_it_and_hears_each_step(program, start, upstream):
    managed = program("""
node = Told('managed')
while not node.count_subscribers('/managed/transition_event'):
    rclpy.spin_once(node, timeout_sec=0.05)
print('heard')
rclpy.spin(node)
""")
    operator = start(upstream, "-u", "-c", UPSTREAMS_OPERATOR, stdin=True)
    operator.wait_for("listens")
    managed.wait_for("heard")
    operator.write("go\n")
    lines = lines_of(operator)[1:]
    heard = lines.pop().split()
    assert lines == [
        "configure True inactive", "activate True active", "deactivate True inactive", "cleanup True unconfigured",
        "activate False unconfigured", "shutdown True finalized", "[] 25"]
    steps = ["configuring", "inactive", "activating", "active", "deactivating", "inactive", "cleaningup", "unconfigured", "shuttingdown", "finalized"]
    assert len(heard) >= 2 and heard == steps[-len(heard):]  # the first ones may come before both sides know of each other


def test_steps_may_be_async_and_one_change_waits_for_the_other(program):
    assert lines_of(program("""
class Slow(LifecycleNode):
    async def on_configure(self, state):
        print('begins', state_of(self))
        await pause(0.05)
        print('ends')
        return SUCCESS
    async def on_cleanup(self, state):
        raise ValueError('boom')
node, asker = Slow('managed'), rclpy.create_node('asker')
executor = rclpy.executors.SingleThreadedExecutor()
executor.add_node(node)
executor.add_node(asker)
change, get = asker.create_client(ChangeState, '/managed/change_state'), asker.create_client(GetState, '/managed/get_state')
change.wait_for_service()
get.wait_for_service()
def step(label):
    return change.call_async(ChangeState.Request(transition=Transition(label=label)))
first, second, state = step('configure'), step('activate'), get.call_async(GetState.Request())
for future in (first, second, state):
    executor.spin_until_future_complete(future)
print(first.result().success, second.result().success, state.result().current_state.label, state_of(node))
node.trigger_deactivate()
task = node.trigger_cleanup()
executor.spin_until_future_complete(task)
print(task.result().name, state_of(node))
""")) == ["begins configuring", "ends", "True True configuring active", "ERROR unconfigured"]


def test_a_request_that_is_not_possible_is_answered_and_the_node_goes_on(program):
    process = program("""
node, asker = Told('managed'), rclpy.create_node('asker')
executor = rclpy.executors.SingleThreadedExecutor()
executor.add_node(node)
executor.add_node(asker)
change = asker.create_client(ChangeState, '/managed/change_state')
change.wait_for_service()
for transition in (Transition(id=3), Transition(id=77), Transition(label='cleanup'), Transition(id=1)):
    future = change.call_async(ChangeState.Request(transition=transition))
    executor.spin_until_future_complete(future)
    print(future.result().success, state_of(node))
""")
    assert lines_of(process) == ["False unconfigured"] * 3 + ["on_configure 1 unconfigured", "True inactive"]
    assert "No transition matching cleanup found for current state unconfigured" in process.stderr
