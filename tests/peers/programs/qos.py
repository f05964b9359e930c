"""What upstream's qos_check_compatible says of many pairs: tests/data/qos/compatibility.tsv, which tests/mw/test_qos_compatibility.c
reads. A line: reliability, durability, liveliness, deadline and lease (s, 0: none) of a publisher and of a subscription, verdict, reason."""
import itertools

from rclpy.duration import Duration
from rclpy.qos import DurabilityPolicy, LivelinessPolicy, QoSProfile, ReliabilityPolicy, qos_check_compatible

RELIABILITIES = ["RELIABLE", "BEST_EFFORT", "SYSTEM_DEFAULT", "BEST_AVAILABLE", "UNKNOWN"]
DURABILITIES = ["VOLATILE", "TRANSIENT_LOCAL", "SYSTEM_DEFAULT", "BEST_AVAILABLE", "UNKNOWN"]
LIVELINESSES = ["AUTOMATIC", "MANUAL_BY_TOPIC", "SYSTEM_DEFAULT", "BEST_AVAILABLE", "UNKNOWN"]
PLAIN = ("RELIABLE", "VOLATILE", "AUTOMATIC", 0, 0)
POLICIES = [RELIABILITIES, DURABILITIES, LIVELINESSES, [0, 1, 2], [0, 1, 2]]


def profile(values):
    reliability, durability, liveliness, deadline, lease = values
    return QoSProfile(depth=1, reliability=ReliabilityPolicy[reliability], durability=DurabilityPolicy[durability],
                      liveliness=LivelinessPolicy[liveliness], deadline=Duration(seconds=deadline),
                      liveliness_lease_duration=Duration(seconds=lease))


def pairs():
    for position, values in enumerate(POLICIES):  # one policy at a time
        for offered, requested in itertools.product(values, values):
            pair = [list(PLAIN), list(PLAIN)]
            pair[0][position], pair[1][position] = offered, requested
            yield pair
    yield ("BEST_EFFORT", "VOLATILE", "AUTOMATIC", 2, 2), ("RELIABLE", "TRANSIENT_LOCAL", "MANUAL_BY_TOPIC", 1, 1)
    yield ("SYSTEM_DEFAULT", "SYSTEM_DEFAULT", "SYSTEM_DEFAULT", 0, 0), ("SYSTEM_DEFAULT", "SYSTEM_DEFAULT", "SYSTEM_DEFAULT", 0, 0)
    yield ("SYSTEM_DEFAULT", "VOLATILE", "AUTOMATIC", 0, 0), ("RELIABLE", "TRANSIENT_LOCAL", "AUTOMATIC", 0, 0)


for publisher, subscription in pairs():
    verdict, reason = qos_check_compatible(profile(publisher), profile(subscription))
    print(*publisher, *subscription, verdict.name, reason, sep="\t")
