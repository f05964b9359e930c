"""`topic hz`, `bw` and `delay`: the lines of the real tool, with the numbers of the network that is there; `--filter`."""
import re

import pytest
from cli_network import Network, own_domain
from cli_transcript import comparing, entries

MEASURED = comparing("lines with other numbers", [e for name in ("topic_hz", "topic_bw", "topic_delay") for e in entries(name)])


def shape(text):
    """Lines with their numbers and units made equal."""
    return [re.sub(r"(\d+(?:\.\d+)?)( [KM]?B)?", "N", line) for line in text.splitlines()]


@pytest.mark.parametrize("entry", [e for e in MEASURED if e.status == 15], ids=str)
def test_what_is_measured_is_printed_as_upstream_prints_it(network, entry):
    process = network.start(*entry.arguments)
    process.wait_for("min: ")
    assert process.interrupt() == 15, process.report()
    lines = shape(process.stdout)
    assert lines == shape(entry.stdout)[:len(lines)] and process.stderr == "", process.report()


@pytest.mark.parametrize("entry", [e for e in MEASURED if "/nope" in e.command], ids=str)
def test_a_topic_without_publishers_is_waited_for(network, entry):
    process = network.start(*entry.arguments)
    process.wait_for("^WARNING")
    assert process.interrupt() == 0, process.report()
    assert process.stdout + "\n" == entry.stdout and process.stderr in ("", "Did you mean '/pose'?")


def test_a_topic_without_a_header_has_no_delay(network):
    found = network.ros2("topic", "delay", "/chatter")
    assert (found.status, found.stdout, found.stderr) == (1, "", "msg does not have header\n")


def measured(network, *arguments, lines=1):
    process = network.start("topic", *arguments)
    found = process.wait_for("min: |rate: |delay: |B/s", count=2 * lines)
    assert process.interrupt() == 15, process.report()
    return [[float(number) for number in re.findall(r"\d+(?:\.\d+)?", line)] for line in found]


def test_the_rate_is_right(network):
    head, rest = measured(network, "hz", "/scan")
    assert head[0] == pytest.approx(10, rel=0.2)
    assert rest[0] - 0.001 <= 1 / head[0] <= rest[1] + 0.001 and rest[3] >= 5  # printed with three digits


def test_no_more_messages_count_than_the_window_has(network):
    assert measured(network, "hz", "/scan", "-w", "4")[1][3] == 4
    assert measured(network, "bw", "/scan", "-w", "3")[0][1] == 3
    assert measured(network, "delay", "/scan", "-w", "2")[1][3] == 2


def test_bytes_count_with_their_header_and_padding(network):
    head, rest = measured(network, "bw", "/chatter")
    assert rest[:3] == [24, 24, 24] and head[0] == pytest.approx(240, rel=0.3)  # 4 + 4 + 16


def test_the_rate_of_what_passes_a_filter(network):
    head, _ = measured(network, "hz", "--filter", "m.data % 2 == 0", "/count")
    assert head[0] == pytest.approx(5, rel=0.2)


def test_a_topic_that_comes_later_is_measured(ros2, domain, start):
    process = start("ros2", "topic", "hz", "/late")
    process.wait_for("^WARNING")
    start("ros2", "topic", "pub", "-r", "20", "/late", "std_msgs/msg/String")
    process.wait_for("^average rate: ")
    assert process.interrupt() == 15


@pytest.mark.parametrize("expression, value", [
    ("m.data % 5 == 0", None), ("m.data in (5, 10, 15)", None), ("3 < m.data < 6", None), ("m.data not in [1, 2, 3] and m.data", None),
    ("(m.data << 1) & 4 and m.data // 2 * 2 == m.data", None), ("m.data > 1e1 or False", None), ("not m.data != 7", None),
    ("-m.data == -7 and m.data ** 2 == 49 and m.data / 2 == 3.5", None), ("abs(m.data - 50) < 3", None),
    ("max(m.data, 90) == 90 and int(2.7) == 2 and float(m.data) > .5", None), ("m.data is not None", None),
])
def test_a_filter_is_what_python_makes_of_it(network, expression, value):
    found = network.ros2("topic", "echo", "--once", "--filter", expression, "/count")
    assert (found.status, found.stderr) == (0, "")
    number = int(re.match(r"data: (\d+)\n", found.stdout)[1])
    assert eval(expression, {"m": type("Int32", (), {"data": number})})


