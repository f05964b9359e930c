"""Waitables and executors of a program's own."""
import pytest

from programs import HEAD, NODE, command, lines_of

WAITABLES = """
from rclpy.guard_condition import GuardCondition
from rclpy.executors import ConditionReachedException, Executor
from rclpy.waitable import NumberOfEntities, Waitable
class Mine(Waitable):
    def __init__(self, kind, entity, group=None):
        super().__init__(group or ReentrantCallbackGroup())
        self.kind, self.entity, self.ready, self.got = kind, entity, False, []
    def add_to_wait_set(self, wait_set):
        self.index = getattr(wait_set, 'add_' + self.kind)(self.entity)
    def is_ready(self, wait_set):
        self.ready = wait_set.is_ready(self.kind, self.index)
        return self.ready
    def take_data(self):
        return self.kind
    async def execute(self, taken):
        await pause(0)
        self.got.append(taken)
        for future in self._futures:
            future.set_result(taken)
    def get_num_entities(self):
        return NumberOfEntities()
def until(waitable, count, executor=None):
    while len(waitable.got) < count:
        (executor or rclpy).spin_once(*([] if executor else [node]), timeout_sec=5)
"""


@pytest.fixture
def program(start):
    return lambda text, **environment: start(*command(text, HEAD + NODE + WAITABLES), **environment)


@pytest.mark.parametrize("executor", ["SingleThreadedExecutor()", "MultiThreadedExecutor(2)"])
def test_a_waitable_is_executed_when_what_it_waits_for_has_an_event(program, executor):
    assert lines_of(program(f"""
from example_interfaces.srv import AddTwoInts
executor = {executor}
executor.add_node(node)
called = []
guard = node.create_guard_condition(lambda: called.append(1))
timer = node.create_timer(0.01, lambda: timer.cancel())
subscription = node.create_subscription(String, 'words', lambda message: called.append(message.data), 10)
service = node.create_service(AddTwoInts, 'add', lambda request, response: response)
client = node.create_client(AddTwoInts, 'add')
from rclpy.impl.implementation_singleton import rclpy_implementation as _rclpy
inner = _rclpy.GuardCondition(node.context.handle)
loose = GuardCondition(None, None)
mine = [Mine(kind, entity) for kind, entity in (('guard_condition', guard), ('timer', timer), ('subscription', subscription),
                                                ('service', service), ('client', client), ('guard_condition', loose),
                                                ('guard_condition', inner))]
for waitable in mine:
    node.add_waitable(waitable)
future = Future()
mine[0].add_future(future)
guard.trigger()
executor.spin_until_future_complete(future, 5)
print(future.result(), called)
until(mine[1], 1, executor)
node.create_publisher(String, 'words', 10).publish(String(data='heard'))
until(mine[2], 1, executor)
client.call_async(AddTwoInts.Request())
until(mine[3], 1, executor)
until(mine[4], 1, executor)
threading.Timer(0.02, loose.trigger).start()
until(mine[5], 1, executor)
inner.trigger_guard_condition()
until(mine[6], 1, executor)
print([waitable.got for waitable in mine], called)
node.remove_waitable(mine[0])
guard.trigger()
executor.spin_once(timeout_sec=5)
executor.spin_once(timeout_sec=0.05)
print(len(mine[0].got), mine[0] in node.waitables)
executor.shutdown()
""")) == ["guard_condition [1]", "[['guard_condition'], ['timer'], ['subscription'], ['service'], ['client'], ['guard_condition'], "
          "['guard_condition']] "
          "[1, 'heard']", "1 False"]


@pytest.mark.parametrize("executor", ["SingleThreadedExecutor()", "MultiThreadedExecutor(2)"])
def test_a_waitable_that_knows_itself_is_asked_when_its_executor_is_woken(program, executor):
    assert lines_of(program(f"""
class Queue(Waitable):
    def __init__(self):
        super().__init__(MutuallyExclusiveCallbackGroup())
        self.items = []
    def add_to_wait_set(self, wait_set):
        pass
    def is_ready(self, wait_set):
        return bool(self.items)
    def take_data(self):
        return self.items.pop(0)
    def execute(self, item):
        print(item)
        if item == 'last':
            rclpy.shutdown()
executor = {executor}
executor.add_node(node)
queue = Queue()
node.add_waitable(queue)
def put():
    queue.items += ['first', 'last']
    executor.wake()
threading.Timer(0.05, put).start()
executor.spin()
executor.shutdown()
""")) == ["first", "last"]


