"""RMW_IMPLEMENTATION: by default services speak both dialects; with rmw_cyclonedds_cpp nothing of Fast DDS is there; without its library a
node says so once and goes on."""
import os
import re
from pathlib import Path

import pytest
from support.capture import sockets_of
from support.processes import BIN

CYCLONE = {"RMW_IMPLEMENTATION": "rmw_cyclonedds_cpp"}
FAST = re.compile(r"librclio_rtps|libfastrtps|libfastdds|libfastcdr")


def footprint(process):
    """(what is mapped of Fast DDS, number of threads, number of sockets). Ends it: with another rclio process there, a thread more watches
    that one."""
    root = Path(f"/proc/{process.child.pid}")
    mapped = set(FAST.findall((root / "maps").read_text()))
    found = mapped, len(os.listdir(root / "task")), len(sockets_of(process.child.pid))
    process.kill()
    return found


@pytest.fixture
def running(start):
    def run(program, *arguments, says="ready", **environment):
        process = start(program, *arguments, **environment)
        process.wait_for(f"^{says}")
        return process

    return run


def test_with_cyclone_nothing_of_fast_dds_is_there(running):
    topics = footprint(running("peer_relay", "std_msgs/msg/String", "in", "out", **CYCLONE))
    services = footprint(running("peer_services", "serve", **CYCLONE))
    client = footprint(running("peer_caller", "call", 1, "nobody", says="created", **CYCLONE))
    assert topics[0] == services[0] == client[0] == set()
    assert services[1:] == client[1:] == topics[1:]  # no thread and no socket more for a service


def test_by_default_fast_dds_is_there_with_the_first_service(running):
    cyclone = footprint(running("peer_services", "serve", **CYCLONE))
    both = footprint(running("peer_services", "serve"))
    assert "librclio_rtps" in both[0] and len(both[0]) > 1
    assert both[1] > cyclone[1] and both[2] > cyclone[2]


def test_without_a_service_fast_dds_is_not_loaded(running):
    command = ["ros2", "topic", "pub", "--rate", "1", "-w", "0", "/words", "std_msgs/msg/String"]
    default = footprint(running(*command, says="publishing"))
    assert default == footprint(running(*command, says="publishing", **CYCLONE))
    assert default[0] == set()


def test_a_missing_library_gives_one_warning_and_a_node_that_serves_cyclones_dialect(start, running):
    missing = "/nonexistent/librclio_rtps.so"
    server = running("peer_services", "serve", RCLIO_RTPS_LIBRARY=missing)
    for arguments in ({}, CYCLONE):
        client = start("peer_caller", "call", 20, **{"RCLIO_RTPS_LIBRARY": missing, **arguments})
        assert client.finish() == 0, client.report()
        assert client.lines["stdout"][-1] == "done 20"
        assert len(client.lines["stderr"]) == (0 if arguments else 1), client.report()
    assert server.interrupt() == 0
    assert len(server.lines["stderr"]) == 1, server.report()  # seven services, one warning
    line = server.stderr
    assert line.startswith("[WARN]")
    assert missing in line  # the cause
    assert "services, actions and parameters cannot reach nodes on Fast DDS" in line  # what will not work
    assert "libfastrtps-dev" in line and "RMW_IMPLEMENTATION=rmw_cyclonedds_cpp" in line  # the cures


def test_the_library_is_found_beside_the_programs(running):
    server = running("peer_services", "serve")
    maps = Path(f"/proc/{server.child.pid}/maps").read_text()
    found = re.search(r"(/\S*)/librclio_rtps\.so", maps)[1]
    assert Path(found).resolve() in (BIN.resolve(), (BIN / "../lib").resolve())
