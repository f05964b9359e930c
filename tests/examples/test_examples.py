"""Every example runs and prints what it says."""
import re
import signal

import pytest
from support.tasks_pair import check_awaited, check_called_back


def test_the_listener_hears_the_talker(start):
    listener = start("listener")
    talker = start("talker")
    listener.wait_for(r"^\[INFO\] \[\d+\.\d{9}\] \[listener\]: I heard: \[Hello World: \d+\]$", count=2)
    talker.wait_for(r'^\[INFO\] \[\d+\.\d{9}\] \[talker\]: Publishing: "Hello World: 0"$')
    assert talker.interrupt() == 0
    assert listener.interrupt() == 0


def test_the_client_gets_its_sum(start):
    server = start("add_two_ints_server")
    client = start("add_two_ints_client", "2", "40")
    assert client.finish() == 0, client.report()
    assert re.search(r"\[add_two_ints_client\]: Result of add_two_ints: for 2 \+ 40 = 42$", client.stderr)
    server.wait_for("Incoming request")
    assert server.interrupt() == 0


def test_the_client_says_how_it_is_used(start):
    client = start("add_two_ints_client", "2")
    assert client.finish() == 2
    assert client.stderr == "usage: add_two_ints_client A B"


def test_the_action_client_sees_each_feedback_and_the_result(start):
    server = start("fibonacci_action_server")
    client = start("fibonacci_action_client")
    assert client.finish(40) == 0, client.report()
    lines = [line.split("]: ", 1)[1] for line in client.lines["stderr"]]
    numbers = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55]
    # The server may be quicker with its first feedback than the client with its line.
    assert "Goal accepted :)" in lines[:2]
    lines.remove("Goal accepted :)")
    assert lines == [*(f"Received feedback: {numbers[:n]}" for n in range(3, 12)), f"Result: {numbers}"]
    server.wait_for("Executing goal...")
    assert server.interrupt() == 0


def test_the_operator_sets_the_motors_parameters_and_sees_them_change(start):
    motor = start("motor", "--ros-args", "-p", "speed:=2.0")
    motor.wait_for("running at 2.0")  # so that its declaration is no news
    operator = start("motor_operator")
    assert operator.finish(40) == 0, operator.report()
    said = [line.split("]: ", 1)[1] for line in operator.lines["stderr"]]
    assert [line for line in said if "is now" not in line] == [
        "speed is 2.0",
        "colour is None",
        "speed 3.5: set",
        "speed 99.0: Parameter speed out of range Min: 0.0, Max: 10.0, value: 99.0",
        "speed 7.5: too fast without a guard",
    ]
    assert [line for line in said if "is now" in line] == ["speed is now 3.5"]
    motor.wait_for("running at 3.5")
    assert motor.interrupt() == 0


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("speed:=2", "Trying to set parameter 'speed' to '2' of type 'INTEGER', expecting type 'DOUBLE'"),
        ("speed:=50.0", "Parameter speed out of range Min: 0.0, Max: 10.0, value: 50.0"),
        ("speed", "Couldn't parse parameter override rule: '-p speed'. Error: there is no ':=' in it"),
        ("use_sim_time:=5", "no node '/motor': Trying to set parameter 'use_sim_time' to '5' of type 'INTEGER', expecting type 'BOOL'"),
    ],
)
def test_a_motor_with_a_wrong_argument_ends_and_says_why(start, argument, said):  # what was made first failed first
    motor = start("motor", "--ros-args", "-p", argument)
    assert motor.finish(20) == 1, motor.report()
    assert motor.lines["stderr"][-1].endswith(said), motor.report()


def test_awaited_results_come_in_the_order_of_the_awaits(start):
    check_awaited(start("async_await_example"), r"0\.\d+", r"0(?:\.\d+)?")


def test_callbacks_take_each_result_as_soon_as_its_task_is_done(start):
    check_called_back(start("async_callback_example"), r"0\.\d+", r"0(?:\.\d+)?")


def test_gather_waits_for_all_and_race_for_the_first(start):
    example = start("gather_and_race")
    assert example.finish() == 0, example.report()
    lines = example.lines["stdout"]
    assert lines[:4] == ["hare arrived", "cat arrived", "tortoise arrived", "gather: all arrived"]
    assert lines[4] == "hare arrived"
    assert sorted(lines[5:7]) == ["cat was cancelled", "tortoise was cancelled"]
    assert lines[7:] == ["race: hare won"]


