"""The program on a pseudo-terminal, as a person uses it: Ctrl-C typed, colour, width, what a goal's cancelling prints."""
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pytest
from cli_network import Network, own_domain, wait_until_interruptible

from support.processes import BIN, DEADLINE, environment

FIBONACCI = "action_tutorials_interfaces/action/Fibonacci"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Terminal:
    """`ros2` with a terminal of its own, which it controls."""

    def __init__(self, *arguments, domain, columns=100, cwd=None, **more):
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        own = {**environment(domain), **more}
        own = {key: value for key, value in own.items() if value is not None}
        self.child = subprocess.Popen([str(BIN / "ros2"), *arguments], env=own, stdin=slave, stdout=slave, stderr=slave, cwd=cwd,
                                      start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.text = ""

    def read(self, until):
        """All output up to the time when the expression is in it; None: to the end."""
        deadline = time.monotonic() + DEADLINE
        while until is None or not re.search(until, self.text, re.M):
            assert select.select([self.master], [], [], max(0, deadline - time.monotonic()))[0], f"no {until!r} in\n{self.text}"
            try:
                data = os.read(self.master, 65536)
            except OSError:  # the other side is closed
                data = b""
            if not data:
                assert until is None, f"ended before {until!r}\n{self.text}"
                break
            self.text += data.decode(errors="replace").replace("\r\n", "\n")
        return self.text

    def type(self, keys):
        os.write(self.master, keys.encode())

    def end(self):
        self.read(None)
        return self.child.wait(timeout=DEADLINE)


@pytest.fixture
def terminal(network):
    made = []

    def start(*arguments, **options):
        made.append(Terminal(*arguments, domain=options.pop("domain", network.domain), **options))
        return made[-1]

    yield start
    for each in made:
        each.child.kill()
        each.child.wait()
        os.close(each.master)


COLOURED = {"NO_COLOR": None, "TERM": "xterm"}
SPOKEN = [(["topic", "info", "/chater"], "\x1b[1m/chatter\x1b[0m"), (["topic", "lst"], "\x1b[31merror:\x1b[0m"), (["doctor"], "\x1b[33mwarning:\x1b[0m"),
          (["topic", "echo", "/chatter", "std_msgs/msg/Int32"], "\x1b\\[33m\\[WARN\\]")]


@pytest.mark.parametrize("arguments, coloured", SPOKEN, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_a_terminal_has_colour(terminal, arguments, coloured):
    screen = terminal(*arguments, **COLOURED)
    screen.read(coloured if "\\" in coloured else re.escape(coloured))


@pytest.mark.parametrize("arguments", [arguments for arguments, _ in SPOKEN], ids=" ".join)
@pytest.mark.parametrize("more", [{"NO_COLOR": "1", "TERM": "xterm"}, {"NO_COLOR": None, "TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_who_wants_no_colour_gets_none(terminal, arguments, more):
    screen = terminal(*arguments, **more)
    screen.read(r"Did you mean|error:|warning:|WARN")
    if arguments[1:2] != ["echo"] or "dumb" not in more["TERM"]:  # log lines follow RCUTILS_COLORIZED_OUTPUT and NO_COLOR alone
        assert not COLOUR.search(screen.text)


@pytest.mark.parametrize("arguments", [["topic", "list"], ["topic", "info", "-v", "/chatter"], ["topic", "echo", "--once", "/scan"], ["--help"],
                                       ["interface", "show", "std_msgs/msg/Header"], ["param", "dump", "/refuser"]], ids=" ".join)
def test_results_are_the_same_on_a_terminal(network, terminal, arguments):
    screen = terminal(*arguments, **COLOURED, COLUMNS="100")
    assert screen.end() == 0
    plain = re.compile(r"(sec|nanosec): \d+|GID: .*")
    assert plain.sub("", screen.text) == plain.sub("", network.ros2(*arguments, COLUMNS="100").stdout)


def test_files_and_pipes_have_no_colour(network):
    found = network.ros2("topic", "info", "/chater", NO_COLOR="", TERM="xterm")
    assert not COLOUR.search(found.stderr + found.stdout)


def test_help_fits_the_terminal(terminal):
    for columns in (50, 120):
        screen = terminal("topic", "echo", "-h", columns=columns, COLUMNS=None)
        assert screen.end() == 0
        texts = [line for line in screen.text.split("options:\n")[1].splitlines() if line.startswith(" " * 24)]
        assert max(map(len, texts)) <= columns and any(len(line) > columns - 25 for line in texts)


@pytest.mark.parametrize("arguments, seen, status", [
    (["topic", "echo", "/chatter"], "^data: .*\n---$", 15), (["topic", "hz", "/chatter"], "^average rate: ", 15),
    (["topic", "pub", "-r", "20", "/pubbed", "std_msgs/msg/String", "{data: x}"], "^publishing #2: ", 15),
    (["topic", "hz", "/nobody"], "^WARNING", 0), (["service", "call", "/nobody", "std_srvs/srv/Empty"], "^waiting for service", 1),
    (["topic", "list", "--spin-time", "60"], None, 2), (["doctor", "hello", "-pp", "0.3"], "^MULTIMACHINE", 2),
    (["run", "/bin/sh", "-c", "trap 'echo got it; exit 3' INT; echo ready; read line"], "^ready$", 3),
], ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "")
def test_ctrl_c_ends_it_with_upstream_s_status(terminal, arguments, seen, status):
    screen = terminal(*arguments, ROS_AUTOMATIC_DISCOVERY_RANGE="LOCALHOST")
    screen.read(seen) if seen else wait_until_interruptible(screen)
    screen.type("\x03")
    assert screen.end() == status, screen.text
    printed = screen.text.replace("^C", "")
    assert "Traceback" not in printed and (printed == "" or printed.endswith("\n"))


def test_ctrl_c_reaches_a_program_once(terminal):
    """From the terminal, which sends it to both: ros2 does not pass it on as well."""
    count = "trap 'n=$((n+1))' INT; n=0; echo ready; read line; echo got $n; exit 0"
    screen = terminal("run", "/bin/sh", "-c", count)
    screen.read("^ready$")
    screen.type("\x03")
    screen.read(r"\^C")
    screen.type("\n")
    screen.read(r"got \d$")
    assert "got 1\n" in screen.text
    assert screen.end() == 0


def test_what_is_typed_reaches_a_program(terminal):
    screen = terminal("run", "/bin/sh", "-c", "read line; echo \"<$line>\"")
    screen.type("some words\n")
    screen.read("^<some words>$")
    assert screen.end() == 0


def test_ctrl_c_cancels_a_goal_and_the_outcome_is_printed():
    made = Network(1000, own_domain())
    screen = Terminal("action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 1000}", domain=made.domain)
    try:
        screen.read("^Feedback:")
        screen.type("\x03")
        assert screen.end() == 1
    finally:
        screen.child.kill()
        os.close(screen.master)
        made.nodes.kill()
    tail = screen.text.split("Canceling goal...\n")[1]
    assert "Result:\n    sequence:\n- 0\n- 1\n- 1" in tail and tail.endswith("Goal finished with status: CANCELED\n")


def test_ctrl_c_twice_ends_at_once(network, terminal):
    """The server does not answer: the first one waits for the outcome, the second one ends."""
    screen = terminal("action", "send_goal", "/fibonacci", FIBONACCI, "{order: 100000}")
    screen.read("^Goal accepted")
    network.nodes.child.send_signal(signal.SIGSTOP)
    try:
        screen.type("\x03")
        screen.read("Canceling goal")
        screen.type("\x03")
        screen.end()
    finally:
        network.nodes.child.send_signal(signal.SIGCONT)
