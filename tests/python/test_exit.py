"""The interpreter ends clean in every state; forks and interpreters beside the main one."""
import ctypes
import itertools
import subprocess
import sys
import sysconfig

import pytest

from programs import FOREVER, HEAD, command, lines_of


@pytest.fixture
def program(start):
    return lambda text, head=None, **environment: start(*(command(text) if head is None else command(text, head)), **environment)


SETUP = """
node.create_publisher(String, 'chatter', 10)
node.create_subscription(String, 'chatter', print, 10)
async def forever():
    await asyncio.Event().wait()
"""
STATES = {
    "nothing was done": "",
    "spinning in a daemon thread": """
started = threading.Event()
node.create_guard_condition(started.set).trigger()
threading.Thread(target=rclpy.spin, args=(node,), daemon=True).start()
started.wait()
""",
    "several threads in a daemon's spin": """
started = threading.Event()
node.create_guard_condition(started.set).trigger()
executor = MultiThreadedExecutor(3)
executor.add_node(node)
threading.Thread(target=executor.spin, daemon=True).start()
started.wait()
""",
    "a callback blocks in a daemon thread": """
started = threading.Event()
def block():
    started.set()
    rclpy.spin_until_future_complete(node, Future())
node.create_guard_condition(block).trigger()
threading.Thread(target=rclpy.spin, args=(node,), daemon=True).start()
started.wait()
""",
    "inside `with handle:` in a daemon thread, destroyed meanwhile": """
started, publisher = threading.Event(), node.create_publisher(String, 'kept', 10)
def hold():
    with node.context.handle, node.handle, publisher.handle:
        started.set()
        threading.Event().wait()
threading.Thread(target=hold, daemon=True).start()
started.wait()
publisher.destroy()
node.destroy_node()
""",
    "timers tick in a daemon thread": """
ticks = threading.Semaphore(0)
node.create_timer(0.0005, ticks.release)
threading.Thread(target=rclpy.spin, args=(node,), daemon=True).start()
for _ in range(20):
    ticks.acquire()
""",
    "callbacks are suspended": """
for _ in range(3):
    node.create_guard_condition(forever).trigger()
    rclpy.spin_once(node)
""",
    "callbacks of several threads are suspended": """
executor = MultiThreadedExecutor(2)
executor.add_node(node)
for _ in range(3):
    node.create_guard_condition(forever, ReentrantCallbackGroup()).trigger()
    executor.spin_once()
""",
    "tasks were never run": """
executor = SingleThreadedExecutor()
executor.create_task(print)
""",
    "in a callback": """
node.create_guard_condition(lambda: sys.exit(0)).trigger()
rclpy.spin(node)
""",
    "in a step of a coroutine": """
async def leave():
    await pause(0.001)
    sys.exit(0)
node.create_guard_condition(leave).trigger()
rclpy.spin(node)
""",
    "shut down, nothing destroyed": "rclpy.shutdown()",
    "all is destroyed": "node.destroy_node(); rclpy.shutdown()",
    "events are waiting": """
publisher = node.create_publisher(String, 'chatter', 10)
for _ in range(5):
    publisher.publish(String(data='x'))
node.create_guard_condition(print).trigger()
""",
    "a daemon thread publishes": """
publisher, began = node.create_publisher(String, 'chatter', 10), threading.Event()
def publish():
    while True:
        publisher.publish(String(data='x'))
        began.set()
threading.Thread(target=publish, daemon=True).start()
began.wait()
""",
    "a daemon thread sleeps by a rate": """
rate, began = node.create_rate(0.01), threading.Event()
threading.Thread(target=lambda: [act() for act in (began.set, rate.sleep)], daemon=True).start()
began.wait()
""",
    "cycles through everything": """
class Cycle(type(node)):
    def __init__(self):
        super().__init__('cycle')
        self.executor = SingleThreadedExecutor()
        self.guard = self.create_guard_condition(self.called)
        self.future = Future(executor=self.executor)
        self.future.add_done_callback(self.called)
    def called(self, *arguments):
        pass
Cycle()
""",
}


