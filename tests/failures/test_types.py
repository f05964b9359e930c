"""Two sides that do not fit: another QoS, another type, the same name. One line on each side that is a node of ours; the rest goes on."""
import pytest
from support_failures import warnings

OFFERING = "New publisher discovered on topic '/chatter', offering incompatible QoS. No messages will be received from it. "
REQUESTING = "New subscription discovered on topic '/chatter', requesting incompatible QoS. No messages will be sent to it. "


@pytest.mark.parametrize("options, policy", [
    (["--qos-reliability", "best_effort"], "RELIABILITY"),
    (["--qos-reliability", "best_effort", "--qos-durability", "volatile"], "RELIABILITY"),
], ids=["best effort", "best effort and volatile"])
def test_a_publisher_that_offers_too_little_is_one_line_on_both_sides(start, options, policy):  # QOS-9
    listener = start("listener")
    pub = start("ros2", "topic", "pub", "-r", "5", "-n", "weak", "/chatter", "std_msgs/msg/String", "{data: weak}", *options)
    listener.wait_for("offering incompatible QoS")
    pub.wait_for("requesting incompatible QoS")
    talker = start("talker")
    listener.wait_for(r"I heard: \[Hello World: ", count=2)
    assert warnings(listener) == [f"[listener]: {OFFERING}Last incompatible policy: {policy}"]
    assert warnings(pub) == [f"[weak]: {REQUESTING}Last incompatible policy: {policy}"]
    assert "weak" not in listener.stderr
    assert (talker.interrupt(), listener.interrupt(), pub.interrupt()) == (0, 0, 15)
    assert warnings(talker) == []


def test_a_subscription_that_asks_too_much_is_one_line_on_both_sides(start):  # QOS-9
    talker, echo = start("talker"), start("ros2", "topic", "echo", "/chatter", "std_msgs/msg/String", "--qos-durability", "transient_local",
                                          "--qos-reliability", "reliable")
    talker.wait_for("requesting incompatible QoS")
    echo.wait_for("offering incompatible QoS")
    start("listener").wait_for("I heard: ", count=2)
    assert warnings(talker) == [f"[talker]: {REQUESTING}Last incompatible policy: DURABILITY"]
    assert len(warnings(echo)) == 1 and warnings(echo)[0].endswith(f"]: {OFFERING}Last incompatible policy: DURABILITY")
    assert echo.stdout == ""


def test_a_second_node_of_the_name_is_one_line_and_both_work(start):
    line = "[talker]: there is another node named '/talker': tools and services cannot tell the two apart; rename one with " \
           "'--ros-args -r __node:=<name>'"
    listener, first, second = start("listener"), start("talker"), start("talker", "--ros-args", "-r", "chatter:=other")
    echo = start("ros2", "topic", "echo", "/other", "std_msgs/msg/String")
    first.wait_for("another node named")
    second.wait_for("another node named")
    listener.wait_for("I heard", count=2)
    echo.wait_for("Hello World", count=2)
    assert warnings(first) == [line] and warnings(second) == [line]
    assert second.interrupt() == 0 and first.child.poll() is None
    listener.wait_for("I heard", count=4)


def test_a_client_of_another_type_is_one_line_on_both_sides(start):
    server = start("add_two_ints_server")
    call = start("ros2", "service", "call", "/add_two_ints", "std_srvs/srv/Trigger")
    call.wait_for("is offered with the type")
    server.wait_for("is of type")
    client = start("add_two_ints_client", "2", "40")
    assert client.finish() == 0 and "2 + 40 = 42" in client.stderr, client.report()
    call.wait_for("^waiting for service to become available", count=2)
    assert call.interrupt() == 1
    assert [line.split("]: ")[1] for line in warnings(call)] == [
        "service '/add_two_ints' is offered with the type 'example_interfaces/srv/AddTwoInts', this client has 'std_srvs/srv/Trigger': its "
        "calls wait for a server of that type"]
    assert len(warnings(server)) == 1, server.report()
    assert warnings(server)[0].startswith(
        "[add_two_ints_server]: service '/add_two_ints' is of type 'example_interfaces/srv/AddTwoInts' here and of type 'std_srvs/srv/Trigger' "
        "in node '/_ros2cli_")
    assert call.lines["stderr"][-1] == "interrupted while waiting for service '/add_two_ints'"
    assert server.interrupt() == 0


def test_an_action_client_of_another_type_is_one_line_on_both_sides(start):
    server = start("fibonacci_action_server")
    goal = start("ros2", "action", "send_goal", "/fibonacci", "test_msgs/action/Fibonacci", "{order: 1}")
    goal.wait_for("is offered with the type")
    server.wait_for("is of type")
    good = start("ros2", "action", "send_goal", "/fibonacci", "action_tutorials_interfaces/action/Fibonacci", "{order: 1}")
    assert good.finish() == 0 and good.lines["stdout"][-1] == "Goal finished with status: SUCCEEDED", good.report()
    assert goal.interrupt() == 1
    assert [line.split("]: ")[1] for line in warnings(goal)] == [
        "action '/fibonacci' is offered with the type 'action_tutorials_interfaces/action/Fibonacci', this client has "
        "'test_msgs/action/Fibonacci': its goals wait for a server of that type"]
    assert len(warnings(server)) == 1, server.report()
    assert warnings(server)[0].startswith(
        "[fibonacci_action_server]: action '/fibonacci' is of type 'action_tutorials_interfaces/action/Fibonacci' here and of type "
        "'test_msgs/action/Fibonacci' in node '/_ros2cli_")
    assert goal.lines["stderr"][-1] == "interrupted while waiting for a server of action '/fibonacci'"
    assert server.interrupt() == 0


def test_a_publisher_of_another_type_is_one_line_on_both_sides(start):
    listener = start("listener")
    wrong = start("ros2", "topic", "pub", "-r", "10", "-n", "wrong", "/chatter", "std_msgs/msg/Int32", "{data: 1}")
    listener.wait_for("is of type")
    wrong.wait_for("is of type")
    start("talker")
    listener.wait_for(r"I heard: \[Hello World: ", count=2)
    rest = "no message passes between them until both use the same type"
    assert warnings(listener) == [f"[listener]: topic '/chatter' is of type 'std_msgs/msg/String' here and of type 'std_msgs/msg/Int32' in node "
                                  f"'/wrong': {rest}"]
    seen = warnings(wrong)
    assert len(seen) == 1 and seen[0].startswith("[wrong]: topic '/chatter' is of type 'std_msgs/msg/Int32' here and of type "
                                                 "'std_msgs/msg/String' in node '/"), wrong.report()
    assert (wrong.interrupt(), listener.interrupt()) == (15, 0)
