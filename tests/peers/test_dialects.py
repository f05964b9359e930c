"""Which bytes go to whom, in a capture of the loopback interface: the samples of one dialect never reach an endpoint of the other."""
from pathlib import Path

from support.capture import Capture, udp_ports_of

PROGRAMS = Path(__file__).parent / "programs"
CYCLONE = {"RMW_IMPLEMENTATION": "rmw_cyclonedds_cpp"}
CALLS = 300
FAST_REPLY, CYCLONE_REPLY = 4 + 8, 4 + 16 + 8  # bytes of AddTwoInts: header, the id of the Cyclone dialect, the sum
FAST_REQUEST, CYCLONE_REQUEST = 4 + 16, 4 + 16 + 16


def from_ports(capture, ports):
    """The samples with a payload that came from a process, by dialect: (of Fast DDS, of Cyclone)."""
    sent = [sample for sample in capture.samples if sample.source_port in ports and sample.payload]
    sizes = {True: (FAST_REPLY, FAST_REQUEST), False: (CYCLONE_REPLY, CYCLONE_REQUEST)}
    return tuple([s for s in sent if s.is_related == related and len(s.payload) in sizes[related]] for related in (True, False))


def test_no_sample_of_the_cyclone_dialect_reaches_a_fast_dds_reader(start, upstream):  # SRV-9, SRV-10
    with Capture() as capture:
        server = start("peer_services", "serve")
        server.wait_for("ready")
        fast = [start(upstream, PROGRAMS / "caller.py", stdin=True) for _ in range(2)]
        for client in fast:
            client.write(f"stay {CALLS}\n")
            client.wait_for("^reply")
        cyclone = start("peer_caller", "call", CALLS, **CYCLONE)
        cyclone.wait_for("^created")
        cyclone_ports = udp_ports_of(cyclone.child.pid)
        fast_ports = set().union(*(udp_ports_of(client.child.pid) for client in fast))
        server_ports = udp_ports_of(server.child.pid)
        assert cyclone.finish() == 0, cyclone.report()
        for client in fast:
            client.wait_for("^done")
            assert client.finish() == 0, client.report()
        assert server.interrupt() == 0
    fast_samples, cyclone_samples = from_ports(capture, server_ports)
    assert len(fast_samples) > 1.9 * CALLS and len(cyclone_samples) > 0.9 * CALLS  # the capture has seen them; it may miss some
    assert not [sample for sample in cyclone_samples if sample.port in fast_ports or sample.multicast]
    assert not [sample for sample in fast_samples if sample.port in cyclone_ports or sample.multicast]
    assert {sample.port for sample in cyclone_samples} <= cyclone_ports
    assert {sample.port for sample in fast_samples} <= fast_ports
    assert [process.stderr for process in (server, cyclone, *fast)] == [""] * 4


def test_a_reply_goes_to_the_client_that_asked_and_to_no_other(start, upstream):  # SRV-10
    with Capture() as capture:
        server = start("peer_services", "serve")
        server.wait_for("ready")
        server_ports = udp_ports_of(server.child.pid)
        clients = [start(upstream, PROGRAMS / "caller.py", stdin=True) for _ in range(2)]
        for client in clients:
            client.write(f"stay {CALLS}\n")
        for client in clients:
            client.wait_for("^done")
            assert client.finish() == 0
        server.kill()
    replies, _ = from_ports(capture, server_ports)
    places = {}
    for reply in replies:
        places.setdefault((reply.source, reply.writer, reply.sequence), set()).add(reply.port)
    assert len(places) > 1.9 * CALLS  # the capture may miss some
    assert [ports for ports in places.values() if len(ports) > 1] == []


def test_where_servers_of_both_kinds_have_one_name_only_one_kind_is_called(start, upstream):
    with Capture() as capture:
        fast = start(upstream, PROGRAMS / "caller.py", stdin=True)
        fast.write("serve\n")
        fast.wait_for("^serving")
        cyclone = start("peer_services", "serve", **CYCLONE)
        cyclone.wait_for("ready")
        fast_ports, cyclone_ports = udp_ports_of(fast.child.pid), udp_ports_of(cyclone.child.pid)
        client = start("peer_caller", "call", 1)
        client.wait_for("^created")
        client_ports = udp_ports_of(client.child.pid)
        assert client.finish() == 0, client.report()
        assert fast.finish() == 0, fast.report()
        assert cyclone.interrupt() == 0
    fast_samples, cyclone_samples = from_ports(capture, client_ports)
    assert {sample.port for sample in fast_samples} <= fast_ports
    assert {sample.port for sample in cyclone_samples} <= cyclone_ports
    assert len({sample.sequence for sample in fast_samples + cyclone_samples}) == 1
    assert [process.stderr for process in (client, fast, cyclone)] == [""] * 3
