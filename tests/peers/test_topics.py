"""Topics with upstream's rclpy on Fast DDS: it publishes, rclio decodes, encodes and answers, it compares. Both directions at once."""
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"


@pytest.mark.parametrize("name", ["std_msgs/msg/String", "sensor_msgs/msg/JointState", "sensor_msgs/msg/Image", "sensor_msgs/msg/PointCloud2",
                                  "test_msgs/msg/Nested", "test_msgs/msg/UnboundedSequences"])
def test_a_message_goes_to_rclio_and_back_unchanged(start, upstream, name):
    relay = start("peer_relay", name, "to_rclio", "from_rclio")
    relay.wait_for("ready")
    peer = start(upstream, PROGRAMS / "topics.py", name)
    assert peer.finish(60) == 0, peer.report()
    assert "ok 5 messages" in peer.stdout
    assert relay.stderr == ""


def test_latched_messages_reach_late_joiners_both_ways(start, upstream):  # QOS-2
    peer = start(upstream, PROGRAMS / "topics.py", "std_msgs/msg/String", "latched", stdin=True)
    peer.wait_for("published")
    relay = start("peer_relay", "std_msgs/msg/String", "to_rclio", "from_rclio", "latched")
    relay.wait_for("ready")
    peer.write("listen\n")
    assert peer.finish(60) == 0, peer.report()
    assert "ok 5 messages" in peer.stdout
