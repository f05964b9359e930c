"""Message classes: how they are found and made, and what their instances do."""
import array
import copy
import gc
import os
import pickle
import subprocess
import sys
import weakref

import pytest
from example_interfaces.srv import AddTwoInts
from rclpy import _rclio
from std_msgs.msg import Float64MultiArray, Header, Int32, String, UInt8MultiArray
from test_msgs.action import Fibonacci
from test_msgs.msg import Arrays, BasicTypes, BoundedSequences, Constants, Defaults, Empty, Nested, Strings, UnboundedSequences


def run(program, **environment):
    return subprocess.run([sys.executable, "-c", program], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60)


def test_messages_are_imported_before_rclpy_and_without_it():
    done = run("from std_msgs.msg import String; print(String(data='x')); import std_msgs.msg as m; print(m.Int8(data=1))")
    assert (done.stdout, done.stderr) == ("std_msgs.msg.String(data='x')\nstd_msgs.msg.Int8(data=1)\n", "")


def test_a_start_of_python_imports_nothing_of_rclpy():
    assert run("import sys; print([name for name in sys.modules if 'rcl' in name])").stdout == "['_rclio_import_hook']\n"


def test_numpy_is_imported_with_the_first_fixed_array_of_numbers():
    done = run("import sys; from geometry_msgs.msg import Pose, PoseWithCovariance; Pose(); print('numpy' in sys.modules);"
               "PoseWithCovariance(); print('numpy' in sys.modules)")
    assert done.stdout.split() == ["False", "True"], done.stderr


@pytest.mark.parametrize("program, said", [
    ("import no_such_msgs.msg", "ModuleNotFoundError: No module named 'no_such_msgs'"),
    ("from std_msgs.msg import Strin", "ImportError: cannot import name 'Strin' from 'std_msgs.msg'"),
    ("import std_msgs.action", "ModuleNotFoundError: No module named 'std_msgs.action'"),
    ("import std_msgs.msg._nothing", "ModuleNotFoundError: No module named 'std_msgs.msg._nothing'"),
])
def test_what_is_not_defined_cannot_be_imported(program, said):
    assert run(program).stderr.splitlines()[-1].startswith(said)


@pytest.mark.parametrize("variable, said", [("1", "refused"), ("0", "300"), ("", "300")])
def test_fields_are_checked_where_the_environment_says_so_and_the_message_does_not(variable, said):
    done = run("""
from std_msgs.msg import Int8
for keywords in ({}, {'check_fields': True}, {'check_fields': False}):
    message = Int8(**keywords)
    try:
        message.data = 300
        print(message.data)
    except AssertionError:
        print('refused')
""", ROS_PYTHON_CHECK_FIELDS=variable)
    assert done.stdout.split() == [said, "refused", "300"], done.stderr


@pytest.mark.parametrize("asked", ["Image().header", "String()", "SetBool.Request()", "Fibonacci.Goal()", "Image().header.stamp"])
def test_the_module_of_every_class_is_where_programs_look_for_it(asked):
    """So do cloudpickle, typing.get_type_hints() and inspect.getmodule()."""
    done = run("import sys, inspect; from std_msgs.msg import String; from sensor_msgs.msg import Image; from std_srvs.srv import SetBool;"
               f"from test_msgs.action import Fibonacci; one = type({asked}); module = sys.modules[one.__module__];"
               "print(getattr(module, one.__name__) is one, inspect.getmodule(one) is module, module.__spec__.name == one.__module__)")
    assert done.stdout.split() == ["True"] * 3, done.stderr


def test_the_module_of_a_service_has_its_parts_although_nobody_has_asked_for_them_yet():
    done = run("from std_srvs.srv import SetBool; SetBool.Request(); from std_srvs.srv._set_bool import SetBool_Event, SetBool as S;"
               "import std_srvs.srv; print(S is SetBool, SetBool_Event is SetBool.Event, std_srvs.srv._set_bool.SetBool is S);"
               "from std_srvs.srv._set_bool import *; print(SetBool_Response is S.Response)")
    assert done.stdout.split() == ["True"] * 4, done.stderr


