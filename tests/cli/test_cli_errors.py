"""Bad input: one clear line that names the thing and the cause, upstream's exit status, the network unopened where it can be."""
import re

import pytest


def no_network(ros2, *arguments):
    """Runs it where opening the network would fail, loudly."""
    return ros2(*arguments, CYCLONEDDS_URI="<not a configuration", RMW_IMPLEMENTATION="rmw_nope")


@pytest.mark.parametrize("arguments, line", [
    (["topic", "pub", "/t", "std_msgs/msg/Strin", "{}"], "The passed message type is invalid"),
    (["topic", "pub", "/t", "std_srvs/srv/Empty", "{}"], "The passed message type is invalid"),
    (["topic", "pub", "/t", "std_msgs/msg/String", "{nope: 1}"], "Failed to populate field: 'String' object has no attribute 'nope'"),
    (["topic", "pub", "/t", "std_msgs/msg/String", "hello"], "The passed value needs to be a dictionary in YAML format"),
    (["service", "call", "/s", "std_msgs/msg/String", "{}"], "The passed service type is invalid"),
    (["action", "send_goal", "/a", "std_msgs/msg/String", "{}"], "The passed action type is invalid"),
    (["topic", "echo", "/t", "std_msgs/msg/String", "--field", "nope"],
     "Invalid field 'nope': 'String' object has no attribute 'nope'"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_what_is_wrong_is_said_before_anything_is_opened(ros2, arguments, line):
    found = no_network(ros2, *arguments)
    assert (found.status, found.stdout) == (1, "")
    assert found.stderr.splitlines()[0] == line
    assert len(found.stderr.splitlines()) <= 2


def test_the_nearest_type_is_offered(ros2):
    found = no_network(ros2, "topic", "pub", "/t", "std_msgs/msg/Strin")
    assert "'std_msgs/msg/String'" in found.stderr.splitlines()[1]


@pytest.mark.parametrize("verb", [["topic", "pub", "/t", "std_msgs/msg/String"], ["service", "call", "/s", "std_srvs/srv/SetBool"],
                                  ["action", "send_goal", "/a", "test_msgs/action/Fibonacci"]], ids=" ".join)
def test_bad_yaml_is_named_with_line_and_column(ros2, verb):
    found = no_network(ros2, *verb, "{data: [unclosed")
    assert (found.status, found.stdout) == (1, "")
    assert re.match(r"The passed value is not valid YAML: \d+:\d+: .*flow sequence.*\n$", found.stderr)


@pytest.mark.parametrize("arguments", [["topic", "list"], ["topic", "echo", "/t"], ["service", "call", "/s", "std_srvs/srv/Empty"]])
def test_a_wrong_middleware_is_named(ros2, arguments):
    found = ros2(*arguments, RMW_IMPLEMENTATION="rmw_nope")
    assert (found.status, found.stdout) == (1, "")
    assert "RMW_IMPLEMENTATION" in found.stderr and "rmw_nope" in found.stderr and found.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments, nearest", [
    (["topic", "info", "/chater"], "/chatter"), (["topic", "info", "chatter"], "/chatter"), (["topic", "type", "chatter"], "/chatter"),
    (["node", "info", "/taker"], "/talker"), (["service", "type", "/add_two_int"], "/add_two_ints"), (["action", "type", "/fibonaci"], "/fibonacci"),
    (["topic", "echo", "/chater"], "/chatter"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_the_nearest_name_is_offered(network, arguments, nearest):
    found = network.ros2(*arguments)
    assert found.status == 1
    assert found.stderr.splitlines()[-1] == f"Did you mean '{nearest}'?"


def test_a_server_of_another_type_is_named(network):
    call = network.start("service", "call", "/add_two_ints", "std_srvs/srv/Empty")
    call.wait_for("'/add_two_ints'.*'example_interfaces/srv/AddTwoInts'.*'std_srvs/srv/Empty'", stream="stderr")
    assert call.interrupt() == 1


@pytest.mark.parametrize("arguments, nearest", [
    (["service", "call", "/add_two_int", "example_interfaces/srv/AddTwoInts"], "/add_two_ints"),
    (["action", "send_goal", "/fibonaci", "action_tutorials_interfaces/action/Fibonacci"], "/fibonacci"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_who_waits_for_a_mistyped_name_is_told(network, arguments, nearest):
    process = network.start(*arguments)
    process.wait_for(f"^Did you mean '{nearest}'\\?$", stream="stderr")
    assert process.interrupt() == 1


def test_a_hidden_topic_needs_to_be_asked_for(network):
    found = network.ros2("topic", "type", "/fibonacci/_action/status")
    assert found.status == 1 and "--include-hidden-topics" in found.stderr
    found = network.ros2("topic", "--include-hidden-topics", "type", "/fibonacci/_action/status")
    assert (found.status, found.stdout) == (0, "action_msgs/msg/GoalStatusArray\n")


def test_a_topic_of_two_types_cannot_be_echoed(ros2, start):
    for name in ("String", "Int32"):
        start("ros2", "topic", "pub", "/both", f"std_msgs/msg/{name}").wait_for("^publishing #1")
    found = ros2("topic", "echo", "/both")
    assert (found.status, found.stdout) == (1, "")
    assert found.stderr == "Cannot echo topic '/both', as it contains more than one type: [std_msgs/msg/Int32, std_msgs/msg/String]\n"


def test_alone_in_the_network_everything_ends_soon(ros2):
    assert ros2("topic", "list").stdout == "" and ros2("node", "list", "-a").stdout == ""
    found = ros2("node", "info", "/nobody")
    assert (found.status, found.stderr) == (1, "Unable to find node '/nobody'\n")


