"""Fixtures of all Python suites."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from support.processes import BIN, ROOT, Process, next_domain, release_domain  # noqa: E402


LONGEST = ("tests/peers/test_starts.py", "tests/failures/test_kills.py")


def pytest_collection_modifyitems(items):
    """The longest tests in the midst: at the end one would be left alone; at the beginning all is still being built, and some look at the time."""
    longest = [item for item in items if item.nodeid.startswith(LONGEST)]
    others = [item for item in items if not item.nodeid.startswith(LONGEST)]
    items[:] = others[:len(others) // 2] + longest + others[len(others) // 2:]


@pytest.fixture
def domain():
    domain = next_domain()
    yield domain
    release_domain(domain)


@pytest.fixture
def start(domain):
    """start("talker", ...) runs a program of the build in the test's own domain; all of them end with the test."""
    processes = []

    def start_one(name, *arguments, **options):
        program = BIN / name if not os.path.isabs(str(name)) else name
        processes.append(Process(program, *arguments, domain=options.pop("domain", domain), **options))
        return processes[-1]

    yield start_one
    for process in processes:
        process.kill()


@pytest.fixture(scope="session")
def upstream():
    """The `python` of upstream's rclpy; the tests that need it are skipped, with the reason, where it cannot be made."""
    made = subprocess.run([ROOT / "tests/peers/setup"], capture_output=True, text=True)
    if made.returncode == 3:
        pytest.skip(made.stderr.strip().splitlines()[-1])
    assert made.returncode == 0, made.stderr
    return Path(made.stdout.strip().splitlines()[-1]) / "python"
