"""Calls that block inside callbacks, of what their own executor has to do. Upstream waits for ever in most of them."""
import pytest

from programs import HEAD, NODE, UNTIL_INTERRUPTED, command, lines_of

CALLS = """
from example_interfaces.srv import AddTwoInts
def add(request, response):
    response.sum = request.a + request.b
    return response
client = node.create_client(AddTwoInts, 'add')
def call(a, b, of=client):
    assert of.wait_for_service(20)
    return of.call(AddTwoInts.Request(a=a, b=b)).sum
def spin_with(callback, executor):
    executor.add_node(node)
    node.create_guard_condition(callback).trigger()
    executor.spin()
    executor.shutdown()
"""
ONE, TWO = "SingleThreadedExecutor()", "MultiThreadedExecutor(2)"


@pytest.fixture
def program(start):
    return lambda text, **environment: start(*command(text, HEAD + NODE + CALLS), **environment)


@pytest.mark.parametrize("executor", [ONE, "MultiThreadedExecutor(1)", TWO])
def test_a_timer_calls_a_service_of_its_own_node_and_group(program, executor):
    assert lines_of(program(f"""
executor = {executor}
executor.add_node(node)
node.create_service(AddTwoInts, 'add', add)
def tick():
    timer.cancel()
    print(call(1, 2), call(3, 4))
    rclpy.shutdown()
timer = node.create_timer(0.001, tick)
executor.spin()
executor.shutdown()
""")) == ["3 7"]


def test_a_subscription_a_service_and_a_goal_call_a_service_of_their_own_executor(program):
    assert lines_of(program("""
from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient, ActionServer
node.create_service(AddTwoInts, 'add', add)
node.create_service(AddTwoInts, 'twice', lambda request, response: add(AddTwoInts.Request(a=call(request.a, request.a),
                                                                                        b=call(request.b, request.b)), response))
twice = node.create_client(AddTwoInts, 'twice')
def heard(message):
    print(message.data, call(1, 2), call(3, 4, twice))
    ask.trigger()
node.create_subscription(String, 'words', heard, 10)
def execute(goal):
    total = call(goal.request.order, 1, twice)
    goal.succeed()
    return Fibonacci.Result(sequence=[total])
server = ActionServer(node, Fibonacci, 'fibonacci', execute)
goals = ActionClient(node, Fibonacci, 'fibonacci')
node.create_publisher(String, 'words', 10).publish(String(data='heard'))
def ask():
    assert goals.wait_for_server(20)
    print(list(goals.send_goal(Fibonacci.Goal(order=5)).result.sequence))
    rclpy.shutdown()
ask = node.create_guard_condition(ask)
rclpy.spin(node)
""")) == ["heard 3 14", "[12]"]


def test_services_call_each_other_in_a_chain(program):
    assert lines_of(program("""
depth = 12
clients = []
def link(number):
    def serve(request, response):
        response.sum = request.a if number == depth else 1 + call(request.a, 0, clients[number])
        return response
    node.create_service(AddTwoInts, f'link_{number}', serve)
    clients.append(node.create_client(AddTwoInts, f'link_{number}'))
for number in range(depth + 1):
    link(number)
def tick():
    timer.cancel()
    print(call(1, 0, clients[0]))
    rclpy.shutdown()
timer = node.create_timer(0.001, tick)
rclpy.spin(node)
""".replace("clients[number])", "clients[number + 1])"))) == ["13"]


def test_a_callback_that_blocks_is_not_called_again_and_one_of_a_reentrant_group_is(program):
    assert lines_of(program("""
executor = SingleThreadedExecutor()
executor.add_node(node)
for group in (None, ReentrantCallbackGroup()):
    log, future = [], Future()
    def block():
        log.append('began')
        if len(log) == 1:
            guard.trigger()
            other.trigger()
            executor.spin_until_future_complete(future, 5)
        log.append('ended')
    def end():
        log.append('other')
        future.set_result(None)
    guard = node.create_guard_condition(block, group)
    other = node.create_guard_condition(end, group)
    guard.trigger()
    while log.count('ended') < 2:
        executor.spin_once(timeout_sec=5)
    print(log)
""")) == ["['began', 'other', 'ended', 'began', 'ended']", "['began', 'began', 'ended', 'other', 'ended']"]