def test_the_classes_of_a_module_are_its_interfaces():
    done = run("import inspect, std_msgs, std_msgs.msg; print([name for name, value in inspect.getmembers(std_msgs.msg, inspect.isclass)"
               " if value.__module__ != f'std_msgs.msg._{name.lower()}'][:3], inspect.getmembers(std_msgs, inspect.isclass))")
    assert "loader" not in done.stdout.lower() and done.stdout, done.stderr


@pytest.mark.parametrize("variable, place", [("AMENT_PREFIX_PATH", "share/own_msgs"), ("RCLIO_INTERFACE_PATH", "src/deep/own_msgs")])
def test_own_definitions_are_imported_from_a_prefix_and_from_a_workspace(tmp_path, variable, place):  # IDL-1
    package = tmp_path / place
    (package / "msg").mkdir(parents=True)
    (package / "srv").mkdir()
    (package / "package.xml").write_text("<package><name>own_msgs</name></package>")
    (package / "msg/Own.msg").write_text("std_msgs/Header header\nint32[<=2] numbers [4, 5]\n")
    (package / "srv/Ask.srv").write_text("Own own\n---\nbool yes\n")
    done = run("from own_msgs.msg import Own; from own_msgs.srv import Ask; print(Own().numbers, Ask.Request().own == Own(), Ask.Response())",
               **{variable: str(tmp_path)})
    assert done.stdout == "array('i', [4, 5]) True own_msgs.srv.Ask_Response(yes=False)\n", done.stderr


def test_a_definition_that_cannot_be_read_is_named_with_its_place(tmp_path):
    package = tmp_path / "share/own_msgs"
    (package / "msg").mkdir(parents=True)
    (package / "msg/Own.msg").write_text("int32 a\nnonsense!\n")
    done = run("from own_msgs.msg import Own", AMENT_PREFIX_PATH=str(tmp_path))
    assert "Own.msg:2:" in done.stderr


