"""Topics with upstream's rclpy on Fast DDS: it publishes, rclio decodes, encodes and answers, it compares. Both directions at once."""
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
TYPES = ["std_msgs/msg/String", "sensor_msgs/msg/JointState", "sensor_msgs/msg/Image", "sensor_msgs/msg/PointCloud2", "test_msgs/msg/Nested",
         "test_msgs/msg/MultiNested", "test_msgs/msg/UnboundedSequences"]
LATCHED = ["std_msgs/msg/String", "sensor_msgs/msg/Image", "test_msgs/msg/Nested"]
BOTH_WAYS = [*((name, ()) for name in TYPES), ("sensor_msgs/msg/Image", ("by_reference",)), ("test_msgs/msg/Nested", ("by_reference",))]
LATCHED_BOTH_WAYS = [*((name, ()) for name in LATCHED), ("sensor_msgs/msg/Image", ("by_reference",))]


def end_well(peer, relay):
    assert peer.finish() == 0, peer.report()
    assert peer.stdout.endswith("ok 5 messages"), peer.report()
    assert relay.interrupt() == 0, relay.report()
    assert (peer.stderr, relay.stderr) == ("", "")


@pytest.mark.parametrize("name,words", BOTH_WAYS)
def test_messages_go_to_rclio_and_back_unchanged_from_the_first_on(start, upstream, name, words):  # DIS-10
    relay = start("peer_relay", name, "to_rclio", "from_rclio", *words)
    relay.wait_for("ready")
    peer = start(upstream, PROGRAMS / "topics.py", name, stdin=True)
    peer.wait_for("matched")
    relay.wait_for("matched")
    peer.write("go\n")
    end_well(peer, relay)


@pytest.mark.parametrize("name,words", LATCHED_BOTH_WAYS)
def test_latched_messages_reach_late_joiners_both_ways(start, upstream, name, words):  # QOS-2
    peer = start(upstream, PROGRAMS / "topics.py", name, "latched", stdin=True)
    peer.wait_for("published")
    relay = start("peer_relay", name, "to_rclio", "from_rclio", "latched", *words)
    relay.wait_for("ready")
    peer.write("go\n")
    end_well(peer, relay)
