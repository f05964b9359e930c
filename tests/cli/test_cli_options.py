"""Options of the verbs that no other test takes: QoS of `topic echo` and `pub`, input of several messages, stamps; and that each option
of each verb is taken by some test or transcript."""
import re
from pathlib import Path

import pytest
from cli_transcript import DATA

from support.processes import ROOT

HERE = Path(__file__).parent


def test_each_option_is_used_by_a_test_or_a_transcript():
    used = "\n".join(path.read_text() for path in HERE.glob("test_*.py"))
    used += "\n".join(line for path in DATA.glob("*.txt") for line in path.read_text().splitlines() if line.startswith("$ ") and "--help" not in line)
    unused = []
    for section in (ROOT / "docs/cli.md").read_text().split("\n### ")[1:]:
        for option in re.findall(r"^\| `(-[^`]*)` \|", section, re.M):
            names = [name.split()[0] for name in option.split(", ")]
            if not any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", used) for name in names):
                unused.append((section.split("\n")[0], option))
    assert unused == []


QOS = [  # options; what `topic info -v` shows
    (["--qos-depth", "7"], "History (Depth): KEEP_LAST (7)"), (["--qos-history", "keep_all"], "History (Depth): KEEP_ALL"),
    (["--qos-reliability", "best_effort"], "Reliability: BEST_EFFORT"), (["--qos-durability", "transient_local"], "Durability: TRANSIENT_LOCAL"),
    (["--qos-liveliness", "manual_by_topic"], "Liveliness: MANUAL_BY_TOPIC"),
    (["--qos-liveliness-lease-duration-seconds", "1.5"], "Liveliness lease duration: 1500000000 nanoseconds"),
    (["--qos-profile", "sensor_data"], "History (Depth): KEEP_LAST (5)"), (["--qos-profile", "sensor_data", "--qos-depth", "3"], "History (Depth): KEEP_LAST (3)"),
]