def test_a_python_package_of_the_same_name_keeps_its_own_modules(tmp_path):
    (tmp_path / "share/own_msgs/msg").mkdir(parents=True)
    (tmp_path / "share/own_msgs/msg/Own.msg").write_text("int32 a\n")
    (tmp_path / "own_msgs").mkdir()
    (tmp_path / "own_msgs/__init__.py").write_text("")
    (tmp_path / "own_msgs/helper.py").write_text("VALUE = 7\n")
    done = run("from own_msgs.helper import VALUE; from own_msgs.msg import Own; print(VALUE, Own())", AMENT_PREFIX_PATH=str(tmp_path),
               PYTHONPATH=f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    assert done.stdout == "7 own_msgs.msg.Own(a=0)\n", done.stderr


def test_every_interface_that_rclio_has_is_made():
    from rclpy import _messages
    made = 0
    for package in ("std_msgs", "geometry_msgs", "sensor_msgs", "nav_msgs", "test_msgs", "rcl_interfaces", "action_msgs", "tf2_msgs",
                    "visualization_msgs", "example_interfaces", "action_tutorials_interfaces", "type_description_interfaces"):
        for folder in ("msg", "srv", "action"):
            for name in (_messages._names(package, folder) or {}).values():
                for part in _messages._all_names(folder, name):
                    cls = _messages.interface_class(package, folder, part)
                    made += 1
                    if isinstance(cls, _rclio.MessageClass):
                        assert cls() == cls() and repr(cls()) and len(cls.SLOT_TYPES) == len(cls.get_fields_and_field_types())
    assert made > 300


def test_names_slots_and_types_are_upstreams():
    assert String.__module__ == "std_msgs.msg._string" and String.__qualname__ == "String"
    assert String.__slots__ == ["_data", "_check_fields"]
    assert Header.get_fields_and_field_types() == {"stamp": "builtin_interfaces/Time", "frame_id": "string"}
    assert [repr(slot) for slot in Header.SLOT_TYPES] == ["NamespacedType(['builtin_interfaces', 'msg'], 'Time')", "UnboundedString()"]
    assert Header().SLOT_TYPES is Header.SLOT_TYPES
    assert AddTwoInts.Request.__name__ == "AddTwoInts_Request" and AddTwoInts.Event.__module__ == "example_interfaces.srv._add_two_ints"
    assert Fibonacci.Impl.SendGoalService.Request().goal == Fibonacci.Goal()


def test_a_dict_of_fields_is_a_copy():
    String.get_fields_and_field_types().clear()
    assert String.get_fields_and_field_types()


@pytest.mark.parametrize("cls, kind", [(AddTwoInts, "Service"), (Fibonacci, "Action")])
def test_services_and_actions_cannot_be_instantiated(cls, kind):
    with pytest.raises(NotImplementedError, match=f"{kind} classes can not be instantiated"):
        cls()


def test_constants_are_read_from_class_and_instance_and_cannot_be_set():
    assert Constants.INT32_CONST == Constants().INT32_CONST == -30000 and Constants.BYTE_CONST == b"2"
    with pytest.raises(AttributeError, match="no setter"):
        Constants.INT32_CONST = 3


def test_new_messages_do_not_share_what_can_change():
    assert UnboundedSequences().string_values is not UnboundedSequences().string_values
    first = BoundedSequences()
    first.string_values_default.append("x")
    first.int32_values_default.append(1)
    assert BoundedSequences() != first
    assert Nested().basic_types_value is not Nested().basic_types_value
    arrays = Arrays()
    arrays.float32_values[0] = 5
    assert Arrays().float32_values[0] == 0


def test_unknown_keywords_are_ignored_unless_fields_are_checked():
    assert Int32(nope=1) == Int32()
    with pytest.raises(AssertionError, match="^Invalid arguments passed to constructor: a, nope$"):
        Int32(nope=1, a=2, check_fields=True)


def test_positional_arguments_are_refused():
    with pytest.raises(TypeError, match=r"String.__init__\(\) takes 1 positional argument but 2 were given"):
        String("x")


def test_attributes_that_are_no_fields_cannot_be_set():
    with pytest.raises(AttributeError, match="'String' object has no attribute 'foo'"):
        String().foo = 1
    with pytest.raises(AttributeError, match="no deleter"):
        del String().data


def test_messages_are_equal_by_value_and_not_hashable():
    assert String(data="a") == String(data="a") and String(data="a") != String(data="b") and String() != "" and Int32() != String()
    assert Float64MultiArray(data=[float("nan")]) != Float64MultiArray(data=[float("nan")])
    with pytest.raises(TypeError, match="unhashable type: 'String'"):
        hash(String())


@pytest.mark.parametrize("cls", [String, Arrays, BoundedSequences, Nested, Defaults, Strings, Empty, Fibonacci.Goal, AddTwoInts.Event])
def test_copies_and_pickles_are_equal(cls):
    message = cls()
    assert copy.copy(message) == message and copy.deepcopy(message) == message
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(message, protocol)) == message


def test_a_deep_copy_is_its_own_and_a_copy_shares():
    message = Nested()
    deep, shallow = copy.deepcopy(message), copy.copy(message)
    message.basic_types_value.int32_value = 5
    assert deep.basic_types_value.int32_value == 0 and shallow.basic_types_value.int32_value == 5


def test_pickles_are_read_by_another_process():
    data = pickle.dumps(Fibonacci.Feedback(sequence=[1, 2]))
    assert run(f"import pickle; print(pickle.loads({data!r}))").stdout == "test_msgs.action.Fibonacci_Feedback(sequence=[1, 2])\n"


