"""A node that is alone pays for one DDS library. The services that every node has are there for whoever comes, upstream's or rclio's, and
whether or not the node spins (SP6 and SP7 in src/mw/split/split.h)."""
import os
import re
from pathlib import Path

import pytest
from support.builds import both_dialects

PROGRAMS = Path(__file__).parent / "programs"
SERVICES = ["describe_parameters", "get_parameter_types", "get_parameters", "get_type_description", "list_parameters", "set_parameters",
            "set_parameters_atomically"]
MOST_THREADS = 9  # upstream has 14 to 16; a Python process, which has one thread that receives and not three: tests/python/test_alone.py

pytestmark = both_dialects


def has_second_library(process):
    return "librclio_rtps" in Path(f"/proc/{process.child.pid}/maps").read_text()


def threads_of(process):
    tasks = Path(f"/proc/{process.child.pid}/task")
    return sorted((tasks / task / "comm").read_text().strip() for task in os.listdir(tasks))


@pytest.fixture
def alone(start):
    """Starts a program and waits until its node is there, and looks whether it is alone."""
    def run(program, says="ready", **options):
        process = start(program, **options)
        process.wait_for(says)
        assert not has_second_library(process)
        assert len(threads_of(process)) <= MOST_THREADS, threads_of(process)
        return process

    return run


@pytest.fixture
def idle(alone):
    return alone("peer_idle", stdin=True)


def answer(process, line, word):
    process.write(line + "\n")
    return process.wait_for(f"^{word}")[-1]


def test_a_node_alone_knows_its_own_services_without_the_second_library(idle):
    words = answer(idle, "services", "services").split()
    assert words == ["services", *(f"/idle/{name}" for name in SERVICES), "1"]
    assert not has_second_library(idle)
    assert answer(idle, "destroy", "destroyed")
    assert not has_second_library(idle)
    assert idle.finish() == 0, idle.report()
    assert idle.stderr == ""


@pytest.mark.parametrize("what", ["client", "service"])
def test_a_service_or_client_of_its_own_loads_it_at_once(idle, what):
    answer(idle, what, "made")
    assert has_second_library(idle)
    words = answer(idle, "services", "services").split()
    assert set(f"/idle/{name}" for name in SERVICES) <= set(words) and words[-1] == "1"
    assert idle.finish() == 0, idle.report()
    assert idle.stderr == ""


def test_upstream_sees_the_services_of_a_node_that_does_not_spin(start, upstream, idle):
    looker = start(upstream, PROGRAMS / "alone.py", "idle")
    assert looker.finish() == 0, looker.report()
    assert looker.stdout == "seen"
    assert has_second_library(idle)
    assert idle.finish() == 0, idle.report()
    assert idle.stderr == ""


def test_upstream_is_answered_by_a_node_that_spins(start, upstream, alone):
    talker = alone("talker", says="Publishing")
    looker = start(upstream, PROGRAMS / "alone.py", "talker", "call")
    assert looker.finish() == 0, looker.report()
    assert "use_sim_time" in looker.stdout.splitlines()[-1].split()
    assert talker.interrupt() == 0, talker.report()


def test_rclio_sees_all_services_of_a_node_that_was_alone_and_does_not_spin(start, idle):
    looker = start("ros2", "node", "info", "/idle")  # looks once, when it has heard of all there is
    assert looker.finish() == 0, looker.report()
    assert re.findall(r"/idle/(\w+): ", looker.stdout) == SERVICES
    assert has_second_library(idle)
    assert idle.finish() == 0, idle.report()


@pytest.mark.parametrize("middleware", ["", "rmw_cyclonedds_cpp"])
def test_rclio_is_answered_by_a_node_that_was_alone(start, alone, middleware):
    talker = alone("talker", says="Publishing")
    caller = start("ros2", "param", "get", "/talker", "use_sim_time", RMW_IMPLEMENTATION=middleware)
    assert caller.finish() == 0, caller.report()
    assert caller.stdout == "Boolean value is: False"
    assert talker.interrupt() == 0, talker.report()


def test_a_missing_library_is_told_once_when_somebody_comes(start, idle):
    missing = "/nonexistent/librclio_rtps.so"
    lonely = start("peer_idle", stdin=True, RCLIO_RTPS_LIBRARY=missing)
    lonely.wait_for("warning|WARN", stream="stderr")  # `idle` is there
    looker = start("ros2", "node", "info", "/idle")
    assert looker.finish() == 0, looker.report()
    words = answer(lonely, "services", "services").split()
    assert set(f"/idle/{name}" for name in SERVICES) <= set(words)
    answer(lonely, "client", "made")
    assert lonely.finish() == 0, lonely.report()
    assert len(lonely.lines["stderr"]) == 1 and missing in lonely.stderr, lonely.report()


@pytest.mark.parametrize("last", ["", "exit\n", "destroy\n"])
def test_it_may_end_while_somebody_comes(start, alone, last):
    for _ in range(4):
        process = alone("peer_idle", stdin=True)
        looker = start("ros2", "node", "list")
        if last:
            process.write(last)
        assert process.finish() == 0, process.report()
        assert process.stderr == ""
        assert looker.finish() == 0, looker.report()  # or the next one would not be alone