def test_a_callback_is_alone_in_its_group_when_it_goes_on(program):
    assert lines_of(program("""
executor = MultiThreadedExecutor(4)
executor.add_node(node)
node.create_service(AddTwoInts, 'add', add)
group = MutuallyExclusiveCallbackGroup()
inside = overlaps = rounds = 0
def visit():
    global inside, overlaps
    inside += 1
    overlaps += inside > 1
    os.sched_yield()
    overlaps += inside > 1
    inside -= 1
def block():
    global rounds
    visit()
    if client.call(AddTwoInts.Request(a=1, b=2)) is None:
        return  # shut down by another one
    visit()
    rounds += 1
    if rounds == 60:
        rclpy.shutdown()
timers = [node.create_timer(0.001, block, group) for _ in range(3)] + [node.create_timer(0.0005, visit, group)]
sys.setswitchinterval(1e-5)
executor.spin()
executor.shutdown()
print(overlaps, rounds >= 60)
""")) == ["0 True"]


@pytest.mark.parametrize("executor", [ONE, "MultiThreadedExecutor(1)"])
def test_an_async_handler_completes_while_its_caller_blocks(program, executor):
    """Its steps, asyncio's sleeps, threads and sockets, and what it awaits of rclpy's; and afterwards it is in the same loop as ever."""
    assert lines_of(program(f"""
executor = {executor}
async def slow(request, response):
    await pause(0.001)
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    writer.write(b'x')
    assert await reader.read(1) == b'x'
    writer.close()
    response.sum = await loop.run_in_executor(None, lambda: request.a + request.b)
    inner = await client.call_async(AddTwoInts.Request(a=response.sum, b=1))
    response.sum = inner.sum
    tasks.append((loop, asyncio.current_task()))
    return response
async def echo(reader, writer):
    writer.write(await reader.read(1))
    writer.close()
async def lasting():
    tasks.append(asyncio.get_running_loop())
    begun.set_result(None)
    await pause(0.02)
    print('lasting', asyncio.get_running_loop() is tasks[0], len(set(map(str, tasks))) == len(tasks) - 1)
    rclpy.shutdown()
tasks, begun = [], Future()
node.create_service(AddTwoInts, 'add', add)
node.create_service(AddTwoInts, 'slow', slow)
slow_client = node.create_client(AddTwoInts, 'slow')
guard = node.create_guard_condition(lasting, ReentrantCallbackGroup())
async def outer():
    global port
    listening = await asyncio.start_server(echo, '127.0.0.1', 0)
    port = listening.sockets[0].getsockname()[1]
    me = asyncio.current_task()
    await pause(0.001)
    print(call(1, 2, slow_client), asyncio.current_task() is me, tasks[0][1] is not me)
    tasks[:] = [tasks[0][0]]
    guard.trigger()
    executor.spin_until_future_complete(begun, 5)
    print(asyncio.current_task() is me, asyncio.get_running_loop() is tasks[0])
    listening.close()
spin_with(outer, executor)
""")) == ["4 True True", "True True", "lasting True True"]