@pytest.mark.parametrize("verb, rest", [("echo", []), ("pub", ["{data: x}"])], ids=["echo", "pub"])
@pytest.mark.parametrize("options, line", QOS, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_qos_options_are_the_endpoint_s(ros2, start, verb, rest, options, line):
    start("ros2", "topic", verb, *options, "/t", "std_msgs/msg/String", *rest)
    for _ in range(50):
        found = ros2("topic", "info", "-v", "/t").stdout
        if "QoS profile" in found:
            break
    assert f"\n  {line}\n" in found


def publish(ros2, start, *arguments, count=1, kind="std_msgs/msg/Header", **options):
    """What `topic echo` prints of what `topic pub` publishes."""
    echo = start("ros2", "topic", "echo", "/t", kind)
    found = ros2("topic", "pub", "-r", "50", "/t", kind, *arguments, **options)
    assert (found.status, found.stderr) == (0, ""), found
    echo.wait_for("^---$", count=count)
    echo.interrupt()
    return echo.stdout


def test_a_file_is_published(ros2, start, tmp_path):
    (tmp_path / "one.yaml").write_text("frame_id: map\nstamp:\n  sec: 3\n")
    assert publish(ros2, start, "--once", "--yaml-file", str(tmp_path / "one.yaml")) == "stamp:\n  sec: 3\n  nanosec: 0\nframe_id: map\n---"


def test_what_echo_prints_is_published_again_message_by_message(ros2, start, tmp_path):
    """Fields that a document does not name have their defaults, whatever the one before said."""
    (tmp_path / "log.yaml").write_text("stamp:\n  sec: 1\n  nanosec: 2\nframe_id: a\n---\nframe_id: b\n---\nstamp: {sec: 7}\n---\n")
    text = publish(ros2, start, "-w", "1", "--yaml-file", str(tmp_path / "log.yaml"), count=3)
    assert text.split("---") == ["stamp:\n  sec: 1\n  nanosec: 2\nframe_id: a\n", "\nstamp:\n  sec: 0\n  nanosec: 0\nframe_id: b\n",
                                 "\nstamp:\n  sec: 7\n  nanosec: 0\nframe_id: ''\n", ""]


def test_standard_input_may_have_several_messages_too(ros2, start):
    text = publish(ros2, start, "-t", "3", "--stdin", stdin="data: 1\n---\ndata: 2\n", count=3, kind="std_msgs/msg/Int32")
    assert re.findall(r"\d", text) == ["1", "2", "1"]


def test_all_messages_of_a_file_are_checked_before_anything_is_opened(ros2, tmp_path):
    (tmp_path / "log.yaml").write_text("data: 1\n---\ndata: 2\n---\nnope: 3\n")
    found = ros2("topic", "pub", "/t", "std_msgs/msg/Int32", "--yaml-file", str(tmp_path / "log.yaml"), RMW_IMPLEMENTATION="rmw_nope")
    assert (found.status, found.stdout, found.stderr) == (1, "", "Failed to populate field: 'Int32' object has no attribute 'nope'\n")


def test_what_is_wrong_with_the_input_is_one_line(ros2, tmp_path):
    for arguments, line in ((["--yaml-file", "nope.yaml"], "cannot read 'nope.yaml': No such file or directory\n"),
                            (["--yaml-file", str(tmp_path)], f"cannot read {tmp_path}: Is a directory\n"),
                            (["--yaml-file", "x", "--stdin"], "give the values once: on the command line, with --stdin or with --yaml-file\n"),
                            (["--stdin", "{data: 3}"], "give the values once: on the command line, with --stdin or with --yaml-file\n")):
        found = ros2("topic", "pub", "/t", "std_msgs/msg/Int32", *arguments)
        assert (found.status, found.stdout, found.stderr) == (1, "", line)


@pytest.mark.parametrize("word", ["now", "auto"])
def test_stamps_are_taken_for_each_message(ros2, start, word):
    value = "{stamp: now}" if word == "now" else "{header: auto}"
    kind = "std_msgs/msg/Header" if word == "now" else "geometry_msgs/msg/PointStamped"
    text = publish(ros2, start, "-t", "3", value, count=3, kind=kind)
    stamps = [int(sec) * 10**9 + int(nanosec) for sec, nanosec in re.findall(r"sec: (\d+)\n +nanosec: (\d+)", text)]
    assert len(stamps) == 3 and stamps == sorted(set(stamps)) and stamps[0] > 1.6e18


@pytest.mark.parametrize("arguments, hidden", [
    (["lifecycle", "get", "/_hidden"], "is there, but not a managed node"), (["lifecycle", "list", "/_hidden"], "is there, but not a managed node"),
    (["lifecycle", "set", "/_hidden", "configure"], "is there, but not a managed node"),
    (["param", "list", "/_hidden"], "parameter services"), (["param", "dump", "/_hidden"], "parameter services"),
    (["param", "get", "/_hidden", "x"], "parameter services"), (["param", "set", "/_hidden", "x", "1"], "parameter services"),
    (["param", "delete", "/_hidden", "x"], "parameter services"), (["param", "describe", "/_hidden", "x"], "parameter services"),
    (["param", "load", "/_hidden", "x.yaml"], "parameter services|x.yaml"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_a_hidden_node_needs_to_be_asked_for(ros2, start, arguments, hidden):
    start("ros2", "topic", "pub", "-n", "_hidden", "/t", "std_msgs/msg/String").wait_for("^publishing")
    found = ros2(*arguments)
    assert found.status == 1 and ("Node not found" in found.stderr or "x.yaml" in found.stderr)
    found = ros2(*arguments, "--include-hidden-nodes")
    assert found.status == 1 and re.search(hidden, found.stderr), found


def test_hidden_actions_are_found_on_demand(network):
    kind = "action_tutorials_interfaces/action/Fibonacci"
    assert network.ros2("action", "find", "--include-hidden-actions", kind).stdout == network.ros2("action", "find", kind).stdout


def test_options_that_change_nothing_are_taken(ros2, tmp_path):
    assert ros2("daemon", "start", "--debug").status == 0
    assert ros2("pkg", "create", "--package-format", "2", "old", "--destination-directory", str(tmp_path)).status == 0
    assert '<package format="2">' in (tmp_path / "old/package.xml").read_text()
