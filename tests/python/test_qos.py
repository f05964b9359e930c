"""QoS in Python: what profiles say on the network, and what the names of presets mean."""
import pytest
from node_programs import lines_of, make

program = make("""
import warnings
import rclpy
from rclpy.duration import Duration
from rclpy.qos import *
from std_msgs.msg import String
rclpy.init()
node = rclpy.create_node('test')
""")


@pytest.mark.parametrize("profile, shown", [
    ("10", "RELIABLE VOLATILE KEEP_LAST 10 Infinite Infinite AUTOMATIC Infinite"),
    ("qos_profile_sensor_data", "BEST_EFFORT VOLATILE KEEP_LAST 5 Infinite Infinite AUTOMATIC Infinite"),
    ("QoSProfile(depth=3, durability=1)", "RELIABLE TRANSIENT_LOCAL KEEP_LAST 3 Infinite Infinite AUTOMATIC Infinite"),
    ("QoSProfile(history=2)", "RELIABLE VOLATILE KEEP_ALL 0 Infinite Infinite AUTOMATIC Infinite"),
    ("QoSProfile(depth=1, deadline=Duration(seconds=2), lifespan=Duration(nanoseconds=5000))",
     "RELIABLE VOLATILE KEEP_LAST 1 2000000000 nanoseconds 5000 nanoseconds AUTOMATIC Infinite"),
    ("QoSProfile(depth=1, liveliness=3, liveliness_lease_duration=Duration(seconds=9))",
     "RELIABLE VOLATILE KEEP_LAST 1 Infinite Infinite MANUAL_BY_TOPIC 9000000000 nanoseconds"),
    ("qos_profile_system_default", "RELIABLE VOLATILE KEEP_LAST 1 Infinite Infinite AUTOMATIC Infinite"),
])
def test_a_profile_is_what_the_network_sees(program, profile, shown):
    assert lines_of(program(f"""
publisher = node.create_publisher(String, 'chatter', {profile})
qos = node.get_publishers_info_by_topic('chatter')[0].qos_profile
print(qos.reliability.name, qos.durability.name, qos.history.name, qos.depth, qos.deadline, qos.lifespan, qos.liveliness.name,
      qos.liveliness_lease_duration)
""")) == [shown]


def test_best_available_becomes_what_the_publishers_offer(program):
    assert lines_of(program("""
node.create_publisher(String, 'chatter', qos_profile_sensor_data)
node.create_subscription(String, 'chatter', print, qos_profile_best_available)
print(node.get_subscriptions_info_by_topic('chatter')[0].qos_profile.reliability.name)
""")) == ["BEST_EFFORT"]


def test_a_topic_may_do_without_the_conventions_of_ros(program):
    assert lines_of(program("""
node.create_publisher(String, 'plain', QoSProfile(depth=1, avoid_ros_namespace_conventions=True))
print([name for name, _ in node.get_topic_names_and_types(no_demangle=True) if 'plain' in name])
""")) == ["['/plain']"]


def test_profiles_compare_print_copy_and_pickle(program):
    assert lines_of(program("""
import copy, pickle
one = QoSProfile(depth=3, deadline=Duration(seconds=1))
print(one == QoSProfile(depth=3, deadline=Duration(seconds=1)), one == QoSProfile(depth=3), one == 3)
print(copy.deepcopy(one) == one, pickle.loads(pickle.dumps(one)) == one)
print(str(one).partition(',')[0].partition('(')[0])
print(QoSPresetProfiles.get_from_short_key('sensor_data') is qos_profile_sensor_data, len(QoSPresetProfiles.short_keys()))
print(QoSReliabilityPolicy.get_from_short_key('best_effort'), QoSReliabilityPolicy.BEST_EFFORT.short_key)
""")) == ["True False False", "True True", "QoSProfile", "True 9", "2 best_effort"]


@pytest.mark.parametrize("text, said", [
    ("QoSProfile()", "InvalidQoSProfileException: ('Invalid QoSProfile', 'History and/or depth settings are required.')"),
    ("QoSProfile(history=1)", "InvalidQoSProfileException: ('Invalid QoSProfile', 'History set to KEEP_LAST without a depth setting.')"),
    ("QoSProfile(depth=1, deep=2)", "AssertionError: Invalid arguments passed to constructor: dict_keys(['depth', 'deep'])"),
    ("QoSProfile(depth=1, deadline=1)", "AssertionError"),
    ("QoSProfile(depth=1, liveliness=17)", "ValueError: 17 is not a valid LivelinessPolicy"),
    ("QoSPresetProfiles.get_from_short_key('x')", "KeyError: 'X'"),
])
def test_a_profile_that_makes_no_sense_is_refused(program, text, said):
    process = program(text)
    assert process.finish() == 1
    assert said in process.stderr, process.report()


def test_old_names_of_policies_warn_and_work(program):
    assert lines_of(program("""
warnings.simplefilter('always')
with warnings.catch_warnings(record=True) as caught:
    print(QoSReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_BEST_EFFORT.name)
    QoSProfile(depth=0)
print(*(warning.message for warning in caught), sep='\\n')
""")) == ["BEST_EFFORT",
          "ReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_BEST_EFFORT is deprecated. Use ReliabilityPolicy.BEST_EFFORT instead.",
          "A zero depth with KEEP_LAST doesn't make sense; no data could be stored. This will be interpreted as SYSTEM_DEFAULT"]


def test_parameters_override_a_profile(program):
    assert lines_of(program("""
from rcl_interfaces.msg import SetParametersResult
from rclpy.parameter import Parameter
from rclpy.qos_overriding_options import InvalidQosOverridesError, QoSOverridingOptions
other = rclpy.create_node('other', parameter_overrides=[Parameter('qos_overrides./chatter.publisher.reliability', value='best_effort'),
                                                        Parameter('qos_overrides./chatter.publisher_second.depth', value=77)])
one = other.create_publisher(String, 'chatter', QoSProfile(depth=10), qos_overriding_options=QoSOverridingOptions.with_default_policies())
two = other.create_publisher(String, 'chatter', QoSProfile(depth=10), qos_overriding_options=QoSOverridingOptions(
    [QoSPolicyKind.DEPTH, QoSPolicyKind.LIFESPAN], entity_id='second'))
print(one.qos_profile.reliability.name, one.qos_profile.depth, two.qos_profile.reliability.name, two.qos_profile.depth)
print({name: parameter.value for name, parameter in other.get_parameters_by_prefix('qos_overrides').items()})
try:
    other.create_subscription(String, 'x', print, 10, qos_overriding_options=QoSOverridingOptions.with_default_policies(
        callback=lambda qos: SetParametersResult(successful=qos.depth > 99, reason='too small')))
except InvalidQosOverridesError as error:
    print(error)
""")) == ["BEST_EFFORT 10 RELIABLE 77",
          "{'/chatter.publisher.history': 'keep_last', '/chatter.publisher.depth': 10, '/chatter.publisher.reliability': 'best_effort', "
          "'/chatter.publisher_second.depth': 77, '/chatter.publisher_second.lifespan': 0}",
          "Provided QoS overrides for subscription `/x` with id `None`, are not valid: too small"]
