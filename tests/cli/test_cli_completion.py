"""Completion: what `ros2 --complete` offers, and the scripts in real shells: bash and zsh at a terminal, fish by its own `complete -C`."""
import os
import shutil
import subprocess

import pytest

from support.processes import BIN, environment
from support.terminal import Terminal


def offered(network, *words):
    found = network.ros2("--complete", *words)
    assert (found.status, found.stderr) == (0, "")
    return [line.split("\t")[0] for line in found.stdout.splitlines()]


@pytest.mark.parametrize("words, expected", [
    (("to",), ["topic", "top"]), (("topic", "ec"), ["echo"]), (("param", "d"), ["delete", "describe", "dump"]),
    (("completion", ""), ["bash", "zsh", "fish"]), (("completion", "bash", "x"), []), (("topic", "hz", "--wi"), ["--window"]),
    (("topic", "echo", "/scan", "--qos-durability", "tr"), ["transient_local"]), (("--use",), ["--use-python-default-buffering"]),
    (("topic", "--include-hidden-topics", "li"), ["list"]), (("nope", "x"), []), (("topic", "nope", "x"), []),
    (("interface", "show", "std_msgs/msg/Str"), ["std_msgs/msg/String"]), (("interface", "package", "std_m"), ["std_msgs"]),
    (("topic", "find", "geometry_msgs/msg/TwistW"), ["geometry_msgs/msg/TwistWithCovariance", "geometry_msgs/msg/TwistWithCovarianceStamped"]),
    (("run", "std_m"), ["std_msgs"]), (("run", "./ta"), [":files"]), (("run", "x", "y", "-z"), [":files"]), (("pkg", "create", "std"), []),
    (("pkg", "create", "mine", "--dependencies", "rclcpp", "std_m"), ["std_msgs"]), (("doctor", "--report-"), ["--report-failed"]),
    (("lifecycle", "set", "/lc", "de"), ["deactivate"]), (("param", "load", "/x", "/tmp"), [":files"]),
    (("topic", "pub", "/t", "geometry_msgs/msg/Vector3", ""), ["{x: 0.0, y: 0.0, z: 0.0}"]),
    (("service", "call", "/s", "std_srvs/srv/SetBool", "{d"), ["{data: false}"]),
    (("topic", "list", "-"), ["--spin-time", "-s", "--use-sim-time", "--no-daemon", "-t", "--show-types", "-c", "--count-topics",
                              "--include-hidden-topics", "-v", "--verbose", "-h", "--help"]),
])
def test_what_needs_no_network_opens_none(ros2, words, expected):
    found = ros2("--complete", *words, RMW_IMPLEMENTATION="rmw_nope")
    assert (found.status, found.stderr) == (0, "")
    mine = [line.split("\t")[0] for line in found.stdout.splitlines()]
    assert sorted(mine) == sorted(expected)


@pytest.mark.parametrize("words, some, none", [
    (("topic", "echo", ""), ["/chatter", "/scan"], ["/parameter", "_action"]),
    (("topic", "echo", "/sc"), ["/scan"], ["/chatter"]),
    (("topic", "hz", "-w", "5", "/s"), ["/scan"], []),
    (("topic", "echo", "/fibonacci/_"), ["/fibonacci/_action/feedback"], ["/chatter"]),
    (("topic", "echo", "/scan", ""), ["sensor_msgs/msg/LaserScan"], ["std_msgs/msg/String"]),
    (("topic", "echo", "/scan", "--field", ""), ["header", "ranges"], ["header.stamp"]),
    (("topic", "echo", "--field", "header"), [], ["header"]),
    (("topic", "echo", "/scan", "--field", "header"), ["header", "header.stamp", "header.frame_id"], ["header.stamp.sec", "ranges"]),
    (("topic", "echo", "/scan", "--field", "header.stamp"), ["header.stamp.sec"], ["header.frame_id"]),
    (("topic", "pub", "/chatter", ""), ["std_msgs/msg/String"], ["sensor_msgs/msg/LaserScan"]),
    (("node", "info", "/t"), ["/talker"], ["/listener"]),
    (("service", "call", "/add"), ["/add_two_ints"], []),
    (("action", "send_goal", "/fi"), ["/fibonacci"], ["/refused"]),
    (("action", "send_goal", "/fibonacci", ""), ["action_tutorials_interfaces/action/Fibonacci"], []),
    (("param", "get", "/refuser", ""), ["speed", "use_sim_time"], []),
    (("param", "describe", "/refuser", "speed", "co"), ["count"], ["speed"]),
])
def test_names_of_the_network_are_live(either_network, words, some, none):
    for _ in range(5):  # what comes too late is there with the next Tab: CP3
        mine = offered(either_network, *words)
        if set(some) <= set(mine):
            break
    assert set(some) <= set(mine) and not [name for name in mine for part in none if name == part or name.startswith(part + "/")], mine


@pytest.fixture
def shell(network, tmp_path):
    """shell("bash"): one at a terminal, with the script read and `ros2` in its path."""
    started = []

    def start(name, *arguments, prompt):
        if not shutil.which(name):
            pytest.skip(f"no {name} here; scripts/setup test installs it")
        terminal = Terminal(name, *arguments, domain=network.domain, columns=150, rows=30, HOME=str(tmp_path), PS1=prompt, INPUTRC="/dev/null",
                            ZDOTDIR=str(tmp_path), PATH=f"{BIN}:{os.environ['PATH']}", HISTFILE="", LC_ALL="C.UTF-8")
        started.append(terminal)
        terminal.wait_for(r"^> $|^>$")
        return terminal

    yield start
    for terminal in started:
        terminal.kill()


