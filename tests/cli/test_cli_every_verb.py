"""What every verb must bear: an output that is full or closed, an interrupt at any moment, names that are not there, values that are
wrong, a peer with another type. One table of verbs; a verb that is not in it fails."""
import os
import re
import signal
import subprocess

import pytest
from cli_network import Network, own_domain, wait_until_interruptible

from support.processes import BIN, DEADLINE, ROOT, Process, environment

FIBONACCI = "action_tutorials_interfaces/action/Fibonacci"
ADD = "example_interfaces/srv/AddTwoInts"
LOCAL = {"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
PAGE = (ROOT / "docs/cli.md").read_text()
VERBS = [verb for verb in re.findall(r"^###? (\w+(?: \w+)?)$", PAGE, re.M) if " " in verb] + ["run", "completion", "graph", "tasks", "top", "trace"]
ELSEWHERE = {"run": "test_cli_run.py: its output is the program's"}  # verb: where it is tested

# verb: the rest of a command that prints something. The statuses that an interrupt may bring: 0 when it had ended before, else upstream's
# of that moment (1 waiting for somebody, 2 looking around, 15 receiving or publishing).
GOOD = {
    "action echo": ["/fibonacci"], "action find": [FIBONACCI], "action info": ["/fibonacci"], "action list": [],
    "action send_goal": ["-f", "/fibonacci", FIBONACCI, "{order: 100}"], "action type": ["/fibonacci"],
    "completion": ["bash"], "daemon start": [], "daemon status": [], "daemon stop": [], "doctor hello": ["-pp", "0.3"], "wtf hello": ["-pp", "0.3"],
    "graph": [], "interface list": [], "interface package": ["std_msgs"], "interface packages": [], "interface proto": ["std_msgs/msg/Header"],
    "interface show": ["std_msgs/msg/Header"],
    "lifecycle get": ["/lc_talker"], "lifecycle list": ["/lc_talker"], "lifecycle nodes": [], "lifecycle set": ["/lc_talker", "configure"],
    "multicast receive": ["--port", "49170"], "multicast send": ["--port", "49171"],
    "node info": ["/talker"], "node list": [],
    "param delete": ["/refuser", "nope"], "param describe": ["/refuser", "speed"], "param dump": ["/refuser"], "param get": ["/refuser", "speed"],
    "param list": [], "param load": ["/refuser", "opts.yaml"], "param set": ["/refuser", "speed", "2.5"],
    "pkg create": ["made"], "pkg executables": ["demo"], "pkg list": [], "pkg prefix": ["std_msgs"], "pkg xml": ["std_msgs"],
    "service call": ["-r", "20", "/add_two_ints", ADD, "{a: 1, b: 2}"], "service echo": ["/add_two_ints"], "service find": [ADD],
    "service info": ["/add_two_ints"], "service list": [], "service type": ["/add_two_ints"],
    "tasks": [], "top": ["-i", "0.2"], "trace": ["-i", "0.2", "/talker"],
    "topic bw": ["/chatter"], "topic delay": ["/scan"], "topic echo": ["/chatter"], "topic find": ["std_msgs/msg/String"], "topic hz": ["/chatter"],
    "topic info": ["/chatter"], "topic list": [], "topic pub": ["-r", "20", "/pubbed", "std_msgs/msg/String", "{data: x}"], "topic type": ["/chatter"],
}
SILENT = {"param delete": "what it says of a parameter that is not there goes to standard error"}


def test_no_verb_is_missing():
    known = {verb for verb in VERBS if verb not in ELSEWHERE}
    assert known == set(GOOD)


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A network where each topic, service and action is in use; its folder has the files and packages of the table."""
    made = Network(20, own_domain(), "introspect")
    made.folder = tmp_path_factory.mktemp("busy")
    (made.folder / "opts.yaml").write_text("/refuser: {ros__parameters: {speed: 3.5}}\n")
    prefix = made.folder / "prefix"
    (prefix / "share/ament_index/resource_index/packages").mkdir(parents=True)
    (prefix / "share/ament_index/resource_index/packages/demo").touch()
    (prefix / "lib/demo").mkdir(parents=True)
    (prefix / "lib/demo/talker").write_text("#!/bin/sh\n")
    (prefix / "lib/demo/talker").chmod(0o755)
    made.environment = {"AMENT_PREFIX_PATH": str(prefix), **LOCAL}
    users = [Process(BIN / "ros2", "service", "call", "-r", "20", "/add_two_ints", ADD, domain=made.domain, **LOCAL),
             Process(BIN / "ros2", "action", "send_goal", "-f", "/fibonacci", FIBONACCI, "{order: 100000}", domain=made.domain, **LOCAL)]
    users[0].wait_for("sum=", count=2)
    users[1].wait_for("^Feedback", count=2)
    yield made
    for process in [*users, made.nodes]:
        process.kill()


def run(busy, verb, arguments, **options):
    return subprocess.run([BIN / "ros2", *verb.split(), *arguments], cwd=options.pop("cwd", busy.folder), timeout=DEADLINE, text=True,
                          env=environment(busy.domain, **busy.environment), stdin=subprocess.DEVNULL, **options)


def reset(busy, verb, folder):
    """Undoes what the verb before did."""
    if verb == "lifecycle set":
        run(busy, verb, ["/lc_talker", "cleanup"], capture_output=True)
    if verb == "multicast receive":
        return subprocess.Popen([BIN / "ros2", "topic", "pub", "-h"], stdout=subprocess.DEVNULL)
    return None


@pytest.mark.parametrize("verb", [verb for verb in GOOD if verb not in SILENT])
def test_a_full_disk_is_one_line(busy, verb, tmp_path):
    reset(busy, verb, tmp_path)
    with open("/dev/full", "w") as full:
        done = run(busy, verb, GOOD[verb] + (["--destination-directory", str(tmp_path)] if verb == "pkg create" else []), stdout=full,
                   stderr=subprocess.PIPE)
    lines = [line for line in done.stderr.splitlines() if "[WARN]" not in line]
    assert (done.returncode, lines) == (1, ["cannot write to standard output: No space left on device"])


@pytest.mark.parametrize("verb", [verb for verb in GOOD if verb not in SILENT])
def test_a_closed_pipe_is_no_error(busy, verb, tmp_path):
    """Closed before the first byte."""
    reset(busy, verb, tmp_path)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = run(busy, verb, GOOD[verb] + (["--destination-directory", str(tmp_path)] if verb == "pkg create" else []), stdout=writer,
                   stderr=subprocess.PIPE)
    finally:
        os.close(writer)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "[WARN]" not in line]) == (0, [])


MOMENTS = {"at the start": 0, "early": 5, "while looking around": 60, "in the middle": 400}  # milliseconds: chance decides what it does then


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("verb", list(GOOD))
def test_an_interrupt_ends_it_at_any_moment(busy, verb, moment, tmp_path):
    reset(busy, verb, tmp_path)
    process = Process(BIN / "ros2", *verb.split(), *GOOD[verb], *(["--destination-directory", tmp_path] if verb == "pkg create" else []),
                      domain=busy.domain, **(busy.environment | {"PWD": str(busy.folder)}))
    wait_until_interruptible(process)
    try:
        process.child.wait(timeout=MOMENTS[moment] / 1000)
    except subprocess.TimeoutExpired:
        pass
    if process.child.poll() is None:
        process.child.send_signal(signal.SIGINT)
    status = process.finish(10)
    assert status in (0, 1, 2, 15), process.report()
    errors = [line for line in process.lines["stderr"] if "[WARN]" not in line]
    assert len(errors) <= 2 and not any("Traceback" in line for line in errors), process.report()
    assert status or not errors or verb in SILENT, process.report()
    made = list(tmp_path.iterdir())
    assert made == [] or {path.name for path in made[0].iterdir()} >= {"package.xml", "CMakeLists.txt"}, "half-made"


WRONG = [  # what is wrong with the command, its status, the end of standard error
    (["action", "echo", "/fibonaci"], 1, "Did you mean '/fibonacci'?"), (["action", "info", "/fibonaci"], 0, "Did you mean '/fibonacci'?"),
    (["action", "find", FIBONACCI[:-1]], 0, f"Did you mean '{FIBONACCI}'?"), (["action", "type", "/fibonaci"], 1, "Did you mean '/fibonacci'?"),
    (["action", "send_goal", "/fibonacci", FIBONACCI + "s", "{}"], 1, f"'{FIBONACCI}'"),
    (["interface", "package", "std_msg"], 1, "Did you mean 'std_msgs'?"), (["interface", "proto", "std_msgs/msg/Strin"], 1, "std_msgs/msg/String"),
    (["interface", "show", "std_msgs/msg/Strin"], 1, "std_msgs/msg/String"),
    (["lifecycle", "get", "/lc_talkr"], 1, "Did you mean '/lc_talker'?"), (["lifecycle", "list", "/lc_talkr"], 1, "Did you mean '/lc_talker'?"),
    (["lifecycle", "set", "/lc_talkr", "configure"], 1, "Did you mean '/lc_talker'?"), (["lifecycle", "set", "/lc_talker", "confgure"], 1, "- shutdown ["),
    (["node", "info", "/talkr"], 1, "Did you mean '/talker'?"), (["pkg", "executables", "dem"], 1, "Did you mean 'demo'?"),
    (["param", "delete", "/refuser", "sped"], 0, "Did you mean 'speed'?"), (["param", "describe", "/refuser", "sped"], 0, "Did you mean 'speed'?"),
    (["param", "get", "/refuser", "sped"], 1, "Did you mean 'speed'?"), (["param", "set", "/refuser", "sped", "1.0"], 0, "Did you mean 'speed'?"),
    (["param", "dump", "/refusr"], 1, "Did you mean '/refuser'?"), (["param", "list", "/refusr"], 1, "Did you mean '/refuser'?"),
    (["param", "load", "/refusr", "opts.yaml"], 1, "Did you mean '/refuser'?"),
    (["pkg", "prefix", "std_msg"], 1, "Did you mean 'std_msgs'?"), (["pkg", "xml", "std_msg"], 1, "Did you mean 'std_msgs'?"),
    (["service", "info", "/add_two_int"], 1, "Did you mean '/add_two_ints'?"), (["service", "type", "/add_two_int"], 1, "Did you mean '/add_two_ints'?"),
    (["service", "echo", "/add_two_int"], 1, "Did you mean '/add_two_ints'?"), (["service", "find", ADD[:-1]], 0, f"Did you mean '{ADD}'?"),
    (["service", "call", "/add_two_ints", ADD[:-1], "{}"], 1, f"'{ADD}'"),
    (["topic", "info", "/chater"], 1, "Did you mean '/chatter'?"), (["topic", "type", "/chater"], 1, "Did you mean '/chatter'?"),
    (["topic", "echo", "/chater"], 1, "Did you mean '/chatter'?"), (["topic", "find", "std_msgs/msg/Strin"], 0, "Did you mean 'std_msgs/msg/String'?"),
    (["topic", "pub", "/pubbed", "std_msgs/msg/Strin", "{}"], 1, "'std_msgs/msg/String'"),
    (["topic", "lst"], 2, "Did you mean 'list'?"), (["nod", "list"], 2, "Did you mean 'node'?"),
]
WAITS = [(["topic", "hz", "/chater"], "/chatter"), (["topic", "bw", "/chater"], "/chatter"), (["topic", "delay", "/scn"], "/scan"),
         (["service", "call", "/add_two_int", ADD, "{}"], "/add_two_ints"), (["action", "send_goal", "/fibonaci", FIBONACCI, "{}"], "/fibonacci")]


def name(value):
    return " ".join(value) if isinstance(value, list) else ""


@pytest.mark.parametrize("arguments, status, end", WRONG, ids=name)
def test_the_nearest_name_is_offered(busy, arguments, status, end):
    done = run(busy, " ".join(arguments[:1]), arguments[1:], capture_output=True)
    assert done.returncode == status, done
    assert end in (done.stderr.splitlines() or [""])[-1], done
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments, nearest", WAITS, ids=name)
def test_who_waits_for_a_name_is_told_of_the_nearest(busy, arguments, nearest):
    process = Process(BIN / "ros2", *arguments, domain=busy.domain, **busy.environment)
    process.wait_for(f"^Did you mean '{nearest}'\\?$", stream="stderr")
    assert process.interrupt() in (0, 1)


BAD_YAML = [["topic", "pub", "/t", "std_msgs/msg/String"], ["service", "call", "/s", "std_srvs/srv/SetBool"],
            ["action", "send_goal", "/a", FIBONACCI], ["param", "set", "/refuser", "nums"]]


@pytest.mark.parametrize("arguments", BAD_YAML, ids=name)
@pytest.mark.parametrize("text, column", [("{data: [1, 2", 13), ("{a: b: c}", 6), ("\"open", 6), ("[1, 2}", 6), ("{a: &x 1, b: *y}", 14)])
def test_malformed_yaml_is_named_with_its_column(busy, arguments, text, column):
    if text.startswith("{") and arguments[0] == "param":
        column = 1  # no value of a parameter is a mapping
    done = run(busy, arguments[0], [*arguments[1:], text], capture_output=True)
    assert (done.returncode, done.stdout) == (1, "")
    found = re.fullmatch(r"The passed value is not valid YAML: 1:(\d+): .*\n", done.stderr)
    assert found and abs(int(found[1]) - column) <= 1, done.stderr


OTHER_TYPE = [
    (["topic", "echo", "/chatter", "std_msgs/msg/Int32"], "topic '/chatter' is of type 'std_msgs/msg/Int32' here and of type 'std_msgs/msg/String' in node '/talker'"),
    (["topic", "pub", "/chatter", "std_msgs/msg/Int32"], "topic '/chatter' is of type 'std_msgs/msg/Int32' here and of type 'std_msgs/msg/String' in node '/"),
    (["service", "call", "/add_two_ints", "std_srvs/srv/Empty"], f"'/add_two_ints' is offered with the type '{ADD}'"),
    (["service", "echo", "/add_two_ints", "std_srvs/srv/Empty"], f"service '/add_two_ints' is of type '{ADD}', not 'std_srvs/srv/Empty'"),
    (["action", "send_goal", "/fibonacci", "test_msgs/action/Fibonacci"], f"action '/fibonacci' is offered with the type '{FIBONACCI}'"),
    (["action", "echo", "/fibonacci", "test_msgs/action/Fibonacci"], f"action '/fibonacci' is of type '{FIBONACCI}', not 'test_msgs/action/Fibonacci'"),
]


@pytest.mark.parametrize("arguments, line", OTHER_TYPE, ids=name)
def test_a_peer_with_another_type_is_named(busy, arguments, line):
    process = Process(BIN / "ros2", *arguments, domain=busy.domain, **busy.environment)
    process.wait_for(re.escape(line), stream="stderr")
    assert process.interrupt() in (1, 15)


def test_a_peer_with_another_definition_is_named(busy, tmp_path):
    for folder, text in (("one", "int32 x\n"), ("two", "int64 x\n")):
        (tmp_path / folder / "mine/msg").mkdir(parents=True)
        (tmp_path / folder / "mine/package.xml").write_text("<package><name>mine</name></package>")
        (tmp_path / folder / "mine/msg/Own.msg").write_text(text)
    pub = Process(BIN / "ros2", "topic", "pub", "/own", "mine/msg/Own", domain=busy.domain, RCLIO_INTERFACE_PATH=str(tmp_path / "one"), **LOCAL)
    pub.wait_for("^publishing #1: ")
    echo = Process(BIN / "ros2", "topic", "echo", "/own", "mine/msg/Own", domain=busy.domain, RCLIO_INTERFACE_PATH=str(tmp_path / "two"), **LOCAL)
    try:
        echo.wait_for("^node '_ros2cli_[0-9]+' has another definition of 'mine/msg/Own' and does not tell it: ", stream="stderr")
    finally:
        pub.kill()
        echo.kill()
