"""QoS profiles: how they are made, shown, compared, what is refused, which fit each other."""
import warnings

from rclpy import qos
from rclpy.duration import Duration
from rclpy.qos import (DurabilityPolicy, HistoryPolicy, LivelinessPolicy, QoSPresetProfiles, QoSProfile, ReliabilityPolicy, qos_check_compatible)
from rclpy.impl.implementation_singleton import rclpy_implementation as _rclpy
from tell import tell

for policy in (HistoryPolicy, ReliabilityPolicy, DurabilityPolicy, LivelinessPolicy):
    print(policy.__name__, [(member.name, int(member), member.short_key) for member in policy])
    tell("short keys", policy.short_keys)
    tell("from short key", lambda: policy.get_from_short_key("system_default"))
    tell("from wrong short key", lambda: policy.get_from_short_key("nothing"))
for preset in QoSPresetProfiles:
    print(preset.name, preset.value)
tell("preset short keys", QoSPresetProfiles.short_keys)
tell("preset from short key", lambda: QoSPresetProfiles.get_from_short_key("sensor_data"))
for name in sorted(vars(qos)):
    if name.startswith("qos_profile_") and "rosout" not in name:  # a newer one
        print(name, getattr(qos, name))

full = QoSProfile(history=HistoryPolicy.KEEP_LAST, depth=3, reliability=ReliabilityPolicy.BEST_EFFORT, durability=DurabilityPolicy.TRANSIENT_LOCAL,
                  lifespan=Duration(seconds=1), deadline=Duration(seconds=2), liveliness=LivelinessPolicy.MANUAL_BY_TOPIC,
                  liveliness_lease_duration=Duration(seconds=3), avoid_ros_namespace_conventions=True)
print(full)
print(full.history, full.depth, full.reliability, full.durability, full.lifespan, full.deadline, full.liveliness, full.liveliness_lease_duration,
      full.avoid_ros_namespace_conventions)
tell("same", lambda: full == QoSProfile(history=1, depth=3, reliability=2, durability=1, lifespan=Duration(seconds=1), deadline=Duration(seconds=2),
                                        liveliness=3, liveliness_lease_duration=Duration(seconds=3), avoid_ros_namespace_conventions=True))
tell("other", lambda: full == QoSProfile(depth=3))
tell("depth alone", lambda: QoSProfile(depth=7))
tell("keep all", lambda: QoSProfile(history=HistoryPolicy.KEEP_ALL))
tell("by short keys", lambda: QoSProfile(depth=1, reliability=ReliabilityPolicy.get_from_short_key("best_effort")))
tell("nothing", QoSProfile)
tell("keep last without depth", lambda: QoSProfile(history=HistoryPolicy.KEEP_LAST))
tell("negative depth", lambda: QoSProfile(depth=-1))
tell("wrong depth", lambda: QoSProfile(depth="1"))
tell("depth is a bool", lambda: QoSProfile(depth=True))
tell("wrong policy", lambda: QoSProfile(depth=1, reliability=17))
tell("policy by name", lambda: QoSProfile(depth=1, reliability="reliable"))
tell("wrong duration", lambda: QoSProfile(depth=1, deadline=2))
tell("unknown keyword", lambda: QoSProfile(depth=1, speed=2))
tell("wrong flag", lambda: QoSProfile(depth=1, avoid_ros_namespace_conventions=1))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    tell("depth 0", lambda: QoSProfile(depth=0))
    tell("old name", lambda: ReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_RELIABLE)
print([f"{one.category.__name__}: {one.message}" for one in caught])
for label, offered, requested in (
        ("the same", full, full),
        ("less reliable", QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT), QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE)),
        ("less durable", QoSProfile(depth=1), QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)),
        ("later", QoSProfile(depth=1, deadline=Duration(seconds=2)), QoSProfile(depth=1, deadline=Duration(seconds=1))),
        ("less alive", QoSProfile(depth=1), QoSProfile(depth=1, liveliness=LivelinessPolicy.MANUAL_BY_TOPIC)),
        ("unknown", QoSProfile(depth=1, reliability=ReliabilityPolicy.UNKNOWN), QoSProfile(depth=1)),
        ("system default", QoSProfile(depth=1, reliability=ReliabilityPolicy.SYSTEM_DEFAULT), QoSProfile(depth=1)),
        ("more", QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL), QoSProfile(depth=9, reliability=ReliabilityPolicy.BEST_EFFORT))):
    tell(label, lambda: qos_check_compatible(offered, requested))
for name in ("sensor_data", "default", "system_default", "services_default", "unknown", "parameters", "parameter_events", "best_available", "nothing"):
    tell(f"compiled {name}", lambda: dict(sorted(_rclpy.rmw_qos_profile_t.predefined(f"qos_profile_{name}").to_dict().items())))
for name in ("rcl_action_qos_profile_status_default", "nothing"):
    tell(f"compiled {name}", lambda: dict(sorted(_rclpy.rclpy_action_get_rmw_qos_profile(name).items())))
mine = QoSProfile(history=HistoryPolicy.KEEP_ALL, depth=12, reliability=ReliabilityPolicy.BEST_EFFORT, lifespan=Duration(seconds=4),
                  liveliness=LivelinessPolicy.MANUAL_BY_TOPIC, liveliness_lease_duration=Duration(nanoseconds=12), avoid_ros_namespace_conventions=True)
tell("there and back", lambda: QoSProfile(**mine.get_c_qos_profile().to_dict()) == mine)