def test_a_node_lives_inside_a_poll_loop(start):
    example = start("embed_in_poll", stdin=True)
    example.write("one\ntwo\n")
    example.wait_for("^heard: one$")
    example.wait_for("^heard: two$")
    assert example.finish() == 0, example.report()


def test_a_message_of_ones_own_comes_back(start):
    example = start("sightings")
    assert example.finish() == 0, example.report()
    assert example.stdout == "saw the cat 'Mimi' at x=1.5, certainty 0.5"


def test_managed_talkers_are_brought_up_and_down(start):
    talkers = [start("lc_talker", "--ros-args", "-r", f"__node:={name}") for name in ("first", "second")]
    listener = start("listener", "--ros-args", "-r", "chatter:=lifecycle_chatter")
    bringup = start("bringup", "first", "second", stdin=True)
    bringup.wait_for("^first: active$")
    bringup.wait_for("^second: active$")
    for talker in talkers:
        talker.wait_for(": configured$")
    listener.wait_for(r"I heard: \[Lifecycle HelloWorld #3\]$", count=2)
    assert bringup.finish() == 0, bringup.report()
    assert bringup.lines["stdout"][2:] == ["first: unconfigured", "second: unconfigured"]
    for talker in talkers:
        talker.wait_for(": cleaned up$")
        assert talker.interrupt() == 0


def test_a_bringup_without_its_nodes_says_which_is_missing(start):
    bringup = start("bringup", "ghost", stdin=True)
    assert bringup.finish() == 1
    assert bringup.stderr.startswith("node '/ghost' did not answer what state it is in within 5 s")
    assert "ghost: unknown: node '/ghost' did not answer" in bringup.stdout
    alone = start("bringup")
    assert alone.finish() == 2
    assert "usage: bringup NODE..." in alone.stderr


def test_two_sensors_are_synchronized(start):
    example = start("weather")
    pair = r"\[weather\]: \d+\.[05] degrees at \d+0 pascals$"
    example.wait_for(pair, count=4)
    assert example.interrupt() == 0
    numbers = [int(value) for value in re.findall(r"at (\d+) pascals", example.stderr)]
    assert numbers == sorted(set(numbers)), "a measurement is in two pairs"


def test_one_image_goes_through_the_pipeline(start):
    pipeline = start("image_pipeline")
    pipeline.wait_for(r"\[viewer\]: an image at 0x[0-9a-f]+, which begins with 255$", count=3)
    assert pipeline.interrupt() == 0
    taken = re.findall(r"\[camera\]: an image at (0x[0-9a-f]+)", pipeline.stderr)
    seen = re.findall(r"\[viewer\]: an image at (0x[0-9a-f]+)", pipeline.stderr)
    assert len(seen) >= 3 and seen == taken[: len(seen)], "the image was copied on its way"


@pytest.mark.parametrize("name", ["talker", "listener", "add_two_ints_server", "fibonacci_action_server"])
def test_bad_arguments_end_an_example_with_one_sentence(start, name):
    example = start(name, "--ros-args", "-r", "bad")
    assert example.finish() == 1
    assert "Couldn't parse remap rule: '-r bad'" in example.stderr


def test_a_patrol_goes_by_the_simulators_clock_and_starts_over_with_it(start):
    patrol = start("patrol", "--ros-args", "-p", "use_sim_time:=true")
    clock = start("simulated_clock", "200", "1000")  # 2 s in 10 ms
    patrol.wait_for(r"\[patrol\]: it is 1\d{3}\.\d s$", count=3)
    patrol.wait_for(r"\[patrol\]: at the west corner$")
    assert clock.interrupt() == 0
    clock = start("simulated_clock", "200", "0")
    patrol.wait_for(r"\[patrol\]: time was set back by \d{3,4}\.\d s: starting over$")
    patrol.wait_for(r"\[patrol\]: it is \d{1,3}\.\d s$", count=2)
    assert clock.interrupt() == 0
    assert patrol.interrupt() == 0  # while time stands still


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_the_robot_stands_when_its_driver_has_ended(start, number):
    echo = start("ros2", "topic", "echo", "/cmd_vel", "geometry_msgs/msg/Twist", "--field", "linear.x")
    drive = start("drive")
    echo.wait_for(r"^0\.5$", count=2)
    drive.child.send_signal(number)
    assert drive.finish(10) == 0, drive.report()
    said = [line.split("]: ", 1)[1] for line in drive.lines["stderr"]]
    assert re.fullmatch(r"stopped after \d+ steps", said[0]) and said[1:] == ["motors released"], drive.report()
    echo.wait_for(r"^0\.0$")
    echo.interrupt()
    speeds = [line for line in echo.lines["stdout"] if line != "---"]
    assert set(speeds[:-1]) == {"0.5"} and speeds[-1] == "0.0"


