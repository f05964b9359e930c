"""Managed nodes with upstream's rclpy on Fast DDS, both roles; and one and the same driver on a node of each, which must tell the same."""
from pathlib import Path

from support.builds import both_dialects

PROGRAM = Path(__file__).parent / "programs/lifecycle.py"


def drive(start, upstream, name):
    driver = start(upstream, PROGRAM, "drive", name)
    assert driver.finish(60) == 0, driver.report()
    assert driver.lines["stdout"][-1] == "driven"
    return driver.lines["stdout"]


@both_dialects
def test_upstream_drives_a_rclio_node_as_it_drives_its_own(start, upstream):  # LIF-1, LIF-2, LIF-3, LIF-4, LIF-5, LIF-6, LIF-7
    start(upstream, PROGRAM, "serve", "theirs").wait_for("ready")
    ours = start("lc_talker", "--ros-args", "-r", "__node:=ours")
    expected = drive(start, upstream, "/theirs")
    assert drive(start, upstream, "/ours") == expected
    assert len(expected) == 15
    assert ours.interrupt() == 0, ours.report()


@both_dialects
def test_rclio_brings_upstreams_nodes_up_and_down(start, upstream):  # LIF-1, LIF-5
    peer = start(upstream, PROGRAM, "serve", "first", "second")
    peer.wait_for("ready")
    bringup = start("bringup", "first", "second", stdin=True)
    bringup.wait_for("^second: active$")
    assert bringup.finish() == 0, bringup.report()
    assert bringup.lines["stdout"][2:] == ["first: unconfigured", "second: unconfigured"]
    assert peer.lines["stdout"][1:] == ["first configure", "second configure", "first activate", "second activate", "second deactivate",
                                        "first deactivate", "second cleanup", "first cleanup"]


def test_upstream_sees_each_step_of_a_rclio_node(start, upstream):  # LIF-4
    talker = start("lc_talker")
    watcher = start(upstream, PROGRAM, "watch", "/lc_talker/transition_event", stdin=True)
    watcher.wait_for("matched")
    for round in (1, 2):  # upstream is matched before rclio is, so the first steps of the first round may be missing
        bringup = start("bringup", "lc_talker", stdin=True)
        bringup.wait_for("^lc_talker: active$")
        assert bringup.finish() == 0, bringup.report()
        watcher.wait_for("cleaningup 1 unconfigured", count=round)
    assert watcher.finish() == 0, watcher.report()
    assert watcher.lines["stdout"][-8:] == [
        "0 0  1 unconfigured 10 configuring", "0 0  10 configuring 2 inactive", "0 0  2 inactive 13 activating", "0 0  13 activating 3 active",
        "0 0  3 active 14 deactivating", "0 0  14 deactivating 2 inactive", "0 0  2 inactive 11 cleaningup", "0 0  11 cleaningup 1 unconfigured"]
    assert talker.interrupt() == 0
