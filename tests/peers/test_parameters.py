"""Parameters between rclio and upstream's rclpy: services both ways, and what each tells the other on /parameter_events."""
import json
from pathlib import Path

from support.builds import both_dialects

PROGRAMS = Path(__file__).parent / "programs"


@both_dialects
def test_upstream_reads_and_sets_rclios_parameters(start, upstream):  # PAR-1, PAR-4, PAR-5, PAR-11
    motor = start("motor", "--ros-args", "-p", "speed:=2.0")
    peer = start(upstream, PROGRAMS / "parameters.py", "client")
    assert peer.finish() == 0, peer.report()
    said = json.loads(peer.stdout.splitlines()[-1])
    assert said["get"] == [2.0]
    assert said["unknown"] == [3, 0]
    assert said["types"] == [3, 1]
    assert said["list"] == ["use_sim_time", "start_type_description_service", "guarded", "speed"]
    assert said["describe"] == ["speed", 3, "turns per second", 10.0]
    assert said["set"] == [[True, ""], [False, "Parameter speed out of range Min: 0.0, Max: 10.0, value: 99.0"],
                           [False, "Invalid access to undeclared parameter(s): []"]]
    assert said["atomically"] is True
    changes = [event["changed"] for event in said["events"] if event["changed"]]
    assert changes == [[["speed", 3]], [["guarded", 1], ["speed", 3]]]
    assert motor.interrupt() == 0


@both_dialects
def test_rclio_reads_sets_and_watches_upstreams_parameters(start, upstream):  # PAR-11
    motor = start(upstream, PROGRAMS / "parameters.py", "motor", stdin=True)
    motor.wait_for("ready")
    operator = start("motor_operator")
    assert operator.finish(40) == 0, operator.report()
    said = [line.split("]: ", 1)[1] for line in operator.lines["stderr"]]
    assert "speed is now 3.5" in said
    assert [line for line in said if "is now" not in line] == [
        "speed is 2.0", "colour is None", "speed 3.5: set", "speed 99.0: Parameter speed out of range Min: 0.0, Max: 10.0, value: 99.0",
        "speed 7.5: too fast without a guard"]


def test_upstream_hears_of_rclios_parameters(start, upstream):  # PAR-4
    motor = start("motor")
    watcher = start(upstream, PROGRAMS / "parameters.py", "events", stdin=True)
    watcher.wait_for("matched")
    for _ in range(10):  # the watcher knows the motor's writer; the motor may not know the watcher's reader yet, and tells nobody
        operator = start("motor_operator")
        assert operator.finish(40) == 0, operator.report()
        if len(watcher.lines["stdout"]) > 1:
            break
    watcher.wait_for(r'^\{"new": \[\], "changed": \[\["speed", 3\]\], "deleted": \[\]\}$')
    assert motor.interrupt() == 0
