"""What comes over time: output as it comes, interrupts at any moment, an output that nobody reads, a server that dies."""
import os
import re
import signal
import subprocess

import pytest
from cli_network import Network, own_domain, wait_until_interruptible

from support.processes import BIN, DEADLINE, environment

FIBONACCI = "action_tutorials_interfaces/action/Fibonacci"


@pytest.fixture
def slow_network():
    """Goals of this one take a second a number."""
    made = Network(1000, own_domain())
    yield made
    made.end_started()
    made.nodes.kill()


def test_feedback_is_printed_as_it_comes(slow_network):
    client = slow_network.start("action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 3}")
    client.wait_for("^Feedback:")
    assert "Result:" not in client.stdout
    assert client.finish() == 0, client.report()
    assert client.stdout.count("Feedback:") == 2 and client.lines["stdout"][-1] == "Goal finished with status: SUCCEEDED"


def test_every_feedback_comes_before_the_result(network):
    found = network.ros2("action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 30}")
    assert found.status == 0
    lengths = [block.count("\n- ") for block in found.stdout.split("Feedback:")[1:-1]]
    assert lengths == list(range(3, 31))
    assert found.stdout.index("Result:") > found.stdout.rindex("Feedback:")


def test_an_interrupt_cancels_the_goal_and_prints_the_outcome(slow_network):
    client = slow_network.start("action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 1000}")
    client.wait_for("^Feedback:")
    assert client.interrupt() == 1, client.report()
    tail = client.stdout.split("Canceling goal...\n")[1]
    assert "Result:\n    sequence:\n- 0\n- 1\n- 1" in tail
    assert tail.endswith("Goal finished with status: CANCELED")
    assert client.stderr == ""


def test_a_goal_ends_when_its_server_dies(slow_network):
    client = slow_network.start("action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 1000}")
    client.wait_for("^Feedback:")
    slow_network.nodes.kill()
    assert client.finish(5) == 1, client.report()  # no lease to wait for
    assert client.lines["stdout"][-1] == "Goal finished with status: UNKNOWN", client.report()
    assert client.lines["stderr"][-1].startswith("No result: ")


def test_echo_prints_each_message_as_it_comes(network):
    echo = network.start("topic", "echo", "/chatter")
    echo.wait_for("^data: 'Hello World: ", count=3)
    assert echo.child.poll() is None
    assert echo.interrupt() == 15
    numbers = [int(number) for number in re.findall(r"Hello World: (\d+)", echo.stdout)]
    assert numbers == [10 + (numbers[0] - 10 + i) % 90 for i in range(len(numbers))], "one is missing"


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_publisher_ends_cleanly(network, signal_number):
    pub = network.start("topic", "pub", "-r", "50", "/pubbed", "std_msgs/msg/String", "{data: x}")
    pub.wait_for("^publishing #3: ")
    pub.child.send_signal(signal_number)
    assert pub.finish() == 15
    assert pub.stderr == ""


