"""Waiting and taking without an executor: wait sets of the compiled module, and what their handles give."""
import threading

import rclpy
from rclpy.impl.implementation_singleton import rclpy_implementation as _rclpy
from rclpy.serialization import deserialize_message
from rclpy.signals import SignalHandlerGuardCondition
from rclpy.utilities import timeout_sec_to_nsec
from std_msgs.msg import String
from std_srvs.srv import Empty
from tell import spin_until, tell

rclpy.init()
node = rclpy.create_node("alone")
other = rclpy.create_node("other")
publisher = other.create_publisher(String, "words", 10)
called = []


def matched(subscription):
    spin_until(other, lambda: subscription.get_publisher_count() == 1)
    spin_until(other, lambda: publisher.get_subscription_count() == 1)


def next_message(node, topic, seconds):
    """One message, as programs wait for it that were written before wait_for_message()."""
    wait_set = _rclpy.WaitSet(1, 1, 0, 0, 0, 0, node.context.handle)
    wait_set.clear_entities()
    subscription = node.create_subscription(String, topic, called.append, 1)
    try:
        matched(subscription)
        wait_set.add_subscription(subscription.handle)
        signalled = SignalHandlerGuardCondition(context=node.context)
        wait_set.add_guard_condition(signalled.handle)
        if seconds:
            threading.Thread(target=lambda: publisher.publish(String(data="hello"))).start()
        wait_set.wait(timeout_sec_to_nsec(seconds if seconds else 0.1))
        if signalled.handle.pointer in wait_set.get_ready_entities("guard_condition"):
            return "signal"
        if subscription.handle.pointer in wait_set.get_ready_entities("subscription"):
            return subscription.handle.take_message(subscription.msg_type, subscription.raw)[0]
        return "nothing"
    finally:
        node.destroy_subscription(subscription)


tell("next", lambda: next_message(node, "words", 10.0))
tell("none", lambda: next_message(node, "words", None))
for raw in (False, True):
    subscription = node.create_subscription(String, "words", called.append, 3, raw=raw)
    matched(subscription)
    tell("empty", lambda: subscription.handle.take_message(String, raw))
    for number in range(5):
        publisher.publish(String(data=str(number)))
    wait_set = _rclpy.WaitSet(1, 0, 0, 0, 0, 0, node.context.handle)
    with wait_set:
        index = wait_set.add_subscription(subscription.handle)
        tell("index", lambda: index)
        wait_set.wait(timeout_sec_to_nsec(10))
        tell("ready", lambda: wait_set.is_ready("subscription", index))
    with subscription.handle:
        taken = [subscription.handle.take_message(subscription.msg_type, subscription.raw) for _ in range(3)]
    tell("depth", lambda: [deserialize_message(one, String).data if raw else one.data for one, _ in taken])
    tell("information", lambda: [sorted(info) for _, info in taken[:1]])
    tell("times", lambda: all(0 < info["source_timestamp"] <= info["received_timestamp"] for _, info in taken))
    tell("empty again", lambda: subscription.handle.take_message(String, raw))
    node.destroy_subscription(subscription)
guard = node.create_guard_condition(lambda: called.append("guard"))
timer = node.create_timer(0.02, lambda: called.append("timer"))
wait_set = _rclpy.WaitSet(0, 1, 1, 0, 0, 0, node.context.handle)
added = (wait_set.add_guard_condition(guard.handle), wait_set.add_timer(timer.handle))
guard.trigger()
wait_set.wait(timeout_sec_to_nsec(10))
tell("guard", lambda: (added, wait_set.is_ready("guard_condition", 0), guard.handle.pointer in wait_set.get_ready_entities("guard_condition")))
guard.destroy()
wait_set = _rclpy.WaitSet(0, 0, 1, 0, 0, 0, node.context.handle)
wait_set.add_timer(timer.handle)
wait_set.wait(-1)
tell("timer", lambda: wait_set.is_ready("timer", 0))
timer.cancel()
service = node.create_service(Empty, "nothing", lambda request, response: response)
client = other.create_client(Empty, "nothing")
client.wait_for_service()
wait_set = _rclpy.WaitSet(0, 0, 0, 0, 1, 0, node.context.handle)
wait_set.add_service(service.handle)
future = client.call_async(Empty.Request())
wait_set.wait(timeout_sec_to_nsec(10))
tell("service", lambda: (wait_set.is_ready("service", 0), wait_set.get_ready_entities("client")))
tell("pointers", lambda: len({one.handle.pointer for one in (service, client, publisher, timer)}))
print(called)
rclpy.shutdown()
