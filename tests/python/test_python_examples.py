"""Every example of examples/python runs and prints what it says; some beside their twins in C."""
import re
import sys

import pytest
from support.processes import ROOT
from support.tasks_pair import check_awaited, check_called_back

EXAMPLES = ROOT / "examples/python"
NUMBERS = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55]
ROLL = r"\d[\d.e-]*"


@pytest.fixture
def example(start):
    return lambda name, *arguments: start(sys.executable, "-u", EXAMPLES / f"{name}.py", *arguments)


def said(process):
    return [line.split("]: ", 1)[1] for line in process.lines["stderr"]]


def test_the_listener_hears_the_talker(example):
    listener = example("listener")
    talker = example("talker")
    listener.wait_for(r"^\[INFO\] \[\d+\.\d{9}\] \[listener\]: I heard: \[Hello World: \d+\]$", count=2)
    talker.wait_for(r'^\[INFO\] \[\d+\.\d{9}\] \[talker\]: Publishing: "Hello World: 0"$')
    assert talker.interrupt() == 0, talker.report()
    assert listener.interrupt() == 0, listener.report()


@pytest.mark.parametrize("language", ["C", "Python"])
def test_the_client_gets_its_sum_from_a_server_in(example, start, language):
    server = start("add_two_ints_server") if language == "C" else example("add_two_ints_server")
    client = example("add_two_ints_client", "2", "40")
    assert client.finish() == 0, client.report()
    assert said(client)[-1] == "Result of add_two_ints: for 2 + 40 = 42"
    server.wait_for("Incoming request")
    assert server.interrupt() == 0, server.report()


def test_the_client_says_how_it_is_used(example):
    client = example("add_two_ints_client", "2")
    assert client.finish() == 1
    assert client.stderr == "usage: add_two_ints_client.py A B"


README_CLIENT = """
import rclpy
from action_tutorials_interfaces.action import Fibonacci
from rclpy.action import ActionClient
rclpy.init()
node = rclpy.create_node('client')
def until(future):
    rclpy.spin_until_future_complete(node, future)
    return future.result()
goal = until(ActionClient(node, Fibonacci, 'fibonacci').send_goal_async(
    Fibonacci.Goal(order=3), feedback_callback=lambda message: print(list(message.feedback.partial_sequence))))
print(list(until(goal.get_result_async()).result.sequence))
"""


def test_the_server_on_readmes_first_screen_runs_as_it_stands_there(start):
    shown = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    imports = "import asyncio, rclpy\nfrom action_tutorials_interfaces.action import Fibonacci\nfrom rclpy.action import ActionServer\n"
    server = start(sys.executable, "-c", imports + shown)
    client = start(sys.executable, "-c", README_CLIENT)
    assert client.finish() == 0, client.report()
    assert client.stdout.splitlines() == [str(NUMBERS[:3]), str(NUMBERS[:4]), str(NUMBERS[:4])]
    server.interrupt()


@pytest.mark.parametrize("language", ["C", "Python"])
def test_the_action_client_sees_each_feedback_and_the_result_of_a_server_in(example, start, language):
    server = start("fibonacci_action_server") if language == "C" else example("fibonacci_action_server")
    client = example("fibonacci_action_client")
    assert client.finish(40) == 0, client.report()
    lines = said(client)
    assert "Goal accepted :)" in lines  # the server may be quicker with its first feedbacks
    lines.remove("Goal accepted :)")
    assert lines == [*(f"Received feedback: {NUMBERS[:n]}" for n in range(3, 12)), f"Result: {NUMBERS}"]
    server.wait_for("Executing goal...")
    assert server.interrupt() == 0, server.report()


def test_awaited_results_come_in_the_order_of_the_awaits(example):
    check_awaited(example("async_await_example"), ROLL, ROLL)


def test_callbacks_take_each_result_as_soon_as_its_task_is_done(example):
    check_called_back(example("async_callback_example"), ROLL, ROLL)


def test_an_asyncio_program_listens_calls_and_sends_goals_at_once(example):
    others = [example(name) for name in ("talker", "add_two_ints_server", "fibonacci_action_server")]
    program = example("asyncio_main")
    assert program.finish(60) == 0, program.report()
    lines = program.lines["stdout"]
    assert len([line for line in lines if re.match(r"heard Hello World: \d+$", line)]) == 3
    assert [line for line in lines if line.startswith("sums")] == ["sums [0, 2, 4]"]
    assert [line for line in lines if not line.startswith(("heard", "sums"))] == ["so far [0, 1, 1]", "so far [0, 1, 1, 2]", "in the end [0, 1, 1, 2]"]
    for other in others:
        assert other.interrupt() == 0, other.report()
