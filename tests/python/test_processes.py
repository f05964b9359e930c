"""MultiProcessExecutor: nodes in processes of their own."""
import os
import re
import signal
import sys

import pytest

from programs import HEAD, command

TEXT = """
from rclpy.executors import MultiProcessExecutor
from rclpy.node import Node
class Worker(Node):
    def __init__(self, name):
        super().__init__(name)
        self.timer = self.create_timer(0.02, self.work)
    def work(self):
        print(self.get_name(), os.getpid(), flush=True)
rclpy.init()
executor = MultiProcessExecutor()
"""
NODES = """
for name in ('worker1', 'worker2'):
    executor.add_node(Worker(name))
"""
SPIN = """
try:
    executor.spin()
except (KeyboardInterrupt, ExternalShutdownException) as error:
    print(type(error).__name__, flush=True)
except RuntimeError as error:
    print('failed:', error, flush=True)
print('end', flush=True)
"""


@pytest.fixture
def program(start):
    return lambda text: start(*command(text, HEAD + TEXT))


def pid_of(process, name):
    process.wait_for(name + r" \d+", stream="stdout")
    return int(re.search(name + r" (\d+)", process.stdout).group(1))


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("name, raised", [("SIGINT", "KeyboardInterrupt"), ("SIGTERM", "ExternalShutdownException")])
def test_each_node_has_a_process_and_a_signal_ends_all(program, name, raised):
    process = program(NODES + SPIN)
    pids = [pid_of(process, worker) for worker in ("worker1", "worker2")]
    assert len({*pids, process.child.pid}) == 3
    process.child.send_signal(getattr(signal, name))
    assert process.finish() == 0, process.report()
    assert process.stdout.splitlines()[-2:] == [raised, "end"], process.report()
    assert not any(is_alive(pid) for pid in pids) and "Traceback" not in process.stderr, process.report()


def test_the_death_of_one_is_reported_and_the_other_goes_on(program):
    process = program(NODES + SPIN)
    first, second = (pid_of(process, worker) for worker in ("worker1", "worker2"))
    os.kill(first, signal.SIGKILL)
    process.wait_for(rf"node 'worker1' \(pid {first}\) was killed by signal 9 \(SIGKILL\)", stream="stderr")
    seen = process.stdout.count("worker2")
    process.wait_for("worker2", count=seen + 4)
    assert is_alive(second)
    process.child.send_signal(signal.SIGINT)
    assert process.finish() == 0, process.report()


def test_a_node_that_fails_is_told_of_when_all_have_ended(program):
    process = program("""
class Failing(Worker):
    def work(self):
        raise ValueError('boom')
executor.add_node(Failing('failing'))
""" + SPIN)
    assert process.finish() == 0, process.report()
    assert process.stdout.splitlines() == ["failed: a node failed: its end was reported above", "end"], process.report()
    assert "ValueError: boom" in process.stderr and "node 'failing' (pid" in process.stderr and "status 1" in process.stderr


def test_nodes_are_added_once_and_before_spinning(program):
    process = program("""
node = rclpy.create_node('one')
print(executor.add_node(node), executor.add_node(node), executor.get_nodes() == [node], flush=True)
executor.remove_node(node)
print(executor.get_nodes())
executor.spin()
with executor:
    pass
""")
    assert process.finish() == 0, process.report()
    assert process.stdout.splitlines() == ["True False True", "[]"]


def test_an_interrupt_that_nobody_catches_ends_the_program_with_it(start):
    process = start(sys.executable, "-u", "-c", HEAD + TEXT + NODES + "executor.spin()", "an argument")
    process.wait_for("worker2")
    process.child.send_signal(signal.SIGINT)
    assert process.finish() in (130, -signal.SIGINT), process.report()
    assert "KeyboardInterrupt" in process.stderr, process.report()