def test_a_step_that_blocks_lets_the_steps_of_other_tasks_run(program):
    """They were about to run in the same turn of the loop: nothing of them is lost, and none runs twice."""
    assert lines_of(program("""
node.create_service(AddTwoInts, 'add', add)
counts = [0] * 20
async def count(number):
    for _ in range(10):
        await pause(0)
        counts[number] += 1
async def block():
    await pause(0)
    for _ in range(3):
        assert call(1, 2) == 3
        await pause(0)
async def all_of_them():
    await asyncio.gather(*(count(number) for number in range(10)), block(), block(), *(count(number) for number in range(10, 20)))
    handled = asyncio.Event()
    asyncio.get_running_loop().call_soon(lambda: (print('in a handle', call(3, 4)), handled.set()))
    await handled.wait()
    print(set(counts))
    rclpy.shutdown()
node.create_guard_condition(all_of_them).trigger()
rclpy.spin(node)
""")) == ["in a handle 7", "{10}"]


def test_context_variables_and_generators_are_as_before(program):
    assert lines_of(program("""
import contextvars
variable = contextvars.ContextVar('variable', default='unset')
node.create_service(AddTwoInts, 'add', lambda request, response: (print('inside', variable.get()), add(request, response))[1])
def block():
    variable.set('set')
    print(call(1, 2), variable.get())
    rclpy.shutdown()
hooks = sys.get_asyncgen_hooks()
node.create_guard_condition(block).trigger()
rclpy.spin(node)
print(variable.get(), sys.get_asyncgen_hooks() == hooks)
""")) == ["inside unset", "3 set", "unset True"]


@pytest.mark.parametrize("executor", [ONE, TWO])
def test_what_a_nested_callback_raises_is_printed_at_once_and_raised_when_the_blocked_one_has_ended(program, executor):
    process = program(f"""
executor = {executor}
executor.add_node(node)
future, ended = Future(), threading.Event()
def boom():
    later.trigger()
    raise ValueError('boom')
async def late():
    await pause(0.001)
    future.set_result('set')
    raise KeyError('late')
boom, later = node.create_guard_condition(boom), node.create_guard_condition(late)
def block():
    boom.trigger()
    executor.spin_until_future_complete(future, 20)
    ended.set()
    print('went on', future.result())
first = node.create_guard_condition(block)
first.trigger()
raised = []
while len(raised) < 2:
    try:
        executor.spin_once(timeout_sec=20)
    except Exception as error:
        raised.append(repr(error))
    assert len(raised) < 1 or ended.is_set() or executor._maximum  # a single thread goes on before it raises
ended.wait()
executor.shutdown()
print(raised)
""")
    assert process.finish() == 0, process.report()
    assert process.stdout.splitlines() == ["went on set", """["ValueError('boom')", "KeyError('late')"]"""], process.report()
    assert process.stderr.count("Traceback") == 2, process.report()


def test_ctrl_c_ends_a_callback_that_blocks_and_what_it_runs_meanwhile(program):
    process = program("""
def inner():
    print('ready')
    rclpy.spin_until_future_complete(node, Future())
def outer():
    second.trigger()
    try:
        rclpy.spin_until_future_complete(node, Future())
    finally:
        print('outer ends')
second = node.create_guard_condition(inner)
node.create_guard_condition(outer).trigger()
""" + UNTIL_INTERRUPTED)
    process.wait_for("ready")
    process.interrupt()
    assert lines_of(process) == ["ready", "outer ends", "interrupted"]


@pytest.mark.parametrize("end", ["rclpy.shutdown()", "executor.shutdown()", "threading.Thread(target=executor.shutdown).start()"])
@pytest.mark.parametrize("executor", [ONE, "MultiThreadedExecutor(1)", TWO])
def test_a_shutdown_lets_those_go_who_block(program, executor, end):
    assert lines_of(program(f"""
executor = {executor}
executor.add_node(node)
def block():
    second.trigger()
    executor.spin_until_future_complete(Future())
    print('went on')
second = node.create_guard_condition(lambda: {end}, ReentrantCallbackGroup())
first = node.create_guard_condition(block, ReentrantCallbackGroup())
first.trigger()
executor.spin()
executor.shutdown()
print('ended')
""")) == ["went on", "ended"]