@pytest.mark.parametrize("values", [[1, 2], (1, 2), array.array("B", [1, 2]), b"\1\2", bytearray(b"\1\2"), memoryview(b"\1\2"), range(1, 3)],
                         ids=lambda values: type(values).__name__)
def test_sequences_of_numbers_become_arrays(values):
    message = UInt8MultiArray(data=values)
    assert type(message.data) is array.array and message.data == array.array("B", [1, 2])


@pytest.mark.parametrize("dtype, field", [("float64", "float64_values"), ("float32", "float32_values"), ("int64", "int64_values"),
                                          ("uint16", "uint16_values"), ("float32", "float64_values"), ("int8", "int32_values")])
def test_numpy_arrays_become_arrays(dtype, field):
    numpy = pytest.importorskip("numpy")
    message = UnboundedSequences(**{field: numpy.arange(4, dtype=dtype)})
    assert getattr(message, field).tolist() == [0, 1, 2, 3]
    message = UnboundedSequences(**{field: numpy.arange(8, dtype=dtype)[::2]})
    assert getattr(message, field).tolist() == [0, 2, 4, 6]


def test_a_message_keeps_a_copy_of_an_array():
    given = array.array("B", [1])
    message = UInt8MultiArray(data=given)
    given[0] = 9
    assert message.data[0] == 1


@pytest.mark.parametrize("value, said", [([300], OverflowError), ("a", TypeError), (3, TypeError)])
def test_what_is_no_sequence_of_numbers_is_refused(value, said):
    with pytest.raises(said):
        UInt8MultiArray(data=value)


def test_classes_can_be_extended():
    class Mine(String):
        def shout(self):
            return self.data.upper()

    mine = Mine(data="a")
    assert mine.shout() == "A" and _rclio.serialize_message(mine) == _rclio.serialize_message(String(data="a"))
    assert repr(mine) == f"{__name__.rpartition('.')[0]}{'.' if '.' in __name__ else ''}Mine(data='a')"


def test_a_message_in_a_cycle_is_collected():
    class Marked(String):
        __slots__ = ["__weakref__"]

    message = Marked()
    message.data = [message]
    gone = weakref.ref(message)
    del message
    gc.collect()
    assert gone() is None


def test_classes_made_by_programs_are_collected_with_what_they_hold():
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(20):
        type("Own", (BasicTypes,), {})()
    gc.collect()
    assert len(gc.get_objects()) - before < 50


def test_the_interpreter_ends_clean_with_messages_in_globals():
    done = run("from test_msgs.msg import *; import test_msgs.msg as m; a = Arrays(); b = [Nested(), a]; b.append(b); import rclpy")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_sub_interpreter_has_classes_of_its_own():
    program = """
import sys
if sys.version_info >= (3, 13):
    import _interpreters as interpreters
    create = lambda: interpreters.create()
    run = lambda id, text: interpreters.exec(id, text)
elif sys.version_info >= (3, 12):
    import _xxsubinterpreters as interpreters
    create, run = interpreters.create, interpreters.run_string
else:
    import _xxsubinterpreters as interpreters
    create, run = interpreters.create, interpreters.run_string
from std_msgs.msg import String
id = create()
error = run(id, "from rclpy import _rclio; S = _rclio.message_class('std_msgs/msg/String'); assert S(data='x').data == 'x'; print('there', flush=True)")
assert error is None, error
interpreters.destroy(id)
print(String(data='here'))
"""
    done = run(program)
    assert done.stdout == "there\nstd_msgs.msg.String(data='here')\n", done.stderr


def test_a_class_and_one_below_it_have_the_signature_that_tools_ask_for():
    import inspect
    from std_msgs.msg import String

    class Named(String):
        def __init__(self, name):
            super().__init__(data=name)

    assert str(inspect.signature(String)) == "(**kwargs)"
    assert str(inspect.signature(Named)) == "(name)"