def test_the_first_message_is_waited_for(start):
    first = start("first_message")
    talker = start("talker")
    assert first.finish() == 0, first.report()
    assert re.search(r"\[first_message\]: The first: \[Hello World: \d+\]$", first.stderr)
    assert talker.interrupt() == 0


def test_both_sides_of_a_call_tell_of_it(start):  # INT-1, INT-2
    service = start("introspection_service", "--ros-args", "-p", "service_configure_introspection:=contents")
    service.wait_for("introspection: contents")
    client = start("introspection_client", "40", "2")
    client.wait_for("response received")
    for _ in range(10):  # the service tells of calls from when it knows the subscription on; of those of other clients too
        if any("response sent" in line for line in client.lines["stderr"]):
            break
        other = start("add_two_ints_client", "40", "2")
        assert other.finish() == 0, other.report()
    lines = {line.split("]: ", 1)[1] for line in client.wait_for("sum: 42", count=2) + client.wait_for("a: 40, b: 2", count=2)}
    assert lines == {"  sum: 42", "  a: 40, b: 2"}
    for event in ("request sent", "request received", "response sent", "response received"):
        client.wait_for(rf"call \d+: {event}$")
    assert client.interrupt() == 0
    assert service.interrupt() == 0


def test_an_introspection_that_does_not_exist_is_refused(start):
    service = start("introspection_service", "--ros-args", "-p", "service_configure_introspection:=everything")
    service.wait_for("must be one of 'disabled', 'metadata', or 'contents'")
    assert service.interrupt() == 0


def test_a_topic_is_echoed_and_relayed_without_its_type(start):
    relay = start("relay_anything", "/chatter", "/again")
    echo = start("echo_anything", "/again")
    talker = start("talker")
    echo.wait_for(r"^data: 'Hello World: \d+'$", count=2)
    assert [process.interrupt() for process in (talker, echo, relay)] == [0, 0, 0]


def test_only_emergencies_are_heard(start):  # CFT-1
    subscriber = start("content_filtering_subscriber")
    publisher = start("content_filtering_publisher")
    heard = subscriber.wait_for(r"emergency temperature data: \[(-?\d+)", count=16)
    for line in heard:
        temperature = float(re.search(r"\[(-?[\d.]+)\]$", line).group(1))
        assert temperature < -30 or temperature > 100, line
    assert publisher.interrupt() == 0
    assert subscriber.interrupt() == 0


def test_a_level_is_set_from_outside(start):  # LOG-6
    node = start("use_logger_service")
    node.wait_for("for everybody")
    assert "who wants to know" not in node.stderr
    call = start("ros2", "service", "call", "/use_logger_service/set_logger_levels", "rcl_interfaces/srv/SetLoggerLevels",
                 "{levels: [{name: use_logger_service, level: 10}]}")
    assert call.finish() == 0, call.report()
    assert "successful=True" in call.stdout
    node.wait_for(r"^\[DEBUG\] .* for who wants to know everything$")
    assert node.interrupt() == 0


def test_the_careful_server_fails_and_goes_on(start):  # SRV-11
    server = start("careful_server")
    client = start("add_two_ints_client", str(2**63 - 1), "1")
    assert client.finish() == 1, client.report()
    assert client.stderr.endswith("]: service '/add_two_ints': 9223372036854775807 + 1 does not fit")
    server.wait_for(r"\[careful_server\]: service '/add_two_ints' failed at careful_server.c:\d+: .* does not fit \(invalid\)$")
    client = start("add_two_ints_client", "2", "40")
    assert client.finish() == 0, client.report()
    assert server.interrupt() == 0


def test_the_measured_listener_counts_what_it_hears_and_publishes_statistics(start):  # STA-1
    listener = start("measured_listener")
    talker = start("talker")
    listener.wait_for(r"\]: [1-9]\d* messages, 0 dropped, 0 failed, \d+\.\d us each, \d+\.\d us at most$")
    echo = start("ros2", "topic", "echo", "/statistics", "--once")
    assert echo.finish(30) == 0, echo.report()
    assert "measurement_source_name: measured_listener" in echo.stdout
    assert "unit: ms" in echo.stdout
    assert talker.interrupt() == 0
    assert listener.interrupt() == 0
