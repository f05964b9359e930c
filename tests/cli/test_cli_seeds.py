"""The shell lines of the seed documents, as written, each against servers in C (rclio's examples) and in Python (upstream's rclpy).

`ros2` and `python3` are found on PATH as a user would find them; a line is run by a shell."""
import os
import re
from pathlib import Path

import pytest

from support.processes import BIN, Process
from support.seeds import SEEDS, needs_seeds

PROGRAMS = Path(__file__).parent / "seeds"
GOAL = 'action_tutorials_interfaces/action/Fibonacci "{order: 5}"'
LINES = {  # as they stand in the documents: how they are tested
    f"ros2 action send_goal fibonacci {GOAL}": "a goal", f"ros2 action send_goal --feedback fibonacci {GOAL}": "a goal",
    "python3 fibonacci_action_server.py": "the Python server", "python3 fibonacci_action_client.py": "the tutorial's client",
    "ros2 run my_package my_node --ros-args -p kp:=2.0": "a tuned node", "ros2 param set /my_node kp 3.0": "a tuned node",
    "ros2 param list /my_node": "a tuned node", "ros2 param get /my_node kp": "a tuned node",
}
NOT_LINES = {"param set /node_name name value": "the form of a line", "param set": "the name of a command in a sentence",
             "topic hz": "the name of a command in a sentence"}


@pytest.fixture(params=["C", "Python"])
def shell(request, domain, upstream, tmp_path):
    """shell(line) starts it where `ros2`, and upstream's `python3`, are on PATH; shell.servers says whose the servers are."""
    started, bin_folder = [], tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "python3").write_text(f'#!/bin/sh\nexec {upstream} "$@"\n')
    (bin_folder / "python3").chmod(0o755)
    package = tmp_path / "install"
    (package / "share/ament_index/resource_index/packages").mkdir(parents=True)
    (package / "share/ament_index/resource_index/packages/my_package").touch()
    (package / "lib/my_package").mkdir(parents=True)
    node = package / "lib/my_package/my_node"
    node.write_text("#!/bin/sh\n" + (f'exec {BIN}/controller "$@" --ros-args -r __node:=my_node\n' if request.param == "C"
                                     else f'exec python3 {PROGRAMS}/chapter_parameters.py "$@"\n'))
    node.chmod(0o755)

    def run(line):
        assert line in LINES
        started.append(Process("bash", "-c", f"exec {line}", domain=domain, AMENT_PREFIX_PATH=str(package),
                               PATH=f"{bin_folder}:{BIN}:{os.environ['PATH']}"))
        return started[-1]

    def serve():
        if request.param == "Python":
            return run("python3 fibonacci_action_server.py")
        started.append(Process(BIN / "fibonacci_action_server", domain=domain))
        return started[-1]

    run.serve, run.servers, before = serve, request.param, os.getcwd()
    os.chdir(PROGRAMS)
    yield run
    os.chdir(before)
    for process in started:
        process.kill()


@pytest.mark.parametrize("line", [line for line in LINES if LINES[line] == "a goal"])
def test_a_goal_is_sent(shell, line):
    server = shell.serve()
    sent = shell(line)
    assert sent.finish() == 0, sent.report()
    text = sent.stdout
    assert re.match(r"Waiting for an action server to become available\.\.\.\nSending goal:\n     order: 5\n\nGoal accepted with ID: [0-9a-f]{32}\n", text)
    assert text.endswith("Result:\n    sequence:\n- 0\n- 1\n- 1\n- 2\n- 3\n- 5\n\nGoal finished with status: SUCCEEDED")
    lengths = [block.count("\n- ") for block in text.split("Feedback:")[1:]]
    assert lengths == [3, 4, 5, 6 + 6] if "--feedback" in line else lengths == []
    server.wait_for("Executing goal", count=1)


def test_the_tutorial_s_client_gets_its_result(shell):
    shell.serve()
    client = shell("python3 fibonacci_action_client.py")
    client.wait_for(r"Received feedback: array\('i', \[0, 1, 1\]\)")
    client.wait_for(r"Result: array\('i', \[0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55\]\)")


def test_a_node_is_tuned(shell):
    node = shell("ros2 run my_package my_node --ros-args -p kp:=2.0")
    if shell.servers == "Python":
        node.wait_for("KP = 2.0")
    else:
        node.wait_for("kp is now 2$")
    asked = shell("ros2 param get /my_node kp")
    assert asked.finish() == 0 and asked.stdout == "Double value is: 2.0", asked.report()
    told = shell("ros2 param set /my_node kp 3.0")
    assert told.finish() == 0 and told.stdout == "Set parameter successful", told.report()
    node.wait_for("KP updated to 3.0|kp is now 3$")
    listed = shell("ros2 param list /my_node")
    assert listed.finish() == 0 and {"  kp", "  use_sim_time"} <= set(listed.lines["stdout"])
    asked = shell("ros2 param get /my_node kp")
    assert asked.finish() == 0 and asked.stdout == "Double value is: 3.0"


@needs_seeds
def test_no_line_of_the_documents_is_missing():
    """Every `ros2 ...` and `python3 FILE.py` of the documents is in the table."""
    text = " ".join(re.sub(r"\s+", " ", path.read_text(errors="replace")) for path in sorted(SEEDS.glob("*.txt")))
    found = set(re.findall(r'ros2 (?:action send_goal(?: --feedback)? \S+ \S+ "[^"]*"|run \S+ \S+ --ros-args -p \S+|param set /\S+ \S+ [\w.]+|param list /\S+'
                           r'|param get /\S+ \S+)', text)) | set(re.findall(r"python3 \w+\.py", text))
    verbs = len(re.findall(r"\bros2 (?:action|run|param|topic|node (?:list|info)|service (?:list|call|type)|launch|bag|interface|pkg|lifecycle|doctor)\b", text))
    assert found - {f"ros2 {line}" for line in NOT_LINES} == set(LINES)
    in_lines = sum(text.count(line) for line in set(LINES) if line.startswith("ros2"))
    in_sentences = len(re.findall(r"`ros2 (?:param set|topic hz)[^`]*`|the ros2 param command|used ros2 run to", text))
    assert verbs == in_lines + in_sentences
