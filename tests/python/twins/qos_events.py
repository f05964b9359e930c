"""QoS events: a mismatch, a match, a missed deadline, lost liveliness, and what is not supported."""
import rclpy
from rclpy.duration import Duration
from rclpy.event_handler import PublisherEventCallbacks, QoSPublisherEventType, QoSSubscriptionEventType, SubscriptionEventCallbacks
from rclpy.qos import LivelinessPolicy, QoSProfile, ReliabilityPolicy
from std_msgs.msg import String
from tell import spin_until, tell

rclpy.init()
node = rclpy.create_node("events")
print([(kind.name, int(kind)) for kind in QoSPublisherEventType.__members__.values()])
print([(kind.name, int(kind)) for kind in QoSSubscriptionEventType.__members__.values()])

# Each end hears that they do not fit.
heard = {}
publisher = node.create_publisher(String, "unfit", QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT),
                                  event_callbacks=PublisherEventCallbacks(incompatible_qos=lambda info: heard.__setitem__("offered", info)))
subscription = node.create_subscription(
    String, "unfit", print, QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE),
    event_callbacks=SubscriptionEventCallbacks(incompatible_qos=lambda info: heard.__setitem__("requested", info)))
spin_until(node, lambda: len(heard) == 2)
for side in ("offered", "requested"):
    print(side, heard[side].total_count, heard[side].total_count_change, heard[side].last_policy_kind)
print(len(publisher.event_handlers), len(subscription.event_handlers))
node.destroy_publisher(publisher)
node.destroy_subscription(subscription)

# Each end hears of the other, and of its end.
matches = []
publisher = node.create_publisher(String, "fit", 1, event_callbacks=PublisherEventCallbacks(matched=lambda info: matches.append(info)))
subscription = node.create_subscription(String, "fit", print, 1)
spin_until(node, lambda: matches)
show = lambda info: (info.total_count, info.total_count_change, info.current_count, info.current_count_change)  # noqa: E731
print("matched", show(matches[0]))
node.destroy_subscription(subscription)
spin_until(node, lambda: len(matches) == 2)
print("matched", show(matches[1]))
node.destroy_publisher(publisher)

# A deadline passes on both ends.
late = {}
deadline = QoSProfile(depth=1, deadline=Duration(nanoseconds=100_000_000))
publisher = node.create_publisher(String, "late", deadline,
                                  event_callbacks=PublisherEventCallbacks(deadline=lambda info: late.setdefault("offered", info)))
subscription = node.create_subscription(String, "late", lambda message: None, deadline,
                                        event_callbacks=SubscriptionEventCallbacks(deadline=lambda info: late.setdefault("requested", info)))
spin_until(node, lambda: publisher.get_subscription_count())
publisher.publish(String(data="once"))
spin_until(node, lambda: len(late) == 2)
for side in ("offered", "requested"):
    print(side, late[side].total_count > 0, late[side].total_count_change > 0)
node.destroy_publisher(publisher)
node.destroy_subscription(subscription)

# A publisher that must say that it is alive, and does not.
alive = {}
lively = QoSProfile(depth=1, liveliness=LivelinessPolicy.MANUAL_BY_TOPIC, liveliness_lease_duration=Duration(nanoseconds=200_000_000))
changes = []
publisher = node.create_publisher(String, "alive", lively,
                                  event_callbacks=PublisherEventCallbacks(liveliness=lambda info: alive.setdefault("lost", info)))
subscription = node.create_subscription(String, "alive", lambda message: None, lively,
                                        event_callbacks=SubscriptionEventCallbacks(liveliness=changes.append))
spin_until(node, lambda: publisher.get_subscription_count())
publisher.publish(String(data="once"))
spin_until(node, lambda: changes and "lost" in alive and any(info.not_alive_count for info in changes))
print("lost", alive["lost"].total_count, alive["lost"].total_count_change)
print("changed", changes[0].alive_count, changes[0].not_alive_count, changes[-1].alive_count, changes[-1].not_alive_count)
tell("callbacks", lambda: sorted(name for name in vars(PublisherEventCallbacks()) if not name.startswith("_")))
tell("callbacks", lambda: sorted(name for name in vars(SubscriptionEventCallbacks()) if not name.startswith("_")))
node.destroy_node()
rclpy.shutdown()
