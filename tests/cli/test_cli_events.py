"""`service echo` and `action echo`: what introspection, feedback and status tell, as it happens."""
import re

import pytest
from cli_network import Network, own_domain
from cli_transcript import comparing, entries

ADD = ["service", "call", "/add_two_ints", "example_interfaces/srv/AddTwoInts", "{a: 2, b: 3}"]
FIBONACCI = "action_tutorials_interfaces/action/Fibonacci"


@pytest.fixture
def telling_network():
    made = Network(20, own_domain(), "introspect")
    yield made
    made.end_started()
    made.nodes.kill()


@pytest.mark.parametrize("entry", comparing("replayed", entries("service_echo")), ids=str)
def test_a_transcript_is_replayed(network, entry):
    process = network.start(*entry.arguments)
    if entry.interrupted:
        process.wait_for("^No publishers")
    status = process.interrupt() if entry.interrupted else process.finish()
    assert status == entry.status, process.report()
    assert process.lines["stdout"] == entry.stdout.splitlines()
    lines = [line for line in process.lines["stderr"] if not line.startswith("Did you mean")]
    assert lines == entry.stderr.splitlines()


@pytest.mark.parametrize("more", [[], ["example_interfaces/srv/AddTwoInts"]], ids=["type of the server", "type given"])
def test_a_call_is_told_of_twice(telling_network, more):
    echo = telling_network.start("service", "echo", "/add_two_ints", *more)
    calls = telling_network.start("service", "call", "-r", "5", *ADD[2:])
    echo.wait_for("^---$", count=4)
    assert echo.interrupt() == 15, echo.report()
    assert calls.interrupt() in (0, 1)
    text = echo.stdout
    assert "request:\n- a: 2\n  b: 3\nresponse: []\n---" in text
    assert "request: []\nresponse:\n- sum: 5\n---" in text
    assert re.search(r"^info:\n  event_type: [12]\n  stamp:\n    sec: \d+\n    nanosec: \d+\n  client_gid:\n", text)
    assert "No publishers" not in text and echo.stderr == ""


def test_events_fit_on_a_line(telling_network):
    echo = telling_network.start("service", "echo", "--csv", "--no-arr", "/add_two_ints")
    calls = telling_network.start("service", "call", "-r", "5", *ADD[2:])
    echo.wait_for(r"^[12],\d+,\d+,", count=2)
    assert echo.interrupt() == 15
    calls.interrupt()


def test_a_goal_is_followed(network):
    echo = network.start("action", "echo", "--flow-style", "/fibonacci")
    goals = network.start("action", "send_goal", "/fibonacci", FIBONACCI, "{order: 100}")
    echo.wait_for("^interface: FEEDBACK_TOPIC$", count=3)
    echo.wait_for("^status_list: ")  # on a way of its own
    assert echo.interrupt() == 15, echo.report()
    assert goals.interrupt() in (0, 1)
    assert re.search(r"interface: STATUS_TOPIC\nstatus_list: \[{goal_info: ", echo.stdout)
    assert re.search(r"interface: FEEDBACK_TOPIC\ngoal_id:\n  uuid: \[.*\]\nfeedback:\n  partial_sequence: \[0, 1, 1.*\]\n---", echo.stdout)
    assert echo.stderr == ""


@pytest.mark.parametrize("arguments, lines", [
    (["service", "echo", "/add_two_int"], ["Cannot find type for '/add_two_int'", "Did you mean '/add_two_ints'?"]),
    (["action", "echo", "/fibonaci"], ["Cannot find type for '/fibonaci'", "Did you mean '/fibonacci'?"]),
    (["service", "echo", "/add_two_ints", "std_msgs/msg/String"],
     ["The passed service type is invalid", "'std_msgs/msg/String' is not a service type"]),
    (["action", "echo", "/fibonacci", "std_srvs/srv/Empty"], ["The passed action type is invalid", "'std_srvs/srv/Empty' is not an action type"]),
], ids=lambda value: " ".join(value) if value[0] in ("service", "action") else "")
def test_bad_input_is_named(network, arguments, lines):
    found = network.ros2(*arguments)
    assert (found.status, found.stdout) == (1, "")
    assert found.stderr.splitlines() == lines


def test_actions_of_a_type_are_found(network):
    assert network.ros2("action", "find", FIBONACCI).stdout == "/aborts\n/fibonacci\n/refused\n"
    assert network.ros2("action", "find", "-c", FIBONACCI).stdout == "3\n"
    assert network.ros2("action", "find", "nope/action/Nope").stdout == ""
