"""`ros2 tasks` and `ros2 trace` against a C program with known behaviour (task_nodes.c), and against who cannot be asked."""
import os
import re
import signal
import subprocess

import pytest
from cli_network import run

from support.processes import BIN, ROOT, Process, environment
from support.terminal import Terminal

NOBODYS_DOMAIN = 101  # none that tests are given (support/processes.py, domain.h)


@pytest.fixture
def program(domain):
    process = Process(BIN / "cli_task_nodes", domain=domain, stdin=True)
    process.wait_for("^ready$")
    yield process
    process.kill()


def await_tasks(ros2, *wanted, arguments=()):
    """Until all of these lines are there: callbacks come and go."""
    for _ in range(500):
        found = ros2("tasks", *arguments)
        assert (found.status, found.stderr) == (0, "")
        if all(re.search(line, found.stdout, re.M) for line in wanted):
            return found.stdout
    raise AssertionError(f"not seen: {wanted}\n{found.stdout}")


def test_each_task_says_what_it_awaits_since_when_and_where(ros2, program):
    text = await_tasks(
        ros2, r"^process \d+ \(cli_task_nodes\)$",
        r"^  - +asker +awaits call to service '/nobody' +\d+\.\d s +task_nodes\.c:\d+$",
        r"^  /waiter +sleeper of '/waiter' +sleeps +\d+\.\d s +\d+\.\d s +task_nodes\.c:\d+$",
        r"^  - +reader +awaits file \d+ +\d+\.\d s +\d+\.\d s +task_nodes\.c:\d+$",
        r"^  /receiver  subscription '/data' +sleeps +\d+\.\d s +0\.0 s +task_nodes\.c:\d+$")
    assert f"process {program.child.pid} " in text and text.splitlines()[1].split() == ["NODE", "TASK", "DOES", "SINCE", "AT", "MOST", "WHERE"]
    source = (ROOT / "tests/cli/task_nodes.c").read_text().splitlines()
    line = int(re.search(r"asker.*task_nodes\.c:(\d+)$", text, re.M)[1])
    assert "rclio_await(call)" in source[line - 1]


def test_pending_futures_are_shown_on_request(ros2, program):
    assert "PENDING" not in ros2("tasks").stdout
    assert re.search(r"^  call to service '/nobody' +\d+\.\d s +1$", ros2("tasks", "--futures", "waiter").stdout, re.M)


def test_a_program_that_hangs_can_still_tell_why(ros2, domain):
    process = Process(BIN / "cli_task_nodes", "block", domain=domain, stdin=True)
    process.wait_for("^blocked$")
    found = ros2("tasks", "/sender")
    assert found.status == 0 and re.search(r"^  /sender +timer of 0\.02 s of '/sender' +runs$", found.stdout, re.M), found.stdout
    process.child.stdin.close()  # goes on
    process.child.send_signal(signal.SIGTERM)
    assert process.child.wait(timeout=30) == 0


def test_a_process_that_is_killed_leaves_nothing_behind(ros2, program, domain):
    assert f"@rclio/{domain}/{program.child.pid}/0" in open("/proc/net/unix").read()
    program.kill()
    assert f"@rclio/{domain}/{program.child.pid}/" not in open("/proc/net/unix").read()
    found = ros2("tasks")
    assert (found.status, found.stdout) == (0, "")
    assert found.stderr == f"No process of this user runs rclio nodes in domain {domain} on this computer\n"


@pytest.mark.parametrize("verb", [("tasks",), ("trace", "--once")])
def test_who_is_not_there_or_cannot_be_asked_is_told_apart(ros2, domain, program, verb):
    found = ros2(*verb, "/sendr")
    assert (found.status, found.stdout, found.stderr) == (1, "", "Node not found\nDid you mean '/sender'?\n")
    other = Process(BIN / "cli_task_nodes", "--ros-args", "-r", "waiter:__node:=silent", domain=domain, stdin=True, RCLIO_INSPECT="0")
    other.wait_for("^ready$")
    found = ros2(*verb, "silent")
    assert (found.status, found.stdout) == (1, "")
    assert found.stderr == "'/silent' is there, but in no process of this user on this computer that runs rclio: it cannot be asked\n"
    other.kill()


def test_other_domains_are_not_asked(program):
    assert run("tasks", domain=NOBODYS_DOMAIN).stdout == ""


def test_tasks_open_no_network_and_take_no_time(ros2, program):
    assert "asker" in ros2("tasks", CYCLONEDDS_URI="<nonsense").stdout


def number(text):
    value, unit = re.match(r"([\d.]+) (ns|us|ms|s|%|Hz)$", text).groups()
    return float(value) * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3}.get(unit, 1)