def test_stopping_the_loop_while_a_callback_blocks_ends_the_spin_when_it_has_gone_on(program):
    assert lines_of(program("""
future = Future()
def block():
    second.trigger()
    rclpy.spin_until_future_complete(node, future)
    print('went on')
def stop():
    asyncio.get_running_loop().stop()
    third.trigger()
second = node.create_guard_condition(stop)
third = node.create_guard_condition(lambda: future.set_result(None))
node.create_guard_condition(block).trigger()
rclpy.spin(node)
print('ended', rclpy.ok())
""")) == ["went on", "ended True"]


@pytest.mark.parametrize("executor", [ONE, TWO])
def test_spin_once_inside_a_callback_runs_one_callback_of_the_same_executor(program, executor):
    assert lines_of(program(f"""
executor = {executor}
log = []
def outer():
    for guard in others:
        guard.trigger()
    executor.spin_once(timeout_sec=5)
    log.append('outer')
    executor.spin_once(timeout_sec=5)
    print(log if isinstance(executor, SingleThreadedExecutor) else sorted(log))
    executor.spin_once(timeout_sec=0.01)
    rclpy.shutdown()
others = [node.create_guard_condition(lambda name=name: log.append(name), MutuallyExclusiveCallbackGroup()) for name in 'ab']
spin_with(outer, executor)
""")) == ["['a', 'outer', 'b']" if executor == ONE else "['a', 'b', 'outer']"]


@pytest.mark.parametrize("executor", [ONE, TWO])
def test_a_callback_waits_for_a_message_that_another_one_of_its_group_publishes(program, executor):
    assert lines_of(program(f"""
from rclpy.wait_for_message import wait_for_message
executor = {executor}
publisher = node.create_publisher(String, 'words', 10)
timer = node.create_timer(0.01, lambda: publisher.publish(String(data='said')))
def block():
    found, message = wait_for_message(String, node, 'words', time_to_wait=20)
    print(found, message.data)
    rclpy.shutdown()
spin_with(block, executor)
""")) == ["True said"]


def test_a_node_made_inside_a_callback_may_be_spun_there(program):
    """The usual way of programs that call a service inside a callback."""
    assert lines_of(program("""
node.create_service(AddTwoInts, 'add', add)
def ask():
    helper = rclpy.create_node('helper')
    client = helper.create_client(AddTwoInts, 'add')
    assert client.wait_for_service(20)
    future = client.call_async(AddTwoInts.Request(a=1, b=2))
    rclpy.spin_until_future_complete(helper, future)
    helper.destroy_node()
    print(future.result().sum)
    rclpy.shutdown()
node.create_guard_condition(ask).trigger()
rclpy.spin(node)
""")) == ["3"]


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads_that_all_block_serve_each_other(program, threads):
    assert lines_of(program(f"""
executor = MultiThreadedExecutor({threads})
executor.add_node(node)
group, barrier, sums = ReentrantCallbackGroup(), threading.Barrier({threads}), []
node.create_service(AddTwoInts, 'add', add, callback_group=group)
lock = threading.Lock()
def block(number):
    barrier.wait()
    for round in range(20):
        sums.append(call(number, round) == number + round)
    if len(sums) == 20 * {threads}:
        rclpy.shutdown()
guards = [node.create_guard_condition(lambda number=number: block(number), group) for number in range({threads})]
for guard in guards:
    guard.trigger()
executor.spin()
executor.shutdown()
print(set(sums), len(sums))
""")) == [f"{{True}} {20 * threads}"]


def test_fifty_callbacks_may_block_inside_each_other_and_one_more_only_waits_and_says_so(program):
    process = program("""
group, depth, most = ReentrantCallbackGroup(), 0, 0
def block():
    global depth, most
    depth += 1
    most = max(most, depth)
    guard.trigger()
    rclpy.spin_until_future_complete(node, future, 20)
    depth -= 1
future = Future()
guard = node.create_guard_condition(block, group)
guard.trigger()
def watch():
    while most < 51:
        os.sched_yield()
    future.set_result(None)
threading.Thread(target=watch).start()
rclpy.spin_until_future_complete(node, future)
print(depth, most)
""")
    assert process.finish() == 0, process.report()
    assert process.stdout.splitlines() == ["0 51"]
    assert process.stderr.count("51 callbacks block inside each other") == 1, process.report()


