"""Logger levels over services, between rclio and upstream's rclpy."""
import json
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"


def test_upstream_sets_and_gets_levels_of_rclio(start, upstream):  # LOG-6
    node = start("use_logger_service")
    client = start(upstream, PROGRAMS / "loggers.py", "client")
    assert client.finish() == 0, client.report()
    said = json.loads(client.stdout)
    assert said["set"] == [[True, ""], [True, ""], [False, "Failed reason: Invalid logger level."]]
    assert said["get"] == [["use_logger_service", 10], ["", 40], ["x", 0], ["y", 0]]
    node.wait_for(r"^\[DEBUG\] .* for who wants to know everything$")
    assert node.interrupt() == 0


def test_rclio_sets_the_level_of_an_upstream_node(start, upstream):  # LOG-6
    node = start(upstream, PROGRAMS / "loggers.py", "node", stdin=True)
    node.wait_for("ready")
    call = start("ros2", "service", "call", "/loud/set_logger_levels", "rcl_interfaces/srv/SetLoggerLevels",
                 "{levels: [{name: loud, level: 40}]}")
    assert call.finish() == 0, call.report()
    assert "successful=True" in call.stdout
    node.wait_for("^level 40$")
    assert node.finish() == 0, node.report()
