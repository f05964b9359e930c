"""Bytes from the network that are no message: the reader says so in one line that names the topic, and goes on."""
import struct

import pytest
from support_failures import cdr_string, ros2, warnings

GOOD = cdr_string("good")
HEAD = "00010000"
STRINGS = {
    "only a header": HEAD,
    "half a length": HEAD + "0500",
    "a length of 4 GB": HEAD + "ffffffff" + "41" * 8,
    "a length of 2 GB": HEAD + "00000080" + "41" * 8,
    "a text without its end": HEAD + "05000000" + "4142434445",
    "a text that is cut": HEAD + "20000000" + "41424300",
    "an unknown encapsulation": "dead0000" + GOOD[8:],
    "nothing but ones": "ff" * 64,
}
GOOD_BYTES = HEAD + "00000000" + "00000000" + "03000000" + "010203"
BLOBS = {
    "4 GB of bytes": HEAD + "00000000" + "00000000" + "ffffffff" + "07" * 8,
    "1 GB of bytes": HEAD + "00000000" + "00000000" + "00000040" + "07" * 8,
    "a thousand million dimensions": HEAD + "00ca9a3b" + "07" * 64,
}


def rogue(start, *arguments):
    """Runs it to its end."""
    process = start("failures_rogue", *arguments)
    assert process.finish() == 0, process.report()


def test_a_listener_drops_what_is_no_text_and_hears_the_rest(start):
    """Each hostile message in a second of its own would have its line; together they have one."""
    listener = start("listener")
    rogue(start, "/chatter", "std_msgs/msg/String", *STRINGS.values(), GOOD)
    listener.wait_for(r"I heard: \[good\]")
    assert len(warnings(listener)) == 1, listener.report()
    assert warnings(listener)[0].startswith("[listener]: subscription '/chatter' (std_msgs/msg/String): a message was dropped, 1 so far: ")
    start("talker")
    listener.wait_for(r"I heard: \[Hello World: ", count=2)
    assert listener.interrupt() == 0


@pytest.mark.parametrize("hostile", STRINGS.values(), ids=STRINGS.keys())
def test_each_hostile_text_is_one_line(start, hostile):
    listener = start("listener")
    rogue(start, "/chatter", "std_msgs/msg/String", hostile, GOOD)
    listener.wait_for(r"I heard: \[good\]")
    assert len(warnings(listener)) == 1 and "'/chatter'" in warnings(listener)[0], listener.report()
    assert len(listener.lines["stderr"]) == 2, listener.report()


def test_a_length_larger_than_memory_is_refused_before_memory_is_asked_for(start):
    echo = start("ros2", "topic", "echo", "/blob", "std_msgs/msg/UInt8MultiArray")
    rogue(start, "/blob", "std_msgs/msg/UInt8MultiArray", *BLOBS.values(), GOOD_BYTES)
    echo.wait_for("^- 3$")
    assert len(warnings(echo)) == 1 and "'/blob' (std_msgs/msg/UInt8MultiArray): a message was dropped" in warnings(echo)[0], echo.report()
    with open(f"/proc/{echo.child.pid}/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    assert peak < 100_000, f"{peak} kB"
    assert echo.interrupt() == 15


def test_a_server_survives_requests_that_are_none(start):
    server = start("add_two_ints_server")
    identity = struct.pack("<QQ", 1, 1).hex()
    rogue(start, "--dds-name", "/rq/add_two_intsRequest".lstrip("/"), "example_interfaces/srv/AddTwoInts_Request", HEAD, HEAD + identity,
          HEAD + identity + "01", "ff" * 40, HEAD + identity + "00" * 4000)
    client = start("add_two_ints_client", "2", "40")
    assert client.finish() == 0 and "2 + 40 = 42" in client.stderr, client.report()
    assert len(warnings(server)) <= 1, server.report()
    assert server.interrupt() == 0


def test_an_action_survives_goals_feedback_and_states_that_are_none(start):
    server = start("fibonacci_action_server")
    goal = start("ros2", "action", "send_goal", "-f", "/fibonacci", "action_tutorials_interfaces/action/Fibonacci", "{order: 3}")
    goal.wait_for("^Feedback:")
    identity = struct.pack("<QQ", 1, 1).hex()
    rogue(start, "/fibonacci/_action/feedback", "action_tutorials_interfaces/action/Fibonacci_FeedbackMessage", HEAD, HEAD + "00" * 16 + "ff" * 8)
    rogue(start, "--dds-name", "rq/fibonacci/_action/send_goalRequest", "action_tutorials_interfaces/action/Fibonacci_SendGoal_Request",
          HEAD, HEAD + identity, "ff" * 64)
    rogue(start, "--dds-name", "rq/fibonacci/_action/cancel_goalRequest", "action_msgs/srv/CancelGoal_Request", HEAD + identity, "ff" * 64)
    assert goal.finish() == 0 and goal.lines["stdout"][-1] == "Goal finished with status: SUCCEEDED", goal.report()
    assert "- 2" in goal.stdout
    assert server.interrupt() == 0


def test_discovery_goes_on_after_information_that_is_none(start, domain):
    """Every node reads ros_discovery_info, so a rogue there meets them all."""
    talker, listener = start("talker"), start("listener")
    listener.wait_for("I heard")
    rogue(start, "--dds-name", "--wait", "2", "ros_discovery_info", "rmw_dds_common/msg/ParticipantEntitiesInfo", HEAD, "ff" * 64,
          HEAD + "00" * 16 + "ffffffff", HEAD + "07" * 24 + "ffffff7f" + "00" * 8)
    start("ros2", "topic", "pub", "/more", "std_msgs/msg/String", "{data: x}", "-n", "late").wait_for("^publishing #2")
    status, output, errors = ros2("node", "list", domain=domain)
    assert (status, errors) == (0, []) and output == ["/late", "/listener", "/talker"]
    heard = len(listener.wait_for("I heard"))
    listener.wait_for("I heard", count=heard + 1)
    assert (talker.interrupt(), listener.interrupt()) == (0, 0)


def test_a_message_that_does_not_fit_into_memory_is_an_error_of_publish_only(start):
    echo = start("ros2", "topic", "echo", "/blob", "std_msgs/msg/UInt8MultiArray")
    writer = start("failures_short_of_memory")
    assert writer.finish() == 0, writer.report()
    assert writer.lines["stdout"][0].startswith("large: out of memory: nothing published to '/blob': no memory for a message of 67108"), writer.report()
    assert writer.lines["stdout"][1] == "small: ok"
    echo.wait_for("^- 7$", count=3)
    assert echo.interrupt() == 15
