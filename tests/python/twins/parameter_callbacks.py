"""Callbacks before, on and after a change of parameters: their order, what they may do, when they refuse or fail."""
import rclpy
from rcl_interfaces.msg import SetParametersResult
from rclpy.exceptions import ParameterImmutableException  # noqa: F401
from rclpy.parameter import Parameter
from tell import tell

rclpy.init()
node = rclpy.create_node("callbacks")
order = []


def before(parameters):
    order.append(("before", [(one.name, one.value) for one in parameters]))
    return [*parameters, Parameter("added", value=1)] if any(one.name == "speed" for one in parameters) else parameters


def check(parameters):
    order.append(("on", [(one.name, one.value) for one in parameters]))
    for one in parameters:
        if one.name == "speed" and one.value > 10:
            return SetParametersResult(successful=False, reason="too fast")
    return SetParametersResult(successful=True)


def after(parameters):
    order.append(("after", [(one.name, one.value) for one in parameters]))


node.declare_parameter("added", 0)
node.add_pre_set_parameters_callback(before)
node.add_on_set_parameters_callback(check)
node.add_post_set_parameters_callback(after)
node.declare_parameter("speed", 5)
print(order)
order.clear()
tell("set", lambda: node.set_parameters([Parameter("speed", value=6)]))
print(order)
order.clear()
tell("added", lambda: node.get_parameter("added").value)
tell("refused", lambda: node.set_parameters([Parameter("speed", value=11)]))
print(order)
order.clear()
tell("kept", lambda: node.get_parameter("speed").value)
tell("declared with a refused value", lambda: node.declare_parameter("speed2", 1) and node.declare_parameter("speed", 12))
tell("at once", lambda: node.set_parameters_atomically([Parameter("speed", value=7), Parameter("added", value=9)]))
order.clear()

second = []


def check_second(parameters):
    second.append(len(parameters))
    return SetParametersResult(successful=not any(one.value == 8 for one in parameters), reason="not eight")


node.add_on_set_parameters_callback(check_second)
tell("both", lambda: node.set_parameters([Parameter("added", value=8)]))
print(order, second)
order.clear()
node.remove_on_set_parameters_callback(check_second)
tell("one", lambda: node.set_parameters([Parameter("added", value=8)]))
tell("removed twice", lambda: node.remove_on_set_parameters_callback(check_second))
node.remove_pre_set_parameters_callback(before)
node.remove_post_set_parameters_callback(after)
order.clear()
tell("speed", lambda: node.set_parameters([Parameter("speed", value=3)]))
print(order)
node.remove_on_set_parameters_callback(check)


def none(parameters):
    return None


def fail(parameters):
    raise RuntimeError("in a callback")


node.add_on_set_parameters_callback(fail)
tell("failing", lambda: node.set_parameters([Parameter("speed", value=4)]))
node.remove_on_set_parameters_callback(fail)
tell("kept", lambda: node.get_parameter("speed").value)


def drop(parameters):
    print("drop", [one.name for one in parameters])
    return [one for one in parameters if one.name != "unknown"]


for callback in (None, drop):
    if callback:
        node.add_pre_set_parameters_callback(callback)
    for names in (("speed", "unknown"), ("unknown", "speed"), ("other unknown", "speed")):
        tell(names, lambda: node.set_parameters([Parameter(name, value=5 + at) for at, name in enumerate(names)]))
        tell("then", lambda: node.get_parameter("speed").value)
        tell("atomically", lambda: node.set_parameters_atomically([Parameter(name, value=7 + at) for at, name in enumerate(names)]))
        tell("then", lambda: node.get_parameter("speed").value)
node.remove_pre_set_parameters_callback(drop)
node.add_pre_set_parameters_callback(lambda parameters: [])
tell("nothing left", lambda: node.set_parameters([Parameter("speed", value=4)]))
tell("no callback", lambda: node.add_on_set_parameters_callback(None))
node.destroy_node()
rclpy.shutdown()
