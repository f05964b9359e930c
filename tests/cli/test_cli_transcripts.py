"""The transcripts of the real tool, replayed in the same network made of rclio's nodes, and of upstream's: same text, same exit status.
Times, ids and counters are made equal; lines that speak of nodes which are not here (components) are left out."""
import dataclasses
import re

import pytest
from cli_network import wait_until_interruptible
from cli_transcript import comparing, entries, normal

# Lines about what this network has not.
ABSENT = re.compile(r"/ComponentManager|/parameter_events|/lifecycle_chatter|/_ros2cli_")
SUBBER = re.compile(r"^/(pubbed|pub_int|pub_u8|pose|hdr|arr)\b")  # was not there yet when topic_list was taken
SKIPPED = {  # command: why
    "echo --once /rosout": "test_a_log_message_is_echoed",
    "/parameter_events": "test_an_endpoint_of_many_is_shown_as_upstream_shows_it",
    "info /fibonacci/_action/feedback -v": "rclio keeps 1000, so that none is lost: test_of_upstream_s_feedback_topic",
    " -c": "test_counts_agree_with_lists",
}
NOTED = {  # where rclio does better; the same sentences are in docs/cli.md
    'send_goal -f /fibonacci action_tutorials_interfaces/action/Fibonacci "order: 2"': "accepted before the first feedback",
    '/pub_u8 std_msgs/msg/UInt8 "{data: 300}"': "a value out of range is an error",
}
LINES_ENOUGH = 3  # of a command that runs until it is interrupted


def replayable(*names):
    return [e for e in entries(*names) if not any(text in e.command for text in (*SKIPPED, *NOTED)) or "info -c" in e.command]


ENTRIES = comparing("replayed", replayable("topic_list", "topic_type", "topic_info", "topic_echo", "topic_find", "topic_pub", "node_list", "node_info", "service_list",
                     "service_find", "service_type", "service_info", "service_call", "action_list", "action_type", "action_info", "action_send_goal"))
ACCEPTED, OUT_OF_RANGE = comparing("noted in docs/cli.md", [e for e in entries("action_send_goal", "topic_pub") if any(text in e.command for text in NOTED)])


def comparable(text, entry):
    lines = [line for line in normal(text).splitlines() if not ABSENT.search(line)]
    if entry.arguments[:2] in (["topic", "list"], ["topic", "find"]):
        lines = [re.sub(r"\d+ (publisher|subscriber)s?$", r"N \1", line) for line in lines if not SUBBER.match(line.removeprefix(" * "))]
    if entry.arguments[:2] == ["node", "info"]:
        lines = [line for line in lines if line]  # a section may be empty without what is left out
    if "/rosout" in entry.arguments:
        lines = [re.sub(r"count: \d+$", "count: N", line) for line in lines]
    return lines


def untold(text):
    """Fast DDS does not tell others of history and depth; upstream's own tool shows this then."""
    return re.sub(r"History \(Depth\): .*", "History (Depth): UNKNOWN", text)


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
def test_a_transcript_is_replayed(either_network, entry):
    process, status = run(either_network, entry)
    assert status == entry.status, process.report()
    if either_network.upstream:
        entry = dataclasses.replace(entry, stdout=untold(entry.stdout))
    found, expected = compared_lines(process, entry)
    if entry.interrupted:  # how many lines came is chance
        expected = expected[:LINES_ENOUGH] if len(expected) > LINES_ENOUGH else expected
        found = found[:len(expected)]
    assert found == expected, process.report()
    check_errors(process, entry)


WAITING = "Waiting for at least"  # said after half a second: with peers that answer late, and others do not count


def compared_lines(process, entry):
    found, expected = comparable("".join(line + "\n" for line in process.lines["stdout"]), entry), comparable(entry.stdout, entry)
    if not any(line.startswith(WAITING) for line in expected):
        found = [line for line in found if not line.startswith(WAITING)]
    return found, expected


def without_extras(text):
    """A usage as one line, without the options that upstream has not (docs/cli.md)."""
    return " ".join(text.replace("[--yaml-file YAML_FILE] ", "").split())


def check_errors(process, entry):
    """Upstream's sentence first, what helps may follow; where upstream shows its insides, one or two clear lines."""
    lines, expected = normal(process.stderr).splitlines(), normal(entry.stderr).splitlines()
    insides = any(text in entry.stderr for text in ("Traceback", "context is invalid", ": None"))
    if insides:
        assert not any("Traceback" in line or "/opt/" in line for line in lines), process.report()
        assert len(lines) <= 4, process.report()
    elif expected and expected[0].startswith("usage: "):
        assert without_extras(process.stderr) == without_extras(entry.stderr), process.report()
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


[ROSOUT] = comparing("but for the names of a source file", [e for e in entries("topic_echo") if "echo --once /rosout" in e.command])
[EVENTS] = comparing("an endpoint of the list", [e for e in entries("topic_info") if "/parameter_events" in e.command])
[FEEDBACK] = comparing("replayed with upstream's nodes", [e for e in entries("topic_info") if "info /fibonacci/_action/feedback -v" in e.command])


def test_a_log_message_is_echoed(ros2, start):
    start("talker").wait_for("Publishing")
    found = ros2(*ROSOUT.arguments)
    place = re.compile("^(file: ).*/(.*)|^(function: ).*|^(line: ).*", re.M)
    assert place.sub(r"\1\3\4", normal(found.stdout)) == place.sub(r"\1\3\4", normal(ROSOUT.stdout))
    assert (found.status, found.stderr) == (ROSOUT.status, "")


def test_an_endpoint_of_many_is_shown_as_upstream_shows_it(either_network):
    found, expected = either_network.ros2(*EVENTS.arguments), normal(EVENTS.stdout)
    expected = untold(expected) if either_network.upstream else expected
    talkers = [block for block in expected.split("\n\n") if block.startswith("Node name: talker\n")]
    assert len(talkers) == 1 and talkers[0] in normal(found.stdout).split("\n\n")
    assert normal(found.stdout).startswith("Type: rcl_interfaces/msg/ParameterEvent\n\nPublisher count: ")
    assert found.status == EVENTS.status


def test_of_upstream_s_feedback_topic(upstream_network):
    found = upstream_network.ros2(*FEEDBACK.arguments)
    assert (found.status, normal(found.stdout)) == (FEEDBACK.status, untold(normal(FEEDBACK.stdout)))


COUNTS = comparing("a number that agrees with the list", [
    e for name in ("topic_list", "node_list", "service_list", "action_list", "topic_find", "service_find") for e in entries(name) if "-c" in e.arguments])


@pytest.mark.parametrize("entry", COUNTS, ids=str)
def test_a_count_agrees_with_the_list(either_network, entry):
    lines = either_network.ros2(*[word for word in entry.arguments if word != "-c"]).stdout.splitlines()
    found = either_network.ros2(*entry.arguments)
    assert (found.status, found.stdout, found.stderr) == (entry.status, f"{len(lines)}\n", "")
    assert re.fullmatch(r"\d+\n", entry.stdout)


@pytest.mark.parametrize("what", [["topic", "list"], ["topic", "list", "--include-hidden-topics"], ["node", "list"], ["node", "list", "-a"],
                                  ["service", "list"], ["service", "list", "--include-hidden-services"], ["action", "list"]], ids=" ".join)
def test_counts_agree_with_lists(network, what):
    lines = network.ros2(*what).stdout.splitlines()
    assert lines == sorted(lines) and len(lines) > 1
    assert network.ros2(*what, "-c").stdout == f"{len(lines)}\n"
