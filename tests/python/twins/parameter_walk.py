"""Parameters by random walks: nodes with overrides, and whatever a program may do with their parameters, in any order and with any value."""
import random

import rclpy
from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor, SetParametersResult
from rclpy.parameter import Parameter
from tell import text

NAMES = ["a", "b", "ns.a", "ns.b", "ns.c.d", "use_sim_time"]
ODD_NAMES = NAMES + ["~x", "a b", "ns.", ".x", "ns..y", "é"]
VALUES = [None, True, False, 0, 1, 5, -3, 10, 2.5, 0.0, 100.0, "a", "", [b"a"], [True], [1, 2], [1.0, 2.0], ["x", "y"], [], (1, 2), 3]
PREFIXES = ["", "ns", "ns.", "x"]
dice = random.Random(5)


def name():
    return dice.choice(NAMES if dice.random() < 0.9 else ODD_NAMES)


def descriptor():
    made = ParameterDescriptor(dynamic_typing=dice.random() < 0.3, read_only=dice.random() < 0.15, description=dice.choice(["", "words"]))
    if dice.random() < 0.5:
        made.type = dice.randrange(11)
    if dice.random() < 0.25:
        made.integer_range = [IntegerRange(from_value=dice.randrange(-5, 3), to_value=dice.randrange(2, 12), step=dice.choice([0, 1, 2, 5]))]
    if dice.random() < 0.25:
        made.floating_point_range = [FloatingPointRange(from_value=dice.choice([-1.0, 0.0]), to_value=dice.choice([2.5, 100.0]),
                                                        step=dice.choice([0.0, 0.5, 0.3]))]
    return made


def parameter():
    named = name()
    return Parameter(named) if dice.random() < 0.1 else Parameter(named, value=dice.choice(VALUES))


def parameters():
    return [parameter() for _ in range(dice.randrange(4))]


def shown(value):
    if isinstance(value, (list, tuple)):
        return [shown(one) for one in value]
    if isinstance(value, dict):
        return {key: shown(value[key]) for key in sorted(value)}
    if isinstance(value, Parameter):
        return value.name, value.type_.name, value.value
    if isinstance(value, ParameterDescriptor) and value.dynamic_typing:
        return "dynamic", value.read_only, value.description, value.integer_range, value.floating_point_range
    return value


class Walk:
    """One node and the things that are done with it."""

    def __init__(self, number):
        self.heard, self.asked = [], []
        options = {"allow_undeclared_parameters": dice.random() < 0.3, "automatically_declare_parameters_from_overrides": dice.random() < 0.3}
        if dice.random() < 0.5:
            options["parameter_overrides"] = [one for one in parameters() if one.name != "use_sim_time"]
        if dice.random() < 0.3:
            options["cli_args"] = ["--ros-args", "-p", f"{dice.choice(NAMES[:3])}:={dice.choice(['1', '2.5', 'x', '[1, 2]', 'true'])}"]
        self.node = rclpy.create_node(f"walk{number}", start_parameter_services=False, enable_rosout=False, **options)

    def declare(self):
        if dice.random() < 0.4:
            return self.node.declare_parameter(name(), dice.choice(VALUES))
        return self.node.declare_parameter(name(), dice.choice(VALUES), descriptor(), ignore_override=dice.random() < 0.3)

    def declare_type(self):
        return self.node.declare_parameter(name(), dice.choice(list(Parameter.Type)))

    def declare_some(self):
        return self.node.declare_parameters(dice.choice(PREFIXES), [(name(), dice.choice(VALUES), descriptor()), (f"{name()}2", 5)])

    def set_some(self):
        return self.node.set_parameters(parameters())

    def set_all(self):
        return self.node.set_parameters_atomically(parameters())

    def read(self):
        one = name()
        return self.node.has_parameter(one), self.node.get_parameter_or(one, Parameter(one, value=7)), self.node.get_parameter(one)

    def read_types(self):
        return self.node.get_parameter_types([name(), "a"])

    def read_below(self):
        return self.node.get_parameters_by_prefix(dice.choice(PREFIXES))

    def forget(self):
        return self.node.undeclare_parameter(name())

    def describe(self):
        return self.node.describe_parameters([name(), "a"])

    def describe_anew(self):
        value = Parameter("", value=dice.choice(VALUES)).get_parameter_value() if dice.random() < 0.5 else None
        return self.node.set_descriptor(name(), descriptor(), value)

    def names(self):
        return self.node.list_parameters([one for one in ("ns", "a", "ns.c") if dice.random() < 0.3], dice.randrange(3))

    def listen(self):
        if self.asked and dice.random() < 0.6:
            return self.node.remove_on_set_parameters_callback(self.asked.pop())
        allows = dice.random() < 0.7

        def ask(changes):
            self.heard.append(("asked", [one.name for one in changes]))
            return SetParametersResult(successful=allows, reason="" if allows else "no")

        self.asked.append(ask)
        return self.node.add_on_set_parameters_callback(ask)

    def listen_after(self):
        return self.node.add_post_set_parameters_callback(lambda changes: self.heard.append(("set", shown(changes))))

    def step(self, label):
        do = dice.choice([self.declare, self.declare, self.declare_type, self.declare_some, self.set_some, self.set_all, self.read, self.read_types,
                          self.read_below, self.forget, self.describe, self.describe_anew, self.names, self.listen, self.listen_after])
        try:
            said = text(shown(do()))
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        print(label, do.__name__, said, self.heard)
        self.heard.clear()


rclpy.init()
for number in range(60):
    try:
        walk = Walk(number)
    except Exception as error:
        print(number, type(error).__name__, error)
        continue
    for step in range(25):
        walk.step(f"{number}.{step}")
    walk.node.destroy_node()
rclpy.shutdown()
