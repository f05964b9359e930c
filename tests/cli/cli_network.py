"""`ros2` run to its end, and the network of the transcripts."""
import itertools
import os
import re
import subprocess
from types import SimpleNamespace

from support.processes import BIN, DEADLINE, ROOT, Process, environment, next_domain


def run(*arguments, domain, stdin=None, **more_environment):
    """Runs `ros2` to its end: status, stdout and stderr, byte for byte."""
    done = subprocess.run([str(BIN / "ros2"), *map(str, arguments)], env={**environment(domain), **more_environment}, input=stdin,
                          stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True, text=True, errors="replace",
                          timeout=DEADLINE)
    return SimpleNamespace(status=done.returncode, stdout=done.stdout, stderr=done.stderr)


_given = itertools.cycle(range(int(os.environ.get("RCLIO_TEST_DOMAIN", 0)) + 1, int(os.environ.get("RCLIO_TEST_DOMAIN", 0)) + 10))


def own_domain():
    """RCLIO_TEST_DOMAIN=50: this run uses 50 (the transcripts' network) to 59."""
    return next(_given) if "RCLIO_TEST_DOMAIN" in os.environ else next_domain()


def wait_until_interruptible(process):
    """Its handler of SIGINT is there, or it has ended."""
    for _ in range(1000):
        with open(f"/proc/{process.child.pid}/status") as status:
            caught = int(re.search(r"^SigCgt:\s*([0-9a-f]+)$", status.read(), re.M)[1], 16)
        if caught & 0b10:
            return
        try:
            process.child.wait(timeout=0.01)
            return
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(f"no handler of SIGINT\n{process.report()}")


class Network:
    """The transcripts' network, running: of rclio's nodes, or, with `upstream` (its python), of upstream's."""

    def __init__(self, step_ms, domain, *more, upstream=None, **environment):
        self.domain = domain
        self.upstream = upstream is not None
        program = [upstream, ROOT / "tests/cli/upstream_nodes.py"] if upstream else [BIN / "cli_graph_nodes"]
        self.nodes = Process(*program, step_ms, *more, domain=self.domain, stdin=True, **environment)
        self.nodes.wait_for("^ready$")
        self.started = []

    def ros2(self, *arguments, **options):
        return run(*arguments, domain=self.domain, **options)

    def start(self, *arguments, **options):
        self.started.append(Process(BIN / "ros2", *arguments, domain=self.domain, **options))
        return self.started[-1]

    def end_started(self):
        while self.started:
            self.started.pop().kill()
