"""Bytes from the network that are no message: the reader says so in one line that names the topic, and goes on."""
import os

import pytest
from support_failures import cdr_string, warnings

GOOD = cdr_string("good")
HEAD = "00010000"
STRINGS = {
    "only a header": HEAD,
    "half a length": HEAD + "0500",
    "a length of 4 GB": HEAD + "ffffffff" + "41" * 8,
    "a length of 2 GB": HEAD + "00000080" + "41" * 8,
    "a text without its end": HEAD + "05000000" + "4142434445",
    "a text that is cut": HEAD + "20000000" + "41424300",
    "an encapsulation that is none of ours": "00060000" + GOOD[8:],
    "nothing but ones": HEAD + "ff" * 64,
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
    echo = start("ros2", "topic", "echo", "/blob", "std_msgs/msg/UInt8MultiArray", "--qos-reliability", "reliable")
    rogue(start, "/blob", "std_msgs/msg/UInt8MultiArray", *BLOBS.values(), GOOD_BYTES)
    echo.wait_for("^- 3$")
    assert len(warnings(echo)) == 1 and "'/blob' (std_msgs/msg/UInt8MultiArray): a message was dropped" in warnings(echo)[0], echo.report()
    with open(f"/proc/{echo.child.pid}/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    assert peak < 400_000, f"{peak} kB"  # of 1 GB that the message claims to have
    assert echo.interrupt() == 15


def test_bytes_without_a_header_of_cdr_are_not_published(start):
    """Cyclone DDS refuses such a sample again and again, and with it all that the writer sends later."""
    start("listener")
    process = start("failures_rogue", "/chatter", "std_msgs/msg/String", "dead0000" + GOOD[8:])
    assert process.finish() == 1
    assert process.stderr == "rogue: nothing published to '/chatter': the header is dead, CDR begins with 0000 to 000b"


ADD = "example_interfaces/srv/AddTwoInts"


def test_a_server_survives_requests_of_another_version_of_its_type(start):
    server = start("add_two_ints_server")
    small = start("failures_other_version", "call", "/add_two_ints", ADD, "bool a\n---\nint64 sum\n", "{a: true}")
    large = start("failures_other_version", "call", "/add_two_ints", ADD, "int64[1000] a\n---\nint64 sum\n", "{}")
    server.wait_for("^.WARN.*'/add_two_ints'")
    client = start("add_two_ints_client", "2", "40")
    assert client.finish() == 0 and "2 + 40 = 42" in client.stderr, client.report()
    small.finish(), large.finish()
    assert small.stdout != "answered"  # a longer one is read as far as it is known, as all of ROS does
    assert all("'/add_two_ints'" in line for line in warnings(server)), server.report()
    assert server.interrupt() == 0


def test_a_client_is_told_of_a_response_of_another_version_of_its_type(start):
    start("failures_other_version", "serve", "/add_two_ints", ADD, "int64 a\nint64 b\n---\nbool sum\n")
    client, call = start("add_two_ints_client", "2", "40"), start("ros2", "service", "call", "/add_two_ints", ADD, "{a: 1}")
    for process in (client, call):
        assert process.finish(8) == 1, process.report()
        assert "'/add_two_ints'" in process.lines["stderr"][-1] and len(process.lines["stderr"]) == 1, process.report()


def test_an_action_survives_feedback_and_states_that_are_none(start):
    server = start("fibonacci_action_server")
    goal = start("ros2", "action", "send_goal", "-f", "/fibonacci", "action_tutorials_interfaces/action/Fibonacci", "{order: 4}")
    goal.wait_for("^Feedback:")
    rogue(start, "/fibonacci/_action/feedback", "action_tutorials_interfaces/action/Fibonacci_FeedbackMessage", HEAD, HEAD + "00" * 16 + "ff" * 8)
    assert goal.finish() == 0 and goal.lines["stdout"][-1] == "Goal finished with status: SUCCEEDED", goal.report()
    assert goal.stdout.count("Feedback:") == 3, goal.report()
    assert server.interrupt() == 0


def no_memory_is_an_error():
    return ":".join([*filter(None, [os.environ.get("ASAN_OPTIONS")]), "allocator_may_return_null=1"])


def test_a_message_that_does_not_fit_into_memory_is_an_error_of_publish_only(start):
    echo = start("ros2", "topic", "echo", "/blob", "std_msgs/msg/UInt8MultiArray", "--qos-reliability", "reliable")
    writer = start("failures_short_of_memory", ASAN_OPTIONS=no_memory_is_an_error())
    assert writer.finish() == 0, writer.report()
    assert writer.lines["stdout"][0].startswith("large: out of memory: nothing published to '/blob': no memory for a message of 67108"), writer.report()
    assert writer.lines["stdout"][1] == "small: ok"
    echo.wait_for("^- 7$", count=3)
    assert echo.interrupt() == 15


def test_a_message_that_does_not_fit_into_memory_twice_is_an_error_of_publish_only(start):
    writer = start("failures_short_of_memory", "by_reference", ASAN_OPTIONS=no_memory_is_an_error())
    assert writer.finish() == 0, writer.report()
    large, *rest = writer.lines["stdout"]
    assert large.startswith("large: out of memory: nothing published to '/blob': "), writer.report()
    assert rest == ["small: ok", "received: by reference"]
