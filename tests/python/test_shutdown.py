"""Shutting down: by the program, by signals, with handlers of its own."""
import signal

import pytest

from programs import HEAD, UNTIL_INTERRUPTED, command, lines_of


@pytest.fixture
def program(start):
    return lambda text, head=None, **environment: start(*(command(text) if head is None else command(text, head)), **environment)


# A handler that raises, and a callback that is C: no bytecode runs between the signal and what follows.
HANDLED = """
import ctypes, functools
class Handled(Exception):
    pass
def handler(number, frame):
    raise Handled
kill = functools.partial(ctypes.CDLL(None).kill, os.getpid(), int(signal.SIGUSR1))
"""
KINDS = ["SingleThreadedExecutor()", "MultiThreadedExecutor(2)"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name, raised", [("SIGINT", "KeyboardInterrupt"), ("SIGTERM", "ExternalShutdownException")])
def test_signals_end_spin(program, kind, name, raised):
    process = program(f"""
executor = {kind}
executor.add_node(node)
rclpy.get_default_context().on_shutdown(lambda: print('told', rclpy.ok()))
node.create_guard_condition(lambda: print('spinning')).trigger()
try:
    executor.spin()
except (KeyboardInterrupt, ExternalShutdownException) as error:
    print(type(error).__name__)
rclpy.try_shutdown()
rclpy.shutdown()
print('end', rclpy.ok())
""")
    process.wait_for("spinning")
    process.child.send_signal(getattr(signal, name))
    lines = lines_of(process)
    assert sorted(lines[1:3]) == sorted(["told False", raised]) and lines[3:] == ["end False"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_a_spin_whose_callback_is_suspended_or_runs(program, kind, name):
    process = program(f"""
executor = {kind}
executor.add_node(node)
async def wait():
    try:
        await asyncio.Event().wait()
    finally:
        print('cleaned up')
def work():
    print('works')
    os.kill(os.getpid(), signal.{name})
    print('worked')
node.create_guard_condition(wait).trigger()
node.create_guard_condition(work).trigger()
try:
    executor.spin()
except (KeyboardInterrupt, ExternalShutdownException) as error:
    pass
executor.shutdown()
print('end')
""")
    lines = lines_of(process)
    assert "works" in lines and lines[-1] == "end" and lines.count("cleaned up") == 1


def test_a_handler_of_the_programs_own_replaces_ours(program):
    for name in ("SIGINT", "SIGTERM"):
        process = program("""
def handler(number, frame):
    print('handler', number)
    node.destroy_node()
    rclpy.shutdown()
    sys.exit(3)
signal.signal(signal.SIGINT, handler)
signal.signal(signal.SIGTERM, handler)
node.create_guard_condition(lambda: print('spinning')).trigger()
rclpy.spin(node)
""")
        process.wait_for("spinning")
        process.child.send_signal(getattr(signal, name))
        assert lines_of(process, status=3) == ["spinning", f"handler {int(getattr(signal, name))}"]


def test_without_handlers_signals_do_what_they_did(program):
    process = program("""
rclpy.init(signal_handler_options=rclpy.SignalHandlerOptions.NO)
node = rclpy.create_node('test')
print(rclpy.get_current_signal_handlers_options().name)
node.create_guard_condition(lambda: print('spinning')).trigger()
try:
    rclpy.spin(node)
except KeyboardInterrupt:
    print('interrupted', rclpy.ok())
os.kill(os.getpid(), signal.SIGTERM)
""", HEAD + "from rclpy.signals import get_current_signal_handlers_options as current\nrclpy.get_current_signal_handlers_options = current\n")
    process.wait_for("spinning")
    process.child.send_signal(signal.SIGINT)
    assert lines_of(process, status=-signal.SIGTERM) == ["NO", "spinning", "interrupted True"]


def test_sigint_interrupts_a_blocking_call_in_a_callback(program):
    process = program("""
def wait():
    print('waits')
    rclpy.spin_until_future_complete(node, Future())
node.create_guard_condition(wait).trigger()
""" + UNTIL_INTERRUPTED)
    process.wait_for("waits")
    process.interrupt()
    assert lines_of(process) == ["waits", "interrupted"]


def test_on_shutdown_is_called_once_by_whoever_shuts_down(program):
    assert lines_of(program("""
context = rclpy.get_default_context()
class Listener:
    def heard(self):
        print('method')
listener, gone = Listener(), Listener()
context.on_shutdown(lambda: print('called', rclpy.ok(), threading.current_thread() is threading.main_thread()))
context.on_shutdown(listener.heard)
context.on_shutdown(gone.heard)
del gone
try:
    context.on_shutdown(3)
except TypeError as error:
    print(error)
node.create_guard_condition(rclpy.shutdown).trigger()
rclpy.spin(node)
rclpy.shutdown()
context.shutdown()
rclpy.init()
print(rclpy.ok())
rclpy.shutdown()
""")) == ["callback should be a callable, got <class 'int'>", "called False True", "method", "True"]


def test_another_thread_may_shut_down_while_several_executors_spin(program):
    assert lines_of(program("""
executors = [SingleThreadedExecutor(), SingleThreadedExecutor(), MultiThreadedExecutor(2)]
nodes = [rclpy.create_node(f'node_{number}') for number in range(3)]
threads = []
ready = threading.Barrier(4)
def spin(executor, one):
    executor.add_node(one)
    one.create_guard_condition(ready.wait).trigger()
    try:
        executor.spin()
    except ExternalShutdownException:
        pass
for executor, one in zip(executors, nodes):
    threads.append(threading.Thread(target=spin, args=(executor, one)))
    threads[-1].start()
ready.wait()
rclpy.shutdown()
for thread in threads:
    thread.join()
print('all ended', rclpy.ok())
""")) == ["all ended False"]


@pytest.mark.parametrize("moment", ["__init__", "run"])
def test_an_executor_that_another_thread_shuts_down_as_it_begins_to_spin_does_not_spin(program, moment):
    assert lines_of(program("""
from rclpy import executors
executor = SingleThreadedExecutor()
executor.add_node(node)
original = executors.LoopThread.MOMENT
def after_shutdown(*args, **keywords):
    thread = threading.Thread(target=executor.shutdown)
    thread.start()
    thread.join()
    return original(*args, **keywords)
executors.LoopThread.MOMENT = after_shutdown
executor.spin()
print('ended', executor._thread.loop.is_closed())
""".replace("MOMENT", moment))) == ["ended True"]


def test_spinning_once_after_the_shutdown_is_refused_so_that_a_loop_around_it_ends(program):
    assert lines_of(program("""
def tell(call):
    try:
        while True:
            call()
    except RuntimeError as error:
        print(f'{type(error).__name__}: {error}')
executor = SingleThreadedExecutor()
pool = MultiThreadedExecutor(2)
rclpy.shutdown()
tell(executor.spin_once)
tell(lambda: pool.spin_once_until_future_complete(Future()))
tell(lambda: rclpy.spin_once(node))
tell(lambda: rclpy.spin_until_future_complete(node, Future()))
executor.shutdown()
executor.spin_once()
""")) == 2 * ["RCLError: failed to initialize wait set: the given context is not valid, either rcl_init() was not called or rcl_shutdown() was called."
              ] + 2 * ["RCLError: failed to create guard_condition: the given context is not valid, either rcl_init() was not called or "
                       "rcl_shutdown() was called."]


@pytest.mark.parametrize("kind", ["rclpy.spin(node)", "executor.spin()"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_what_spins_again_when_a_signal_has_ended_a_spin_returns(program, kind, name):
    """Programs cancel their goals there. A spin that is the first one tells of the signal."""
    assert lines_of(program(f"""
executor = SingleThreadedExecutor()
node.create_guard_condition(lambda: signal.raise_signal(signal.{name})).trigger()
try:
    rclpy.spin(node)
except (KeyboardInterrupt, ExternalShutdownException):
    pass
{kind}
rclpy.spin_until_future_complete(node, Future())
print('returned')
""")) == ["returned"]


def test_nodes_that_are_left_over_do_not_disturb_after_the_next_init(program):
    assert lines_of(program("""
from rclpy.context import Context
first = rclpy.get_default_context()
for i in range(10):
    future = Future()
    timer = node.create_timer(0, lambda: future.set_result(i))
    rclpy.spin_until_future_complete(node, future, timeout_sec=20)
    context = rclpy.get_default_context()
    (rclpy.shutdown if i % 2 else context.shutdown)()
    rclpy.init()
    print(future.result(), context is rclpy.get_default_context())
    node = rclpy.create_node('test')
print(first.ok())
""")) == [f"{i} {i % 2 == 0}" for i in range(10)] + ["False"]


def test_contexts_are_independent_and_can_be_opened_again(program):
    assert lines_of(program("""
from rclpy.context import Context
for _ in range(3):
    rclpy.init()
    one = Context()
    rclpy.init(context=one, domain_id=rclpy.get_default_context().get_domain_id())
    node = rclpy.create_node('test', context=one)
    executor = SingleThreadedExecutor(context=one)
    executor.add_node(node)
    node.create_guard_condition(lambda: rclpy.shutdown(context=one)).trigger()
    executor.spin()
    print(one.ok(), rclpy.ok())
    rclpy.shutdown()
with rclpy.init():
    print(rclpy.ok())
print(rclpy.ok())
with Context() as one:
    print(one.ok())
print(one.ok())
try:
    rclpy.shutdown(context=Context())
except RuntimeError as error:
    print(error)
""", HEAD)) == ["False True"] * 3 + ["True", "False", "True", "False", "Context must be initialized before it can be shutdown"]


def test_a_loop_of_spin_once_ends_with_a_signal(program):
    process = program("""
node.create_timer(0.01, lambda: print('tick'))
try:
    while rclpy.ok():
        rclpy.spin_once(node)
except ExternalShutdownException:
    print('external')
print('end')
""")
    process.wait_for("tick")
    process.child.send_signal(signal.SIGTERM)
    assert [line for line in lines_of(process) if line != "tick"] == ["external", "end"]


def test_a_signal_that_comes_just_before_the_wait_is_not_missed(program):
    """The callback is C, and so no bytecode runs between the signal and the wait; the handler replaces rclio's, so nothing but Python
    knows of it."""
    assert lines_of(program(HANDLED + """
signal.signal(signal.SIGUSR1, handler)
guard = node.create_guard_condition(kill)
for spin in (lambda: rclpy.spin(node), lambda: rclpy.spin_once(node), lambda: rclpy.spin_until_future_complete(node, Future())):
    guard.trigger()
    try:
        spin()
        spin()
    except Handled:
        print('handled')
print(signal.set_wakeup_fd(-1))
""")) == ["handled"] * 3 + ["-1"]


def test_a_signal_just_before_a_wait_inside_a_callback_or_of_a_pool_is_not_missed(program):
    assert lines_of(program(HANDLED + """
signal.signal(signal.SIGUSR1, handler)
guard = node.create_guard_condition(kill)
pool, single = MultiThreadedExecutor(2), SingleThreadedExecutor()
def block():
    guard.trigger()
    try:
        single.spin_until_future_complete(Future())
    except Handled:
        print('in the callback')
    guard.trigger()
block_guard = node.create_guard_condition(block)
for executor, trigger in ((pool, guard.trigger), (single, block_guard.trigger)):
    executor.add_node(node)
    trigger()
    try:
        executor.spin()
    except Handled:
        print('handled')
print(signal.set_wakeup_fd(-1))
""")) == ["handled", "in the callback", "handled", "-1"]


def test_a_wakeup_file_of_the_programs_hears_of_signals_and_is_there_afterwards(program):
    assert lines_of(program("""
from rclpy.duration import Duration
read, write = os.pipe()
os.set_blocking(write, False)
signal.set_wakeup_fd(write)
handled = []
signal.signal(signal.SIGUSR1, lambda *_: handled.append(1))
raise_it = lambda: os.kill(os.getpid(), signal.SIGUSR1)
def nested():
    guard.trigger()
    rclpy.spin_once(node)
guard, outer = node.create_guard_condition(raise_it, ReentrantCallbackGroup()), node.create_guard_condition(nested)
pool = MultiThreadedExecutor(2)
def rest():
    timer = threading.Timer(0.01, raise_it)
    timer.start()
    node.get_clock().sleep_for(Duration(seconds=0.1))
def in_pool():
    pool.add_node(node)
    guard.trigger()
    pool.spin_once()
    while len(handled) < 4:
        pool.spin_once(timeout_sec=0.01)
for wait in (lambda: (guard.trigger(), rclpy.spin_once(node)), lambda: (outer.trigger(), rclpy.spin_once(node)), rest, in_pool):
    wait()
    print(os.read(read, 9) == bytes([signal.SIGUSR1]), len(handled))
print(signal.set_wakeup_fd(-1) == write)
""")) == ["True 1", "True 2", "True 3", "True 4", "True"]


def test_signal_handlers_of_an_executors_loop_are_called_and_may_go_again(program):
    assert lines_of(program(HANDLED + """
loops = []
async def listen():
    loops.append(asyncio.get_running_loop())
    loops[0].add_signal_handler(signal.SIGUSR1, print, 'heard')
async def forget():
    print(loops[0].remove_signal_handler(signal.SIGUSR1))
executor = SingleThreadedExecutor()
executor.add_node(node)
def run(task):
    executor.spin_until_future_complete(executor.create_task(task))
run(listen())
for _ in range(2):
    kill()
    executor.spin_once(timeout_sec=1)
def both():
    kill()
    executor.spin_once(timeout_sec=1)
run(both)
async def forget_and_wait():
    await forget()
    signal.signal(signal.SIGUSR1, handler)
    node.create_guard_condition(kill).trigger()
    await pause(20)
try:
    run(forget_and_wait())
except Handled:
    print('handled')
print(signal.set_wakeup_fd(-1))
async def other_loop():
    heard = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, heard.set)
    async with executor.attached():
        kill()
        await heard.wait()
        heard.clear()
        node.create_guard_condition(kill).trigger()
        await heard.wait()
    print('in its own loop')
asyncio.run(other_loop())
""")) == ["heard", "heard", "heard", "True", "handled", "-1", "in its own loop"]


@pytest.mark.parametrize("inside", [False, True], ids=["by another thread", "by a callback"])
@pytest.mark.parametrize("spin, raised", [
    ("SingleThreadedExecutor: executor.spin()", "ExternalShutdownException"),
    ("SingleThreadedExecutor: executor.spin_once()", "ExternalShutdownException"),
    ("SingleThreadedExecutor: rclpy.spin(node, executor)", "ExternalShutdownException"),
    ("SingleThreadedExecutor: rclpy.spin(node)", "nothing"),
    ("SingleThreadedExecutor: rclpy.spin_until_future_complete(node, Future())", "nothing"),
    ("SingleThreadedExecutor: executor.spin_until_future_complete(Future())", "ExternalShutdownException"),
    ("MultiThreadedExecutor: executor.spin()", "nothing"),
    ("MultiThreadedExecutor: executor.spin_until_future_complete(Future())", "nothing"),
    ("MultiThreadedExecutor: executor.spin_once()", "nothing"),
])
def test_a_shutdown_by_another_thread_is_raised_where_upstream_raises_it(program, spin, raised, inside):
    """Once the executor waits: the guard condition's callback has run by then."""
    kind, call = spin.split(": ")
    by_callback = "node.create_guard_condition(rclpy.shutdown).trigger()" if inside else ""
    assert lines_of(program(f"""
executor = {kind}()
executor.add_node(node)
{by_callback}
def spin():
    try:
        {call}
        print('nothing')
    except ExternalShutdownException as error:
        print(type(error).__name__)
thread = threading.Thread(target=spin)
thread.start()
if not {inside}:
    while not node.executor._spinning:
        pass
    rclpy.shutdown()
thread.join()
executor.spin()
print('a spin after it returns')
""")) == ["nothing" if inside else raised, "a spin after it returns"]


def test_what_is_made_or_asked_after_the_shutdown_is_refused_in_upstreams_words(program):
    assert lines_of(program("""
from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rclpy.action import ActionClient, ActionServer
publisher = node.create_publisher(String, 'words', 10)
rclpy.shutdown()
for act in (lambda: node.create_publisher(String, 'a', 1), lambda: node.create_subscription(String, 'a', print, 1),
            lambda: node.create_timer(1, print), lambda: node.create_guard_condition(print),
            lambda: node.create_client(AddTwoInts, 'a'), lambda: node.create_service(AddTwoInts, 'a', print),
            lambda: ActionClient(node, Fibonacci, 'a'), lambda: ActionServer(node, Fibonacci, 'a', print),
            node.get_node_names, node.get_topic_names_and_types, lambda: node.get_subscriptions_info_by_topic('words'),
            publisher.get_subscription_count):
    try:
        act()
        print('nothing')
    except Exception as error:
        print(type(error).__name__, error)
print(node.resolve_topic_name('a'), node.get_parameter('use_sim_time').value)
node.destroy_node()
""")) == [
        "RCLError Failed to create publisher: rcl node's context is invalid",
        "RCLError Failed to create subscription: rcl node's context is invalid",
        "RCLError failed to create timer: the given context is not valid, either rcl_init() was not called or rcl_shutdown() was called.",
        "RCLError failed to create guard_condition: the given context is not valid, either rcl_init() was not called or rcl_shutdown() was called.",
        "RCLError failed to create client: rcl node's context is invalid",
        "RCLError failed to create service: rcl node's context is invalid",
        "ValueError Failed to create action client: rcl node's context is invalid",
        "ValueError Failed to create action server: rcl node's context is invalid",
        "RCLError Failed to get node names: rcl node's context is invalid",
        "RCLError failed to get topic names and types: rcl node's context is invalid",
        "RCLError Failed to get information by topic for subscriptions: rcl node's context is invalid",
        "RCLError failed to get subscription count: publisher's context is invalid",
        "/a False"]


@pytest.mark.parametrize("given, kept", [
    (["p", "a:=b", "own"], ["p", "own"]), (["p", "__node:=x", "/a/b:=~/c", "node:a:=b"], ["p"]),
    (["p", "a:=/", "a:=", ":=b", "a:=5", "a=b", "--", "x"], ["p", "a:=/", "a:=", ":=b", "a:=5", "a=b", "--", "x"]),
    (["p", "--ros-args", "-r", "a:=b", "--", "x:=y", "z"], ["p", "z"]),
])
def test_rules_of_the_old_style_are_arguments_of_ros(given, kept):
    from rclpy.utilities import remove_ros_args
    assert remove_ros_args(given) == kept


@pytest.mark.parametrize("given, refused", [
    (["-r", "bad rule"], "RCLInvalidROSArgsError: Failed to parse ROS arguments: Couldn't parse remap rule: '-r bad rule'"),
    (["-p"], "RCLInvalidROSArgsError: Failed to parse ROS arguments: Couldn't parse trailing -p flag."),
    (["--nope", "-r", "a:=b", "more"], "UnknownROSArgsError: ['--nope', 'more']"),
])
def test_arguments_for_ros_that_cannot_be_read_are_not_removed(given, refused):
    from rclpy.utilities import remove_ros_args
    with pytest.raises(RuntimeError) as failure:
        remove_ros_args(["p", "--ros-args", *given])
    assert f"{failure.typename}: {failure.value}".startswith(refused)
