"""Every example runs and prints what it says."""
import re

import pytest


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


def check_retries(lines):
    """The lines of the document's coroutines, in an order that two tasks running at the same time can have."""
    retry = re.compile(r"^task([12]) retry needed \(roll = 0\.\d+ > 0\.1\)\.$")
    done = set()
    for line in lines:
        match = retry.match(line)
        if match:
            assert match.group(1) not in done, f"{line!r} after that task was done"
        elif line.endswith(" Done."):
            assert line in ("task1 Done.", "task2 Done.")
            done.add(line[4])
        else:
            raise AssertionError(f"unexpected line {line!r}")
    assert done == {"1", "2"}


RESULT = re.compile(r"^The result of task=task([12]) was 0(\.\d+)?\.$")


def test_awaited_results_come_in_the_order_of_the_awaits(start):
    example = start("async_await_example")
    assert example.finish(60) == 0, example.report()
    lines = example.lines["stdout"]
    assert lines[0] == "Awaiting results..."
    results = [line for line in lines if RESULT.match(line)]
    assert [RESULT.match(line).group(1) for line in results] == ["1", "2"]
    assert lines.index(results[0]) > lines.index("task1 Done.")
    check_retries([line for line in lines[1:] if line not in results])


def test_callbacks_take_each_result_as_soon_as_its_task_is_done(start):
    example = start("async_callback_example")
    assert example.finish(60) == 0, example.report()
    lines = example.lines["stdout"]
    assert lines[0] == "Awaiting results..."
    results = [line for line in lines if RESULT.match(line)]
    assert len(results) == 2
    for line in results:
        done = lines.index(f"task{RESULT.match(line).group(1)} Done.")
        assert done < lines.index(line) <= done + 2  # the other task may have a line of the same moment between
    check_retries([line for line in lines[1:] if line not in results])


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
