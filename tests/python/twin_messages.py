"""Run on upstream and on rclio by test_twin_messages.py, which compares what it prints: everything a program can see of message classes."""
import array
import copy
import importlib
import pickle
import sys
from collections import UserList, UserString

import numpy

PACKAGES = {
    "msg": ["std_msgs", "geometry_msgs", "sensor_msgs", "nav_msgs", "diagnostic_msgs", "trajectory_msgs", "visualization_msgs", "shape_msgs",
            "test_msgs", "builtin_interfaces", "action_msgs", "rcl_interfaces", "lifecycle_msgs", "unique_identifier_msgs", "service_msgs",
            "rosgraph_msgs"],
    "srv": ["std_srvs", "test_msgs", "example_interfaces", "rcl_interfaces", "action_msgs", "lifecycle_msgs", "sensor_msgs", "nav_msgs"],
    "action": ["test_msgs", "example_interfaces", "action_tutorials_interfaces"],
}

VALUES = [None, True, 0, -1, 255, 256, 2**31, 2**63, 2**64, -2**63 - 1, 1.5, 1e39, float("inf"), -1e39, "", "a", "x" * 30, b"", b"a", b"ab",
          bytearray(b"a"), [], [True], [1, 2, 3], [256, 1, 1], [-1, 0, 1], [1.0, 2.0, 3.0], [1e39] * 3, ["a", "b", "c"], ["x" * 30] * 3,
          [b"a"] * 3, (1, 2, 3), {1, 2, 3}, range(3), UserList([1, 2, 3]), UserString("abc"), array.array("i", [1, 2, 3]),
          array.array("f", [1, 2, 3]), array.array("B", [1] * 5), numpy.zeros(3), numpy.zeros(4, dtype="float32"),
          numpy.zeros(3, dtype="uint8"), [None] * 4, object]


def said(do):
    try:
        return repr(do())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def type_text(slot):
    names = sorted(name for cls in type(slot).__mro__ for name in
                   ([cls.__slots__] if isinstance(getattr(cls, "__slots__", ()), str) else getattr(cls, "__slots__", ())) if name != "annotations")
    return f"{type(slot).__name__}({', '.join(f'{n}={type_text(getattr(slot, n))}' for n in names)})" if names or hasattr(slot, "value_type") \
        or "rosidl" in type(slot).__module__ else repr(slot)


def show(cls):
    print("class", cls.__module__, cls.__name__, cls.__doc__)
    print(cls.__slots__, cls.get_fields_and_field_types(), cls._fields_and_field_types)
    print([type_text(slot) for slot in cls.SLOT_TYPES])
    print({name: getattr(cls, name) for name in dir(cls) if name.isupper() and name != "SLOT_TYPES"})
    new = cls()
    print(new, cls(check_fields=True), new == cls(), new != cls(), new == None)  # noqa: E711
    print(said(lambda: copy.deepcopy(new)), said(lambda: copy.copy(new)), said(lambda: pickle.loads(pickle.dumps(new))))
    for field in cls.get_fields_and_field_types():
        print(field, type(getattr(new, field)).__name__)


def poke(cls):
    for field in cls.get_fields_and_field_types():
        for value in VALUES:
            for check in (False, True):
                print(cls.__name__, field, repr(value), check, said(lambda: cls(check_fields=check, **{field: value})))
                new = cls(check_fields=check)
                print(said(lambda: (setattr(new, field, value), getattr(new, field), type(getattr(new, field)).__name__)[1:]))


def classes():
    for folder, packages in PACKAGES.items():
        for package in packages:
            module = importlib.import_module(f"{package}.{folder}")
            for name in sorted(name for name in dir(module) if name[0].isupper() and "_" not in name and name != "Goals"):  # newer
                interface = getattr(module, name)
                if folder == "msg":
                    yield interface
                elif folder == "srv":
                    yield from (interface.Request, interface.Response, interface.Event)
                else:
                    impl = interface.Impl
                    yield from (interface.Goal, interface.Result, interface.Feedback, impl.FeedbackMessage, impl.SendGoalService.Request,
                                impl.SendGoalService.Response, impl.GetResultService.Request, impl.GetResultService.Response)
                    print(impl.CancelGoalService.__name__, impl.GoalStatusMessage.__name__)


if sys.argv[1] == "show":
    for one in classes():
        show(one)
else:
    import test_msgs.msg
    for name in ("BasicTypes", "Arrays", "BoundedSequences", "UnboundedSequences", "Strings", "WStrings", "Nested", "MultiNested"):
        poke(getattr(test_msgs.msg, name))
