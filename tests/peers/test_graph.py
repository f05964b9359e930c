"""The graph: upstream sees rclio's nodes, topics, services and actions, forgets them, and rclio sees upstream's."""
import json
import signal
import socket
import time
from pathlib import Path

import pytest
from support.processes import BIN, LOOPBACK, ROOT

PROGRAMS = Path(__file__).parent / "programs"
STRING = "std_msgs/msg/String"
STRING_HASH = "RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18"
FIBONACCI = "action_tutorials_interfaces/action/Fibonacci"
ADDER = "example_interfaces/srv/AddTwoInts"
DESCRIPTION = "type_description_interfaces/srv/GetTypeDescription"
EVERY_NODES = {"/rosout": ["rcl_interfaces/msg/Log"], "/parameter_events": ["rcl_interfaces/msg/ParameterEvent"]}
PARAMETERS = {f"{verb}_parameters": f"rcl_interfaces/srv/{verb.title()}Parameters" for verb in ("describe", "get", "list", "set")}
PARAMETERS |= {"get_parameter_types": "rcl_interfaces/srv/GetParameterTypes",
               "set_parameters_atomically": "rcl_interfaces/srv/SetParametersAtomically"}
NODES = ("talker", "listener", "add_two_ints_server", "fibonacci_action_server")


@pytest.fixture
def peer(start, upstream):
    process = start(upstream, PROGRAMS / "graph.py", stdin=True)
    process.asked = 0

    def ask(line, **options):
        """The answer: one line of JSON for each line asked."""
        process.write(line + "\n")
        process.asked += 1
        return json.loads(process.wait_for(r"^[{\"]", count=process.asked, stream="stdout", **options)[-1])

    process.ask = ask
    yield process
    assert process.finish() == 0, process.report()
    assert process.stderr == ""


def test_upstream_sees_rclios_nodes_topics_services_and_actions(start, peer):
    processes = [start(name) for name in NODES]
    seen = peer.ask(f"see /chatter {' '.join(NODES)}")

    assert set(seen["nodes"]) == {"/up/upstream_node", *("/" + name for name in NODES)}
    assert seen["enclaves"] == {name: "/" for name in ("upstream_node", *NODES)}  # DIS-1, beside rclio's marker (DIS-13)
    assert seen["topics"]["/chatter"] == [STRING]
    assert seen["topics"]["/fibonacci/_action/feedback"] == [FIBONACCI + "_FeedbackMessage"]
    assert seen["services"]["/add_two_ints"] == [ADDER]
    assert seen["actions"]["/fibonacci"] == [FIBONACCI]

    of = seen["of"]
    assert of["talker"]["publishers"] == {"/chatter": [STRING], **EVERY_NODES}
    assert of["talker"]["services"] == {"/talker/get_type_description": [DESCRIPTION],
                                        **{f"/talker/{name}": [kind] for name, kind in PARAMETERS.items()}}  # NOD-3
    assert of["listener"]["subscribers"] == {"/chatter": [STRING]}
    assert of["add_two_ints_server"]["services"]["/add_two_ints"] == [ADDER]
    assert of["fibonacci_action_server"]["action_servers"] == {"/fibonacci": [FIBONACCI]}
    assert not any(of[name]["clients"] or of[name]["action_clients"] for name in NODES)

    default = {"type": STRING, "hash": STRING_HASH, "reliability": "RELIABLE", "durability": "VOLATILE"}  # DIS-2, DIS-7
    assert seen["publishers"] == [{"node": "/talker", **default}]
    assert seen["subscriptions"] == [{"node": "/listener", **default}]
    for process in processes:
        assert process.interrupt() == 0, process.report()


def test_upstream_forgets_rclio_when_it_ends(start, peer):  # DIS-12
    processes = [start("talker"), start("listener")]
    peer.ask("see /chatter talker listener")
    assert [process.interrupt() for process in processes] == [0, 0]
    peer.ask("forget /chatter talker listener", deadline=5)  # the lease is 10 s


def test_upstream_forgets_a_publisher_whose_node_stays(start, peer):  # DIS-6, DIS-12
    relay = start("peer_relay", STRING, "/words", "/echoed", "brief")
    peer.ask("see /echoed relay")
    assert start("ros2", "topic", "pub", "--once", "/words", STRING, "data: last").finish() == 0
    relay.wait_for("gone")
    peer.ask("forget /echoed", deadline=5)
    seen = peer.ask("see /words relay")
    assert seen["of"]["relay"]["publishers"] == EVERY_NODES
    assert relay.interrupt() == 0, relay.report()


