"""rclpy.serialization: messages to and from CDR."""
import array
import gc
import struct
import sys

import pytest
from rclpy import _rclio
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import Image, JointState
from std_msgs.msg import Float32, Float64MultiArray, Header, Int32, MultiArrayLayout, String, UInt8MultiArray
from test_msgs.msg import Arrays, BasicTypes, BoundedPlainSequences, Empty, Nested, Strings, UnboundedSequences, WStrings
from vectors import FOLDER, class_of, load, message_of

FILES = sorted(FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_golden_vectors_are_written_byte_for_byte_and_read_back(file):  # CDR-1 .. CDR-8
    for vector in load(file):
        message = message_of(vector["type"], vector["value"], check_fields=True)
        data = bytes.fromhex(vector["cdr"])
        assert serialize_message(message) == data, vector
        assert serialize_message(deserialize_message(data, class_of(vector["type"]))) == data, vector


def test_there_are_vectors():
    assert sum(len(load(file)) for file in FILES) > 500


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview], ids=lambda make: make.__name__)
def test_any_bytes_like_object_is_read(make):
    data = serialize_message(String(data="grün"))
    assert deserialize_message(make(data), String) == String(data="grün")


def test_the_other_byte_order_is_read():  # CDR-1
    header = deserialize_message(bytes(4) + struct.pack(">iI", 5, 7) + struct.pack(">I", 1) + b"\0", Header)
    assert (header.stamp.sec, header.stamp.nanosec, header.frame_id) == (5, 7, "")
    numbers = deserialize_message(bytes(4) + struct.pack(">3Id", 0, 0, 1, 2.5)[:12] + bytes(4) + struct.pack(">d", 2.5), Float64MultiArray)
    assert numbers.data.tolist() == [2.5]


def test_a_received_message_does_not_point_into_the_bytes_it_came_in():
    data = bytearray(serialize_message(Image(data=b"\1\2\3", encoding="mono8")))
    image = deserialize_message(data, Image)
    data[:] = bytes(len(data))
    del data
    gc.collect()
    assert image.data.tobytes() == b"\1\2\3" and image.encoding == "mono8"


def test_a_received_image_is_an_array_that_numpy_reads_without_a_copy():
    numpy = pytest.importorskip("numpy")
    image = deserialize_message(serialize_message(Image(data=bytes(range(200)))), Image)
    assert type(image.data) is array.array
    view = numpy.frombuffer(image.data, dtype=numpy.uint8)
    view[0] = 99
    assert image.data[0] == 99


@pytest.mark.parametrize("data", [b"", b"\0\1\0\0", b"\0\1\0\0\4", b"\0\1\0\0\xff\xff\xff\xff", b"\0\1\0\0\3\0\0\0abc", b"\xff\xff\0\0\1\0\0\0\0"])
def test_bytes_that_are_no_message_raise_rmwerror(data):
    with pytest.raises(_rclio.RMWError, match="String"):
        deserialize_message(data, String)


def test_every_cut_of_every_type_is_refused_or_read_and_nothing_breaks():
    for kind in (Arrays, UnboundedSequences, BoundedPlainSequences, Strings, WStrings, Nested, JointState):
        data = serialize_message(kind())
        for size in range(len(data)):
            try:
                deserialize_message(data[:size], kind)
            except _rclio.RMWError:
                pass


def test_a_huge_length_is_refused_before_memory_is_made():
    with pytest.raises(_rclio.RMWError):
        deserialize_message(bytes.fromhex("00010000" "00000000" "00000000" "ffffffff"), UInt8MultiArray)


def test_text_that_is_not_utf_8_is_read_with_replacement_characters():
    assert deserialize_message(bytes.fromhex("0001000003000000fffe00"), String).data == "��"


def test_a_nul_ends_a_string_and_stays_in_a_wstring():
    assert deserialize_message(serialize_message(String(data="ab\0cd")), String).data == "ab"
    assert deserialize_message(serialize_message(WStrings(wstring_value="ab\0cd\U0001f600")), WStrings).wstring_value == "ab\0cd\U0001f600"


