"""`ros2 graph`: what is drawn, in both languages, with rates, and what is left out."""
import re
import shutil
import subprocess

import pytest
from cli_network import wait_until_interruptible




def edges_of_dot(text):
    return set(re.findall(r'^    "([^"]+)" -> "([^"]+)"', text, re.M))


def edges_of_mermaid(text):
    kinds = {"n": "node", "t": "topic", "a": "action", "s": "service"}
    names = {key: f'{kinds[key[0]]} {label.split("<br>")[0]}' for key, label in re.findall(r'^    (\w\d+)\W+"([^"]+)"', text, re.M)}
    return {(names[a], names[b]) for a, b in re.findall(r"^    (\w\d+) -\.?-> (\w\d+)$", text, re.M)}


def test_what_joins_the_nodes_is_drawn(either_network):
    found = either_network.ros2("graph")
    assert (found.status, found.stderr) == (0, "")
    edges = edges_of_dot(found.stdout)
    assert {("node /talker", "topic /chatter"), ("topic /chatter", "node /listener"), ("node /scanner", "topic /scan"),
            ("action /fibonacci", "node /fibonacci_action_server")} <= edges
    assert '"node /talker" [label="/talker", shape=box, style=rounded];' in found.stdout
    assert '"action /fibonacci" -> "node /fibonacci_action_server" [style=dashed];' in found.stdout
    assert "rosout" not in found.stdout and "_ros2cli" not in found.stdout and "service" not in found.stdout


def test_both_languages_say_the_same(network):
    assert edges_of_mermaid(network.ros2("graph", "-f", "mermaid").stdout) == edges_of_dot(network.ros2("graph").stdout)


def test_the_same_network_gives_the_same_text(network):
    assert network.ros2("graph", "--all", "--services", "-t").stdout == network.ros2("graph", "--all", "--services", "-t").stdout


def test_a_service_is_drawn_when_somebody_calls_it(network):
    client = network.start("service", "call", "/nobody_serves_this", "std_srvs/srv/Empty")
    client.wait_for("^waiting")
    assert "/nobody_serves_this" not in network.ros2("graph").stdout
    text = network.ros2("graph", "--services", "-a").stdout
    assert re.search(r'"node /_ros2cli_\d+" -> "service /nobody_serves_this" \[style=dashed\];', text)
    assert '"service /add_two_ints" -> "node /add_two_ints_server"' in text
    assert "/add_two_ints" not in edges_of_dot(network.ros2("graph", "--services").stdout)


def test_rates_and_types_stand_below_the_names(either_network):
    network = either_network
    found = network.ros2("graph", "--rates", "--show-types", "--duration", "1")
    rate, size = re.search(r'"/chatter\\nstd_msgs/msg/String\\n([\d.]+) Hz, (\d+) B/s"', found.stdout).groups()
    assert float(rate) == pytest.approx(10, rel=0.3) and int(size) == pytest.approx(240, rel=0.4)
    assert re.search(r'\["/talker"\]|\(\["/scan<br>[\d.]+ Hz, [\d.]+ kB/s"\]\)', network.ros2("graph", "-rf", "mermaid", "--duration", "0.5").stdout)


def test_who_is_kept_apart_by_qos_is_marked(ros2, start):
    start("ros2", "topic", "pub", "--qos-reliability", "best_effort", "/t", "std_msgs/msg/String").wait_for("^publishing #1")
    start("ros2", "topic", "echo", "--qos-reliability", "best_effort", "/t", "std_msgs/msg/String").wait_for("^data")
    assert "QoS" not in ros2("graph", "-a").stdout
    start("ros2", "topic", "echo", "--qos-reliability", "reliable", "/t", "std_msgs/msg/String").wait_for("incompatible QoS", stream="stderr")
    dot, mermaid = ros2("graph", "-a").stdout, ros2("graph", "-a", "-f", "mermaid").stdout
    assert len(re.findall(r'^    "topic /t" -> "node /_ros2cli_\d+" \[color=red, label="QoS"\];$', dot, re.M)) == 1
    assert len(re.findall(r"^    t\d+ --x\|QoS\| n\d+$", mermaid, re.M)) == 1
    assert len(re.findall(r'^    "topic /t" -> "node /_ros2cli_\d+";$', dot, re.M)) == 1


def test_an_empty_network_is_an_empty_drawing(ros2):
    found = ros2("graph")
    assert (found.status, found.stdout) == (0, 'digraph ros {\n    rankdir=LR;\n    node [fontname="sans-serif"];\n}\n')
    assert ros2("graph", "--format", "mermaid").stdout == "flowchart LR\n"
    assert ros2("graph", "--format", "svg").status == 2


@pytest.mark.skipif(not shutil.which("dot"), reason="no Graphviz here")
def test_graphviz_reads_it(network):
    text = network.ros2("graph", "-a", "--services", "-t").stdout
    assert b"<svg" in subprocess.run(["dot", "-Tsvg"], input=text.encode(), capture_output=True, check=True).stdout


def test_an_interrupt_while_listening_ends_it(network):
    process = network.start("graph", "--rates", "--duration", "600")

    wait_until_interruptible(process)
    assert process.interrupt() == 2 and process.stdout == "", process.report()
