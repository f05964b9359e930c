"""Who starts first, in both roles: the first call after "available" never fails. Prints the time from the later start to the first reply
beside that of two upstream peers. RCLIO_PEER_STARTS says how many starts of each kind (50)."""
import itertools
import os
import statistics
import time
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
STARTS = int(os.environ.get("RCLIO_PEER_STARTS", 50))
BESIDE = max(1, STARTS // 5)  # of two upstream peers
PROMISED_MS = 600
LATE = STARTS // 25  # that may take longer at load 30: measured are one in three hundred, 964 ms at most
MISSED_MS = 1800  # an announcement of Fast DDS that got lost costs two to three seconds


class Upstream:
    """programs/caller.py, kept; its nodes and participants come and go."""

    def __init__(self, process):
        self.process = process
        self.counts = itertools.count(1)
        self.seen = {}

    def tell(self, line):
        self.process.write(line + "\n")

    def hear(self, word):
        """The time in the next line that begins with that word."""
        self.seen[word] = self.seen.get(word, 0) + 1
        return time_in(self.process.wait_for(f"^{word}\\b", count=self.seen[word], stream="stdout")[self.seen[word] - 1])


class Rclio:
    def __init__(self, start):
        self.start = start
        self.server = None

    def tell(self, line):
        self.begin = time.monotonic_ns()
        if line == "serve":
            self.process = self.server = self.start("peer_caller", "serve")
        elif line == "stop":
            assert self.server.interrupt() == 0, self.server.report()
            assert self.server.stderr == ""
        else:
            self.process = self.start("peer_caller", *line.split())

    def hear(self, word):
        if word == "stopped":
            return None
        if word == "done":
            assert self.process.finish() == 0, self.process.report()
            assert self.process.stderr == ""
            return None
        at = time_in(self.process.wait_for(f"^{'ready' if word == 'serving' else word}\\b", stream="stdout")[0])
        return self.begin if word in ("created", "serving") else at


def time_in(line):
    words = line.split()
    return int(words[1]) if len(words) > 1 else None


def server_first(client, server, starts):
    server.tell("serve")
    server.hear("serving")
    for _ in range(starts):
        client.tell("call 1")
        begin = client.hear("created")
        yield (client.hear("reply") - begin) / 1e6
        client.hear("done")
    server.tell("stop")
    server.hear("stopped")


def client_first(client, server, starts):
    for _ in range(starts):
        client.tell("call 1")
        client.hear("created")
        server.tell("serve")
        begin = server.hear("serving")
        yield (client.hear("reply") - begin) / 1e6
        client.hear("done")
        server.tell("stop")
        server.hear("stopped")


@pytest.fixture
def peers(start, upstream):
    """Makes peers. One process of upstream's does not survive more than some fifty contexts: the next one never ends."""
    made = []

    def make():
        made.append(Upstream(start(upstream, PROGRAMS / "caller.py", stdin=True)))
        return made[-1]

    yield make
    for peer in made:
        assert peer.process.finish() == 0, peer.process.report()
        assert peer.process.stderr == ""


def summary(times):
    return f"median {statistics.median(times):.0f} ms, max {max(times):.0f} ms, {sum(t > PROMISED_MS for t in times)} of {len(times)} over {PROMISED_MS} ms"


@pytest.mark.parametrize("order", [server_first, client_first], ids=lambda order: order.__name__)
@pytest.mark.parametrize("role", ["rclio_calls_upstream", "upstream_calls_rclio"])
def test_the_first_call_never_fails(start, peers, capsys, role, order):  # SRV-5, SRV-10
    rclio = Rclio(start)
    peer = peers()
    pair = (rclio, peer) if role == "rclio_calls_upstream" else (peer, rclio)
    times = list(order(*pair, STARTS))
    beside = list(order(peers(), peers(), BESIDE))
    with capsys.disabled():
        print(f"\n{role}, {order.__name__}: {summary(times)}; upstream to upstream: {summary(beside)}")
    assert len(times) == STARTS
    assert max(times) < MISSED_MS and sum(t > PROMISED_MS for t in times) <= LATE, times
