"""`ros2 run`: programs of packages, of workspaces, of what pip installed, and files; their exit status; signals."""
import os
import select
import signal
import subprocess
import sys

import pytest
from cli_network import run
from cli_transcript import comparing, entries

from support.processes import BIN, Process


def program(path, text, mode=0o755):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def package(prefix, name):
    index = prefix / "share/ament_index/resource_index/packages"
    index.mkdir(parents=True, exist_ok=True)
    (index / name).touch()
    (prefix / "share" / name).mkdir(exist_ok=True)


@pytest.fixture
def prefix(tmp_path):
    """An installation with demo_nodes_py of the transcripts."""
    made = tmp_path / "prefix"
    package(made, "demo_nodes_py")
    program(made / "lib/demo_nodes_py/talker", f'#!/bin/sh\nexec {BIN}/talker "$@"\n')
    program(made / "lib/demo_nodes_py/show", f"#!{sys.executable}\nimport sys\nprint(sys.argv[1:])\n")
    program(made / "lib/demo_nodes_py/notes", "no program\n", 0o644)
    return made


def ros2_run(prefix, *arguments, **more):
    return run("run", *arguments, domain=3, AMENT_PREFIX_PATH=str(prefix), **more)


@pytest.mark.parametrize("entry", comparing("replayed", [e for e in entries("run") if "nope" in e.arguments and "--log-level" not in e.arguments]), ids=str)
def test_what_is_missing_is_named_as_upstream_does(prefix, entry):
    found = ros2_run(prefix, *entry.arguments[1:])
    assert (found.status, found.stdout, found.stderr) == (entry.status, "", entry.stderr)


@pytest.mark.parametrize("entry", comparing("what ros2 says; the rest is the program's", [e for e in entries("run") if "[ros2run]: Process" in e.stdout]), ids=str)
def test_a_program_that_fails_is_told_of_as_upstream_does(prefix, entry):
    """What the program says of its arguments is its own; that it failed is ros2's to say."""
    found = ros2_run(prefix, *entry.arguments[1:])
    assert (found.status, found.stdout) == (entry.status, entry.stdout)
    assert found.stderr and "Traceback" not in found.stderr


@pytest.mark.parametrize("entry", comparing("status and topics; the text is the program's", [e for e in entries("run") if e.interrupted]), ids=str)
def test_a_program_runs_until_it_is_interrupted(prefix, domain, entry):
    talker = Process(BIN / "ros2", *entry.arguments, domain=domain, AMENT_PREFIX_PATH=str(prefix))
    topic = "/deep/words" if "chatter:=words" in entry.arguments else "/chatter"
    assert Process(BIN / "ros2", "topic", "echo", "--once", topic, "std_msgs/msg/String", domain=domain).finish() == 0
    assert talker.interrupt() == entry.status, talker.report()
    if "--prefix" in entry.arguments:
        assert "Publishing: " in talker.stdout and talker.stderr == ""
    if "--disable-stdout-logs" in entry.arguments:
        assert "Publishing" not in talker.stdout + talker.stderr


ABORTS = comparing("with another program that aborts", [e for e in entries("run") if "Aborted" in e.stdout])


def test_a_program_that_a_signal_ends_is_named_with_its_status(prefix):
    """The last block of the transcript: upstream's own program aborts there."""
    [entry] = ABORTS
    program(prefix / "lib/demo_nodes_py/aborts", "#!/bin/sh\nkill -ABRT $$\n")
    found = ros2_run(prefix, "demo_nodes_py", "aborts")
    assert (found.status, found.stdout, found.stderr) == (entry.status, entry.stdout, "")


def test_arguments_are_handed_on_as_they_are(prefix):
    given = ["-h", "--prefix", "x", "--", "a b", "", "--ros-args", "-r", "a:=b", "-5"]
    assert ros2_run(prefix, "demo_nodes_py", "show", *given).stdout == f"{given}\n"


def test_the_prefix_is_read_as_a_shell_does(prefix):
    found = ros2_run(prefix, "--prefix", f"{sys.executable} -c \"import sys; print(sys.argv)\" 'a  b' c\\ d", "demo_nodes_py", "show", "last")
    assert found.stdout == f"{['-c', 'a  b', 'c d', str(prefix / 'lib/demo_nodes_py/show'), 'last']}\n"
    found = ros2_run(prefix, "--prefix", "env 'open", "demo_nodes_py", "show")
    assert (found.status, found.stdout, found.stderr) == (1, "", "The prefix 'env 'open' cannot be read: No closing quotation\n")
    found = ros2_run(prefix, "--prefix", "no-such-command", "demo_nodes_py", "show")
    assert (found.status, found.stderr) == (1, "cannot run 'no-such-command': No such file or directory\n")


