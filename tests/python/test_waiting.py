"""How threads wait for rclio: until a deadline (worker.h WO7), and as before Linux 5.11; several for one context, each in its own way."""
import pytest

from programs import HEAD, NODE, command, lines_of

# The kernel has no epoll_pwait2 for this process.
BEFORE_5_11 = """
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, 441), (0x06, 0, 0, 0x00050000 | 38), (0x06, 0, 0, 0x7fff0000)]
code = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *step) for step in steps))
program = ctypes.create_string_buffer(struct.pack('HP', len(steps), ctypes.addressof(code)))
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program) == 0
assert libc.syscall(441, -1, code, 1, None, None, 0) == -1 and ctypes.get_errno() == 38
"""
OTHER = """
other = rclpy.create_node('other')
def spin(node, executor=None):
    executor = SingleThreadedExecutor() if executor is None else executor
    executor.add_node(node)
    def run():
        try:
            executor.spin()
        except ExternalShutdownException:
            pass
    thread = threading.Thread(target=run)
    thread.start()
    return thread
class Ticks:
    def __init__(self, node, period, count):
        self.enough, self.left = threading.Event(), count
        self.timer = node.create_timer(period, self.tick)
    def tick(self):
        self.left -= 1
        if self.left == 0:
            self.enough.set()
"""


@pytest.fixture(params=["until a deadline", "by file"])
def program(start, request):
    before = BEFORE_5_11 if request.param == "by file" else ""
    return lambda text, **environment: start(*command(text, before + HEAD + NODE + OTHER), **environment)


@pytest.mark.parametrize("executor", ["SingleThreadedExecutor()", "MultiThreadedExecutor(2)"])
def test_an_idle_thread_serves_timers_while_another_is_in_a_long_callback(program, executor):
    assert lines_of(program(f"""
ticks = Ticks(other, 0.002, 30)
def long():
    timer.cancel()
    print(ticks.enough.wait(60))
    rclpy.shutdown()
timer = node.create_timer(0.005, long)
thread = spin(other, {executor})
rclpy.spin(node)
thread.join()
""")) == ["True"]


def test_a_thread_that_sleeps_for_ever_hears_of_a_timer_that_a_long_callback_makes(program):
    assert lines_of(program("""
def long():
    timer.cancel()
    for period in (0.01, 0.001):
        print(Ticks(other, period, 3).enough.wait(60))
    rclpy.shutdown()
timer = node.create_timer(0.01, long)
thread = spin(other)
rclpy.spin(node)
thread.join()
""")) == ["True", "True"]


def test_messages_come_to_an_idle_thread_while_another_is_in_a_long_callback(program):
    assert lines_of(program("""
heard = threading.Semaphore(0)
other.create_subscription(String, 'words', lambda message: heard.release(), 100)
publisher = node.create_publisher(String, 'words', 100)
def long():
    timer.cancel()
    for number in range(50):
        publisher.publish(String(data='x'))
        if not heard.acquire(timeout=60):
            print('never heard')
    rclpy.shutdown()
timer = node.create_timer(0.01, long)
thread = spin(other)
rclpy.spin(node)
thread.join()
""")) == []


def test_a_loop_that_is_not_ours_and_one_that_is_share_a_context(program):
    assert lines_of(program("""
ours, theirs = Ticks(other, 0.002, 20), Ticks(node, 0.002, 40)
def long():
    print(theirs.enough.wait(60))
async def main():
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    async with executor.attached():
        await asyncio.get_running_loop().run_in_executor(None, ours.enough.wait)
        other.create_guard_condition(long).trigger()
        while not theirs.enough.is_set():
            await pause(0.001)
        ours.left = 20
        ours.enough.clear()
        print(ours.enough.wait(60))
thread = spin(other)
asyncio.run(main())
rclpy.shutdown()
thread.join()
""")) == ["True", "True"]


def test_who_polls_the_file_is_told_while_a_worker_is_in_a_long_callback(program):
    assert lines_of(program("""
import select
from rclpy import _rclio
ticks = Ticks(other, 0.005, 1 << 30)
handle = node.context.handle
def long():
    timer.cancel()
    files = select.poll()
    files.register(handle.fileno(), select.POLLIN)
    for number in range(10):
        print(len(files.poll(60000)), end=' ')
        _rclio.wait((handle,), None, 0)
    rclpy.shutdown()
timer = node.create_timer(0.01, long)
rclpy.spin(node)
""")) == ["1 " * 10]


def test_threads_that_call_beside_a_worker_that_ticks_get_their_answers(program):
    assert lines_of(program("""
from example_interfaces.srv import AddTwoInts
ticks = Ticks(node, 0.001, 1 << 30)
def add(request, response):
    response.sum = request.a + request.b
    return response
other.create_service(AddTwoInts, 'add', add)
def call():
    client = node.create_client(AddTwoInts, 'add')
    client.wait_for_service()
    for number in range(100):
        if client.call(AddTwoInts.Request(a=number, b=1), timeout_sec=60).sum != number + 1:
            print('wrong')
served = spin(other)
callers = [threading.Thread(target=call) for _ in range(2)]
for caller in callers:
    caller.start()
spinner = spin(node)
for caller in callers:
    caller.join()
rclpy.shutdown()
served.join()
spinner.join()
""")) == []


def test_timers_go_on_while_a_callback_waits_inside_another(program):
    assert lines_of(program("""
ticks = Ticks(node, 0.001, 50)
far = Ticks(other, 1000.0, 1)
def outer():
    timer.cancel()
    inner.trigger()
    rclpy.spin_until_future_complete(node, first)
    print('outer goes on')
    rclpy.shutdown()
def blocks():
    while not ticks.enough.is_set():
        rclpy.spin_once(node)
    first.set_result(None)
    print('inner goes on')
first = Future()
timer = node.create_timer(0.005, outer)
inner = node.create_guard_condition(blocks)
thread = spin(other)
rclpy.spin(node)
thread.join()
""")) == ["inner goes on", "outer goes on"]


def test_timers_are_served_by_a_loop_that_never_rests(program):
    assert lines_of(program("""
ticks = Ticks(node, 0.001, 30)
async def restless():
    while not ticks.enough.is_set():
        await pause(0)
    rclpy.shutdown()
node.create_guard_condition(restless).trigger()
rclpy.spin(node)
print('ticked')
""")) == ["ticked"]


def test_whichever_is_sooner_ends_the_wait(program):
    assert lines_of(program("""
far = Ticks(node, 1000.0, 1)
async def wait():
    for _ in range(5):
        await pause(0.001)
    print('asyncio')
    sleeping = asyncio.ensure_future(pause(1000))
    for _ in range(5):
        came = Future()
        timer = node.create_timer(0.002, lambda: came.set_result(None))
        await came
        node.destroy_timer(timer)
    print('rclio', sleeping.done())
    sleeping.cancel()
    rclpy.shutdown()
node.create_guard_condition(wait).trigger()
rclpy.spin(node)
""")) == ["asyncio", "rclio False"]


def test_what_comes_between_two_spins_is_seen_by_the_next(program):
    assert lines_of(program("""
called = []
guard = node.create_guard_condition(lambda: called.append(1))
for number in range(200):
    guard.trigger()
    rclpy.spin_once(node, timeout_sec=60)
    if len(called) != number + 1:
        print('missed')
    rclpy.spin_once(node, timeout_sec=0)
""")) == []
