"""asyncio in callbacks: an executor's loop is asyncio's own."""
import re

import pytest

from programs import command, lines_of


@pytest.fixture
def program(start):
    return lambda text, head=None, **environment: start(*(command(text) if head is None else command(text, head)), **environment)


def test_what_asyncio_has_works_in_a_callback(program):
    assert lines_of(program("""
import contextvars
variable = contextvars.ContextVar('variable', default=0)
async def child(number):
    await pause(0.001 * number)
    return number
async def callback():
    task = asyncio.current_task()
    print(task is not None, task in asyncio.all_tasks(), asyncio.get_running_loop().is_running())
    print(await asyncio.gather(*(child(number) for number in range(3))))
    try:
        await asyncio.wait_for(pause(10), 0.01)
    except asyncio.TimeoutError:
        print('timeout')
    queue = asyncio.Queue()
    asyncio.get_running_loop().call_later(0.001, queue.put_nowait, 'queued')
    print(await queue.get())
    if hasattr(asyncio, 'TaskGroup'):
        async with asyncio.TaskGroup() as group:
            group.create_task(child(1))
        async with asyncio.timeout(1):
            await child(1)
    print(await asyncio.get_running_loop().run_in_executor(None, threading.get_ident) != threading.get_ident())
    process = await asyncio.create_subprocess_exec(sys.executable, '-S', '-c', 'print("child")', stdout=-1)
    print((await process.communicate())[0])
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    writer.write(b'hello\\n')
    print(await reader.readline())
    writer.close()
    variable.set(1)
    await pause(0)
    print(variable.get())
    rclpy.shutdown()
async def echo(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()
async def serve():
    global port
    server = await asyncio.start_server(echo, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]
    guard.trigger()
    node.server = server
guard = node.create_guard_condition(callback)
node.create_guard_condition(serve).trigger()
rclpy.spin(node)
print(variable.get())
""")) == ["True True True", "[0, 1, 2]", "timeout", "queued", "True", "b'child\\n'", "b'HELLO\\n'", "1", "0"]


def test_a_process_pool_works_in_a_callback(program):
    """Its processes are forks of this one, and may not touch rclpy."""
    assert lines_of(program("""
from concurrent.futures import ProcessPoolExecutor
async def callback():
    with ProcessPoolExecutor(1) as pool:
        print(await asyncio.get_running_loop().run_in_executor(pool, os.getpid) != os.getpid())
        print(await asyncio.get_running_loop().run_in_executor(pool, rclpy.ok))
    rclpy.shutdown()
node.create_guard_condition(callback).trigger()
rclpy.spin(node)
""")) == ["True", "False"]


def test_callbacks_share_neither_a_context_nor_a_current_task(program):
    assert lines_of(program("""
import contextvars
variable = contextvars.ContextVar('variable', default=0)
log = []
def plain():
    log.append((asyncio.current_task(), asyncio.get_running_loop() is not None, variable.get()))
    variable.set(1)
async def step():
    log.append((asyncio.current_task() is None, True, variable.get()))
    variable.set(2)
guards = [node.create_guard_condition(callback) for callback in (plain, plain, step, step)]
for guard in guards:
    guard.trigger()
    rclpy.spin_once(node, timeout_sec=5)
print(log, variable.get())
""")) == ["[(None, True, 0), (None, True, 0), (False, True, 0), (False, True, 0)] 0"]


def test_a_callback_that_schedules_something_is_noticed(program):
    """Nothing else wakes the loop: what is missed hangs."""
    assert lines_of(program("""
def soon():
    asyncio.get_running_loop().call_soon(lambda: (print('soon'), later.trigger()))
def later():
    asyncio.get_running_loop().call_later(0.01, lambda: (print('later'), task.trigger()))
def task():
    asyncio.get_running_loop().create_task(work())
async def work():
    await pause(0.001)
    print('task')
    threading.Timer(0.01, asyncio.get_running_loop().call_soon_threadsafe, (rclpy.shutdown,)).start()
soon, later, task = (node.create_guard_condition(callback) for callback in (soon, later, task))
soon.trigger()
rclpy.spin(node)
""")) == ["soon", "later", "task"]