@pytest.mark.parametrize("state", STATES, ids=list(STATES))
def test_the_interpreter_ends_clean(program, state):
    process = program(SETUP + STATES[state])
    assert process.finish() == 0, process.report()
    assert process.stderr == "" and process.stdout == "", process.report()


def test_suspended_callbacks_clean_up_when_the_interpreter_ends(program):
    assert lines_of(program(FOREVER + """
node.create_guard_condition(forever).trigger()
rclpy.spin_once(node)
print('end')
""")) == ["end", "cleaned up"]


@pytest.mark.parametrize("last", ["", "rclpy.shutdown()"], ids=["exit", "shutdown first"])
@pytest.mark.parametrize("spin", ["rclpy.spin(node)", "executor.spin()"])
def test_suspended_callbacks_of_a_daemon_thread_clean_up_when_the_interpreter_ends(program, spin, last):
    process = program(f"""
started = threading.Event()
async def forever():
    started.set()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print('cancelled')
    finally:
        print('cleaned up')
executor = SingleThreadedExecutor()
executor.add_node(node)
node.create_guard_condition(forever).trigger()
def spin():
    try:
        {spin}
    except ExternalShutdownException:
        pass
threading.Thread(target=spin, daemon=True).start()
started.wait()
{last}
print('end')
""")
    assert lines_of(process) == ["end", "cancelled", "cleaned up"]
    assert process.stderr == "", process.report()


def test_a_forked_child_is_told_so_and_nothing_hangs(program):
    assert lines_of(program("""
publisher = node.create_publisher(String, 'chatter', 10)
executor = SingleThreadedExecutor()
executor.add_node(node)
executor.spin_once(timeout_sec=0)
sys.stdout.flush()
child = os.fork()
if not child:
    print(rclpy.ok())
    for act in (lambda: publisher.publish(String()), lambda: rclpy.create_node('child'), rclpy.init,
                lambda: node.create_subscription(String, 'x', print, 10)):
        try:
            act()
        except Exception as error:
            print(type(error).__name__, str(error).split(':')[0])
    executor.spin()
    try:
        executor.spin_once(timeout_sec=0.01)
    except RuntimeError as error:
        print(str(error).split(':')[0])
    rclpy.try_shutdown()
    node.destroy_node()
    print('child ends')
    sys.exit(0)
print(os.waitpid(child, 0)[1], rclpy.ok())
publisher.publish(String())
executor.spin_once(timeout_sec=0.1)
print('parent ends')
""")) == ["False", "InvalidHandle cannot use Destroyable because destruction was requested",
          "NotInitializedException rclpy.init() has not been called. msg",
          "RuntimeError this process was forked from one that used rclpy",
          "InvalidHandle cannot use Destroyable because destruction was requested", "failed to initialize wait set", "child ends", "0 True", "parent ends"]


def test_a_process_that_forks_before_init_has_a_child_that_may_use_rclpy(program):
    assert lines_of(program("""
child = os.fork()
rclpy.init()
node = rclpy.create_node('test')
node.create_guard_condition(rclpy.shutdown).trigger()
rclpy.spin(node)
if child:
    print(os.waitpid(child, 0)[1])
""", HEAD)) == ["0"]


def test_multiprocessing_by_fork_works_beside_a_node(program):
    assert lines_of(program("""
import multiprocessing
threading.Thread(target=rclpy.spin, args=(node,), daemon=True).start()
with multiprocessing.get_context('fork').Pool(2) as pool:
    print(pool.map(abs, [-1, -2]))
""", HEAD + "rclpy.init()\nnode = rclpy.create_node('test')\n")) == ["[1, 2]"]


ANOTHER_INTERPRETER = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
one = interpreters.create()
"""


def test_an_interpreter_beside_the_main_one_has_nodes_of_its_own(program):
    own = subprocess.run([sys.executable, "-I", "-c", ANOTHER_INTERPRETER + "interpreters.run_string(one, 'import asyncio')"], capture_output=True)
    if own.returncode:
        pytest.skip(f"this CPython aborts when a second interpreter imports asyncio, without rclpy: {own.stderr.decode().strip()}")
    assert lines_of(program(ANOTHER_INTERPRETER + """
