"""Names that programs take from inside of upstream's rclpy."""
import importlib
import pickle

import pytest


@pytest.mark.parametrize("name", ["InvalidHandle", "NodeNameNonExistentError", "RCLError", "RCLInvalidROSArgsError", "RCUtilsError", "RMWError",
                                  "UnknownROSArgsError", "UnsupportedEventTypeError"])
def test_exceptions_are_where_upstreams_compiled_module_has_them(name):
    from rclpy.impl.implementation_singleton import rclpy_implementation
    assert issubclass(getattr(rclpy_implementation, name), RuntimeError)
    exception = getattr(importlib.import_module("rclpy._rclpy_pybind11"), name)
    assert exception is getattr(rclpy_implementation, name)
    assert exception.__module__ == "rclpy._rclpy_pybind11"  # what tracebacks call it
    assert str(pickle.loads(pickle.dumps(exception("said")))) == "said"


def test_they_are_those_that_are_raised():
    from rclpy._rclpy_pybind11 import RCLError
    from rclpy.clock import Clock, ClockType
    with pytest.raises(RCLError):
        Clock(clock_type=ClockType.UNINITIALIZED).now()


def test_each_name_leads_somewhere():
    module = importlib.import_module("rclpy._rclpy_pybind11")
    for name in module._ELSEWHERE:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'EventHandle'"):
        module.EventHandle


@pytest.mark.parametrize("module, names", [
    ("rclpy.node", "FloatingPointRange IntegerRange ListParameters ListParametersResult ParameterDescriptor ParameterEvent ParameterMsg "
     "ParameterType ParameterValue SetParametersResult Publisher Subscription Timer QoSProfile List Optional"),
    ("rclpy.action.client", "CancelGoal GoalStatus UUID"),
    ("rclpy.action.server", "GoalInfo GoalStatus"),
    ("rclpy.parameter_service", "ListParametersResult"),
    ("rclpy.time_source", "SetParametersResult"),
    ("rclpy.type_description_service", "ParameterType"),
])
def test_a_module_has_the_messages_that_upstreams_uses_in_it(module, names):
    for name in names.split():
        assert getattr(importlib.import_module(module), name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'NoSuchName'"):
        importlib.import_module(module).NoSuchName


def test_a_message_may_be_called_otherwise_than_in_its_package():
    from rcl_interfaces.msg import Parameter
    from rclpy.node import ParameterMsg
    assert ParameterMsg is Parameter


def test_the_executor_that_upstream_tries_out_is_one():
    from rclpy.executors import Executor
    from rclpy.experimental import EventsExecutor
    from rclpy.experimental.events_executor import EventsExecutor as the_same
    assert issubclass(EventsExecutor, Executor) and the_same is EventsExecutor


def test_the_kinds_of_numbers_have_the_names_of_idl():
    from rosidl_parser import definition
    from std_msgs.msg import Bool, Byte, Float32, UInt8
    kinds = (("BOOLEAN_TYPE", Bool), ("OCTET_TYPE", Byte), ("FLOATING_POINT_TYPES", Float32), ("UNSIGNED_EXPLICIT_INTEGER_TYPES", UInt8))
    for name, message_class in kinds:
        kind = getattr(definition, name)
        assert message_class.SLOT_TYPES[0].typename in ((kind,) if isinstance(kind, str) else kind)
        assert message_class.SLOT_TYPES[0].typename in definition.BASIC_TYPES
    assert len(definition.INTEGER_TYPES) == 14 and definition.ACTION_FEEDBACK_MESSAGE_SUFFIX == "_FeedbackMessage"


@pytest.mark.parametrize("module, name", [("rclpy.qos", "QoSCompatibility.OK"), ("rclpy.signals", "SignalHandlerOptions.ALL"),
                                          ("rclpy.service_introspection", "ServiceIntrospectionState.OFF"), ("rclpy.action.server", "GoalEvent.ABORT"),
                                          ("rclpy.event_handler", "rcl_publisher_event_type_t.RCL_PUBLISHER_MATCHED")])
def test_enumerations_print_their_names(module, name):
    class_name, _, member = name.partition(".")
    value = getattr(getattr(importlib.import_module(module), class_name), member)
    assert (str(value), f"{value}", f"{value:>80}") == (name, name, name.rjust(80))
    assert value == int(value)
