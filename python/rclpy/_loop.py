"""The asyncio loop of an executor."""

import asyncio
import sys


def begin(coroutine, loop):
    """A task whose first step has run, where this Python can do that (3.12 and later) and the program has no task factory of its own."""
    if sys.version_info < (3, 12) or loop.get_task_factory() is not None:
        return loop.create_task(coroutine)
    return asyncio.Task(coroutine, loop=loop, eager_start=True)