text = '''
import rclpy
from std_msgs.msg import String
rclpy.init(signal_handler_options=rclpy.SignalHandlerOptions.NO)
node = rclpy.create_node('inner')
heard = []
node.create_subscription(String, 'words', lambda message: heard.append(message.data), 10)
publisher = node.create_publisher(String, 'words', 10)
publisher.publish(String(data='from inside'))
while not heard:
    rclpy.spin_once(node, timeout_sec=5)
print(heard, flush=True)
node.destroy_node()
rclpy.shutdown()
'''
rclpy.init()
node = rclpy.create_node('outer')
interpreters.run_string(one, text)
interpreters.destroy(one)
node.create_guard_condition(rclpy.shutdown).trigger()
rclpy.spin(node)
print('outer ends')
""", HEAD)) == ["['from inside']", "outer ends"]


def test_the_extension_says_that_each_interpreter_may_have_it_and_that_it_needs_the_gil():
    """What it declares is what an interpreter goes by: a free-threaded one switches the GIL on for an extension that does not declare to
    need none."""
    from rclpy import _rclio
    library = ctypes.PyDLL(_rclio.__file__)
    library.PyInit__rclio.restype = ctypes.c_void_p
    definition = (ctypes.c_void_p * 12).from_address(library.PyInit__rclio())
    slots_at = object.__basicsize__ // ctypes.sizeof(ctypes.c_void_p) + 7  # m_slots, behind the head: pairs of a number and a value, up to number 0
    slots = (ctypes.c_void_p * 20).from_address(definition[slots_at])
    declared = dict(itertools.takewhile(lambda slot: slot[0], zip(slots[::2], slots[1::2])))
    interpreters, gil = 3, 4  # Py_mod_multiple_interpreters, Py_mod_gil
    assert declared.get(interpreters) == (2 if sys.version_info >= (3, 12) else None)  # one with a GIL of its own, too
    assert gil not in declared
    assert getattr(sys, "_is_gil_enabled", lambda: True)()


is_free_threaded = pytest.mark.skipif(not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="this CPython has no mode without the GIL")
IMPORT = """
import sys, threading, warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    before = sys._is_gil_enabled()
    import rclpy
print(before, sys._is_gil_enabled(), [str(one.message) for one in caught if one.category is RuntimeWarning])
"""


@is_free_threaded
def test_a_free_threaded_interpreter_switches_the_gil_on_with_the_import_and_says_so(start):
    lines = lines_of(start(sys.executable, "-c", IMPORT, PYTHON_GIL=""))
    assert lines[0].startswith("False True [") and "'rclpy._rclio'" in lines[0] and lines[0].count("GIL") >= 2, lines


@is_free_threaded
def test_a_free_threaded_interpreter_that_is_told_to_have_the_gil_says_nothing(start):
    assert lines_of(start(sys.executable, "-c", IMPORT, PYTHON_GIL="1")) == ["True True []"]


@is_free_threaded
@pytest.mark.parametrize("options, environment", [((), {"PYTHON_GIL": "0"}), (("-X", "gil=0"), {})])
def test_without_the_gil_the_import_is_refused_and_says_why(start, options, environment):
    process = start(sys.executable, *options, "-c", "import rclpy", **environment)
    assert process.finish() == 1, process.report()
    assert process.stderr.splitlines()[-1] == (
        "ImportError: rclpy needs the GIL, which PYTHON_GIL=0 or -X gil=0 keeps off: start Python without that"), process.report()


@is_free_threaded
def test_threads_of_a_free_threaded_interpreter_share_a_node(program):
    assert lines_of(program("""
executor, heard, many = MultiThreadedExecutor(4), [], 4 * 200
executor.add_node(node)
publishers = [node.create_publisher(String, 'words', 1000) for _ in range(4)]
node.create_subscription(String, 'words', lambda message: heard.append(message.data), 1000, callback_group=ReentrantCallbackGroup())
threads = [threading.Thread(target=lambda one=one: [one.publish(String(data=str(at))) for at in range(200)]) for one in publishers]
for thread in threads:
    thread.start()
while len(heard) < many:
    executor.spin_once(timeout_sec=1)
print(len(heard), sys._is_gil_enabled())
executor.shutdown()
""", PYTHON_GIL="1")) == ["800 True"]
