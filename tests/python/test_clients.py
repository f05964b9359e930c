"""Clients of services in Python: calls that are awaited, waited for, forgotten, and that end when their server dies."""
import os
import signal

import pytest
from call_programs import HEAD, ends_clean, program, twins  # noqa: F401
from programs import command

SERVICE = """
node.create_service(AddTwoInts, 'add', add)
client = node.create_client(AddTwoInts, 'add')
assert client.wait_for_service(timeout_sec=20)
"""

HOLDS = """
def holds(request, response):
    print('called')
    threading.Event().wait()
node.create_service(AddTwoInts, 'add', holds)
print('ready')
rclpy.spin(node)
"""


def test_a_client_is_what_it_is_on_upstream(twins):
    twins("""
client = node.create_client(AddTwoInts, 'add')
print(client.service_name, client.srv_name, client.srv_type is AddTwoInts, client.logger_name, client in list(node.clients))
print(client.service_is_ready(), client.wait_for_service(timeout_sec=0.05), client.wait_for_service(0.0))
print(what(node.create_client, int, 'x'), what(node.create_client, Fibonacci, 'x'))
print(what(client.call_async, 3), what(client.call, 3), what(client.call_async, AddTwoInts.Response()))
print(client.call(AddTwoInts.Request(), timeout_sec=0.05))
future = client.call_async(AddTwoInts.Request())
print(repr(future).split(' at ')[0], type(future).__name__)
print(what(client.remove_pending_request, future), what(client.remove_pending_request, future), over(future), future.result())
print(what(client.get_pending_request, 77))
print(node.destroy_client(client), node.destroy_client(client), what(client.call_async, AddTwoInts.Request()))
print(what(client.service_is_ready), what(lambda: client.service_name))
""")


def test_calls_are_answered_in_order(program):
    assert ends_clean(program(SERVICE + """
futures = [client.call_async(AddTwoInts.Request(a=i)) for i in range(100)]
until(*futures)
print([future.result().sum for future in futures] == list(range(100)))
""")) == ["True"]


def test_a_call_without_a_server_waits_for_one(program):
    assert ends_clean(program("""
client = node.create_client(AddTwoInts, 'add')
future = client.call_async(AddTwoInts.Request(a=1, b=2))
rclpy.spin_once(node, timeout_sec=0.01)
node.create_service(AddTwoInts, 'add', add)
print(until(future).sum)
""")) == ["3"]


def test_cancelling_a_call_forgets_it(program):
    assert ends_clean(program(SERVICE + """
future = client.call_async(AddTwoInts.Request(a=1))
future.cancel()
later = client.call_async(AddTwoInts.Request(a=2))
print(until(later).sum, future.cancelled(), future.done(), future.result())
""")) == ["2 True False None"]


def test_who_awaits_a_call_may_be_cancelled(program):
    assert ends_clean(program("""
async def never(request, response):
    await asyncio.get_running_loop().create_future()
node.create_service(AddTwoInts, 'never', never)
client = node.create_client(AddTwoInts, 'never')
assert client.wait_for_service(timeout_sec=20)
ends = []
async def tick():
    if ends:
        return
    ends.append('begun')
    future = client.call_async(AddTwoInts.Request())
    try:
        await asyncio.wait_for(future, 0.05)
    except asyncio.TimeoutError:
        ends.append(('timed out', future.cancelled()))
node.create_timer(0.01, tick)
while len(ends) < 2:
    rclpy.spin_once(node, timeout_sec=20)
print(ends)
""")) == ["['begun', ('timed out', True)]"]


def test_a_call_is_awaited_in_a_callback_of_the_same_group(program):
    assert ends_clean(program(SERVICE + """
sums = []
async def tick():
    sums.append((await client.call_async(AddTwoInts.Request(a=2, b=1))).sum)
node.create_timer(0.001, tick)
while len(sums) < 3:
    rclpy.spin_once(node, timeout_sec=20)
print(sums[:3])
""")) == ["[3, 3, 3]"]


def test_destroying_a_client_cancels_its_calls(program):
    assert ends_clean(program("""
client = node.create_client(AddTwoInts, 'add')
futures = [client.call_async(AddTwoInts.Request()) for i in range(3)]
node.destroy_client(client)
print([future.cancelled() for future in futures])
other = node.create_client(AddTwoInts, 'add')
last = other.call_async(AddTwoInts.Request())
node.destroy_node()
print(last.cancelled())
""")) == ["[True, True, True]", "True"]


def test_many_calls_that_are_pending_at_the_end_are_no_trouble(program):
    process = program("""
client = node.create_client(AddTwoInts, 'add')
futures = [client.call_async(AddTwoInts.Request()) for i in range(100)]
print('end')
rclpy.shutdown()
sys.exit(0)
""")
    assert ends_clean(process) == ["end"]


