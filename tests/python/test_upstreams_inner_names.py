"""Names that programs take from inside of upstream's rclpy."""
import importlib

import pytest


@pytest.mark.parametrize("name", ["InvalidHandle", "NodeNameNonExistentError", "RCLError", "RCLInvalidROSArgsError", "RCUtilsError", "RMWError",
                                  "UnknownROSArgsError", "UnsupportedEventTypeError"])
def test_exceptions_are_where_upstreams_compiled_module_has_them(name):
    from rclpy.impl.implementation_singleton import rclpy_implementation
    assert issubclass(getattr(rclpy_implementation, name), RuntimeError)
    assert getattr(importlib.import_module("rclpy._rclpy_pybind11"), name) is getattr(rclpy_implementation, name)


def test_they_are_those_that_are_raised():
    from rclpy._rclpy_pybind11 import RCLError
    from rclpy.clock import Clock, ClockType
    with pytest.raises(RCLError):
        Clock(clock_type=ClockType.UNINITIALIZED).now()


def test_each_name_leads_somewhere():
    module = importlib.import_module("rclpy._rclpy_pybind11")
    for name in module._ELSEWHERE:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'WaitSet'"):
        module.WaitSet
