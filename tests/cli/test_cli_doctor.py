"""`ros2 doctor`, `ros2 wtf`, `doctor hello` and `ros2 multicast`."""
import re
import socket

import pytest
from cli_network import wait_until_interruptible
from cli_transcript import comparing, entries

LOCAL = {"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
CHECKS = comparing("replayed; warnings name no Python file", [e for e in entries("doctor") if "--report" not in e.arguments])
[REPORT] = comparing("section by section", [e for e in entries("doctor") if "--report" in e.arguments])
# What this network has not, or what differs with the machine.
ABSENT = re.compile(r"/lc_talker/transition_event|/ComponentManager|interface|IP address")


def findings(text):
    """What upstream warns of, without the Python files that it names."""
    found = re.findall(r"(?:UserWarning|warning): (.*)$", text, re.M)
    return [line for line in found if not ABSENT.search(line) and "fails to load" not in line]


@pytest.mark.parametrize("entry", CHECKS, ids=str)
def test_the_checks_say_what_upstream_s_say(network, entry):
    found = network.ros2(*entry.arguments)
    assert (found.status, found.stdout) == (entry.status, entry.stdout)
    expected = findings(entry.stderr)
    cut = "[... cut" in entry.stderr
    assert findings(found.stderr)[:len(expected)] == expected if cut else findings(found.stderr) == expected
    assert all(line.startswith("warning: ") for line in found.stderr.splitlines())


def sections(text):
    """Title and lines of each report; the cut end is left out."""
    text = text.split("[... cut")[0]
    return {part.split("\n")[0]: part.split("\n")[1:] for part in re.split(r"^   (?=[A-Z ]+$)", text, flags=re.M)[1:]}


def pairs(lines):
    """QoS lines in fours, of topics that only have nodes which are here."""
    return [four for four in zip(*[iter(lines)] * 4) if not re.search("/parameter_events", four[0])]


def topics(lines):
    return [three for three in zip(*[iter(lines)] * 3) if not ABSENT.search(three[0])]


def test_the_report_has_upstream_s_form_and_content(network):
    found = network.ros2(*REPORT.arguments)
    assert (found.status, found.stderr) == (0, "")
    mine, upstream = sections(found.stdout), sections(REPORT.stdout)
    assert [title for title in mine if title in upstream] == list(upstream)
    loopback = [line.split(":", 1)[1] for line in mine["NETWORK CONFIGURATION"][:7]]
    assert loopback == [line.split(":", 1)[1] for line in upstream["NETWORK CONFIGURATION"][:7]]
    assert pairs(mine["QOS COMPATIBILITY LIST"]) == pairs(upstream["QOS COMPATIBILITY LIST"])
    assert re.match("middleware name    : rmw_", mine["RMW MIDDLEWARE"][0])
    expected = topics(upstream["TOPIC LIST"])
    assert topics(mine["TOPIC LIST"])[:len(expected)] == expected


def test_peers_that_never_match_are_an_error(ros2, start):
    start("ros2", "topic", "pub", "--qos-reliability", "best_effort", "/t", "std_msgs/msg/String").wait_for("^publishing")
    start("ros2", "topic", "echo", "--qos-reliability", "reliable", "/t", "std_msgs/msg/String").wait_for("incompatible QoS", stream="stderr")
    found = ros2("doctor")
    assert (found.status, found.stdout) == (1, "\n1/3 check(s) failed\n\nFailed modules: middleware\n")
    assert "error: QoS compatibility error found on topic [/t]: ERROR: Best effort publisher and reliable subscription;" in found.stderr
    found = ros2("doctor", "--report-failed")
    assert "   QOS COMPATIBILITY LIST\ntopic [type]            : /t [std_msgs/msg/String]\n" in found.stdout and "TOPIC LIST" not in found.stdout


def test_a_topic_of_two_types_is_an_error(ros2, start):
    for name in ("String", "Int32"):
        start("ros2", "topic", "pub", "/both", f"std_msgs/msg/{name}").wait_for("^publishing #1")
    found = ros2("wtf")
    assert (found.status, found.stdout) == (1, "\n1/3 check(s) failed\n\nFailed modules: topic\n")
    assert "error: Topic /both has more than one type: [std_msgs/msg/Int32, std_msgs/msg/String].\n" in found.stderr


def test_two_definitions_of_a_type_are_an_error(ros2, start, tmp_path):
    for folder, text in (("one", "int32 x\n"), ("two", "int64 x\n")):
        (tmp_path / folder / "mine/msg").mkdir(parents=True)
        (tmp_path / folder / "mine/package.xml").write_text("<package><name>mine</name></package>")
        (tmp_path / folder / "mine/msg/Own.msg").write_text(text)
    start("ros2", "topic", "pub", "-n", "one", "/t", "mine/msg/Own", RCLIO_INTERFACE_PATH=str(tmp_path / "one")).wait_for("^publishing")
    echo = start("ros2", "topic", "echo", "/t", "mine/msg/Own", RCLIO_INTERFACE_PATH=str(tmp_path / "two"))
    wait_until_interruptible(echo)
    for _ in range(50):
        found = ros2("doctor")
        if found.status:
            break
    assert (found.status, found.stdout) == (1, "\n1/3 check(s) failed\n\nFailed modules: topic\n")
    assert re.search(r"^error: Nodes 'one' and '_ros2cli_\d+' have different definitions of 'mine/msg/Own', the type of topic /t\.$", found.stderr, re.M)


def test_warnings_fail_on_demand(network):
    found = network.ros2("doctor", "--include-warnings")
    assert found.status == 1 and re.fullmatch(r"\n[12]/3 check\(s\) failed\n\nFailed modules:( network)? topic\n", found.stdout)


def test_a_datagram_is_received(start):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("", 0))
        port = str(free.getsockname()[1])
    receiver = start("ros2", "multicast", "receive", "--port", port, **LOCAL)
    receiver.wait_for(r"^Waiting for UDP multicast datagram\.\.\.$")
    sender = start("ros2", "multicast", "send", "--port", port, "--ttl", "0", **LOCAL)
    assert sender.finish() == 0 and sender.stdout == "Sending one UDP multicast datagram..."
    assert receiver.finish() == 0
    assert re.fullmatch(r"Received from 127\.0\.0\.1:\d+: 'Hello World!'", receiver.lines["stdout"][1])