@pytest.mark.parametrize("status", [0, 1, 3, 255])
def test_the_status_is_the_program_s(prefix, status):
    program(prefix / "lib/demo_nodes_py/ends", f"#!/bin/sh\nexit {status}\n")
    found = ros2_run(prefix, "demo_nodes_py", "ends")
    assert (found.status, found.stdout) == (status, f"[ros2run]: Process exited with failure {status}\n" if status else "")


def test_the_nearest_program_is_offered(prefix):
    assert ros2_run(prefix, "demo_nodes_py", "tlker").stderr == "No executable found\nDid you mean 'talker'?\n"
    assert ros2_run(prefix, "demo_node_py", "talker").stderr == "Package 'demo_node_py' not found\nDid you mean 'demo_nodes_py'?\n"
    assert ros2_run(prefix, "demo_nodes_py", "notes").stderr.startswith("No executable found\n")


def test_two_programs_of_one_name_are_both_named(prefix):
    program(prefix / "lib/demo_nodes_py/deep/show", "#!/bin/sh\n")
    found = ros2_run(prefix, "demo_nodes_py", "show")
    folder = prefix / "lib/demo_nodes_py"
    assert (found.status, found.stderr) == (1, f"Multiple executables found:\n- {folder}/show\n- {folder}/deep/show\n")


def test_what_is_no_program_is_said(prefix):
    program(prefix / "lib/demo_nodes_py/text", "just text\n")
    found = ros2_run(prefix, "demo_nodes_py", "text")
    assert found.status == 1 and found.stderr.endswith("text': it is no program, and does not begin with '#!'\n")


@pytest.mark.parametrize("variable", ["AMENT_PREFIX_PATH", "COLCON_PREFIX_PATH"])
@pytest.mark.parametrize("below", ["install", "install/mine"], ids=["merged", "isolated"])
@pytest.mark.parametrize("named", ["", "install"], ids=["the workspace", "its install folder"])
def test_a_workspace_needs_no_set_up(tmp_path, variable, below, named):
    package(tmp_path / below, "mine")
    program(tmp_path / below / "lib/mine/node", "#!/bin/sh\necho here\n")
    assert run("run", "mine", "node", domain=3, **{variable: str(tmp_path / named)}).stdout == "here\n"


def test_a_file_runs(tmp_path):
    file = program(tmp_path / "node.py", "import sys\nprint(sys.argv[1:])\nsys.exit(4)\n", 0o644)
    found = run("run", str(file), "--ros-args", "-p", "x:=1", domain=3)
    assert (found.status, found.stdout) == (4, "['--ros-args', '-p', 'x:=1']\n[ros2run]: Process exited with failure 4\n")
    assert run("run", str(file), "one", "--two", domain=3).stdout.startswith("['one', '--two']\n")
    other = program(tmp_path / "node", "#!/bin/sh\necho $# \"$1\"\n")
    assert run("run", str(other), "a b", domain=3).stdout == "1 a b\n"
    found = run("run", "nope.py", domain=3)
    assert (found.status, found.stderr) == (1, "cannot run 'nope.py': No such file or directory\n")


def test_package_and_program_are_needed(prefix):
    for arguments, missing in (([], "package_name"), (["demo_nodes_py"], "executable_name"), (["demo_nodes_py", "--ros-args"], "executable_name")):
        found = ros2_run(prefix, *arguments)
        assert found.status == 2 and found.stderr.endswith(f"ros2 run: error: the following arguments are required: {missing}\n")


