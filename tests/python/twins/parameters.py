"""Parameters: declared with each type, read, set, undeclared, listed; what is refused."""
import array
import warnings

import rclpy
from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor, ParameterType
from rclpy.parameter import Parameter
from tell import tell

rclpy.init(args=["program", "--ros-args", "-p", "given:=12", "-p", "list:=[1, 2]", "-p", "words:=[a, b]", "-p", "yes:=true", "-p", "deep.name:=x"])
warnings.simplefilter("always")
node = rclpy.create_node("parameters")
show = lambda parameter: (parameter.name, parameter.type_.name, parameter.value)  # noqa: E731
for name, value in (("bool", True), ("int", -5), ("double", 2.5), ("string", "grün"), ("bytes", [b"\x00", b"\xff"]), ("bools", [True, False]),
                    ("ints", [1, -2]), ("doubles", [0.5]), ("strings", ["a", ""]), ("array", array.array("q", [4, 5])), ("empty", []), ("given", 1),
                    ("tuple", (1, 2)), ("none", None), ("object", object), ("mixed", [1, "a"]), ("nested.name", 1)):
    tell(f"declare {name}", lambda: show(node.declare_parameter(name, value)))
tell("by type", lambda: show(node.declare_parameter("typed", Parameter.Type.INTEGER)))
tell("by descriptor", lambda: show(node.declare_parameter("described", 1, ParameterDescriptor(description="one", read_only=True))))
tell("declared twice", lambda: node.declare_parameter("int", 1))
tell("bad name", lambda: node.declare_parameter("", 1))
tell("no name", lambda: node.declare_parameter(None, 1))
tell("given words", lambda: show(node.declare_parameter("words", ["c"])))
tell("given of another type", lambda: show(node.declare_parameter("yes", 1)))
tell("override ignored", lambda: show(node.declare_parameter("list", [7], ignore_override=True)))
tell("several", lambda: [show(one) for one in node.declare_parameters("space", [("a", 1), ("b", "two"), ("c", 3.0, ParameterDescriptor(description="c"))])])
tell("several, some declared", lambda: node.declare_parameters("space", [("a", 1), ("d", 1)]))
tell("several, wrong", lambda: node.declare_parameters("", [(1,)]))
tell("has", lambda: [node.has_parameter(name) for name in ("int", "space.a", "nothing", "deep.name")])
tell("get", lambda: show(node.get_parameter("int")))
tell("get several", lambda: [show(one) for one in node.get_parameters(["int", "string"])])
tell("get undeclared", lambda: node.get_parameter("nothing"))
tell("get several, undeclared", lambda: node.get_parameters(["int", "nothing"]))
tell("get uninitialised", lambda: node.get_parameter("typed"))
tell("get or", lambda: show(node.get_parameter_or("nothing", Parameter("other", value=3))))
tell("get or nothing", lambda: show(node.get_parameter_or("nothing")))
tell("type", lambda: node.get_parameter_type("double"))
tell("type undeclared", lambda: node.get_parameter_type("nothing"))
tell("types", lambda: node.get_parameter_types(["double", "int"]))
tell("by prefix", lambda: {name: show(one) for name, one in sorted(node.get_parameters_by_prefix("space").items())})
tell("by no prefix", lambda: len(node.get_parameters_by_prefix("")))
tell("describe", lambda: node.describe_parameter("described"))
tell("describe several", lambda: [one.name for one in node.describe_parameters(["int", "described"])])
tell("describe undeclared", lambda: node.describe_parameter("nothing"))
tell("list", lambda: node.list_parameters(["space"], 0))
tell("list deep", lambda: (lambda found: (sorted(found.names), sorted(found.prefixes)))(node.list_parameters([], 1)))
tell("set", lambda: node.set_parameters([Parameter("int", value=6), Parameter("string", Parameter.Type.STRING, "new")]))
tell("set to another type", lambda: node.set_parameters([Parameter("int", value="six")]))
tell("set read only", lambda: node.set_parameters([Parameter("described", value=2)]))
tell("set undeclared", lambda: node.set_parameters([Parameter("nothing", value=2)]))
tell("set nothing", lambda: node.set_parameters([]))
tell("set typed", lambda: node.set_parameters([Parameter("typed", value=2)]))
tell("typed", lambda: show(node.get_parameter("typed")))
tell("set at once", lambda: node.set_parameters_atomically([Parameter("int", value=7), Parameter("double", value="x")]))
tell("int after", lambda: show(node.get_parameter("int")))
tell("set at once", lambda: node.set_parameters_atomically([Parameter("int", value=8), Parameter("double", value=0.25)]))
tell("int after", lambda: show(node.get_parameter("int")))
tell("set no parameter", lambda: node.set_parameters([1]))
tell("undeclare", lambda: node.undeclare_parameter("int"))
tell("undeclare twice", lambda: node.undeclare_parameter("int"))
tell("undeclare read only", lambda: node.undeclare_parameter("described"))
tell("undeclare what has a type", lambda: node.undeclare_parameter("double"))

ranged = ParameterDescriptor(integer_range=[IntegerRange(from_value=0, to_value=10, step=5)])
tell("in range", lambda: show(node.declare_parameter("ranged", 5, ranged)))
for value in (10, 3, -1, 15):
    tell(f"set to {value}", lambda: node.set_parameters([Parameter("ranged", value=value)]))
floating = ParameterDescriptor(floating_point_range=[FloatingPointRange(from_value=0.0, to_value=1.0, step=0.25)])
tell("in range", lambda: show(node.declare_parameter("floating", 0.5, floating)))
for value in (0.75, 0.7, 1.5, -0.1):
    tell(f"set to {value}", lambda: node.set_parameters([Parameter("floating", value=value)]))
tell("out of range", lambda: node.declare_parameter("far", 11, ranged))
dynamic = ParameterDescriptor(dynamic_typing=True)
tell("dynamic", lambda: show(node.declare_parameter("dynamic", None, dynamic)))
tell("dynamic set", lambda: (node.set_parameters([Parameter("dynamic", value="x")]), node.set_parameters([Parameter("dynamic", value=1)])))
tell("descriptor set", lambda: node.set_descriptor("floating", ParameterDescriptor(type=ParameterType.PARAMETER_DOUBLE, description="new")).value)
tell("described anew", lambda: node.describe_parameter("floating").description)
tell("alternative", lambda: node.set_descriptor("nothing", ParameterDescriptor()))

free = rclpy.create_node("free", allow_undeclared_parameters=True)
tell("undeclared", lambda: show(free.get_parameter("nothing")))
tell("undeclared set", lambda: free.set_parameters([Parameter("nothing", value=1)]))
tell("there now", lambda: show(free.get_parameter("nothing")))
automatic = rclpy.create_node("automatic", automatically_declare_parameters_from_overrides=True,
                              parameter_overrides=[Parameter("mine", value=1), Parameter("given", value=2)])
tell("automatic", lambda: sorted(show(one) for one in automatic.get_parameters(["mine", "given", "words", "deep.name"])))
rclpy.shutdown()