def test_a_waitable_that_raises_is_reported_with_its_name_and_raised(program):
    process = program("""
class Bad(Mine):
    def execute(self, taken):
        raise ValueError('boom')
guard = node.create_guard_condition(None)
node.add_waitable(Bad('guard_condition', guard))
guard.trigger()
try:
    rclpy.spin(node)
except ValueError as error:
    print('raised', error)
""")
    assert process.finish() == 0, process.report()
    assert process.stdout.splitlines() == ["raised boom"]
    assert process.stderr.count("ValueError: boom") == 1, process.report()


def test_an_executor_of_the_programs_own_runs_what_it_is_given(program):
    """As in upstream's examples: a subclass with a spin_once() of its own."""
    assert lines_of(program("""
from concurrent.futures import ThreadPoolExecutor
class Priority(Executor):
    def __init__(self):
        super().__init__()
        self.pool = ThreadPoolExecutor(2)
        self.log = []
    def spin_once(self, timeout_sec=None):
        handler, entity, of = self.wait_for_ready_callbacks(timeout_sec)
        self.log.append((type(entity).__name__, of is node))
        if isinstance(entity, type(subscription)):
            self.pool.submit(handler).result()
        else:
            handler()
        if handler.exception() is not None:
            raise handler.exception()
subscription = node.create_subscription(String, 'words', lambda message: print(message.data), 10)
executor = Priority()
executor.add_node(node)
node.create_publisher(String, 'words', 10).publish(String(data='heard'))
executor.spin_once(timeout_sec=5)
future = Future()
async def later():
    await future
    print('awaited')
guard = node.create_guard_condition(later)
guard.trigger()
executor.spin_once(timeout_sec=5)
print(guard.callback_group.can_execute(guard))
threading.Timer(0.02, future.set_result, (1,)).start()
def over():
    raise KeyError('over')
over = node.create_guard_condition(over, ReentrantCallbackGroup())
while not guard.callback_group.can_execute(guard):
    executor.spin_once(timeout_sec=5)
mine = Mine('guard_condition', over)
node.add_waitable(mine)
over.trigger()
task = executor.create_task(lambda: 5)
try:
    executor.spin()
except KeyError as error:
    print(repr(error), task.result() if task.done() else None)
executor.spin_until_future_complete(task, 5)
print(executor.log[0], executor.log[-1], task.result(), sorted({name for name, _ in executor.log}))
executor.shutdown()
""")) == ["heard", "False", "awaited", "KeyError('over') None",
          "('Subscription', True) ('NoneType', False) 5 ['GuardCondition', 'NoneType', 'Subscription']"]


def test_waiting_for_ready_callbacks_ends_as_upstreams_does(program):
    assert lines_of(program("""
def ends(**arguments):
    try:
        return executor.wait_for_ready_callbacks(**arguments)
    except Exception as error:
        return type(error).__name__
executor = SingleThreadedExecutor()
executor.add_node(node)
other = rclpy.create_node('other')
executor.add_node(other)
print(ends(timeout_sec=0), ends(timeout_sec=0.02), ends(condition=lambda: True))
guards = [one.create_guard_condition(lambda one=one: print(one.get_name())) for one in (node, other)]
for guard in guards:
    guard.trigger()
handler, entity, of = ends(nodes=[other])
print(entity is guards[1], of is other, handler.done())
handler()
print(handler.done(), handler.exception())
handler, entity, of = ends()
print(entity is guards[0], entity.callback_group.can_execute(entity))
guards[0].trigger()
print(ends(timeout_sec=0))
del handler
handler, *_ = ends(timeout_sec=5)
handler()
threading.Timer(0.02, executor.shutdown).start()
print(ends())
executor = SingleThreadedExecutor()
threading.Timer(0.02, rclpy.shutdown).start()
print(ends())
""")) == ["TimeoutException TimeoutException ConditionReachedException", "True True False", "other", "True None", "True False",
          "TimeoutException", "test", "ShutdownException", "ExternalShutdownException"]


def test_a_pool_without_threads_is_woken_by_a_foreign_thread(program):
    assert lines_of(program("""
executor = MultiThreadedExecutor(2)
executor.add_node(node)
guard = node.create_guard_condition(rclpy.shutdown)
threading.Timer(0.05, guard.trigger).start()
executor.spin()
executor.shutdown()
print('woken')
""")) == ["woken"]
