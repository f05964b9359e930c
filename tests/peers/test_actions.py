"""The tutorial's action between rclio and upstream's rclpy: every form of the client with the server of the other, and the seeds' own
programs where they are."""
import re
from pathlib import Path

import pytest
from support.seeds import PROGRAMS as SEED_PROGRAMS, needs_seeds

PROGRAMS = Path(__file__).parent / "programs"
FIBONACCI = "action_tutorials_interfaces/action/Fibonacci"
PERIOD_MS = 20
FORMS = {  # what the client says besides "accepted"; the first feedback may come before the answer to the goal
    ("goal", 3): [],
    ("result", 4): ["SUCCEEDED 0 1 1 2 3"],
    ("feedback", 5): ["feedback 0 1 1", "feedback 0 1 1 2", "feedback 0 1 1 2 3", "feedback 0 1 1 2 3 5", "SUCCEEDED 0 1 1 2 3 5"],
    ("goal", 101): None,
}


LATE = "failed to send response (timeout): client will not receive response"


def without_late(stderr):
    """What upstream says besides that it took a request of a client that had left, which it cannot tell from one not yet found."""
    lines = stderr.splitlines()
    return [line for number, line in enumerate(lines) if LATE not in line and (number == 0 or LATE not in lines[number - 1])]


def check(form, order, lines):
    lines = list(lines)
    if form == "cancel":
        assert lines[-1].startswith("CANCELED 0 1 1 2") and len(lines[-1].split()) < order, lines
        assert [line for line in lines if line.startswith("feedback")][:2] == ["feedback 0 1 1", "feedback 0 1 1 2"]
    elif FORMS[form, order] is None:
        assert lines == ["rejected"]
    else:
        lines.remove("accepted")
        assert lines == FORMS[form, order]


@pytest.fixture
def upstream_server(start, upstream, request):
    server = start(upstream, PROGRAMS / "actions.py", getattr(request, "param", "serve"), PERIOD_MS, stdin=True)
    server.wait_for("ready")
    yield server
    assert server.finish() == 0, server.report()
    assert without_late(server.stderr) == [], server.report()


@pytest.fixture
def rclio_server(start):
    server = start("peer_actions", "serve", PERIOD_MS)
    server.wait_for("ready")
    yield server
    assert server.interrupt() == 0, server.report()
    assert server.stderr == ""


def test_every_form_of_rclios_client_has_its_goal_done_by_upstream(start, upstream_server):
    for form, order in [*FORMS, ("cancel", 50)]:
        client = start("peer_actions", form, order)
        assert client.finish() == 0, client.report()
        assert client.stderr == ""
        check(form, order, client.lines["stdout"])


def test_the_command_has_its_goal_done_by_upstream(start, upstream_server):
    command = start("ros2", "action", "send_goal", "--feedback", "/fibonacci", FIBONACCI, "{order: 3}")
    assert command.finish() == 0, command.report()
    assert command.stderr == ""
    assert [line for line in command.lines["stdout"] if re.match("Goal (acc|fin)", line)][0].startswith("Goal accepted with ID: ")
    assert command.lines["stdout"][-1] == "Goal finished with status: SUCCEEDED"
    assert command.stdout.count("Feedback:") == 2 and command.stdout.count("Result:") == 1


@pytest.mark.parametrize("upstream_server", ["together"], indirect=True)
def test_upstream_does_two_goals_of_rclios_at_once(start, upstream_server):
    clients = [start("peer_actions", "feedback", 30) for _ in range(2)]
    for client in clients:  # neither is done unless both are under way at a time
        assert client.finish() == 0, client.report()
        assert client.stderr == ""
        assert client.lines["stdout"][-1].startswith("SUCCEEDED 0 1 1 2 3 5 8"), client.report()
        lengths = [len(line.split()) - 1 for line in client.lines["stdout"] if line.startswith("feedback")]
        assert lengths and lengths == list(range(lengths[0], 32)), client.report()  # upstream may begin before it has found the reader


def test_every_form_of_upstreams_client_has_its_goal_done_by_rclio(start, upstream, rclio_server):
    forms = [*FORMS, ("cancel", 50)]
    client = start(upstream, PROGRAMS / "actions.py", *[word for form in forms for word in form])
    assert client.finish() == 0, client.report()
    assert client.stderr == ""
    parts = client.stdout.split("end")
    assert len(parts) == len(forms) + 1
    for (form, order), part in zip(forms, parts):
        check(form, order, part.split("\n")[1 if form != forms[0][0] or order != forms[0][1] else 0:-1])


def test_rclio_does_two_goals_of_upstreams_and_one_of_rclios_at_once(start, upstream, rclio_server):
    clients = [start(upstream, PROGRAMS / "actions.py", "feedback", 60), start(upstream, PROGRAMS / "actions.py", "feedback", 60),
               start("peer_actions", "feedback", 60)]
    for client in clients:
        assert client.finish() == 0, client.report()
        assert client.stderr == ""
        lengths = [len(line.split()) - 1 for line in client.lines["stdout"] if line.startswith("feedback")]
        assert lengths == list(range(3, 62)), client.report()


SEQUENCE = r"0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55"


@needs_seeds
def test_the_seeds_clients_have_their_goals_done_by_the_example_in_c(start, upstream):
    server = start("fibonacci_action_server")
    clients = {name: start(upstream, SEED_PROGRAMS / f"fibonacci_action_client{name}.py") for name in ("", "_1", "_2")}
    for client in clients.values():
        assert client.finish() == 0, client.report()
    for name in ("", "_2"):
        assert "Goal accepted :)" in clients[name].stderr + clients[name].stdout
        assert re.search(rf"Result: array\('i', \[{SEQUENCE}\]\)", clients[name].stderr + clients[name].stdout)
    text = clients[""].stdout + clients[""].stderr
    heard = re.findall(r"Received feedback: array\('i', \[([\d, ]+)\]\)", text)
    assert heard == [SEQUENCE[:len(sequence)] for sequence in heard] and [sequence.count(",") for sequence in heard] == list(range(2, 11))
    assert server.interrupt() == 0, server.report()


@needs_seeds
@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_example_in_c_ends_as_the_seeds_server_has_it(start, upstream, number):
    """The first forms of the tutorial's server: without succeed() the goal is aborted; then an empty result; then the sequence."""
    server = start(upstream, SEED_PROGRAMS / f"fibonacci_action_server_{number}.py")
    client = start("peer_actions", "result", 10)
    assert client.finish() == 0, client.report()
    assert client.lines["stdout"][1] == {1: "ABORTED", 2: "SUCCEEDED", 3: "SUCCEEDED " + SEQUENCE.replace(",", "")}[number]
    if number == 1:
        server.wait_for("Goal state not set, assuming aborted")
    server.kill()


@needs_seeds
def test_the_example_in_c_and_the_command_have_their_goals_done_by_the_seeds_server(start, upstream):
    server = start(upstream, SEED_PROGRAMS / "fibonacci_action_server.py")
    client = start("fibonacci_action_client")
    client.wait_for("Received feedback: .0, 1, 1.$")
    command = start("ros2", "action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 2}")  # after the first: it has one thread
    assert client.finish() == 0, client.report()
    assert re.search(rf"Result: \[{SEQUENCE}\]", client.stdout + client.stderr)
    assert command.finish() == 0, command.report()
    assert command.lines["stdout"][-1] == "Goal finished with status: SUCCEEDED"
    server.kill()
