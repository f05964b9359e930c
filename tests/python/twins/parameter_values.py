"""Parameter, its types, and the ways between values, messages and files."""
import array
import tempfile

from rcl_interfaces.msg import Parameter as ParameterMsg
from rcl_interfaces.msg import ParameterValue
from rclpy.parameter import Parameter, get_parameter_value, parameter_dict_from_yaml_file, parameter_value_to_python
from tell import tell, tell_type

for kind in Parameter.Type:
    print(kind, kind.value, kind.name)
for value in (True, 1, 2**62, -1.5, "a", [b"\x01"], [True], [1, 2], [1.5], ["a"], array.array("q", [1]), array.array("d", [1.0]), (1,), None, [], object(), {},
              [None], b"a", [1, 1.5]):
    label = type(value).__name__ if isinstance(value, object) and "object at" in repr(value) else repr(value)
    if "object at" in repr(value):
        tell_type(f"type of {label}", lambda: Parameter.Type.from_parameter_value(value))
    else:
        tell(f"type of {label}", lambda: Parameter.Type.from_parameter_value(value))
        tell(f"made of {label}", lambda: Parameter("p", value=value).to_parameter_msg())
for kind, value in ((Parameter.Type.INTEGER, 1), (Parameter.Type.INTEGER, "a"), (Parameter.Type.DOUBLE, 1), (Parameter.Type.BOOL, 1), (Parameter.Type.NOT_SET, 1),
                    (Parameter.Type.NOT_SET, None), (Parameter.Type.STRING_ARRAY, ["a"]), (Parameter.Type.STRING_ARRAY, [1]), (7, 1), (None, 1),
                    (Parameter.Type.BYTE_ARRAY, [b"a"]), (Parameter.Type.BYTE_ARRAY, []), (Parameter.Type.INTEGER_ARRAY, [])):
    tell(f"{kind} {value!r}", lambda: (lambda one: (one.name, one.type_, one.value))(Parameter("p", kind, value)))
    if isinstance(kind, Parameter.Type):
        tell("checked", lambda: kind.check(value))
tell("nothing", lambda: (Parameter("p").type_, Parameter("p").value))
tell("no name", lambda: Parameter())
tell_type("wrong name", lambda: Parameter(1).to_parameter_msg())
tell("same", lambda: Parameter("p", value=1) == Parameter("p", value=1))
message = ParameterMsg(name="m", value=ParameterValue(type=3, double_value=2.5))
tell("from a message", lambda: (lambda one: (one.name, one.type_, one.value))(Parameter.from_parameter_msg(message)))
tell("and back", lambda: Parameter.from_parameter_msg(message).to_parameter_msg() == message)
tell("a value", lambda: Parameter("p", value=[1, 2]).get_parameter_value())
for kind in range(11):
    tell(f"python value of {kind}", lambda: parameter_value_to_python(ParameterValue(type=kind)))
for text in ("true", "1", "1.5", "text", "[1, 2]", "[true]", "[1.5]", "[a, b]", "[1, a]", "", "1e3", "'1'", "yes", "0x10", "[]", "null", ".inf", "[1, 2.5]"):
    tell(f"value of {text!r}", lambda: get_parameter_value(text))
FILE = """
/node:
  ros__parameters:
    a: 1
    b: {c: text, d: [1.0, 2.0]}
/**:
  ros__parameters:
    e: true
"""
with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
    file.write(FILE)
    file.flush()
    for arguments in ({}, {"use_wildcard": True}, {"target_nodes": ["/node"]}, {"target_nodes": ["/node"], "namespace": "/space"}, {"target_nodes": ["/other"]}):
        tell(f"file {arguments}", lambda: {name: (one.value.type, one.value.integer_value, one.value.string_value)
                                           for name, one in sorted(parameter_dict_from_yaml_file(file.name, **arguments).items())}
             if "/other" not in str(arguments) else "left out")
