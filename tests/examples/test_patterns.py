"""The patterns of examples/c/patterns: a sensor driver, off-loaded work, a client in a callback, parameters, a clean end, composition."""
import re
import signal

import pytest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_driver_publishes_frames_and_gives_its_camera_back(start, number):
    echo = start("ros2", "topic", "echo", "/camera/image", "sensor_msgs/msg/Image", "--field", "step")
    driver = start("camera_driver")
    echo.wait_for("^64$", count=3)
    driver.child.send_signal(number)
    assert driver.finish(10) == 0, driver.report()
    assert re.search(r"\[camera_driver\]: camera released after [1-9]\d* frames$", driver.stderr), driver.report()
    echo.interrupt()


def test_a_driver_without_its_camera_says_so_and_goes_on(start):
    driver = start("camera_driver", "--ros-args", "-p", "device:=/nowhere", "-p", "rate:=50.0")
    driver.wait_for(r"\[camera_driver\]: no camera at '/nowhere'$")
    driver.wait_for(r"failed at camera_driver.c:\d+: the camera gives no frame \(system error\)$")
    assert driver.interrupt() == 0
    assert driver.stderr.endswith("camera released after 0 frames")


def check_that_it_detects(detector, controller, supervisor):
    supervisor.wait_for(r"\[supervisor\]: the detector is detecting$")
    controller.wait_for(r"\[controller\]: turning at -?\d\.\d{3}$", count=3)
    found = detector.wait_for(r"\[object_detector\]: found something; (\d+) ticks meanwhile$", count=3)
    assert all(int(line.split("; ")[1].split()[0]) > 0 for line in found), "the work held its node up"


def test_work_is_off_loaded_once_the_service_is_asked(start):
    programs = [start(name) for name in ("camera_driver", "object_detector", "controller", "supervisor")]
    check_that_it_detects(*programs[1:])
    for program in programs:
        assert program.interrupt() == 0, program.report()


def test_a_gain_is_changed_while_its_node_runs(start):
    controller = start("controller", "--ros-args", "-p", "kp:=2.0")
    controller.wait_for(r"\[controller\]: kp is now 2$")
    for value, answer in (("3.5", "successful=True"), ("-1.0", "kp -1 would turn away from the target")):
        request = f"{{parameters: [{{name: kp, value: {{type: 3, double_value: {value}}}}}]}}"
        call = start("ros2", "service", "call", "/controller/set_parameters", "rcl_interfaces/srv/SetParameters", request)
        assert call.finish(30) == 0, call.report()
        assert answer in call.stdout
    controller.wait_for(r"\[controller\]: kp is now 3.5$")
    assert controller.interrupt() == 0
    assert "kp is now -1" not in controller.stderr


def test_four_nodes_share_a_process(start):
    program = start("composed", "--ros-args", "-p", "kp:=0.5")
    check_that_it_detects(program, program, program)
    nodes = start("ros2", "node", "list")
    assert nodes.finish(30) == 0, nodes.report()
    assert nodes.stdout.splitlines() == ["/camera_driver", "/controller", "/object_detector", "/supervisor"]
    assert program.interrupt() == 0
    assert re.search(r"camera released after [1-9]\d* frames", program.stderr)
