"""The transcripts of the real tool, replayed in the same network made of rclio's nodes: same text, same exit status. Times, ids and
counters are made equal; lines that speak of nodes which are not here (lifecycle, components, parameters) are left out."""
import re

import pytest
from cli_network import wait_until_interruptible
from cli_transcript import entries, normal

# Lines about what this network has not.
ABSENT = re.compile(r"/ComponentManager|/parameter_events|/lifecycle_chatter|/_ros2cli_")
SUBBER = re.compile(r"^/(pubbed|pub_int|pub_u8|pose|hdr|arr)\b")  # was not there yet when topic_list was taken
SKIPPED = {  # command: why
    "echo --once /rosout": "the message names a file of the talker",
    "/parameter_events": "rclcpp's nodes subscribe to it, too",
    "node info /lc_talker": "so does this one",
    "info /fibonacci/_action/feedback -v": "rclio keeps 1000, so that none is lost",
    " -c": "counts: test_counts_agree_with_lists",
}
NOTED = {  # where rclio does better; the same sentences are in docs/cli.md
    'send_goal -f /fibonacci action_tutorials_interfaces/action/Fibonacci "order: 2"': "accepted before the first feedback",
    '/pub_u8 std_msgs/msg/UInt8 "{data: 300}"': "a value out of range is an error",
}
LINES_ENOUGH = 3  # of a command that runs until it is interrupted


def replayable(*names):
    return [e for e in entries(*names) if not any(text in e.command for text in (*SKIPPED, *NOTED)) or "info -c" in e.command]


ENTRIES = replayable("topic_list", "topic_type", "topic_info", "topic_echo", "topic_find", "topic_pub", "node_list", "node_info", "service_list",
                     "service_find", "service_type", "service_info", "service_call", "action_list", "action_type", "action_info", "action_send_goal")


def comparable(text, entry):
    lines = [line for line in normal(text).splitlines() if not ABSENT.search(line)]
    if entry.arguments[:2] in (["topic", "list"], ["topic", "find"]):
        lines = [re.sub(r"\d+ (publisher|subscriber)s?$", r"N \1", line) for line in lines if not SUBBER.match(line.removeprefix(" * "))]
    if "/rosout" in entry.arguments:
        lines = [re.sub(r"count: \d+$", "count: N", line) for line in lines]
    return lines


def run(network, entry):
    process = network.start(*entry.arguments, stdin=True)
    if entry.stdin:
        process.write(entry.stdin)
    if not entry.interrupted:
        return process, process.finish()
    process.child.stdin.close()
    expected = entry.stdout.splitlines()
    if expected:
        process.wait_for("", count=min(len(expected), LINES_ENOUGH), stream="stdout")
    elif "[WARN]" in entry.stderr:
        process.wait_for("incompatible QoS", stream="stderr")
    else:
        wait_until_interruptible(process)
    return process, process.interrupt()


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_a_transcript_is_replayed(network, entry):
    process, status = run(network, entry)
    assert status == entry.status, process.report()
    found, expected = comparable("".join(line + "\n" for line in process.lines["stdout"]), entry), comparable(entry.stdout, entry)
    if entry.interrupted:  # how many lines came is chance
        expected = expected[:LINES_ENOUGH] if len(expected) > LINES_ENOUGH else expected
        found = found[:len(expected)]
    assert found == expected, process.report()
    check_errors(process, entry)


def check_errors(process, entry):
    """Upstream's sentence first, what helps may follow; where upstream shows its insides, one or two clear lines."""
    lines, expected = normal(process.stderr).splitlines(), normal(entry.stderr).splitlines()
    insides = any(text in entry.stderr for text in ("Traceback", "context is invalid", ": None"))
    if insides:
        assert not any("Traceback" in line or "/opt/" in line for line in lines), process.report()
        assert len(lines) <= 4, process.report()
    elif expected:
        assert lines[:len(expected)] == expected, process.report()
        assert len(lines) <= len(expected) + 2
    elif entry.status == 0:
        assert lines == [], process.report()


def test_goal_acceptance_comes_before_the_first_feedback(network):
    found = network.ros2("action", "send_goal", "-f", "/fibonacci", "action_tutorials_interfaces/action/Fibonacci", "order: 2")
    heads = [line.split(":")[0] for line in found.stdout.splitlines() if re.match(r"[A-Z]", line)]
    assert heads == ["Waiting for an action server to become available...", "Sending goal", "Goal accepted with ID", "Feedback", "Result",
                     "Goal finished with status"]
    assert (found.status, found.stderr) == (0, "")


def test_a_value_out_of_range_is_refused(network):
    found = network.ros2("topic", "pub", "--once", "/pub_u8", "std_msgs/msg/UInt8", "{data: 300}")
    assert (found.status, found.stdout) == (1, "")
    assert found.stderr.startswith("Failed to populate field: ") and "[0, 255]" in found.stderr


@pytest.mark.parametrize("what", [["topic", "list"], ["topic", "list", "--include-hidden-topics"], ["node", "list"], ["node", "list", "-a"],
                                  ["service", "list"], ["service", "list", "--include-hidden-services"], ["action", "list"]], ids=" ".join)
def test_counts_agree_with_lists(network, what):
    lines = network.ros2(*what).stdout.splitlines()
    assert lines == sorted(lines) and len(lines) > 1
    assert network.ros2(*what, "-c").stdout == f"{len(lines)}\n"
