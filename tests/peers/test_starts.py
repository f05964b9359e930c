"""Who starts first, in both roles: the first call after "available" never fails, and no start waits for an announcement that was missed: the
upstream participants announce themselves when they begin and then not for an hour, so one that is missed is missed for good. Ours are
in tests/mw/announcer. How long a start takes: bench/start_to_reply.py. RCLIO_PEER_STARTS says how many of each kind (50)."""
import itertools
import os
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
STARTS = int(os.environ.get("RCLIO_PEER_STARTS", 50))
HOURLY = """<?xml version="1.0" encoding="UTF-8"?>
<dds xmlns="http://www.eprosima.com/XMLSchemas/fastRTPS_Profiles">
  <profiles>
    <transport_descriptors>
      <transport_descriptor>
        <transport_id>loopback</transport_id>
        <type>UDPv4</type>
        <interfaceWhiteList><address>127.0.0.1</address></interfaceWhiteList>
      </transport_descriptor>
    </transport_descriptors>
    <participant profile_name="hourly" is_default_profile="true">
      <rtps>
        <userTransports><transport_id>loopback</transport_id></userTransports>
        <useBuiltinTransports>false</useBuiltinTransports>
        <builtin>
          <discovery_config>
            <leaseDuration><sec>7200</sec></leaseDuration>
            <leaseAnnouncement><sec>3600</sec></leaseAnnouncement>
          </discovery_config>
        </builtin>
      </rtps>
    </participant>
  </profiles>
</dds>
"""


class Upstream:
    """programs/caller.py, kept; its nodes and participants come and go."""

    def __init__(self, process):
        self.process = process
        self.counts = itertools.count(1)
        self.seen = {}

    def tell(self, line):
        self.process.write(line + "\n")

    def hear(self, word):
        self.seen[word] = self.seen.get(word, 0) + 1
        self.process.wait_for(f"^{word}\\b", count=self.seen[word], stream="stdout")


class Rclio:
    def __init__(self, start):
        self.start = start
        self.server = None

    def tell(self, line):
        if line == "serve":
            self.process = self.server = self.start("peer_caller", "serve")
        elif line == "stop":
            assert self.server.interrupt() == 0, self.server.report()
            assert self.server.stderr == ""
        else:
            self.process = self.start("peer_caller", *line.split())

    def hear(self, word):
        if word == "done":
            assert self.process.finish() == 0, self.process.report()
            assert self.process.stderr == ""
        elif word != "stopped":
            self.process.wait_for(f"^{'ready' if word == 'serving' else word}\\b", stream="stdout")


def server_first(client, server):
    server.tell("serve")
    server.hear("serving")
    for _ in range(STARTS):
        client.tell("call 1")
        client.hear("done")
    server.tell("stop")
    server.hear("stopped")


def client_first(client, server):
    for _ in range(STARTS):
        client.tell("call 1")
        client.hear("created")
        server.tell("serve")
        client.hear("done")
        server.tell("stop")
        server.hear("stopped")


@pytest.fixture
def peer(start, upstream, tmp_path):
    """One process of upstream's does not survive more than some fifty contexts: the next one never ends."""
    profile = tmp_path / "hourly.xml"
    profile.write_text(HOURLY)
    made = Upstream(start(upstream, PROGRAMS / "caller.py", stdin=True, FASTRTPS_DEFAULT_PROFILES_FILE=str(profile)))
    yield made
    assert made.process.finish() == 0, made.process.report()
    assert made.process.stderr == ""


@pytest.mark.parametrize("order", [server_first, client_first], ids=lambda order: order.__name__)
@pytest.mark.parametrize("role", ["rclio_calls_upstream", "upstream_calls_rclio"])
def test_the_first_call_never_fails(start, peer, role, order):  # SRV-5, SRV-10
    rclio = Rclio(start)
    order(*((rclio, peer) if role == "rclio_calls_upstream" else (peer, rclio)))
