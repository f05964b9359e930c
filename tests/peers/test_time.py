"""/clock with upstream: it drives rclio's simulated time, rclio drives its."""
from pathlib import Path

from support.builds import both_dialects

CLOCK = Path(__file__).parent / "programs" / "clock.py"


def test_upstreams_clock_drives_timers_and_rates_of_rclio(start, upstream):  # TIM-1, TIM-2, TIM-5
    patrol = start("patrol", "--ros-args", "-p", "use_sim_time:=true")
    peer = start(upstream, CLOCK, "simulate", stdin=True)
    peer.wait_for("ready")
    patrol.wait_for(r"\]: it is 1\d\d\.\d s$", count=8)
    patrol.wait_for(r"\]: at the \w+ corner$", count=4)
    peer.write("0.5\n")
    patrol.wait_for(r"\]: time was set back by")
    patrol.wait_for(r"\]: it is \d\.\d s$", count=2)
    assert peer.finish() == 0, peer.report()
    assert patrol.interrupt() == 0  # while time stands still


@both_dialects
def test_upstream_switches_a_rclio_node_to_simulated_time_and_back(start, upstream):  # TIM-7
    patrol = start("patrol")
    patrol.wait_for(r"\]: it is \d{9,}\.\d s$")
    peer = start(upstream, CLOCK, "simulate", stdin=True)
    peer.wait_for("ready")
    peer.write("/patrol true\n")
    peer.wait_for("^/patrol true: True $")
    patrol.wait_for(r"\]: it is 1\d\d\.\d s$", count=3)
    peer.write("/patrol false\n")
    peer.wait_for("^/patrol false: True $")
    patrol.wait_for(r"\]: it is \d{9,}\.\d s$", count=2)
    assert peer.finish() == 0, peer.report()
    assert patrol.interrupt() == 0


def test_rclios_clock_drives_upstream(start, upstream):  # TIM-1
    peer = start(upstream, CLOCK, "follow", stdin=True)
    peer.wait_for("ready")
    clock = start("simulated_clock", "20", "500")
    peer.wait_for(r"^tick 5\d\d\.\d$", count=3)
    assert clock.interrupt() == 0
    clock = start("simulated_clock", "20", "0")
    peer.wait_for(r"^back -\d+\.\d$")
    peer.wait_for(r"^tick \d{1,2}\.\d$")
    assert clock.interrupt() == 0
    assert peer.finish() == 0, peer.report()
