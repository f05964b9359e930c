"""The command and upstream: what upstream says `ros2 topic echo` prints, what `ros2 topic pub` says upstream hears; and peers that do not fit."""
from pathlib import Path

import pytest

STRINGS = Path(__file__).parent / "programs" / "strings.py"


def end(peer):
    assert peer.finish() == 0, peer.report()
    assert peer.stderr == ""


@pytest.mark.parametrize("qos", ["reliable", "best_effort"])
def test_echo_prints_what_upstream_says(start, upstream, qos):
    peer = start(upstream, STRINGS, "talk", "words", stdin=True)
    peer.wait_for("ready")
    echo = start("ros2", "topic", "echo", "--once", "--qos-reliability", qos, "/up/words")
    assert echo.finish() == 0, echo.report()
    assert echo.lines["stdout"][0].startswith("data: Hello ") and echo.lines["stdout"][1:] == ["---"]
    assert echo.stderr == ""
    end(peer)


def test_upstream_hears_what_pub_says(start, upstream):
    peer = start(upstream, STRINGS, "listen", "words", stdin=True)
    peer.wait_for("ready")
    pub = start("ros2", "topic", "pub", "--once", "/up/words", "std_msgs/msg/String", "data: 'gr\u00fcn: 1'")
    assert pub.finish() == 0, pub.report()
    assert peer.wait_for("^heard") == ["heard gr\u00fcn: 1"]
    assert pub.stderr == ""
    end(peer)


def test_upstream_hears_the_late_latched_message_of_pub(start, upstream):  # QOS-2
    pub = start("ros2", "topic", "pub", "--rate", "0.01", "--qos-durability", "transient_local", "-w", "0", "/up/words", "std_msgs/msg/String",
                "data: early")
    pub.wait_for("publishing #1")
    peer = start(upstream, STRINGS, "listen", "words", "latched", stdin=True)
    assert peer.wait_for("^heard") == ["heard early"]
    end(peer)


def one_warning(relay, words):
    line = relay.wait_for("incompatible QoS", stream="stderr")[0]
    assert words in line and line.endswith("Last incompatible policy: RELIABILITY"), line


def test_a_best_effort_publisher_of_upstreams_gives_a_reliable_subscription_one_warning(start, upstream):  # QOS-5, QOS-9
    relay = start("peer_relay", "std_msgs/msg/String", "/up/words", "/nobody")
    relay.wait_for("ready")
    peer = start(upstream, STRINGS, "talk", "words", "best_effort", stdin=True)
    one_warning(relay, "New publisher discovered on topic '/up/words', offering incompatible QoS. No messages will be received from it.")
    peer.wait_for("incompatible QoS", stream="stderr")  # upstream notices too
    assert peer.finish() == 0
    assert relay.interrupt() == 0
    assert len(relay.lines["stderr"]) == 1, relay.stderr


def test_a_reliable_subscription_of_upstreams_gives_a_best_effort_publisher_one_warning(start, upstream):  # QOS-5, QOS-9
    relay = start("peer_relay", "std_msgs/msg/String", "/nobody", "/up/words", "best_effort")
    relay.wait_for("ready")
    peer = start(upstream, STRINGS, "listen", "words", stdin=True)
    one_warning(relay, "New subscription discovered on topic '/up/words', requesting incompatible QoS. No messages will be sent to it.")
    peer.wait_for("incompatible QoS", stream="stderr")
    assert peer.finish() == 0
    assert relay.interrupt() == 0
    assert len(relay.lines["stderr"]) == 1, relay.stderr