def traced(ros2, node, *arguments, wanted=""):
    """A table with what is wanted: a busy computer may do nothing of it for a while."""
    for _ in range(20):
        found = ros2("trace", "--once", *arguments, node)
        assert (found.status, found.stderr) == (0, ""), found.stderr
        if f"  {wanted}" in found.stdout:
            break
    head, table = found.stdout.split("\n", 1)
    table, sums = re.match(r"(.*?)(  of the time: .*)\n$", table, re.S).groups()
    return head, {re.match(r"  (.*?)(?:  |$)", line)[1]: line for line in table.splitlines()[1:]}, sums, table


def heads(table):
    return [head for head in table.splitlines()[0].split() if head not in ("LATE", "DROPPED")]  # of a busy computer


def test_where_the_time_of_a_subscription_goes(ros2, program):
    head, lines, sums, table = traced(ros2, "/receiver", wanted="subscription /data")
    assert re.match(rf"/receiver: process {program.child.pid} \(cli_task_nodes\), \d+\.\d % of a core, in \d\.\d\d s$", head)
    assert heads(table) == ["RATE", "WIRE", "QUEUE", "DECODE", "CALLBACK", "LONGEST", "BUSY"]
    rate, wire, queue, decode, callback, longest, busy = map(number, re.findall(r"[\d.]+ (?:ns|us|ms|s|%|Hz)(?=  |$)", lines["subscription /data"]))
    assert 5 < rate < 100
    assert 0 < decode < callback and 0 < wire < 1 and 0 < queue < 1
    assert 2e-3 <= callback <= longest < 1 and busy >= 0.7 * rate * 0.2
    assert float(re.search(r"callbacks ([\d.]+) %", sums)[1]) == pytest.approx(busy, abs=0.2)


def test_where_the_time_of_a_publisher_goes(ros2, program):
    _, lines, _, table = traced(ros2, "sender", "-i", "0.5", wanted="publisher /data")
    assert {"publisher /data", "timer of 0.02 s of '/sender'"} == set(lines)
    assert heads(table) == ["RATE", "QUEUE", "CALLBACK", "ENCODE", "WRITE", "LONGEST", "BUSY"]
    rate, encode, write = map(number, re.findall(r"[\d.]+ (?:ns|us|ms|s|%|Hz)(?=  |$)", lines["publisher /data"]))
    assert 5 < rate < 100 and 0 < encode < 0.1 and 0 < write < 0.1


def test_what_does_nothing_is_shown_on_request(ros2, program):
    assert "/sender/get_parameters" not in traced(ros2, "/sender", "-i", "0.1")[3]
    assert "service /sender/get_parameters" in traced(ros2, "/sender", "-i", "0.1", "--all")[1]


def test_tables_come_until_it_is_interrupted_or_the_node_ends(domain, program):
    process = Process(BIN / "ros2", "trace", "/sender", "-i", "0.1", domain=domain)
    process.wait_for("^/sender: process", count=3)
    assert process.interrupt() == 15
    process = Process(BIN / "ros2", "trace", "/sender", "-i", "0.1", domain=domain)
    process.wait_for("^/sender: process")
    program.kill()
    process.wait_for("^'/sender' has gone$", stream="stderr")
    assert process.finish() == 1


def test_it_measures_only_while_it_runs(ros2, program):
    """The numbers begin anew: what was before is not shown as if it were now."""
    traced(ros2, "/receiver", "-i", "0.2")
    _, lines, _, _ = traced(ros2, "/receiver", "-i", "0.2", wanted="subscription /data")
    assert number(re.search(r"[\d.]+ Hz", lines["subscription /data"])[0]) < 200


def test_tables_have_colour_on_a_terminal_unless_it_is_not_wanted(domain, program):
    for wish, bold in (({}, True), ({"NO_COLOR": "1"}, False)):
        terminal = Terminal(BIN / "ros2", "tasks", domain=domain, columns=140, **wish)
        assert terminal.finish() == 0
        assert "asker" in terminal.screen.text and ("\x1b[1m" in terminal.raw) == bold, terminal.report()
    assert "\x1b" not in run("tasks", domain=domain).stdout


def test_another_user_is_not_answered(ros2, program, domain):
    """Only root could check with a second user; that of somebody else is tried when the test may."""
    if os.geteuid() != 0:
        pytest.skip("needs root to become somebody else")
    done = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", BIN / "ros2", "tasks"], env=environment(domain), capture_output=True, text=True)
    if done.returncode == 127 or "Permission denied" in done.stderr:
        pytest.skip("no setpriv, or the build is not readable to others")
    assert "asker" not in done.stdout and "No process of this user" in done.stderr
