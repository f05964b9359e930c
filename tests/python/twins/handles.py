"""Handles: in `with`, taken from; waitables of a program's own that hold entities of the compiled module; wait sets by hand."""
import threading

import rclpy
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.executors import SingleThreadedExecutor
from rclpy.impl.implementation_singleton import rclpy_implementation as _rclpy
from rclpy.qos import QoSProfile
from rclpy.signals import SignalHandlerGuardCondition
from rclpy.task import Future
from rclpy.waitable import NumberOfEntities, Waitable
from std_msgs.msg import String
from std_srvs.srv import SetBool
from tell import spin_until, tell

rclpy.init()
node, other = rclpy.create_node("holds"), rclpy.create_node("waits")  # the other one is spun meanwhile: nothing calls back in the first
profile = QoSProfile(depth=10).get_c_qos_profile()


def entered(handle):
    with handle:
        with handle:
            return "entered"


entities = {
    "publisher": node.create_publisher(String, "words", 10),
    "subscription": node.create_subscription(String, "words", lambda message: print("called with", message.data), 10),
    "timer": node.create_timer(100.0, lambda: None),
    "client": node.create_client(SetBool, "set"),
    "service": node.create_service(SetBool, "set", lambda request, response: response),
    "guard_condition": node.create_guard_condition(lambda: None),
}
for kind, entity in entities.items():
    tell(kind, lambda: entered(entity.handle))
    tell(f"{kind} is a number", lambda: type(entity.handle.pointer).__name__)
    if kind not in ("publisher", "subscription"):
        getattr(node, f"destroy_{kind}")(entity)
        tell(f"{kind} destroyed", lambda: entered(entity.handle))
for of in (node, node.get_clock(), node.context):
    tell(type(of).__name__, lambda: entered(of.handle))

publisher, subscription = entities["publisher"], entities["subscription"]
spin_until(other, publisher.get_subscription_count)


def take(handle, raw):
    taken = []

    def took():
        with handle:
            taken.append(handle.take_message(String, raw))
        return taken[-1] is not None

    spin_until(other, took)
    return taken[-1]


tell("nothing", lambda: subscription.handle.take_message(String, False))
publisher.publish(String(data="first"))
publisher.publish(String(data="second"))
message, info = take(subscription.handle, False)
print(message.data, sorted(info), info["source_timestamp"] > 0)
message, info = take(subscription.handle, True)
print(type(message).__name__, message.rstrip(b"\0"))
publisher.publish(String(data="third"))
rclpy.spin_once(node, timeout_sec=5)
tell("nothing left", lambda: subscription.handle.take_message(String, False))
for name in ("get_topic_name", "get_publisher_count"):
    tell(name, getattr(subscription.handle, name))
for name in ("get_topic_name", "get_subscription_count"):
    tell(name, getattr(publisher.handle, name))
tell("node's name", lambda: (node.handle.get_node_name(), node.handle.get_namespace()))
node.destroy_publisher(publisher)
node.destroy_subscription(subscription)


class Holds(Waitable):
    def __init__(self, kind, handle, take):
        super().__init__(ReentrantCallbackGroup())
        self.kind, self.held, self.take, self.ready = kind, handle, take, False
        self.future = Future()

    def add_to_wait_set(self, wait_set):
        self.index = getattr(wait_set, f"add_{self.kind}")(self.held)

    def is_ready(self, wait_set):
        self.ready = self.ready or wait_set.is_ready(self.kind, self.index)
        return self.ready

    def take_data(self):
        self.ready = False
        return self.take(self.held)

    async def execute(self, taken):
        if not self.future.done():
            self.future.set_result(taken)

    def get_num_entities(self):
        return NumberOfEntities(**{{"subscription": "num_subs", "guard_condition": "num_gcs"}.get(self.kind, f"num_{self.kind}s"): 1})


executor = SingleThreadedExecutor()
executor.add_node(node)


def run(waitable, begin):
    node.add_waitable(waitable)
    thread = threading.Thread(target=executor.spin_until_future_complete, args=(waitable.future, 20), daemon=True)
    thread.start()
    begin()
    thread.join()
    node.remove_waitable(waitable)
    return waitable.future.result()


def publish():
    publisher = node.create_publisher(String, "taken", 10)
    spin_until(other, publisher.get_subscription_count)
    publisher.publish(String(data="for the waitable"))


with node.handle:
    held = _rclpy.Subscription(node.handle, String, "taken", profile)
message, info = run(Holds("subscription", held, lambda held: held.take_message(String, False)), publish)
print("subscription", message.data, info["source_timestamp"] > 0)

held = _rclpy.GuardCondition(node.context.handle)
print("guard condition", run(Holds("guard_condition", held, lambda held: "taken"), held.trigger_guard_condition))

clock = Clock(clock_type=ClockType.STEADY_TIME)
held = _rclpy.Timer(clock.handle, node.context.handle, 10_000_000, True)
print("timer", run(Holds("timer", held, lambda held: held.call_timer() or "taken"), lambda: None))

server = node.create_service(SetBool, "served", lambda request, response: SetBool.Response(success=request.data, message="answered"))
held = _rclpy.Client(node.handle, SetBool, "served", profile)
spin_until(other, held.service_server_is_available)
numbers = []
header, response = run(Holds("client", held, lambda held: held.take_response(SetBool.Response)),
                       lambda: numbers.append(held.send_request(SetBool.Request(data=True))))
print("client", response, numbers)
node.destroy_service(server)

held = _rclpy.Service(node.handle, SetBool, "held", profile)
client = node.create_client(SetBool, "held")
calls = []
print("wait", client.wait_for_service(10))
request, header = run(Holds("service", held, lambda held: held.service_take_request(SetBool.Request)),
                      lambda: calls.append(client.call_async(SetBool.Request(data=True))))
held.service_send_response(SetBool.Response(success=request.data, message="later"), header.request_id)
executor.spin_until_future_complete(calls[0], 20)
print("service", request, calls[0].result())
executor.shutdown()


def wait_by_hand(handle, seconds):
    """As programs do that wait for one message."""
    context, signal = node.context, SignalHandlerGuardCondition(context=node.context)
    wait_set = _rclpy.WaitSet(1, 1, 0, 0, 0, 0, context.handle)
    wait_set.clear_entities()
    wait_set.add_subscription(handle)
    wait_set.add_guard_condition(signal.handle)
    wait_set.wait(int(seconds * 1e9))
    ready, guards = wait_set.get_ready_entities("subscription"), wait_set.get_ready_entities("guard_condition")
    return handle.pointer in ready, signal.handle.pointer in guards, wait_set.is_ready("subscription", 0)


subscription = node.create_subscription(String, "by_hand", lambda message: print("not called"), 1)
publisher = node.create_publisher(String, "by_hand", 1)
spin_until(other, publisher.get_subscription_count)
print(wait_by_hand(subscription.handle, 0), wait_by_hand(subscription.handle, 0.05))
threading.Timer(0.1, lambda: publisher.publish(String(data="awaited"))).start()
print(wait_by_hand(subscription.handle, 10))
with subscription.handle:
    print(subscription.handle.take_message(subscription.msg_type, subscription.raw)[0].data)
print(wait_by_hand(subscription.handle, 0))
node.destroy_node()
rclpy.shutdown()