def test_waiting_for_a_datagram_can_be_interrupted(start):
    receiver = start("ros2", "multicast", "receive", "--port", "49151", "--group", "225.0.0.9", **LOCAL)
    receiver.wait_for("^Waiting")
    assert receiver.interrupt() == 2 and receiver.stderr == ""


@pytest.mark.parametrize("arguments, line", [
    (["send", "--group", "1.2.3.4"], "'1.2.3.4' is no multicast group: "), (["receive", "--group", "x"], "'x' is no multicast group: "),
    (["send", "--port", "0"], "'0' is no port: "), (["receive", "--port", "65536"], "'65536' is no port: "), (["send", "--ttl", "256"], "'256' is no --ttl: "),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_what_is_no_address_is_said(ros2, arguments, line):
    found = ros2("multicast", *arguments)
    assert (found.status, found.stdout) == (1, "") and found.stderr.startswith(line) and found.stderr.count("\n") == 1


@pytest.mark.parametrize("group", ["doctor", "wtf"])
def test_hello_counts_what_it_hears(start, domain, group):
    """Another host's name stands for another host: its hello comes by the topic and by multicast."""
    hello = start("ros2", group, "hello", "-pp", "0.5", "-ep", "0.05", **LOCAL)
    start("ros2", "topic", "pub", "-r", "20", "/canyouhearme", "std_msgs/msg/String", "{data: \"hello, it's me elsewhere\"}", **LOCAL)
    hello.wait_for(r"^ +elsewhere +\d+ *$")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        sender.sendto(b"hello, it's me farther", ("225.0.0.1", 49150))
    hello.wait_for(r"^ +farther +1 *$")
    assert hello.interrupt() == 2 and hello.stderr == ""
    assert "MULTIMACHINE COMMUNICATION SUMMARY\nTopic: /canyouhearme, Published Msg Count: " in hello.stdout


def test_hello_ends_after_one_summary_on_demand(start):
    hello = start("ros2", "doctor", "hello", "-1", "-pp", "0.3", **LOCAL)
    assert hello.finish() == 0
    assert hello.stdout.count("MULTIMACHINE") == 1 and hello.stdout.endswith("-" * 60)
