"""scripts/setup: silent and quick when nothing is missing, one apt-get for what is, through sudo for who is not root."""
import os
import subprocess
import time

import pytest
from support.processes import ROOT

SETUP = ROOT / "scripts/setup"


def run(*arguments, **options):
    return subprocess.run([SETUP, *arguments], capture_output=True, text=True, **options)


@pytest.mark.parametrize("arguments", [(), ("test",)], ids=["build", "test"])
def test_it_says_nothing_and_takes_no_time_when_nothing_is_missing(arguments):
    run(*arguments)
    started = time.monotonic()
    done = run(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - started < 1


@pytest.fixture
def bare_machine(tmp_path):
    """A machine with no package: what apt-get and sudo are asked for is noted."""
    tools, notes = tmp_path / "bin", tmp_path / "notes"
    tools.mkdir()
    scripts = {
        "dpkg-query": "exit 0",
        "apt-get": f'echo "apt-get $*" >>{notes}',
        "sudo": f'echo sudo >>{notes}; "$@"',
        "clang": "echo 14.0.6",
    }

    def pretend(user):
        for name, text in {**scripts, "id": f"echo {user}"}.items():
            (tools / name).write_text(f"#!/bin/sh\n{text}\n")
            (tools / name).chmod(0o755)
        return {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}, notes

    return pretend


def test_root_installs_what_is_missing(bare_machine):
    environment, notes = bare_machine(0)
    done = run(env=environment)
    assert done.returncode == 0, done.stderr
    lines = notes.read_text().splitlines()
    assert [line.split(" -o ")[0] for line in lines] == ["apt-get", "apt-get"]
    assert " update " in lines[0] and " install " in lines[1]
    assert "cyclonedds-dev" in lines[1] and "libboost-context-dev" in lines[1] and "libcmocka-dev" not in lines[1]


def test_others_install_it_through_sudo(bare_machine):
    environment, notes = bare_machine(1000)
    done = run("test", env=environment)
    assert done.returncode == 0, done.stderr
    lines = notes.read_text().splitlines()
    assert lines[0::2] == ["sudo"] * 3
    assert "libcmocka-dev" in lines[3] and lines[5].endswith("libclang-rt-14-dev")