def read_one_line(network, *arguments):
    """Runs it into a pipe that is closed after the first line; returns the line, the status and standard error."""
    child = subprocess.Popen([str(BIN / "ros2"), *arguments], env=environment(network.domain), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    line = child.stdout.readline()
    child.stdout.close()
    try:
        child.wait(timeout=DEADLINE)
    finally:
        child.kill()
    return line, child.returncode, child.stderr.read()


@pytest.mark.parametrize("arguments", [
    ["topic", "echo", "/chatter"],
    ["topic", "pub", "-r", "20", "/pubbed", "std_msgs/msg/String", "{data: x}"],
    ["service", "call", "-r", "20", "/add_two_ints", "example_interfaces/srv/AddTwoInts"],
    ["action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 100}"],
    ["topic", "hz", "/chatter"], ["topic", "bw", "/chatter"], ["topic", "delay", "/scan"], ["param", "dump", "--timeout", "20", "/refuser"],
], ids=lambda arguments: " ".join(arguments[:2]))
def test_a_closed_pipe_ends_it_quietly(network, arguments):
    line, status, errors = read_one_line(network, *arguments)
    assert line and (status, errors) == (0, "")


@pytest.mark.parametrize("arguments", [["topic", "echo", "/chatter"], ["topic", "list"], ["interface", "list"], ["topic", "hz", "/chatter"],
                                       ["param", "dump", "--timeout", "20", "/refuser"], ["pkg", "list"]], ids=" ".join)
def test_a_full_disk_is_named(network, arguments):
    with open("/dev/full", "w") as full:
        done = subprocess.run([str(BIN / "ros2"), *arguments], env=environment(network.domain), stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=DEADLINE)
    assert (done.returncode, done.stderr) == (1, "cannot write to standard output: No space left on device\n")


def test_echo_goes_to_a_terminal_too(network):
    """On a pseudo-terminal; Ctrl-C typed there interrupts it."""
    master, slave = os.openpty()
    child = subprocess.Popen([str(BIN / "ros2"), "topic", "echo", "/chatter"], env=environment(network.domain), stdin=slave, stdout=slave,
                             stderr=slave, start_new_session=True, preexec_fn=lambda: __import__("fcntl").ioctl(0, 0x540E, 0))
    os.close(slave)
    text = b""
    while text.count(b"---") < 2:
        text += os.read(master, 4096)
    os.write(master, b"\x03")
    try:
        assert child.wait(timeout=DEADLINE) == 15
    finally:
        child.kill()
        os.close(master)
    assert re.match(rb"data: 'Hello World: \d+'\r\n---\r\n", text)


def test_calls_follow_the_rate_until_interrupted(network):
    call = network.start("service", "call", "-r", "20", "/add_two_ints", "example_interfaces/srv/AddTwoInts", "{a: 2, b: 3}")
    call.wait_for(r"AddTwoInts_Response\(sum=5\)", count=4)
    assert call.interrupt() == 1


def test_a_subscription_that_comes_later_is_waited_for(ros2, domain, start):
    pub = start("ros2", "topic", "pub", "--once", "/late", "std_msgs/msg/String", "{data: there you are}")
    pub.wait_for(r"^Waiting for at least 1 matching subscription\(s\)\.\.\.$")
    echo = start("ros2", "topic", "echo", "--once", "/late", "std_msgs/msg/String")
    assert echo.finish() == 0 and echo.stdout == "data: there you are\n---"
    assert pub.finish() == 0, pub.report()


def test_the_wait_for_subscriptions_has_an_end(ros2):
    found = ros2("topic", "pub", "--once", "--max-wait-time-secs", "0.7", "/nobody", "std_msgs/msg/String")
    assert found.status == 1
    assert found.stderr == "Timed out waiting for subscribers: Expected 1 subscribers but only got 0 subscribers\n"


def test_a_message_of_a_latched_topic_is_seen_by_who_comes_later(ros2, domain, start):
    pub = start("ros2", "topic", "pub", "--qos-durability", "transient_local", "-r", "0.001", "/latched", "std_msgs/msg/Int32", "{data: 7}")
    pub.wait_for("^publishing #1: ")
    found = ros2("topic", "echo", "--once", "/latched")
    assert (found.status, found.stdout) == (0, "data: 7\n---\n")
    assert pub.interrupt() == 15


@pytest.mark.parametrize("arguments", [["param", "get", "--timeout", "60", "/nobody", "x"], ["lifecycle", "nodes", "--spin-time", "60"],
                                       ["topic", "find", "--spin-time", "60", "std_msgs/msg/String"]], ids=" ".join)
def test_an_interrupt_ends_looking_around(ros2, domain, start, arguments):
    """Upstream's status of it; nothing is printed."""
    looking = start("ros2", *arguments)
    wait_until_interruptible(looking)
    assert looking.interrupt() == 2, looking.report()
    assert (looking.stdout, looking.stderr) == ("", "")


def test_a_peer_that_answers_late_is_waited_for(network):
    """As on a loaded machine: the peer's ports are there, but it is silent for a while."""
    network.nodes.child.send_signal(signal.SIGSTOP)
    try:
        info = network.start("service", "info", "/add_two_ints")
        with pytest.raises(subprocess.TimeoutExpired):
            info.child.wait(timeout=0.7)
    finally:
        network.nodes.child.send_signal(signal.SIGCONT)
    assert info.finish() == 0, info.report()
    assert "Services count: 1" in info.stdout