@pytest.mark.parametrize("expression", [
    "m.data.startswith('Hello') and m.data.endswith(\"3\")", "'World: 4' in m.data", "len(m.data) == 15 and m.data[-1] == '5'",
    "m.data >= 'Hello World: 5'", "'\\'' not in m.data",
])
def test_texts_are_compared(network, expression):
    found = network.ros2("topic", "echo", "--once", "--filter", expression, "/chatter")
    assert (found.status, found.stderr) == (0, "")
    assert eval(expression, {"m": type("String", (), {"data": re.match("data: '(.*)'", found.stdout)[1]})})


def test_fields_of_fields_and_elements_are_read(network):
    expression = "m.header.frame_id == 'laser' and m.header.stamp.sec > 0 and m.ranges[-1] == 49.75 and 0.25 in m.ranges and not m.intensities"
    assert network.ros2("topic", "echo", "--once", "--field", "angle_max", "--filter", expression, "/scan").stdout == "1.5\n---\n"


@pytest.mark.parametrize("expression, place", [
    ("m.data = 3", "column 8: "), ("m.data ==", "column 10: "), ("data == 3", "column 1: name 'data' is not defined"),
    ("(m.data", "column 8: ')' expected"), ("m.data == 'x", "column 11: "), ("open('/etc/passwd')", "column 1: 'open' is no function"),
    ("", "column 1: "), ("((" * 200, "nested deeper"), ("m.data not 3", "'in' expected"),
], ids=range(9))
def test_what_is_wrong_with_a_filter_is_said_before_anything_is_opened(ros2, expression, place):
    found = ros2("topic", "echo", "--filter", expression, "/count", RMW_IMPLEMENTATION="rmw_nope")
    assert (found.status, found.stdout) == (1, "")
    assert found.stderr.startswith("Invalid filter ") and place in found.stderr and found.stderr.count("\n") == 1


@pytest.mark.parametrize("expression, place", [
    ("m.data < 'x'", "'<' not supported between instances of 'int' and 'str'"),
    ("m.data[0]", "'int' object has no elements"), ("1 / (m.data - m.data)", "division by zero"), ("len(m.data)", "type 'int' has no len()"),
])
def test_what_does_not_fit_the_message_is_said_with_the_first(network, expression, place):
    found = network.ros2("topic", "echo", "--filter", expression, "/count")
    assert (found.status, found.stdout) == (1, "")
    assert place in found.stderr and found.stderr.count("\n") == 1


@pytest.mark.parametrize("expression, place", [
    ("m.angle_min > 0 or m.rangs", "column 22: 'LaserScan' object has no attribute 'rangs'"),
    ("m.header.stam.sec", "column 10: 'Header' object has no attribute 'stam'"),
])
def test_a_field_that_is_not_there_is_said_before_the_first_message(network, ros2, expression, place):
    found = ros2("topic", "echo", "--filter", expression, "/silent", "sensor_msgs/msg/LaserScan")
    assert (found.status, found.stdout, found.stderr) == (1, "", f"Invalid filter '{expression}': {place}\n")
    found = network.ros2("topic", "hz", "--filter", expression, "/scan")
    assert (found.status, found.stdout, found.stderr) == (1, "", f"Invalid filter '{expression}': {place}\n")
    assert network.ros2("topic", "echo", "--once", "--filter", "m.ranges[3] > 0", "--field", "angle_max", "/scan").stdout == "1.5\n---\n"


@pytest.fixture
def custom_network(tmp_path):
    """Where a message is published whose definition only its publisher has."""
    (tmp_path / "mine/msg").mkdir(parents=True)
    (tmp_path / "mine/package.xml").write_text("<package><name>mine</name></package>")
    (tmp_path / "mine/msg/Own.msg").write_text("std_msgs/Header header\nint32 number 7\nstring[] words ['a', 'b']\n")
    made = Network(20, own_domain(), "mine/msg/Own", RCLIO_INTERFACE_PATH=str(tmp_path))
    yield made
    made.end_started()
    made.nodes.kill()


def test_a_type_that_is_not_installed_is_learned_from_its_publisher(custom_network):
    found = custom_network.ros2("topic", "echo", "--once", "--filter", "m.number == 7 and 'b' in m.words", "--field", "words", "/custom")
    assert (found.status, found.stdout, found.stderr) == (0, "['a', 'b']\n---\n", "")
    assert measured(custom_network, "bw", "/custom")[1][0] > 20
    assert measured(custom_network, "delay", "/custom")[1][3] > 0