@pytest.mark.parametrize("message", [String(data="\ud800"), WStrings(wstring_value="\ud800")], ids=["string", "wstring"])
def test_a_lone_surrogate_cannot_be_sent(message):
    with pytest.raises(UnicodeEncodeError):
        serialize_message(message)


def test_integers_that_do_not_fit_are_cut_off_as_upstream_does():
    assert deserialize_message(serialize_message(BasicTypes(uint8_value=300, int32_value=2**40 + 5)), BasicTypes) == BasicTypes(
        uint8_value=44, int32_value=5)


def test_float32_beyond_its_range_becomes_infinite():
    assert deserialize_message(serialize_message(Float32(data=1e39)), Float32).data == float("inf")


@pytest.mark.parametrize("message, said", [
    (String(data=3), "field 'data' of std_msgs/msg/String must be a str, not int"),
    (Int32(data="3"), "field 'data' of std_msgs/msg/Int32 must be an int, not str"),
    (Float32(data=None), "field 'data' of std_msgs/msg/Float32 must be a float, not NoneType"),
    (Header(stamp=5), "field 'stamp' of std_msgs/msg/Header must be builtin_interfaces/msg/Time, not int"),
    (MultiArrayLayout(dim=5), "field 'dim' of std_msgs/msg/MultiArrayLayout must be a sequence, not int"),
    (BasicTypes(byte_value=b"ab"), "field 'byte_value' of test_msgs/msg/BasicTypes must be bytes of length 1, not bytes"),
], ids=lambda value: None if isinstance(value, str) else type(value).__name__)
def test_a_value_that_its_field_cannot_hold_is_named(message, said):
    with pytest.raises(TypeError) as raised:
        serialize_message(message)
    assert str(raised.value) == said


def test_an_array_of_another_length_is_refused():
    with pytest.raises(ValueError, match="'bool_values' of test_msgs/msg/Arrays must have 3 elements, not 1"):
        serialize_message(Arrays(bool_values=[True]))


def test_a_broken_bound_is_refused_as_fast_dds_does():
    with pytest.raises(_rclio.RMWError, match="bool_values"):
        serialize_message(BoundedPlainSequences(bool_values=[True] * 4))


@pytest.mark.parametrize("message, kind", [(3, String), (String, String)])
def test_what_is_no_message_cannot_be_written(message, kind):
    with pytest.raises(TypeError, match="a message is expected"):
        serialize_message(message)


def test_what_is_no_message_class_cannot_be_read():
    with pytest.raises(TypeError, match="is not a message class"):
        deserialize_message(b"", int)


def test_a_value_whose_conversion_changes_the_message_does_no_harm():
    message = UnboundedSequences(string_values=["a" * 100, "b" * 100], int64_values=[1] * 100)

    class Sly:
        def __index__(self):
            message.string_values.clear()
            message.int64_values = []
            message.uint64_values = []
            gc.collect()
            return 7

    message.alignment_check = Sly()
    data = serialize_message(message)
    assert deserialize_message(data, UnboundedSequences).alignment_check == 7


def test_a_message_without_fields_is_one_byte():  # CDR-6
    assert serialize_message(Empty()) == bytes([0, 1, 0, 0, 0])


@pytest.mark.parametrize("message", [String(data="x" * 100), JointState(name=["a", "b"], position=[1.0, 2.0]), Nested(), Arrays(), WStrings(
    wstring_value="ü")], ids=lambda message: type(message).__name__)
def test_round_trips_leave_nothing_behind(message):
    kind = type(message)
    data = serialize_message(message)

    def some():
        for _ in range(200):
            serialize_message(message)
            deserialize_message(data, kind)
            with pytest.raises(_rclio.RMWError):
                deserialize_message(data[:6], kind)
        gc.collect()

    some()
    before = sys.getallocatedblocks()
    some()
    assert sys.getallocatedblocks() - before < 50


def test_arguments_have_upstreams_names():
    data = serialize_message(message=String(data="x"))
    assert deserialize_message(serialized_message=data, message_type=String) == String(data="x")
    assert deserialize_message(data, message_type=String) == String(data="x")
    for wrong in (lambda: serialize_message(), lambda: serialize_message(msg=String()), lambda: deserialize_message(data),
                  lambda: deserialize_message(data, serialized_message=data)):
        with pytest.raises(TypeError):
            wrong()
