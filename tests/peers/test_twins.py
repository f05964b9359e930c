"""One node made with rclio and the same node made with upstream's rclpy: all graph calls of upstream's, and the commands of rclio's, say
the same of both."""
import json
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
ENDPOINTS = 26  # publishers, subscriptions, services and clients, those of parameters (NOD-3) and actions too
COMMANDS = [["node", "list"], ["node", "info", "--include-hidden", "/ns/twin"], ["service", "list", "-t", "--include-hidden-services"],
            ["topic", "list", "-t", "--include-hidden-topics"], ["action", "list", "-t"], ["action", "info", "-t", "/ns/acted"],
            ["action", "info", "/wanted"], ["service", "info", "/ns/served"], ["service", "info", "/called"],
            ["service", "info", "/ns/twin/trigger"], ["service", "type", "/ns/served"], ["action", "type", "/ns/acted"]]


@pytest.fixture
def twins(start, upstream):
    """twin("rclio"), then twin("upstream"): the process, when the other has gone."""
    def make(kind):
        if kind == "rclio":
            process = start("peer_twin")
        else:
            process = start(upstream, PROGRAMS / "twin.py", stdin=True)
        process.wait_for("ready")
        return process

    return make


def end(process):
    status = process.finish() if process.child.stdin else process.interrupt()
    assert status == 0, process.report()
    assert process.stderr == ""


def in_order(value):
    if isinstance(value, dict):
        return {key: in_order(inner) for key, inner in value.items()}
    return sorted(value) if isinstance(value, list) else value


def test_upstreams_graph_calls_say_the_same_of_both(start, upstream, twins):  # DIS-6, SRV-5, NAM-1, NOD-3
    observer = start(upstream, PROGRAMS / "observer.py", stdin=True)
    pictures = {}
    for number, kind in enumerate(("rclio", "upstream"), 1):
        twin = twins(kind)
        observer.write(f"/ns twin {ENDPOINTS}\n")
        pictures[kind] = in_order(json.loads(observer.wait_for("^{", count=number, stream="stdout")[-1]))
        end(twin)
        observer.write("gone\n")
        observer.wait_for("^gone$", count=number)
    assert observer.finish() == 0, observer.report()
    assert observer.stderr == ""
    rclio, theirs = pictures["rclio"], pictures["upstream"]
    assert theirs["nodes"] == [["twin", "/ns", "/"]] and theirs["available"] == [True] * 3
    assert {part: rclio[part] for part in rclio if rclio[part] != theirs[part]} == \
        {part: theirs[part] for part in rclio if rclio[part] != theirs[part]}


def said(start, kind):
    answers = {}
    for command in COMMANDS:
        process = start("ros2", *command)
        assert process.finish() == 0, process.report()
        assert process.stderr == ""
        answers[" ".join(command)] = process.lines["stdout"]
    return answers


def test_the_commands_say_the_same_of_both(start, twins):
    answers = {}
    for kind in ("rclio", "upstream"):
        twin = twins(kind)
        answers[kind] = said(start, kind)
        end(twin)
    rclio = answers["rclio"]
    assert rclio["node list"] == ["/ns/twin"]
    assert rclio["service info /ns/served"] == ["Type: example_interfaces/srv/AddTwoInts", "Clients count: 1", "Services count: 1"]
    assert rclio["service info /called"] == ["Type: std_srvs/srv/Trigger", "Clients count: 1", "Services count: 0"]
    assert rclio["action info -t /ns/acted"] == ["Action: /ns/acted", "Action clients: 0", "Action servers: 1",
                                                 "    /ns/twin [action_tutorials_interfaces/action/Fibonacci]"]
    assert rclio["action info /wanted"] == ["Action: /wanted", "Action clients: 1", "    /ns/twin", "Action servers: 0"]
    assert rclio == answers["upstream"]
