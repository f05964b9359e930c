"""Many clients of both dialects on one rclio server at once: nothing is lost, nothing is mixed up, nobody complains."""
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"
CYCLONE = {"RMW_IMPLEMENTATION": "rmw_cyclonedds_cpp"}
UPSTREAM_CLIENTS = 4
ROUNDS = 5
CALLS = 400
GOALS = 32


def test_no_call_of_six_clients_of_both_dialects_is_lost(start, upstream):  # SRV-1, SRV-9, SRV-10
    server = start("peer_services", "serve")
    server.wait_for("ready")
    peers = [start(upstream, PROGRAMS / "caller.py", stdin=True) for _ in range(UPSTREAM_CLIENTS)]
    for number in range(1, ROUNDS + 1):
        for peer in peers:
            peer.write(f"call {CALLS}\n")
        clients = [start("peer_caller", "call", CALLS), start("peer_caller", "call", CALLS, **CYCLONE)]
        for client in clients:
            assert client.finish() == 0, client.report()
            assert client.lines["stdout"][-1] == f"done {CALLS}"
            assert client.stderr == ""
        for peer in peers:
            peer.wait_for(f"^done {CALLS}$", count=number)
    for peer in peers:
        assert peer.finish() == 0, peer.report()
        assert peer.stderr == ""
    assert server.interrupt() == 0, server.report()
    assert server.stderr == ""


def test_no_goal_of_six_clients_of_both_dialects_is_lost(start, upstream):
    """rclio's clients send all at once; upstream's eight: it keeps the last ten of what comes, in both roles, also among its own."""
    server = start("peer_actions", "serve", 10)
    server.wait_for("ready")
    clients = [start(upstream, PROGRAMS / "actions.py", "many", GOALS) for _ in range(UPSTREAM_CLIENTS)]
    clients += [start("peer_actions", "many", GOALS), start("peer_actions", "many", GOALS, **CYCLONE)]
    for client in clients:
        assert client.finish() == 0, client.report()
        assert (client.stdout, client.stderr) == (f"done {GOALS}", "")
    assert server.interrupt() == 0, server.report()
    assert server.stderr == ""
