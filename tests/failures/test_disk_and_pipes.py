"""Log folders that cannot be written to, an output that is full or that nobody reads."""
import re
import subprocess

import pytest

from support.processes import BIN, DEADLINE, environment


@pytest.fixture
def full_disk(tmp_path):
    """A folder on a file system without a free byte; (folder, make_room)."""
    folder = tmp_path / "full"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "rclio-full", str(folder)], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"needs to mount a tmpfs: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder):
    with pytest.raises(OSError), open(folder / "filler", "wb", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)


def check_goes_on(process, cause):
    lines = process.wait_for("^No log file: ")
    assert re.fullmatch(rf"No log file: .*{cause}\. Logging goes on without it; ROS_LOG_DIR chooses another folder\.", lines[0])
    logged = len(process.wait_for(r"^\[INFO\]"))
    process.wait_for(r"^\[INFO\]", count=logged + 2)
    assert process.interrupt() == 0
    assert process.stderr.count("No log file") == 1


def test_a_disk_that_is_full_from_the_start_is_one_line(start, full_disk):
    fill(full_disk)
    talker, listener = start("talker", ROS_LOG_DIR=str(full_disk)), start("listener", ROS_LOG_DIR=str(full_disk))
    listener.wait_for("I heard")
    check_goes_on(listener, "No space left on device")
    check_goes_on(talker, "No space left on device")


def test_a_disk_that_becomes_full_is_one_line(start, full_disk):
    talker = start("talker", ROS_LOG_DIR=str(full_disk), RCUTILS_CONSOLE_OUTPUT_FORMAT="[{severity}] " + "{message} " * 60)
    talker.wait_for(r"^\[INFO\]", count=2)  # the first is in the file by then: it comes after the console's
    fill(full_disk)
    check_goes_on(talker, "No space left on device")
    log = next(full_disk.glob("talker_*.log")).read_text()
    assert "Hello World: 0" in log


@pytest.mark.parametrize("folder, cause", [("/proc/nope/log", "No such file or directory"), ("/dev/null/log", "Not a directory")])
def test_a_folder_that_cannot_be_made_is_one_line(start, folder, cause):
    check_goes_on(start("talker", ROS_LOG_DIR=folder), cause)


def test_a_program_without_a_home_logs_to_the_console(start):
    check_goes_on(start("/usr/bin/env", "-u", "HOME", str(BIN / "talker")), "none of ROS_LOG_DIR, ROS_HOME and HOME is set")


def through(domain, command):
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], env=environment(domain), text=True, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=DEADLINE, cwd=BIN)
    return done.returncode, done.stdout, done.stderr


def test_a_pipe_that_is_closed_ends_it_without_a_word(start, domain):
    start("talker")
    assert through(domain, "./ros2 topic echo /chatter std_msgs/msg/String | head -1")[::2] == (0, "")
    assert through(domain, "./ros2 topic pub -r 20 /t std_msgs/msg/String '{data: x}' | head -1") == (0, "publisher: beginning loop\n", "")
    assert through(domain, "./ros2 interface list | head -1")[::2] == (0, "")
    assert through(domain, "./ros2 interface show sensor_msgs/msg/PointCloud2 | head -1")[::2] == (0, "")


def test_a_full_output_is_one_line_and_a_status(start, domain):
    start("talker").wait_for("Publishing")
    line = "cannot write to standard output: No space left on device\n"
    for verb in ("topic echo /chatter std_msgs/msg/String", "topic list", "interface show std_msgs/msg/String", "topic pub /t std_msgs/msg/Empty"):
        assert through(domain, f"./ros2 {verb} > /dev/full") == (1, "", line), verb


def test_a_closed_output_is_one_line_and_a_status(domain):
    status, _, errors = through(domain, "./ros2 interface list >&-")
    assert status == 1 and errors == "cannot write to standard output: Bad file descriptor\n"


def test_a_node_whose_console_is_full_works_on(start):
    """Standard error of a node goes to a full device: its messages still come."""
    start("/bin/sh", "-c", f"exec {BIN}/talker 2> /dev/full")
    start("listener").wait_for("I heard", count=2)
