"""Service introspection between rclio and upstream's rclpy: each hears and understands what the other tells of a call."""
import json
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"


def test_upstream_hears_what_rclios_service_tells(start, upstream):  # INT-1, INT-2
    service = start("introspection_service", "--ros-args", "-p", "service_configure_introspection:=contents")
    service.wait_for("introspection: contents")
    caller = start(upstream, PROGRAMS / "introspection.py", "call")
    assert caller.finish() == 0, caller.report()
    events = json.loads(caller.stdout)
    assert sorted(events) == ["0", "1", "2", "3"]
    assert len({gid for gid, *_ in events.values()}) == 1  # of the client's request writer, on both sides
    assert len({sequence for _, sequence, *_ in events.values()}) == 1
    assert all(stamped for _, _, stamped, *_ in events.values())
    assert {kind: event[3:] for kind, event in events.items()} == {
        "0": [[], []], "3": [[], []], "1": [[[40, 2]], []], "2": [[], [42]]}
    assert service.interrupt() == 0


def test_rclio_hears_what_upstreams_service_tells(start, upstream):  # INT-1, INT-2
    server = start(upstream, PROGRAMS / "introspection.py", "serve", stdin=True)
    server.wait_for("ready")
    client = start("introspection_client", "40", "2")
    for event in ("request sent", "response received"):
        client.wait_for(rf"call \d+: {event}$")
    second = start("introspection_client", "4", "5")  # whoever was matched too late for the first call hears of the second
    client.wait_for("request received$")
    client.wait_for("response sent$")
    client.wait_for("sum: 9$")
    assert client.interrupt() == 0
    assert second.interrupt() == 0
    assert server.finish() == 0, server.report()
