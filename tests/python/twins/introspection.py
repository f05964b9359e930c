"""Service introspection: events of calls, with and without their contents."""
import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.qos import qos_profile_system_default
from rclpy.service_introspection import ServiceIntrospectionState
from tell import spin_until, tell

rclpy.init()
node = rclpy.create_node("introspected")
print([(name, int(one)) for name, one in sorted(ServiceIntrospectionState.__members__.items())])


def add(request, response):
    response.sum = request.a + request.b
    return response


service = node.create_service(AddTwoInts, "add", add)
client = node.create_client(AddTwoInts, "add")
events = []
node.create_subscription(AddTwoInts.Event, "add/_service_event", events.append, 10)
client.wait_for_service(timeout_sec=10)


def call(count):
    future = client.call_async(AddTwoInts.Request(a=1, b=2))
    rclpy.spin_until_future_complete(node, future, timeout_sec=10)
    spin_until(node, lambda: len(events) >= count)
    shown = sorted((event.info.event_type, len(event.request), len(event.response)) for event in events)
    events.clear()
    return shown


for state, count in (("METADATA", 4), ("CONTENTS", 4)):
    for end in (service, client):
        end.configure_introspection(node.get_clock(), qos_profile_system_default, ServiceIntrospectionState.__members__[state])
    spin_until(node, lambda: node.count_publishers("add/_service_event") == 2)
    tell(state, lambda: call(count))
service.configure_introspection(node.get_clock(), qos_profile_system_default, ServiceIntrospectionState.OFF)
tell("service off", lambda: call(2))
rclpy.shutdown()
