"""Handles: who is inside `with` keeps what another thread destroys meanwhile; nobody comes in any more; it goes when the last leaves."""
import threading

import rclpy
from rclpy.exceptions import InvalidHandle
from std_msgs.msg import String
from std_srvs.srv import Empty
from tell import spin_until, tell

rclpy.init()
watcher = rclpy.create_node("watcher")


def keeps(label, node, thing, destroy, use, gone):
    """Another thread is inside while this one destroys."""
    inside, destroyed, left = threading.Event(), threading.Event(), threading.Event()

    def other():
        with thing.handle:
            with thing.handle:
                inside.set()
                destroyed.wait()
                tell(f"{label} used", lambda: use(thing))
            tell(f"{label} used after the inner with", lambda: use(thing))
            try:
                with thing.handle:
                    print(label, "entered again")
            except InvalidHandle as error:
                print(label, "not entered:", error)
        left.set()

    thread = threading.Thread(target=other)
    thread.start()
    inside.wait()
    tell(f"{label} destroyed", destroy)
    tell(f"{label} destroyed again", destroy)
    destroyed.set()
    thread.join()
    try:
        with thing.handle:
            print(label, "entered")
    except InvalidHandle as error:
        print(label, "is gone:", error)
    print(label, "left the graph", spin_until(watcher, gone))


for way in ("itself", "its node"):
    def destroys(node, thing, kind):
        if way == "itself":
            return lambda: getattr(node, f"destroy_{kind}")(thing)
        return lambda: node.destroy_node()

    node = rclpy.create_node("kept")
    publisher = node.create_publisher(String, "kept", 1)
    got = []
    subscription = watcher.create_subscription(String, "kept", lambda message: got.append(message.data), 1)
    spin_until(watcher, lambda: watcher.count_publishers("kept") > 0)
    spin_until(watcher, lambda: publisher.get_subscription_count() > 0)
    keeps(f"publisher, {way}", node, publisher, destroys(node, publisher, "publisher"),
          lambda thing: (thing.handle.publish(String(data="late")), thing.handle.get_topic_name()),
          lambda: watcher.count_publishers("kept") == 0)
    print("got", spin_until(watcher, lambda: got == ["late"] * len(got) != []))
    watcher.destroy_subscription(subscription)
    node.destroy_node()

    node = rclpy.create_node("kept")
    subscription = node.create_subscription(String, "kept", lambda message: None, 1)
    spin_until(watcher, lambda: watcher.count_subscribers("kept") == 1)
    keeps(f"subscription, {way}", node, subscription, destroys(node, subscription, "subscription"),
          lambda thing: thing.handle.get_topic_name(), lambda: watcher.count_subscribers("kept") == 0)
    node.destroy_node()

    node = rclpy.create_node("kept")
    service = node.create_service(Empty, "kept", lambda request, response: response)
    keeps(f"service, {way}", node, service, destroys(node, service, "service"), lambda thing: None,
          lambda: "/kept" not in dict(watcher.get_service_names_and_types()))
    if way == "itself":  # the futures of a client whose node goes are another matter
        client = node.create_client(Empty, "kept")
        keeps(f"client, {way}", node, client, destroys(node, client, "client"), lambda thing: thing.handle.service_server_is_available(),
              lambda: True)
    node.destroy_node()

    node = rclpy.create_node("kept")
    timer = node.create_timer(9.0, lambda: None)
    keeps(f"timer, {way}", node, timer, destroys(node, timer, "timer"),
          lambda thing: (thing.handle.is_timer_canceled(), thing.handle.cancel_timer(), thing.handle.is_timer_canceled()), lambda: True)
    node.destroy_node()

node = rclpy.create_node("kept_node")
publisher = node.create_publisher(String, "kept_node", 1)
spin_until(watcher, lambda: "kept_node" in watcher.get_node_names() and watcher.count_publishers("kept_node") == 1)
keeps("node", node, node, node.destroy_node, lambda thing: thing.handle.get_node_name(), lambda: "kept_node" not in watcher.get_node_names())
print("publishers", watcher.count_publishers("kept_node"))

called = []
node = rclpy.create_node("kept")
guard = node.create_guard_condition(lambda: called.append(1))
with guard.handle:
    node.destroy_guard_condition(guard)
    guard.handle.trigger_guard_condition()
    for _ in range(3):
        rclpy.spin_once(node, timeout_sec=0)
print("called", called)
node.destroy_node()
watcher.destroy_node()
rclpy.shutdown()
