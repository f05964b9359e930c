"""Callback groups of a program's own: their methods decide (group.h PG1). What they print is compared with upstream by twins/own_groups.py."""
import pytest

from programs import HEAD, NODE, command, lines_of

GROUPS = """
from rclpy.callback_groups import CallbackGroup
class Counting(CallbackGroup):
    '''At most `most` callbacks at a time.'''
    def __init__(self, most=1):
        super().__init__()
        self.lock, self.most, self.inside, self.peak, self.ended, self.refused = threading.Lock(), most, 0, 0, 0, 0
    def can_execute(self, entity):
        with self.lock:
            self.refused += self.inside >= self.most
            return self.inside < self.most
    def beginning_execution(self, entity):
        with self.lock:
            if self.inside >= self.most:
                return False
            self.inside += 1
            self.peak = max(self.peak, self.inside)
            return True
    def ending_execution(self, entity):
        with self.lock:
            self.inside -= 1
            self.ended += 1
"""


@pytest.fixture
def program(start):
    return lambda text, **environment: start(*command(text, HEAD + NODE + GROUPS), **environment)


def test_a_group_that_lets_two_in_has_two_at_a_time_in_a_pool(program):
    assert lines_of(program("""
executor = MultiThreadedExecutor(4)
executor.add_node(node)
group, together, done = Counting(2), threading.Barrier(2), []
def work():
    if len(done) < 4:
        together.wait(timeout=20)
    done.append(threading.get_ident())
guards = [node.create_guard_condition(work, group) for _ in range(4)]
for guard in guards:
    guard.trigger()
while group.ended < 4:
    executor.spin_once(timeout_sec=0.1)
print(group.peak, group.inside, group.ended, len(done))
executor.shutdown()
""")) == ["2 0 4 4"]


@pytest.mark.parametrize("executor", ["SingleThreadedExecutor()", "MultiThreadedExecutor(3)"])
def test_a_coroutine_is_in_its_group_until_its_end_and_others_come_in_then(program, executor):
    assert lines_of(program(f"""
executor = {executor}
executor.add_node(node)
group, order, future = Counting(), [], Future()
async def first():
    order.append('first')
    await future
    order.append('first ends')
    assert group.inside == 1
def second():
    order.append('second')
one, two = node.create_guard_condition(first, group), node.create_guard_condition(second, group)
free = node.create_guard_condition(lambda: order.append('free'), ReentrantCallbackGroup())
one.trigger()
while not order:
    executor.spin_once(timeout_sec=1)
two.trigger()
free.trigger()
while 'free' not in order:
    executor.spin_once(timeout_sec=1)
future.set_result(None)
while 'second' not in order or group.inside:
    executor.spin_once(timeout_sec=1)
print(order, group.peak)
executor.shutdown()
""")) == ["['first', 'free', 'first ends', 'second'] 1"]


def test_what_was_refused_comes_with_wake_and_in_its_order(program):
    assert lines_of(program("""
asked, came = threading.Event(), threading.Event()
class Gate(MutuallyExclusiveCallbackGroup):
    open, times = False, 0
    def can_execute(self, entity):
        self.times += 1
        asked.set()
        return self.open and super().can_execute(entity)
gate, got = Gate(), []
executor = SingleThreadedExecutor()
executor.add_node(node)
def on_word(message):
    got.append(message.data)
    if len(got) == 3:
        came.set()
subscription = node.create_subscription(String, 'words', on_word, 3, callback_group=gate)
publisher = node.create_publisher(String, 'words', 10)
for word in 'abcde':
    publisher.publish(String(data=word))
thread = threading.Thread(target=executor.spin)
thread.start()
asked.wait()
while gate.times < 2:  # twice: no message is lost between the two
    executor.wake()
times, gate.open = gate.times, True
executor.wake()
came.wait()
print(got)
executor.shutdown()
thread.join()
""")) == ["['c', 'd', 'e']"]