def test_a_callback_blocks_in_a_loop_that_is_not_ours(program):
    assert lines_of(program("""
node.create_service(AddTwoInts, 'add', add)
async def prompt(request, response):
    return add(request, response)
node.create_service(AddTwoInts, 'prompt', prompt)
prompt_client = node.create_client(AddTwoInts, 'prompt')
executor = SingleThreadedExecutor()
executor.add_node(node)
async def main():
    ended = asyncio.Event()
    def block():
        print(call(1, 2))
        if sys.version_info >= (3, 12):
            print(call(5, 6, prompt_client))
        else:
            print(11)
        other.trigger()
        executor.spin_once(timeout_sec=5)
        ended.set()
    other = node.create_guard_condition(lambda: print('other'))
    async with executor.attached():
        node.create_guard_condition(block).trigger()
        await ended.wait()
        print(call(3, 4))
asyncio.run(main())
""")) == ["3", "11", "other", "7"]


def test_a_future_that_a_foreign_thread_sets_ends_the_spin_that_waits_for_it(program):
    assert lines_of(program("""
for executor in (SingleThreadedExecutor(), MultiThreadedExecutor(2)):
    executor.add_node(node)
    future = Future()
    threading.Timer(0.02, future.set_result, (5,)).start()
    executor.spin_until_future_complete(future)
    print(future.result())
    executor.shutdown()
""")) == ["5", "5"]


HELD_UP = """
from rclpy._loop import Hold
Hold.PATIENCE = 0.01
executor = SingleThreadedExecutor()
executor.add_node(node)
first, second, third = Future(), Future(), Future()
def wait_below():
    above.trigger()
    executor.spin_until_future_complete(first)
    print('below went on')
    third.set_result(None)
def wait_above():
    begin_above()
    executor.spin_until_future_complete(second)
    print('above went on')
    if not first.done():
        first.set_result(None)
def begin_above():
    first.set_result(None)
below, above = node.create_guard_condition(wait_below), node.create_guard_condition(wait_above)
below.trigger()
"""
TOLD = r"^rclpy: wait_below\(\) at .*:\d+ has had what it waits for .* goes on only when wait_above\(\) at .*:\d+, which blocks on top of it"


def test_callbacks_of_one_thread_that_wait_for_each_other_are_told_of(program):
    process = program(HELD_UP + UNTIL_INTERRUPTED.replace("rclpy.spin(node)", "executor.spin()"))
    process.wait_for(TOLD)
    process.interrupt()
    process.wait_for("interrupted")
    assert len(process.wait_for(TOLD)) == 1, process.report()


def test_a_callback_that_is_held_up_goes_on_when_the_one_above_has_ended(program):
    assert lines_of(program(HELD_UP + """
class Ear:  # the one above goes on once it was told of
    def write(self, text):
        if not second.done():
            print(text)
            second.set_result(None)
    def flush(self):
        pass
stderr, sys.stderr = sys.stderr, Ear()
executor.spin_until_future_complete(third)
sys.stderr = stderr
"""))[1:] == ["above went on", "below went on"]


def test_a_callback_that_has_not_what_it_waits_for_is_not_held_up(program):
    process = program(HELD_UP + """
ticks = 0
def begin_above():
    global timer
    timer = node.create_timer(0.01, tick)
def tick():
    global ticks
    ticks += 1
    if ticks == 20:
        second.set_result(None)
executor.spin_until_future_complete(third)
""")
    assert lines_of(process) == ["above went on", "below went on"]
    assert process.stderr == "", process.report()
