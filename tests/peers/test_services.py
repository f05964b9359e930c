"""Services with upstream's rclpy on Fast DDS, without configuration: types of all kinds, both roles, up to a megabyte."""
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
SIZES = [50, 1_000_000]  # the second is cut into fragments, both ways


@pytest.mark.parametrize("size", SIZES)
def test_rclio_answers_upstream(start, upstream, size):  # SRV-9
    server = start("peer_services", "serve")
    server.wait_for("ready")
    client = start(upstream, PROGRAMS / "services.py", "call", size)
    assert client.finish() == 0, client.report()
    assert client.stdout == "ok 9 calls"
    assert server.interrupt() == 0, server.report()
    assert (client.stderr, server.stderr) == ("", "")


@pytest.fixture
def upstream_server(start, upstream):
    server = start(upstream, PROGRAMS / "services.py", "serve", stdin=True)
    server.wait_for("ready")
    yield server
    assert server.finish() == 0, server.report()
    assert server.stderr == ""


def test_upstream_answers_rclio(start, upstream_server):  # SRV-9
    for size in SIZES:
        client = start("peer_services", "call", size)
        assert client.finish() == 0, client.report()
        assert (client.stdout, client.stderr) == ("ok 9 calls", "")


def test_upstream_answers_the_command_and_the_example(start, upstream_server):
    call = start("ros2", "service", "call", "/add_two_ints", "example_interfaces/srv/AddTwoInts", "{a: 2, b: 3}")
    example = start("add_two_ints_client", "40", "2")
    assert call.finish() == 0, call.report()
    assert "example_interfaces.srv.AddTwoInts_Response(sum=5)" in call.stdout
    assert example.finish() == 0, example.report()
    assert "Result of add_two_ints: for 40 + 2 = 42" in example.stdout + example.stderr
    assert call.stderr == ""


def test_clients_of_both_dialects_call_one_rclio_server(start, upstream):  # SRV-1, SRV-9
    server = start("peer_services", "serve")
    server.wait_for("ready")
    clients = [start(upstream, PROGRAMS / "services.py", "call", 50), start("peer_services", "call", 50),
               start("peer_services", "call", 50, RMW_IMPLEMENTATION="rmw_cyclonedds_cpp")]
    for client in clients:
        assert client.finish() == 0, client.report()
        assert (client.stdout, client.stderr) == ("ok 9 calls", "")
    assert server.interrupt() == 0
    assert server.stderr == ""