@pytest.fixture
def bash(shell):
    terminal = shell("bash", "--norc", "--noprofile", "-i", prompt="> ")
    terminal.type("source <(ros2 completion bash); bind 'set enable-bracketed-paste off'; clear; echo ready\n")
    terminal.wait_for("^ready\n> ?$")
    return terminal


@pytest.fixture
def zsh(shell):
    terminal = shell("zsh", "-f", "-i", prompt="> ")
    terminal.type("autoload -Uz compinit; compinit -D; PROMPT='> '; source <(ros2 completion zsh); clear; echo ready\n")
    terminal.wait_for("^ready\n> ?$")
    return terminal


# what is typed, and the line that the shell makes of it
LINES = [
    ("ros2 topic ec\t", "ros2 topic echo "), ("ros2 topic echo /sca\t", "ros2 topic echo /scan "),
    ("ros2 node info /tal\t", "ros2 node info /talker "), ("ros2 topic echo /scan --field angle_ma\t", "ros2 topic echo /scan --field angle_max "),
    ("ros2 service call /add_two_ints \t", "ros2 service call /add_two_ints example_interfaces/srv/AddTwoInts "),
    ("ros2 completion z\t", "ros2 completion zsh "), ("ros2 param get /refuser spe\t", "ros2 param get /refuser speed "),
]


@pytest.mark.parametrize("typed, line", LINES)
def test_bash_completes_a_line(bash, typed, line):
    bash.type(typed + "|")
    bash.wait_for(f"^> {line}\\|")


@pytest.mark.parametrize("typed, line", LINES)
def test_zsh_completes_a_line(zsh, typed, line):
    zsh.type(typed + "|")
    zsh.wait_for(f"^> {line.rstrip()} ?\\|")


def test_zsh_finds_the_script_in_its_fpath(shell, network, tmp_path):
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions/_ros2").write_text(network.ros2("completion", "zsh").stdout)
    terminal = shell("zsh", "-f", "-i", prompt="> ")
    terminal.type(f"fpath=({tmp_path}/functions $fpath); autoload -Uz compinit; compinit -u -D; PROMPT='> '; clear; echo ready\n")
    terminal.wait_for("^ready\n> ?$")
    for _ in range(2):  # loaded with the first Tab
        terminal.type("ros2 topic ec\t|")
        terminal.wait_for(r"^> ros2 topic echo ?\|$")
        terminal.type("\x15clear; echo again\n")
        terminal.wait_for("^again\n> ?$")


def test_bash_writes_a_message_to_fill_in_as_one_word(bash):
    bash.type("ros2 topic pub --once /chatter std_msgs/msg/String \t")
    bash.wait_for(r'String "\{data: \'\'\}"')
    bash.type("\x08" * 4 + "hello'}\"\n")
    bash.wait_for("publishing #1: std_msgs.msg.String\\(data='hello'\\)")


def test_zsh_writes_a_message_to_fill_in_as_one_word(zsh):
    zsh.type("ros2 topic pub --once /chatter std_msgs/msg/String \t\n")
    zsh.wait_for("publishing #1: std_msgs.msg.String\\(data=''\\)")


def test_bash_shows_the_choices_and_zsh_what_they_are(bash, zsh):
    bash.type("ros2 param de\t\t")
    bash.wait_for("^delete +describe")
    zsh.type("ros2 param de\t\t")
    zsh.wait_for("^describe +-- Print")


def test_files_are_completed_by_the_shell(bash, zsh, tmp_path):
    (tmp_path / "some params.yaml").write_text("")
    for terminal in (bash, zsh):
        terminal.type(f"cd {tmp_path}; clear; echo there\n")
        terminal.wait_for("^there\n> ?$")
        terminal.type("ros2 param load /talker so\t|")
        terminal.wait_for(r"/talker some\\ params.yaml ?\|")


@pytest.mark.skipif(not shutil.which("fish"), reason="no fish here; scripts/setup test installs it")
@pytest.mark.parametrize("line, some", [
    ("ros2 topic ec", "echo\tPrint the messages of a topic"), ("ros2 topic echo /sca", "/scan\tsensor_msgs/msg/LaserScan"),
    ("ros2 topic hz --wi", "--window\tmessages to average over"), ("ros2 topic echo /scan --field header.f", "header.frame_id\tstring"),
    ("ros2 completion ", "fish"), ("ros2 topic pub /chatter std_msgs/msg/String ", "{data: ''}\tstd_msgs/msg/String"),
])
def test_fish_completes_a_line(network, tmp_path, line, some):
    own = {**environment(network.domain), "PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["fish", "--no-config", "-c", f"ros2 completion fish | source; complete -C {line!r}"], env=own,
                          capture_output=True, text=True, timeout=30, check=True)
    assert some in [offer.rstrip("\t") for offer in done.stdout.splitlines()], done.stdout + done.stderr


def test_scripts_are_good_shell(ros2):
    for shell_name, check in (("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])):
        script = ros2("completion", shell_name)
        assert script.status == 0 and f"{shell_name} completion of ros2" in script.stdout
        if shutil.which(shell_name):
            done = subprocess.run(check, input=script.stdout, capture_output=True, text=True)
            assert (done.returncode, done.stderr) == (0, "")
    assert ros2("completion", "csh").status == 2
