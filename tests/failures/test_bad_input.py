"""What a user mistypes: one line that names the thing and the cause, exit status 1, in no time."""
import pytest
from support_failures import ros2

SAID = {
    "unknown type of topic pub": (["topic", "pub", "/t", "std_msgs/msg/Nope", "{}"], "std_msgs/msg/Nope"),
    "unknown type of topic echo": (["topic", "echo", "/t", "std_msgs/msg/Nope"], "std_msgs/msg/Nope"),
    "unknown package of topic echo": (["topic", "echo", "/t", "nope_msgs/msg/String"], "nope_msgs"),
    "no type at all of topic pub": (["topic", "pub", "/t", "String", "{}"], "'String'"),
    "unknown type of service call": (["service", "call", "/s", "std_srvs/srv/Nope", "{}"], "std_srvs/srv/Nope"),
    "unknown type of action send_goal": (["action", "send_goal", "/a", "test_msgs/action/Nope", "{}"], "test_msgs/action/Nope"),
    "unknown type of interface show": (["interface", "show", "std_msgs/msg/Nope"], "std_msgs/msg/Nope"),
    "a message type for a service": (["service", "call", "/s", "std_msgs/msg/String", "{}"], "'std_msgs/msg/String' is not a service type"),
    "a service type for a topic": (["topic", "echo", "/t", "std_srvs/srv/Empty"], "'std_srvs/srv/Empty' is not a message type"),
    "unknown topic of topic echo": (["topic", "echo", "/nope"], "[/nope]"),
    "unknown topic of topic info": (["topic", "info", "/nope"], "'/nope'"),
    "unknown topic of topic type": (["topic", "type", "/nope"], "'/nope'"),
    "illegal name of topic pub": (["topic", "pub", "/a b", "std_msgs/msg/String", "{}"], "'/a b'"),
    "illegal name of topic echo": (["topic", "echo", "/1a", "std_msgs/msg/String"], "'/1a'"),
    "illegal name of service call": (["service", "call", "/a//b", "std_srvs/srv/Empty", "{}"], "'/a//b'"),
    "illegal name of action send_goal": (["action", "send_goal", "a-b", "test_msgs/action/Fibonacci", "{}"], "a-b"),
    "unknown field of topic pub": (["topic", "pub", "/t", "geometry_msgs/msg/Twist", "{linear: {q: 1}}"], "'q'"),
    "unknown field of topic echo": (["topic", "echo", "/t", "std_msgs/msg/Header", "--field", "stamp.nope"], "'nope'"),
    "unknown field of service call": (["service", "call", "/s", "std_srvs/srv/SetBool", "{dat: true}"], "'dat'"),
    "unknown field of action send_goal": (["action", "send_goal", "/a", "test_msgs/action/Fibonacci", "{ordr: 1}"], "'ordr'"),
    "text where a number stands": (["topic", "pub", "/t", "std_msgs/msg/Int32", "{data: many}"], "many"),
    "number too large": (["topic", "pub", "/t", "std_msgs/msg/UInt8", "{data: 256}"], "'data' field must be an unsigned integer in [0, 255]"),
    "list too long": (["topic", "pub", "/t", "shape_msgs/msg/SolidPrimitive", "{dimensions: [1, 2, 3, 4]}"], "dimensions"),
    "broken YAML of topic pub": (["topic", "pub", "/t", "std_msgs/msg/String", "{data: [1"], "not valid YAML: 1:"),
    "broken YAML of service call": (["service", "call", "/s", "std_srvs/srv/SetBool", "{data: 'x"], "not valid YAML: 1:"),
    "broken YAML of action send_goal": (["action", "send_goal", "/a", "test_msgs/action/Fibonacci", "{order: : }"], "not valid YAML: 1:"),
    "YAML that is no dictionary": (["topic", "pub", "/t", "std_msgs/msg/String", "hello"], "needs to be a dictionary"),
    "YAML that refers to itself": (["topic", "pub", "/t", "std_msgs/msg/String", "&a {data: *a}"], ""),
    "YAML of a thousand levels": (["topic", "pub", "/t", "std_msgs/msg/String", "[" * 1000 + "]" * 1000], ""),
}


@pytest.mark.parametrize("arguments, named", SAID.values(), ids=SAID.keys())
def test_bad_input_is_named_and_ends_the_command(domain, arguments, named):
    status, output, errors = ros2(*arguments, domain=domain, deadline=10)
    assert status == 1, (output, errors)
    assert named in " ".join(output + errors)
    assert 1 <= len(errors) <= 4, errors  # a wrong name has a line with the name and one with a mark below the character
    assert not any("ssertion" in line or ".c:" in line for line in errors)


@pytest.mark.parametrize("arguments, option", [
    (["topic", "echo", "/t", "--qos-reliability", "perhaps"], "--qos-reliability"),
    (["topic", "pub", "/t", "std_msgs/msg/String", "{}", "-r", "fast"], "fast"),
    (["topic", "echo", "/t", "--truncate-length", "-5"], "--truncate-length"),
    (["topic", "pub"], "topic_name"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_wrong_usage_has_status_two(domain, arguments, option):
    status, _, errors = ros2(*arguments, domain=domain, deadline=10)
    assert status == 2 and option in errors[-1], errors
