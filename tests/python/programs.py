"""Small programs that a test runs, each in a process of its own."""
import sys

HEAD = """
import asyncio, os, signal, sys, threading
from asyncio import sleep as pause
import rclpy
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup, ReentrantCallbackGroup
from rclpy.executors import (ExternalShutdownException, MultiThreadedExecutor, ShutdownException, SingleThreadedExecutor,
                             TimeoutException)
from rclpy.task import Future, Task
from std_msgs.msg import String
"""
NODE = """
rclpy.init()
node = rclpy.create_node('test')
"""
# A callback that is suspended until it is given up.
FOREVER = """
async def forever():
    try:
        await asyncio.Event().wait()
    finally:
        print('cleaned up')
"""
# At the end of one that prints `interrupted` when SIGINT comes.
UNTIL_INTERRUPTED = """
try:
    rclpy.spin(node)
except KeyboardInterrupt:
    print('interrupted')
"""


def command(text, head=HEAD + NODE):
    return [sys.executable, "-u", "-c", head + text]


def lines_of(process, status=0):
    """What it printed, once it has ended as it should and complained about nothing."""
    assert process.finish() == status, process.report()
    assert "Traceback" not in process.stderr and "never" not in process.stderr, process.report()
    return process.stdout.splitlines()
