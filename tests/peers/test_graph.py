"""The graph: upstream sees rclio's nodes, topics, services and actions, and rclio sees upstream's."""
import json
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"


def test_each_side_sees_the_other(start, upstream):
    talker = start("talker")
    adder = start("add_two_ints_server")
    fibonacci = start("fibonacci_action_server")
    peer = start(upstream, PROGRAMS / "graph.py", "fibonacci_action_server", "/chatter", "/add_two_ints", "/fibonacci", stdin=True)
    seen = json.loads(peer.wait_for(r"^\{", deadline=60)[0])

    names = {name for name, _ in seen["nodes"]}
    assert {"talker", "add_two_ints_server", "fibonacci_action_server", "upstream_node"} <= names
    assert seen["topics"]["/chatter"] == ["std_msgs/msg/String"]
    assert seen["services"]["/add_two_ints"] == ["example_interfaces/srv/AddTwoInts"]
    assert seen["actions"]["/fibonacci"] == ["action_tutorials_interfaces/action/Fibonacci"]
    assert ["/fibonacci", ["action_tutorials_interfaces/action/Fibonacci"]] in seen["action_servers_of_node"]
    assert "/fibonacci_action_server/get_type_description" in [name for name, _ in seen["services_of_node"]]
    assert ["talker", "/", "std_msgs/msg/String"] == seen["publisher_info"][0][:3]
    assert "RELIABLE" == seen["publisher_info"][0][4]

    listed = start("ros2", "node", "list")
    assert listed.finish() == 0
    assert set(listed.lines["stdout"]) >= {"/talker", "/up/upstream_node", "/add_two_ints_server", "/fibonacci_action_server"}

    info = start("ros2", "node", "info", "/up/upstream_node")
    assert info.finish() == 0, info.report()
    text = info.stdout
    for line in ("/up/published: std_msgs/msg/String", "/up/subscribed: std_msgs/msg/String", "/up/served: example_interfaces/srv/AddTwoInts",
                 "/up/called: example_interfaces/srv/AddTwoInts", "/up/acted: action_tutorials_interfaces/action/Fibonacci",
                 "/up/wanted: action_tutorials_interfaces/action/Fibonacci"):
        assert f"    {line}" in text, f"{line} is not in\n{text}"

    endpoint = start("ros2", "topic", "info", "-v", "/up/published")
    assert endpoint.finish() == 0
    assert "Topic type hash: RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18" in endpoint.stdout
    assert "History (Depth): UNKNOWN" in endpoint.stdout  # QOS-7

    for process in (talker, adder, fibonacci):
        assert process.interrupt() == 0, process.report()