@pytest.mark.parametrize("whose", ["ours", "upstreams"])
def test_a_call_ends_when_its_server_is_killed(program, request, whose):
    server = program(HOLDS, *([request.getfixturevalue("upstream")] if whose == "upstreams" else []))
    server.wait_for("ready")
    client = program("""
client = node.create_client(AddTwoInts, 'add')
assert client.wait_for_service(timeout_sec=20)
future = client.call_async(AddTwoInts.Request())
print('sent')
while not over(future):
    rclpy.spin_once(node, timeout_sec=20)
print(type(future.exception()).__name__, future.exception())
print(client.service_is_ready())
""")
    server.wait_for("called")
    server.child.send_signal(signal.SIGKILL)
    assert ends_clean(client) == ["sent", "RCLError service '/add': its server has gone", "False"]


ANSWERS_LATE = """
answered, go = 0, Future()
async def add_later(request, response):
    global answered
    print('arrived')
    await go
    answered += 1
    return add(request, response)
node.create_service(AddTwoInts, 'add', add_later, callback_group=ReentrantCallbackGroup())
print('ready')
threading.Thread(target=lambda: sys.stdin.readline() and go.set_result(None), daemon=True).start()
while answered < 200:
    rclpy.spin_once(node, timeout_sec=0.1)
print('answered')
threading.Event().wait()
"""


@pytest.mark.parametrize("round", range(4))
@pytest.mark.parametrize("middleware", ["rmw_fastrtps_cpp", "rmw_cyclonedds_cpp"])
def test_what_a_server_answered_before_it_was_killed_is_heard_by_a_client_that_is_behind(start, middleware, round):
    """The answers are still in a socket when the end of the server's process is seen, and it must not overtake them."""
    server = start(*command("from rclpy.callback_groups import ReentrantCallbackGroup\n" + ANSWERS_LATE, HEAD), stdin=True, RMW_IMPLEMENTATION=middleware)
    server.wait_for("ready")
    client = start(*command("""
client = node.create_client(AddTwoInts, 'add')
assert client.wait_for_service(timeout_sec=20)
futures = [client.call_async(AddTwoInts.Request(a=at, b=1)) for at in range(200)]
for future in futures:
    rclpy.spin_until_future_complete(node, future, timeout_sec=20)
print(sum(over(future) and future.exception() is None for future in futures))
""", HEAD), RMW_IMPLEMENTATION=middleware)
    server.wait_for("arrived", count=200)
    client.child.send_signal(signal.SIGSTOP)
    os.waitpid(client.child.pid, os.WUNTRACED)
    server.write("go\n")
    server.wait_for("answered")
    server.child.kill()
    client.child.send_signal(signal.SIGCONT)
    assert ends_clean(client) == ["200"]


def test_a_blocking_call_in_another_thread_returns_as_on_upstream(twins):
    twins(SERVICE + """
done = threading.Event()
def work():
    print(client.call(AddTwoInts.Request(a=1, b=2)), client.call(AddTwoInts.Request(a=3, b=4), timeout_sec=20))
    done.set()
    rclpy.get_global_executor().wake() if hasattr(rclpy.get_global_executor(), 'wake') else None
threading.Thread(target=work).start()
while not done.is_set():
    rclpy.spin_once(node, timeout_sec=0.1)
""")


def test_done_callbacks_are_tasks_of_the_executor_that_the_node_comes_into(program):
    process = program(SERVICE.replace("assert client.wait_for_service(timeout_sec=20)", "") + """
future = client.call_async(AddTwoInts.Request(a=1, b=2))
async def done(future):
    await pause(0)
    print(future.result().sum)
    raise ValueError('boom')
future.add_done_callback(done)
try:
    rclpy.spin(node)
except ValueError as error:
    print(error)
""")
    assert ends_clean(process) == ["3", "boom"]


def test_a_call_may_block_inside_a_callback_of_the_same_group(program):
    assert ends_clean(program(SERVICE + """
sums = []
def tick():
    if len(sums) < 10:
        sums.append(client.call(AddTwoInts.Request(a=len(sums), b=1)).sum)
node.create_timer(0.001, tick)
from rclpy.executors import MultiThreadedExecutor
executor = MultiThreadedExecutor()
executor.add_node(node)
thread = threading.Thread(target=executor.spin, daemon=True)
thread.start()
while len(sums) < 10:
    client.call(AddTwoInts.Request())
print(sums[:3])
executor.shutdown()
""")) == ["[1, 2, 3]"]
