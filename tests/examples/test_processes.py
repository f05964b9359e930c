"""Nodes in processes of their own, as examples/c/processes runs them: one is killed, the program is killed, Ctrl-C."""
import ctypes
import os
import pty
import re
import select
import signal

import pytest

from support.processes import BIN, environment

PR_SET_CHILD_SUBREAPER = 36
WORKS = re.compile(r"^(worker[12]) works in process (\d+)$")


@pytest.fixture
def workers(start):
    """two_workers, once both work; and the pid of each."""

    def begin(*arguments, **options):
        program = start("two_workers", *arguments, **options)
        return program, {name: latest_pid(program, name) for name in ("worker1", "worker2")}

    return begin


def latest_pid(program, name, count=1):
    lines = program.wait_for(rf"{name} works in process \d+$", count=count)
    return int(lines[-1].rsplit(" ", 1)[1])


def open_end(pid):
    """A file that becomes readable when the process has ended, whoever its parent is."""
    return os.pidfd_open(pid)


def wait_for_end(file):
    ready, _, _ = select.select([file], [], [], 30)
    os.close(file)
    assert ready, "still there after 30 s"


def test_a_killed_node_is_reported_and_starts_again_while_the_other_works_on(workers):
    program, pids = workers(RMW_IMPLEMENTATION="rmw_cyclonedds_cpp")
    os.kill(pids["worker2"], signal.SIGKILL)
    (report,) = program.wait_for(r"\[rclio\.processes\]: node 'worker2' ", stream="stderr")
    sentence = (rf"node 'worker2' \(pid {pids['worker2']}\) was killed by signal 9 \(SIGKILL\); starts again in 1 s; "
                rf"its last line: worker2 works in process {pids['worker2']}$")
    assert re.fullmatch(rf"\[ERROR\] \[\d+\.\d{{9}}\] \[rclio\.processes\]: {sentence}", report), report
    (again,) = program.wait_for(r"node 'worker2' started again as pid (\d+)$")
    assert again.startswith("[INFO]")
    pid = int(again.rsplit(" ", 1)[1])
    program.wait_for(rf"^worker2 works in process {pid}$")
    assert {int(WORKS.match(line).group(2)) for line in program.lines["stdout"] if line.startswith("worker1")} == {pids["worker1"]}
    assert program.interrupt() == 0, program.report()
    assert len(program.lines["stderr"]) == 2, program.report()


def test_the_pause_before_a_start_doubles(workers):
    program, pids = workers()
    pauses = []
    for count in (1, 2):
        os.kill(pids["worker1"], signal.SIGKILL)
        report = program.wait_for(r"node 'worker1' .* was killed", count=count)[-1]
        pauses.append(re.search(r"starts again in (.*?);", report).group(1))
        again = program.wait_for(r"node 'worker1' started again as pid", count=count)[-1]
        pids["worker1"] = int(again.rsplit(" ", 1)[1])
    assert pauses == ["1 s", "2 s"]
    assert program.interrupt() == 0, program.report()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_program_ends_all(workers, ending):
    program, pids = workers()
    ends = [open_end(pid) for pid in pids.values()]
    program.child.send_signal(ending)
    assert program.finish() == 0, program.report()
    for end in ends:
        wait_for_end(end)


def test_a_kill_9_of_the_program_leaves_no_node(workers):
    assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0  # the nodes become ours to reap
    program, pids = workers()
    ends = [open_end(pid) for pid in pids.values()]
    program.kill()
    for end in ends:
        wait_for_end(end)
    for pid in pids.values():
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def test_a_ctrl_c_at_the_terminal_ends_all_once(domain):
    """The nodes are in groups of their own, so the terminal sends it to the program alone."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(BIN / "two_workers", ["two_workers"], environment(domain))
    output = b""
    while b"worker1 works" not in output or b"worker2 works" not in output:
        output += os.read(terminal, 4096)
    os.write(terminal, b"\x03")
    try:
        while data := os.read(terminal, 4096):
            output += data
    except OSError:  # the last one that had the terminal open has ended
        pass
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, output
    assert b"[ERROR]" not in output


def test_arguments_of_the_program_reach_its_nodes(start):
    program = start("two_workers", "--ros-args", "-r", "worker2:__node:=left")
    program.wait_for(r"^left works in process")
    assert program.interrupt() == 0, program.report()


def test_a_mistake_in_the_arguments_starts_no_node(start):
    program = start("two_workers", "--ros-args", "-r", "nothing")
    assert program.finish() == 1
    assert re.search(r"Couldn't parse remap rule: '-r nothing'", program.stderr)
    assert program.stdout == ""
