"""A server is killed while calls are outstanding: each of them ends, with the reason."""
import re
import signal
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
CALLS = 100
LEASE_S = 2


@pytest.fixture
def short_lease(tmp_path):
    """Upstream's profile with a lease of two seconds; its default is twenty."""
    profile = (Path(__file__).parent / "fastdds_loopback.xml").read_text()
    lease = f"""<builtin><discovery_config>
      <leaseDuration><sec>{LEASE_S}</sec></leaseDuration><leaseAnnouncement><nanosec>500000000</nanosec></leaseAnnouncement>
    </discovery_config></builtin>"""
    assert profile.count("</rtps>") == 1
    (tmp_path / "profile.xml").write_text(profile.replace("</rtps>", lease + "</rtps>"))
    return {"FASTRTPS_DEFAULT_PROFILES_FILE": str(tmp_path / "profile.xml")}


def kill_amid_calls(server, client):
    """How many seconds after the calls were sent all had ended."""
    client.wait_for("^sent")
    server.wait_for("^holding$")
    server.child.send_signal(signal.SIGKILL)
    assert client.finish() == 0, client.report()
    assert client.lines["stdout"][-1] == f"answered 0, lost {CALLS}, other 0", client.report()
    assert re.search("^reason: .*add_two_ints.* its server has gone$", client.stdout, re.M), client.report()
    assert client.stderr == ""
    times = dict(line.split() for line in client.lines["stdout"] if re.match("(sent|ended) ", line))
    return (int(times["ended"]) - int(times["sent"])) / 1e9


def test_all_calls_end_when_upstreams_server_is_killed(start, upstream, short_lease):  # SRV-4
    server = start(upstream, PROGRAMS / "caller.py", stdin=True, **short_lease)
    server.write("serve\n")
    server.wait_for("^serving")
    assert kill_amid_calls(server, start("peer_caller", "pending", CALLS)) < LEASE_S + 3


@pytest.mark.parametrize("mode", ["", "rmw_cyclonedds_cpp"])
def test_all_calls_end_at_once_when_a_rclio_server_is_killed(start, mode):  # SRV-4, DIS-13
    server = start("peer_caller", "serve", RMW_IMPLEMENTATION=mode)
    server.wait_for("^ready")
    assert kill_amid_calls(server, start("peer_caller", "pending", CALLS, RMW_IMPLEMENTATION=mode)) < 3  # the lease is ten or more


def test_a_rclio_server_goes_on_when_upstreams_client_is_killed_amid_its_calls(start, upstream):  # SRV-6
    server = start("peer_services", "serve")
    server.wait_for("ready")
    client = start(upstream, PROGRAMS / "caller.py", stdin=True)
    client.write("call 1000000\n")
    client.wait_for("^reply")
    client.child.send_signal(signal.SIGKILL)
    other = start("peer_caller", "call", 100)
    assert other.finish() == 0, other.report()
    assert server.interrupt() == 0, server.report()
    assert (other.stderr, server.stderr) == ("", "")


@pytest.mark.parametrize("mode", ["", "rmw_cyclonedds_cpp"])
def test_a_rclio_client_finds_its_server_again(start, upstream, mode):
    """The server is killed and started again; the next call waits for it."""
    client = start("peer_caller", "again", RMW_IMPLEMENTATION=mode)
    for number in (1, 2, 3):
        server = start("peer_caller", "serve", RMW_IMPLEMENTATION=mode)
        client.wait_for("^reply", count=number)
        server.kill()
        client.wait_for("^lost", count=number)
    assert client.interrupt() == 0, client.report()
    assert client.stderr == ""
