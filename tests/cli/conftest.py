"""Fixtures of the command line's tests."""
import os
import subprocess
from types import SimpleNamespace

import pytest

from support.processes import BIN, DEADLINE, Process, environment, next_domain


def run(*arguments, domain, stdin=None, **more_environment):
    """Runs `ros2` to its end: status, stdout and stderr, byte for byte."""
    done = subprocess.run([str(BIN / "ros2"), *map(str, arguments)], env={**environment(domain), **more_environment}, input=stdin,
                          stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True, text=True, errors="replace",
                          timeout=DEADLINE)
    return SimpleNamespace(status=done.returncode, stdout=done.stdout, stderr=done.stderr)


def own_domain():
    return int(os.environ.get("RCLIO_TEST_DOMAIN", next_domain()))


@pytest.fixture
def domain():
    return own_domain()


@pytest.fixture
def ros2(domain):
    """ros2("topic", "list") in a domain where nobody else is."""
    return lambda *arguments, **options: run(*arguments, domain=domain, **options)


class Network:
    """The transcripts' network, running."""

    def __init__(self, step_ms):
        self.domain = int(os.environ["RCLIO_TEST_DOMAIN"]) + 1 if "RCLIO_TEST_DOMAIN" in os.environ else next_domain()
        self.nodes = Process(BIN / "cli_graph_nodes", step_ms, domain=self.domain, stdin=True)
        self.nodes.wait_for("^ready$")

    def ros2(self, *arguments, **options):
        return run(*arguments, domain=self.domain, **options)

    def start(self, *arguments, **options):
        return Process(BIN / "ros2", *arguments, domain=self.domain, **options)


@pytest.fixture(scope="session")
def network():
    made = Network(20)
    yield made
    made.nodes.kill()
