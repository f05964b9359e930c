"""Ends: Ctrl-C and SIGTERM anywhere, `kill -9` of either side. Who stays goes on; who waited is told."""
import os
import signal
import time

import pytest

FIBONACCI = "action_tutorials_interfaces/action/Fibonacci"
SOON = 4 if {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"} & set(os.environ) else 1  # seconds; sanitizers take their time at exit
SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])


def end(process, number):
    """Sends the signal; (status, seconds until the end)."""
    begin = time.monotonic()
    process.child.send_signal(number)
    status = process.finish(10)
    return status, time.monotonic() - begin


@SIGNALS
def test_each_node_ends_at_once_with_status_zero(start, number):
    nodes = {"talker": "Publishing", "listener": "I heard", "add_two_ints_server": None, "fibonacci_action_server": None}
    running = {name: start(name) for name in nodes}
    assert start("add_two_ints_client", "1", "2").finish() == 0
    for name, line in nodes.items():
        if line:
            running[name].wait_for(line)
    for name, process in running.items():
        status, seconds = end(process, number)
        assert status == 0 and seconds < SOON, process.report()
        assert "rror" not in process.stderr and "WARN" not in process.stderr, process.report()


@SIGNALS
def test_a_server_ends_at_once_in_the_middle_of_a_goal(start, number):
    server = start("fibonacci_action_server")
    goal = start("ros2", "action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 100}")
    goal.wait_for("^Feedback:", count=2)  # by then the server knows who waits for the result
    status, seconds = end(server, number)
    assert status == 0 and seconds < SOON, server.report()
    goal.finish(5)  # told at once: no lease to wait for
    assert goal.lines["stdout"][-1] == "Goal finished with status: ABORTED", goal.report()


@SIGNALS
def test_clients_that_wait_for_nobody_end_at_once_and_say_why(start, number):
    call, goal = start("add_two_ints_client", "1", "2"), start("fibonacci_action_client")
    alone = start("ros2", "node", "list", "--spin-time", "1")
    assert alone.finish() == 0  # by then both are up
    for process, named in ((call, "'/add_two_ints'"), (goal, "'/fibonacci'")):
        status, seconds = end(process, number)
        assert status == 1 and seconds < SOON, process.report()
        assert len(process.lines["stderr"]) == 1 and named in process.stderr and "shut down" in process.stderr, process.report()


@SIGNALS
def test_commands_end_with_the_status_of_what_they_were_doing(start, number):
    echo = start("ros2", "topic", "echo", "/chatter", "std_msgs/msg/String")
    pub = start("ros2", "topic", "pub", "-r", "20", "/chatter", "std_msgs/msg/String", "{data: x}")
    lonely = start("ros2", "topic", "pub", "--once", "/nobody", "std_msgs/msg/String", "{data: x}")
    call = start("ros2", "service", "call", "/nobody", "std_srvs/srv/Empty")
    goal = start("ros2", "action", "send_goal", "/nobody", FIBONACCI, "{order: 1}")
    echo.wait_for("^data: x", count=2)
    lonely.wait_for("^Waiting for at least 1")
    call.wait_for("^waiting for service")
    goal.wait_for("^Waiting for an action server")
    for process, expected in ((echo, 15), (pub, 15), (lonely, 1), (call, 1), (goal, 1)):
        status, seconds = end(process, number)
        assert status == expected and seconds < SOON, process.report()
        assert len(process.lines["stderr"]) == (0 if expected == 15 else 1), process.report()


def test_a_talker_or_listener_that_is_killed_takes_nobody_along(start):
    listener, other, talker = start("listener"), start("listener", "--ros-args", "-r", "__node:=other"), start("talker")
    listener.wait_for("I heard", count=1)
    other.wait_for("I heard", count=1)
    other.child.kill()
    heard = len(listener.wait_for("I heard"))
    listener.wait_for("I heard", count=heard + 2)
    talker.child.kill()
    again = start("talker", "--ros-args", "-r", "__node:=again")
    heard = len(listener.wait_for("I heard"))
    listener.wait_for("I heard", count=heard + 2)
    assert (again.interrupt(), listener.interrupt()) == (0, 0)


@pytest.mark.parametrize("round", range(8))
def test_what_a_talker_published_before_it_was_killed_is_heard_by_a_listener_that_is_behind(start, round):
    """Most of it is still in a socket when the end of the talker's process is seen, and neither may overtake the other."""
    listener = start("ros2", "topic", "echo", "--csv", "--qos-depth", "100", "--qos-reliability", "reliable", "/last", "std_msgs/msg/Int32")
    talker = start("ros2", "topic", "pub", "-r", "200", "-t", "80", "--keep-alive", "60", "-w", "1", "--qos-depth", "100", "/last",
                   "std_msgs/msg/Int32", "{data: 5}")
    listener.wait_for("^5$", count=2)
    listener.child.send_signal(signal.SIGSTOP)
    os.waitpid(listener.child.pid, os.WUNTRACED)
    talker.wait_for("publishing #80: ")  # said before it is done
    talker.kill()
    listener.child.send_signal(signal.SIGCONT)
    listener.wait_for("^5$", count=79)


def test_a_client_that_is_killed_during_its_goal_leaves_a_server_that_serves(start):
    """Before the lease of the dead one is over, and with its goal still running."""
    server = start("fibonacci_action_server")
    dead = start("ros2", "action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 4}")
    dead.wait_for("^Feedback:")
    dead.child.kill()
    goal = start("ros2", "action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 3}")
    assert goal.finish() == 0 and goal.lines["stdout"][-1] == "Goal finished with status: SUCCEEDED", goal.report()
    assert len(server.wait_for("Executing goal")) == 2
    again = start("ros2", "action", "send_goal", "/fibonacci", FIBONACCI, "{order: 1}")
    assert again.finish() == 0, again.report()
    status, seconds = end(server, signal.SIGINT)
    assert status == 0 and seconds < SOON, server.report()


def test_whoever_waits_for_a_server_that_is_killed_is_told_and_may_start_anew(start):
    """At once: nobody waits for a lease."""
    server = start("fibonacci_action_server")
    example = start("fibonacci_action_client")
    command = start("ros2", "action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 100}")
    example.wait_for("Received feedback")
    command.wait_for("^Feedback:")
    server.child.kill()
    assert example.finish(5) == 1, example.report()
    assert command.finish(5) == 1, command.report()
    last = example.lines["stderr"][-1]
    assert last.startswith("[ERROR]") and "'/fibonacci'" in last, example.report()
    assert command.lines["stdout"][-1] == "Goal finished with status: UNKNOWN"
    assert command.lines["stderr"][-1].startswith("No result: ") and "'/fibonacci'" in command.stderr, command.report()
    start("fibonacci_action_server")
    again = start("ros2", "action", "send_goal", "/fibonacci", FIBONACCI, "{order: 1}")
    assert again.finish() == 0, again.report()
