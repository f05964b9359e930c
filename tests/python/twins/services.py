"""Services and clients: calls in every way, time-outs, what they show of themselves, wrong uses."""
import threading

import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import QoSProfile
from std_srvs.srv import Trigger
from tell import spin_until, tell

rclpy.init()
node = rclpy.create_node("server")
asker = rclpy.create_node("asker")


def add(request, response):
    response.sum = request.a + request.b
    return response


service = node.create_service(AddTwoInts, "add", add)
client = asker.create_client(AddTwoInts, "add")
tell("service", lambda: (service.srv_name, service.service_name, service.srv_type is AddTwoInts, service.qos_profile.depth))
tell("client", lambda: (client.srv_name, client.service_name, client.srv_type is AddTwoInts, client.qos_profile.depth))
tell("waits", lambda: client.wait_for_service(timeout_sec=10))
tell("ready", lambda: client.service_is_ready())

executor = SingleThreadedExecutor()
executor.add_node(node)
executor.add_node(asker)
future = client.call_async(AddTwoInts.Request(a=2, b=40))
tell("pending", lambda: (future.done(), future.cancelled(), future.result()))
executor.spin_until_future_complete(future)
tell("answered", lambda: (future.done(), future.cancelled(), future.result(), future.exception()))
many = [client.call_async(AddTwoInts.Request(a=n, b=n)) for n in range(8)]
spin_until(executor, lambda: all(one.done() for one in many))
print([one.result().sum for one in many])

called = []
future = client.call_async(AddTwoInts.Request(a=1, b=1))
future.add_done_callback(lambda done: called.append((done is future, done.result().sum)))
spin_until(executor, lambda: called)
print(called)

thread = threading.Thread(target=executor.spin, daemon=True)
thread.start()
tell("blocking call", lambda: client.call(AddTwoInts.Request(a=5, b=6)))
tell("blocking call in time", lambda: client.call(AddTwoInts.Request(a=5, b=7), timeout_sec=10))
executor.shutdown()
thread.join()

nowhere = asker.create_client(Trigger, "nowhere", qos_profile=QoSProfile(depth=3), callback_group=ReentrantCallbackGroup())
tell("no service", lambda: nowhere.service_is_ready())
tell("no service in time", lambda: nowhere.wait_for_service(timeout_sec=0.1))
tell("no service at once", lambda: nowhere.wait_for_service(timeout_sec=0))
tell("not in time", lambda: nowhere.call(Trigger.Request(), timeout_sec=0.1))
tell("depth", lambda: nowhere.qos_profile.depth)
waiting = nowhere.call_async(Trigger.Request())
rclpy.spin_until_future_complete(asker, waiting, timeout_sec=0.1)
tell("still pending", lambda: (waiting.done(), waiting.result()))
tell("removed", lambda: nowhere.remove_pending_request(waiting))
tell("wrong request", lambda: client.call_async(Trigger.Request()))
tell("wrong request", lambda: client.call(None))
tell("bad name", lambda: asker.create_client(Trigger, "a b"))
tell("bad name", lambda: asker.create_service(Trigger, "a//b", add))
tell("no type", lambda: asker.create_client(int, "x"))
tell("no type", lambda: asker.create_service(Trigger.Request, "x", add))
tell("lists", lambda: (len(list(node.services)), len(list(asker.clients))))
tell("destroyed", lambda: (asker.destroy_client(client), asker.destroy_client(client)))
tell("destroyed", lambda: (node.destroy_service(service), node.destroy_service(service)))
tell("used after", lambda: client.call_async(AddTwoInts.Request()))
tell("asked after", lambda: client.service_is_ready())
tell("lists", lambda: (len(list(node.services)), len(list(asker.clients))))
node.destroy_node()
asker.destroy_node()
rclpy.shutdown()