def test_what_may_not_begin_is_asked_for_again_by_itself(program):
    assert lines_of(program("""
import time
class Later(ReentrantCallbackGroup):
    begins = 0
    def beginning_execution(self, entity):
        self.begins += 1
        return self.begins > 3
group, future = Later(), Future()
guard = node.create_guard_condition(lambda: future.set_result(group.begins), group)
guard.trigger()
began = time.thread_time()
rclpy.spin_until_future_complete(node, future)
print(future.result(), time.thread_time() - began < 1)
""")) == ["4 True"]


def test_what_is_refused_goes_with_its_entity_and_with_its_node(program):
    assert lines_of(program("""
class Shut(ReentrantCallbackGroup):
    open = False
    def can_execute(self, entity):
        return self.open
group, called = Shut(), []
first, second = SingleThreadedExecutor(), SingleThreadedExecutor()
first.add_node(node)
gone = node.create_guard_condition(lambda: called.append('gone'), group)
stays = node.create_guard_condition(lambda: called.append('stays'), group)
gone.trigger()
stays.trigger()
for _ in range(3):
    first.spin_once(timeout_sec=0)
node.destroy_guard_condition(gone)
first.remove_node(node)
group.open = True
first.spin_once(timeout_sec=0)
print(called)
second.add_node(node)
second.spin_once(timeout_sec=1)
print(called)
first.shutdown()
second.shutdown()
""")) == ["[]", "['stays']"]


def test_spin_once_of_a_pool_waits_for_one_that_may_begin(program):
    assert lines_of(program("""
class Shut(ReentrantCallbackGroup):
    def can_execute(self, entity):
        return False
called = []
executor = MultiThreadedExecutor(2)
executor.add_node(node)
refused = node.create_guard_condition(lambda: called.append('refused'), Shut())
timer = node.create_timer(0.2, lambda: called.append('timer'), callback_group=ReentrantCallbackGroup())
refused.trigger()
executor.spin_once(timeout_sec=20)
print(called)
executor.shutdown()
""")) == ["['timer']"]


def test_actions_waitables_and_a_spin_once_of_the_programs_own_ask_too(program):
    assert lines_of(program("""
from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient, ActionServer
from rclpy.guard_condition import GuardCondition
from rclpy.waitable import Waitable
names = []
class Named(ReentrantCallbackGroup):
    def beginning_execution(self, entity):
        names.append(type(entity).__name__)
        return True
    def ending_execution(self, entity):
        names.append('end ' + type(entity).__name__)
group = Named()
def execute(goal):
    goal.succeed()
    return Fibonacci.Result()
server = ActionServer(node, Fibonacci, 'count', execute, callback_group=group)
client = ActionClient(node, Fibonacci, 'count')
client.wait_for_server()
goal = client.send_goal_async(Fibonacci.Goal())
rclpy.spin_until_future_complete(node, goal)
rclpy.spin_until_future_complete(node, goal.result().get_result_async())
while names[-1] != 'end ActionServer':
    rclpy.spin_once(node)
print(sorted(set(names)), names.count('ActionServer') == names.count('end ActionServer'))
names.clear()

class Mine(Waitable):
    done = False
    def add_to_wait_set(self, wait_set):
        pass
    def is_ready(self, wait_set):
        return not self.done
    def take_data(self):
        self.done = True
    def execute(self, data):
        names.append('executed')
mine = Mine(group)
node.add_waitable(mine)
while not mine.done:
    rclpy.spin_once(node, timeout_sec=1)
print(names)
names.clear()

class ByHand(SingleThreadedExecutor):
    def spin_once(self, timeout_sec=None):
        handler, entity, node = self.wait_for_ready_callbacks(timeout_sec=timeout_sec)
        print(type(entity).__name__, node.get_name())
        handler()
executor = ByHand()
executor.add_node(node)
guard = node.create_guard_condition(lambda: names.append('called'), group)
guard.trigger()
executor.spin_once(5)
print(names)
executor.shutdown()
""")) == ["['ActionServer', 'end ActionServer'] True", "['Mine', 'executed', 'end Mine']",
          "GuardCondition test", "['GuardCondition', 'called', 'end GuardCondition']"]
