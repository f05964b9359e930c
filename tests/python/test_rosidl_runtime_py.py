"""rosidl_runtime_py: messages to and from dictionaries and text, interfaces by name."""
import array
from collections import OrderedDict

import pytest
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point, PointStamped, Polygon, PoseWithCovariance
from rosidl_runtime_py import (get_interface_packages, get_interface_path, get_interfaces, get_message_interfaces, get_message_slot_types,
                               get_service_interfaces, message_to_csv, message_to_ordereddict, message_to_yaml, set_message_fields)
from rosidl_runtime_py.convert import _convert_value
from rosidl_runtime_py.utilities import get_action, get_interface, get_message, get_service
from std_msgs.msg import Header, Int32MultiArray, MultiArrayDimension, String

POINT = PointStamped(header=Header(stamp=Time(sec=1, nanosec=2), frame_id="map"), point=Point(x=1.5))


def test_a_message_becomes_a_dictionary():
    assert message_to_ordereddict(POINT) == OrderedDict(
        header={"stamp": {"sec": 1, "nanosec": 2}, "frame_id": "map"}, point={"x": 1.5, "y": 0.0, "z": 0.0})
    many = Int32MultiArray(data=array.array("i", range(5)))
    many.layout.dim = [MultiArrayDimension(label="x" * 9, size=5)]
    assert message_to_ordereddict(many, truncate_length=3) == {
        "layout": {"dim": [{"label": "xxx...", "size": 5, "stride": 0}], "data_offset": 0}, "data": [0, 1, 2, "..."]}
    assert message_to_ordereddict(many, no_arr=True)["data"] == "<sequence type: int32, length: 5>"
    assert message_to_ordereddict(PoseWithCovariance(), no_arr=True)["covariance"] == "<array type: double[36]>"
    assert message_to_ordereddict(String(data="abc"), no_str=True) == {"data": "<string length: <3>>"}
    assert message_to_ordereddict(b"\x01") == {"bytes": b"\x01"}


def test_a_message_becomes_text():
    assert message_to_yaml(POINT) == ("header:\n  stamp:\n    sec: 1\n    nanosec: 2\n  frame_id: map\n"
                                      "point:\n  x: 1.5\n  y: 0.0\n  z: 0.0\n")
    assert message_to_csv(POINT) == "1,2,map,1.5,0.0,0.0"
    assert message_to_yaml(String(data="x" * 9), truncate_length=2) == "data: xx...\n"
    assert "gAE=" in message_to_yaml(b"\x80\x01") and message_to_csv(b"x") == "b'x'"
    with pytest.raises(TypeError):
        message_to_yaml(3)


@pytest.mark.parametrize("value, limit, expected", [
    (5, 0, 5), (True, 0, True), ((1, 2, 3), 2, (1, 2, "...")), (["123", "456", "789"], 2, ["12...", "45...", "..."]),
    ("hello world", 5, "hello..."), (b"hello", None, "hello"), ({1: "abc"}, 1, {1: "a..."})])
def test_values_are_cut_short(value, limit, expected):
    assert _convert_value(value, truncate_length=limit) == expected


def test_fields_are_set_from_dictionaries():
    message = PointStamped()
    set_message_fields(message, {"header": {"frame_id": "map"}, "point": {"x": 3}})
    assert (message.header.frame_id, message.point.x) == ("map", 3.0)
    polygon, many, pose = Polygon(), Int32MultiArray(), PoseWithCovariance()
    set_message_fields(polygon, {"points": [{"x": 1.0}, {"y": 2.0}]})
    assert [(one.x, one.y) for one in polygon.points] == [(1.0, 0.0), (0.0, 2.0)]
    set_message_fields(many, {"data": [1, 2]})
    assert many.data == array.array("i", [1, 2])
    set_message_fields(pose, {"covariance": [1.0] * 36, "pose": POINT and {"position": POINT.point}})
    assert list(pose.covariance) == [1.0] * 36 and pose.pose.position.x == 1.5


@pytest.mark.parametrize("message, values, kind, text", [
    (String(), {"nope": 1}, AttributeError, "nope"), (POINT, {"point": {"x": "much"}}, ValueError, "could not convert string to float"),
    (POINT, "text", TypeError, "Value 'text' is expected to be a dictionary but is a str"),
    (POINT, {"header": "auto"}, TypeError, "Value 'auto' is expected to be a dictionary but is a str"),
    (POINT, {"header": {"stamp": "now"}}, TypeError, "Value 'now' is expected to be a dictionary but is a str")])
def test_wrong_fields_and_values_are_refused(message, values, kind, text):
    with pytest.raises(kind, match=text):
        set_message_fields(message, values)


@pytest.mark.parametrize("values", [{"header": "auto"}, {"header": {"stamp": "now", "frame_id": "x"}}])
def test_stamps_that_come_later_are_set_then(values):
    message = PointStamped()
    setters = set_message_fields(message, values, expand_header_auto=True, expand_time_now=True)
    for setter in setters:
        setter(Time(sec=7))
    assert message.header.stamp.sec == 7 and len(setters) == 1


def test_interfaces_are_found_by_name():
    from example_interfaces.action import Fibonacci
    from std_srvs.srv import Trigger
    assert get_message("std_msgs/msg/String") is get_message("std_msgs/String") is get_interface("std_msgs/msg/String") is String
    assert get_service("std_srvs/srv/Trigger") is Trigger and get_action("example_interfaces/Fibonacci") is Fibonacci
    for get, what in ((get_message, "a message"), (get_service, "a service"), (get_action, "an action")):
        wrong = "std_srvs/srv/Trigger" if what != "a service" else "std_msgs/msg/String"
        with pytest.raises(ValueError, match=f"Expected the full name of {what}, got '{wrong}'"):
            get(wrong)
    with pytest.raises(ValueError):
        get_interface("String")


def test_interfaces_are_listed():
    assert "std_msgs" in get_interface_packages()
    assert get_interfaces(["std_srvs"]) == {"std_srvs": ["srv/Empty", "srv/SetBool", "srv/Trigger"]} == get_service_interfaces(["std_srvs"])
    assert "msg/String" in get_message_interfaces()["std_msgs"] and get_message_interfaces(["std_srvs"]) == {}
    assert get_interface_path("std_msgs/msg/String").endswith("std_msgs/msg/String.msg")
    with pytest.raises(LookupError):
        get_interfaces(["nope_msgs"])
    with pytest.raises(LookupError):
        get_interface_path("std_msgs/msg/Nope")
    assert list(get_message_slot_types(POINT)) == ["header", "point"]