def test_a_flood_of_events_and_busy_tasks_leave_each_other_time(program):
    assert lines_of(program("""
count = turns = 0
def again():
    global count
    count += 1
    guard.trigger()
async def busy():
    global turns
    while turns < 2000:
        turns += 1
        await pause(0)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await pause(0.01)
    print(turns, count > 100, loop.time() - began < 1)
    rclpy.shutdown()
guard = node.create_guard_condition(again)
guard.trigger()
node.create_guard_condition(busy).trigger()
rclpy.spin(node)
""")) == ["2000 True True"]


def test_suspended_callbacks_are_kept_alive(program):
    assert lines_of(program("""
import gc
async def wait():
    asyncio.get_running_loop().call_later(0.01, lambda: (gc.collect(), print(len(node.executor._thread.worker.live())), rclpy.shutdown()))
    try:
        await asyncio.Future()  # only this coroutine knows it
    finally:
        print('cleaned up', sys.exc_info()[0].__name__)
node.create_guard_condition(wait).trigger()
rclpy.spin(node)
rclpy.remove_global_executor()
""")) == ["1", "cleaned up CancelledError"]


def test_a_task_factory_is_honoured(program):
    assert lines_of(program("""
def factory(loop, coroutine, **options):
    print('made')
    return asyncio.Task(coroutine, loop=loop, **options)
def install():
    asyncio.get_running_loop().set_task_factory(factory)
async def work():
    await pause(0.001)
    print('worked')
    rclpy.shutdown()
node.create_guard_condition(install).trigger()
rclpy.spin_once(node)
node.create_guard_condition(work).trigger()
rclpy.spin(node)
"""))[:2] == ["made", "worked"]


def test_signal_handlers_of_the_loop_work(program):
    assert lines_of(program("""
async def install():
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lambda: (print('handled'), rclpy.shutdown()))
    os.kill(os.getpid(), signal.SIGUSR1)
node.create_guard_condition(install).trigger()
rclpy.spin(node)
""")) == ["handled"]


def test_spinning_inside_of_a_running_loop_blocks_that_loop_only(program):
    assert lines_of(program("""
async def main():
    outer = asyncio.get_running_loop()
    async def inner():
        await pause(0.001)
        print(asyncio.get_running_loop() is not outer)
        return 1
    executor = SingleThreadedExecutor()
    task = executor.create_task(inner)
    executor.spin_until_future_complete(task)
    print(task.result(), asyncio.get_running_loop() is outer)
    await pause(0)
asyncio.run(main())
""")) == ["True", "1 True"]


def test_debug_mode_tells_of_slow_callbacks_and_finds_no_fault(program):
    process = program("""
import time
def slow():
    asyncio.get_running_loop().slow_callback_duration = 0.01
    began = time.monotonic()
    while time.monotonic() - began < 0.15:
        pass
async def quick():
    await pause(0.001)
    rclpy.shutdown()
node.create_guard_condition(slow).trigger()
node.create_guard_condition(quick).trigger()
rclpy.spin(node)
""", PYTHONASYNCIODEBUG="1")
    assert process.finish() == 0, process.report()
    took = re.search(r"Guard object at \w+> took (\d+\.\d+) seconds", process.stderr)
    assert took and float(took[1]) >= 0.15 and "Traceback" not in process.stderr, process.report()


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_an_executor_works_in_a_loop_that_is_not_its_own(program, loop):
    if loop == "uvloop":
        pytest.importorskip("uvloop")
    assert lines_of(program(f"""
import {loop}
executor = SingleThreadedExecutor()
executor.add_node(node)
log = []
async def later():
    loop = asyncio.get_running_loop()
    await pause(0.001)
    log.append(loop is asyncio.get_running_loop())
async def main():
    publisher = node.create_publisher(String, 'words', 10)
    heard = asyncio.Event()
    node.create_subscription(String, 'words', lambda message: heard.set(), 10)
    node.create_guard_condition(later).trigger()
    async with executor.attached():
        publisher.publish(String(data='x'))
        await heard.wait()
        while not log:
            await pause(0.001)
        future = Future()
        threading.Timer(0.01, future.set_result, (5,)).start()
        print(await future, log, await executor.create_task(lambda: 6))
    executor.spin_once(timeout_sec=0)
{loop}.run(main())
""")) == ["5 [True] 6"]