def test_upstream_forgets_a_killed_rclio_when_its_lease_ends(start, peer):
    short = LOOPBACK + ",<CycloneDDS><Domain><Discovery><LeaseDuration>2s</LeaseDuration></Discovery></Domain></CycloneDDS>"
    talker = start("/usr/bin/env", f"CYCLONEDDS_URI={short}", BIN / "talker")
    peer.ask("see /chatter talker")
    talker.child.send_signal(signal.SIGKILL)
    peer.ask("forget /chatter talker", deadline=8)


def goodbye_of(participant):
    """The message of tests/data/rtps/goodbye.txt, in the name of that participant (16 bytes)."""
    golden = (ROOT / "tests/data/rtps/goodbye.txt").read_text().splitlines()
    message = bytes.fromhex("".join(line.split("   ")[0] for line in golden))
    return message.replace(bytes.fromhex("0110aabbccddeeff01234567"), participant[:12])


def test_upstream_takes_the_goodbye_that_is_said_for_a_killed_rclio(start, peer, domain):  # DIS-12, DIS-14
    talker = start("talker")
    peer.ask("see /chatter talker")
    gid = next(line for line in command(start, "topic", "info", "-v", "/chatter") if line.startswith("GID: ")).split()[1]
    talker.child.send_signal(signal.SIGKILL)
    talker.child.wait()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for index in range(20):  # its port for discovery is one of these
            sender.sendto(goodbye_of(bytes.fromhex(gid.replace(".", ""))), ("127.0.0.1", 7410 + 250 * domain + 2 * index))
    peer.ask("forget /chatter talker", deadline=5)  # the lease is 10 s


def command(start, *arguments):
    process = start("ros2", *arguments)
    assert process.finish() == 0, process.report()
    assert process.stderr == ""
    return process.lines["stdout"]


def test_rclio_sees_upstreams_nodes_topics_services_and_actions(start, peer):
    talker = start("talker")
    peer.ask("see /chatter talker")

    assert command(start, "node", "list") == ["/talker", "/up/upstream_node"]
    topics = command(start, "topic", "list", "-t")
    assert {f"/chatter [{STRING}]", f"/up/published [{STRING}]", f"/up/subscribed [{STRING}]"} <= set(topics)
    services = command(start, "service", "list", "-t")
    assert {f"/up/served [{ADDER}]", f"/talker/get_type_description [{DESCRIPTION}]"} <= set(services)
    assert command(start, "action", "list", "-t") == [f"/up/acted [{FIBONACCI}]", f"/up/wanted [{FIBONACCI}]"]
    assert command(start, "action", "info", "/up/acted") == ["Action: /up/acted", "Action clients: 0", "Action servers: 1",
                                                             "    /up/upstream_node"]
    info = command(start, "node", "info", "/up/upstream_node")
    for name, kind in {"published": STRING, "subscribed": STRING, "served": ADDER, "called": ADDER, "acted": FIBONACCI,
                       "wanted": FIBONACCI}.items():
        assert f"    /up/{name}: {kind}" in info
    assert talker.interrupt() == 0


def test_a_look_at_upstream_does_not_wait_for_its_next_heartbeat(start, peer):  # DIS-11: it comes after three seconds
    peer.ask("forget /nothing nobody")  # it is there
    durations = []
    for _ in range(5):
        begin = time.monotonic()
        assert command(start, "node", "list") == ["/up/upstream_node"]
        durations.append(time.monotonic() - begin)
    assert sorted(durations)[2] < 1.5, durations


def test_rclio_describes_upstreams_endpoints(start, peer):
    peer.ask("forget /nothing nobody")  # it is there
    info = command(start, "topic", "info", "-v", "/up/published")
    for line in (f"Type: {STRING}", "Publisher count: 1", "Node name: upstream_node", "Node namespace: /up", f"Topic type: {STRING}",
                 f"Topic type hash: {STRING_HASH}", "Endpoint type: PUBLISHER", "  Reliability: RELIABLE", "  History (Depth): UNKNOWN",
                 "  Durability: VOLATILE", "  Lifespan: Infinite", "  Deadline: Infinite", "  Liveliness: AUTOMATIC",
                 "  Liveliness lease duration: Infinite", "Subscription count: 0"):  # QOS-6, QOS-7, DIS-2
        assert line in info, "\n".join(info)
    assert any(line.startswith("GID: 01.0f.") for line in info)  # GID-2
