"""Programs around services and actions for the tests here: what they begin with, and how they are run on upstream and on rclio."""
import difflib
import sys

import pytest

HEAD = """
import asyncio, os, sys, threading
from asyncio import sleep as pause
import rclpy
from action_msgs.msg import GoalStatus
from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rclpy.action import ActionClient, ActionServer, CancelResponse, GoalResponse
from rclpy.task import Future
rclpy.init()
node = rclpy.create_node('test')

def over(future):
    return future.done() or future.cancelled()

def until(*futures):
    while not all(over(future) for future in futures):
        rclpy.spin_once(node, timeout_sec=20)
    return futures[0].result()

def what(call, *args, **keywords):
    try:
        result = call(*args, **keywords)
        return result.result() if hasattr(result, 'add_done_callback') and result.done() else result
    except Exception as error:
        return type(error).__name__

def until_spin_raises(future):
    try:
        until(future)
    except Exception as error:
        return f'{type(error).__name__}: {error}'

def add(request, response):
    response.sum = request.a + request.b
    return response

def fibonacci(order):
    numbers = [0, 1]
    for i in range(1, order):
        numbers.append(numbers[i] + numbers[i - 1])
    return numbers

def execute(goal):
    numbers = fibonacci(goal.request.order)
    for i in range(2, len(numbers)):
        goal.publish_feedback(Fibonacci.Feedback(sequence=numbers[:i + 1]))
    goal.succeed()
    return Fibonacci.Result(sequence=numbers)
"""

TAIL = """
rclpy.try_shutdown()
"""


def ends_clean(process, deadline=40):
    """Its lines. Upstream's servers that are killed are missed after a lease of 20 seconds."""
    assert process.finish(deadline) == 0, process.report()
    assert "Traceback" not in process.stderr or "boom" in process.stderr or "TypeError: a message" in process.stderr, process.report()
    return process.stdout.splitlines()


@pytest.fixture
def program(start):
    """program(text) starts it on rclio; program(text, python) on another Python."""

    def start_one(text, python=sys.executable, **environment):
        return start(python, "-u", "-c", HEAD + text + TAIL, **environment)

    return start_one


@pytest.fixture
def twins(program, upstream):
    """twins(text) runs it on upstream, then on rclio, and compares what they print."""

    def run(text):
        theirs = ends_clean(program(text, upstream))
        ours = ends_clean(program(text))
        different = list(difflib.unified_diff(theirs, ours, "upstream", "rclio", lineterm="", n=0))
        assert theirs and not different, "\n".join(different)

    return run