@pytest.mark.parametrize("loop", ["rclpy", "asyncio", "uvloop"])
def test_callbacks_of_every_kind_await_aiohttp(program, loop):
    """Each asks a web server that is one of the node's tasks; with asyncio and uvloop the executor is attached to a loop of the program's."""
    for module in ["aiohttp"] + ["uvloop"] * (loop == "uvloop"):
        pytest.importorskip(module)
    assert lines_of(program("""
from aiohttp import ClientSession, web
from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient, ActionServer
from std_srvs.srv import Trigger
executor = SingleThreadedExecutor()
executor.add_node(node)
asked, pages = [], {}

async def page(request):
    asked.append(request.path)
    await pause(0.001)
    return web.Response(text='page of ' + request.path)

async def fetch(who):
    async with ClientSession() as session, session.get(f'http://127.0.0.1:{pages["port"]}/{who}') as answer:
        return await answer.text()

async def on_message(message):
    print(await fetch(message.data))
    heard.set_result(None)

async def on_timer():
    timer.cancel()
    print(await fetch('timer'))
    ticked.set_result(None)

async def on_request(request, response):
    response.message = await fetch('service')
    return response

async def on_goal(goal):
    print(await fetch('goal'))
    goal.succeed()
    return Fibonacci.Result(sequence=[7])

async def main():
    global heard, ticked, timer
    heard, ticked = Future(), Future()
    runner = web.AppRunner(app := web.Application())
    app.router.add_get('/{who}', page)
    await runner.setup()
    site = web.TCPSite(runner, '127.0.0.1', 0)
    await site.start()
    pages['port'] = site._server.sockets[0].getsockname()[1]
    publisher = node.create_publisher(String, 'words', 10)
    node.create_subscription(String, 'words', on_message, 10)
    node.create_service(Trigger, 'ask', on_request)
    server = ActionServer(node, Fibonacci, 'count', on_goal)
    publisher.publish(String(data='subscription'))
    await heard
    timer = node.create_timer(0.001, on_timer)
    await ticked
    print((await node.create_client(Trigger, 'ask').call_async(Trigger.Request())).message)
    goal = await ActionClient(node, Fibonacci, 'count').send_goal_async(Fibonacci.Goal())
    print((await goal.get_result_async()).result.sequence[0], asked)
    await runner.cleanup()
""" + ("""
executor.spin_until_future_complete(executor.create_task(main()))
""" if loop == "rclpy" else f"""
import {loop}
async def attached():
    async with executor.attached():
        await executor.create_task(main())
{loop}.run(attached())
"""))) == [
        "page of /subscription", "page of /timer", "page of /service", "page of /goal", "7 ['/subscription', '/timer', '/service', '/goal']"]


def test_a_failing_callback_in_another_loop_is_printed_and_the_loop_goes_on(program):
    process = program("""
executor = SingleThreadedExecutor()
executor.add_node(node)
async def main():
    def boom():
        raise ValueError('boom')
    async with executor.attached():
        node.create_guard_condition(boom).trigger()
        await executor.create_task(lambda: None)
        print('went on')
asyncio.run(main())
""")
    assert process.finish() == 0, process.report()
    assert process.stdout.strip() == "went on" and process.stderr.count("ValueError: boom") == 1, process.report()


def test_the_program_may_be_asyncios_and_wait_for_everything(program):
    assert lines_of(program("""
import gc
async def main():
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    async with executor.attached():
        print(await executor.create_task(later()))
    gc.collect()
async def later():
    await pause(0.001)
    return 'later'
asyncio.run(main(), debug=True)
""")) == ["later"]
