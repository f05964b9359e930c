"""What the tests of the Python face share: programs given as text."""
import os
import sys

import pytest

PYTHON = os.environ.get("RCLIO_TEST_PYTHON", sys.executable)  # one with sanitizers, for example


def make(head):
    """A fixture `program(text, *arguments)`: starts one, `head` before it."""
    @pytest.fixture
    def program(start):
        return lambda text, *arguments, python=PYTHON, **environment: start(python, "-u", "-c", head + text, *arguments, **environment)
    return program


def lines_of(process):
    """What it printed, when it ended well."""
    assert process.finish() == 0, process.report()
    assert "Traceback" not in process.stderr, process.report()
    return process.stdout.splitlines()