@pytest.fixture
def installed(tmp_path):
    """What pip leaves behind, in a virtual environment whose python3 comes first."""
    version = f"python3.{sys.version_info.minor}"
    site = tmp_path / "venv/lib" / version / "site-packages"
    (site / "pip_nodes").mkdir(parents=True)
    (site / "pip_nodes/__init__.py").touch()
    (site / "pip_nodes/talker.py").write_text("import sys\n\n\nclass Main:\n    @staticmethod\n    def run():\n        print(sys.argv)\n        return 3\n\n\n"
                                              "def main():\n    print('hello', sys.argv[1:], '' in sys.path)\n")
    (site / "Pip.Nodes-1.0.dist-info").mkdir()
    (site / "Pip.Nodes-1.0.dist-info/entry_points.txt").write_text(
        "[other]\nnope = nope:nope\n\n[console_scripts]\n# a remark\ntalker=pip_nodes.talker:main\n  deep = pip_nodes.talker:Main.run [extra]\nbroken\nalso = broken\n")
    (site / "pip_nodes_more-1.0.dist-info").mkdir()
    (tmp_path / "venv/bin").mkdir()
    (tmp_path / "venv/bin/python3").symlink_to(os.path.realpath(sys.executable))
    (tmp_path / "venv/pyvenv.cfg").write_text(f"home = {os.path.dirname(os.path.realpath(sys.executable))}\nversion = 3\n")
    return {"PATH": f"{tmp_path}/venv/bin:{os.environ['PATH']}"}


@pytest.mark.parametrize("name", ["pip_nodes", "pip-nodes", "Pip.Nodes"])
def test_a_package_that_pip_installed_runs_by_its_entry_points(installed, name):
    found = run("run", name, "talker", "-a", "b c", domain=3, **installed)
    assert (found.status, found.stdout, found.stderr) == (0, "hello ['-a', 'b c'] False\n", "")
    found = run("run", name, "deep", domain=3, **installed)
    assert (found.status, found.stdout) == (3, "['deep']\n[ros2run]: Process exited with failure 3\n")


def test_other_entry_points_are_no_programs(installed):
    for name in ("nope", "broken", "also"):
        assert run("run", "pip_nodes", name, domain=3, **installed).stderr.startswith("No executable found\n")
    assert run("run", "pip_nodes_more", "talker", domain=3, **installed).stderr == "No executable found\n"
    assert run("run", "pip", "talker", domain=3, **installed).stderr.startswith("Package 'pip' not found\n")
    assert run("run", "pip_nodes", "tlker", domain=3, **installed).stderr.splitlines()[-1] == "Did you mean 'talker'?"


def test_python_s_own_path_comes_first(installed, tmp_path):
    site = tmp_path / "own"
    (site / "pip_nodes-2.dist-info").mkdir(parents=True)
    (site / "pip_nodes-2.dist-info/entry_points.txt").write_text("[console_scripts]\ntalker = own_talker:main\n")
    (site / "own_talker.py").write_text("def main():\n    print('mine')\n")
    assert run("run", "pip_nodes", "talker", domain=3, PYTHONPATH=f"/nope:{site}", **installed).stdout == "mine\n"


WAITS = """import os, signal, sys
def note(number, frame):
    os.write(1, signal.Signals(number).name.encode() + b"\\n")  # print() may be what it interrupts
    if number == signal.SIGTERM: sys.exit(5)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1): signal.signal(number, note)
print("ready", os.getpid(), flush=True)
while True: signal.pause()
"""


@pytest.fixture
def waiting(tmp_path, start):
    program(tmp_path / "waits.py", WAITS)
    process = start("ros2", "run", str(tmp_path / "waits.py"))
    process.inner = int(process.wait_for("^ready")[0].split()[1])
    yield process
    process.kill()
    try:
        os.kill(process.inner, signal.SIGKILL)
    except ProcessLookupError:
        pass


def test_signals_are_passed_on_once(waiting):
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
        waiting.child.send_signal(number)
        waiting.wait_for(f"^{number.name}$")
    waiting.child.send_signal(signal.SIGTERM)
    assert waiting.finish() == 5
    assert waiting.lines["stdout"][1:] == ["SIGINT", "SIGHUP", "SIGUSR1", "SIGTERM", "[ros2run]: Process exited with failure 5"]


def test_a_program_does_not_outlive_ros2(waiting):
    end = os.pidfd_open(waiting.inner)
    waiting.child.kill()
    waiting.wait_for("^SIGTERM$")
    select.select([end], [], [], 10)
    os.close(end)
    waiting.finish()


def test_a_closed_pipe_kills_the_program_not_ros2(prefix, tmp_path):
    """SIGPIPE, which ros2 itself ignores, is not inherited."""
    program(prefix / "lib/demo_nodes_py/yes", "#!/bin/sh\nexec yes\n")
    done = subprocess.run(["sh", "-c", f"{BIN}/ros2 run demo_nodes_py yes | head -1"], env={**os.environ, "AMENT_PREFIX_PATH": str(prefix)},
                          capture_output=True, text=True, timeout=20)
    assert (done.stdout, done.stderr) == ("y\n", "")
