"""Service introspection with upstream's rclpy, on /add_two_ints.

    introspection.py call    calls rclio's service 40 + 2 with its own introspection on, and prints the four events of the call as one JSON
                             line, by type: [client_gid, sequence_number, stamp is set, requests, responses]
    introspection.py serve   answers with its introspection on; ends with the end of standard input
"""
import json
import sys
import threading

import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.qos import DurabilityPolicy, QoSProfile
from rclpy.service_introspection import ServiceIntrospectionState

KEPT = QoSProfile(depth=10, durability=DurabilityPolicy.TRANSIENT_LOCAL)
rclpy.init()


def call():
    node = rclpy.create_node('upstream_caller')
    events = {}

    def told(event):
        events[event.info.event_type] = [bytes(event.info.client_gid).hex(), event.info.sequence_number, event.info.stamp.sec > 0,
                                         [[r.a, r.b] for r in event.request], [r.sum for r in event.response]]

    node.create_subscription(AddTwoInts.Event, '/add_two_ints/_service_event', told, 10)
    client = node.create_client(AddTwoInts, 'add_two_ints')
    client.configure_introspection(node.get_clock(), KEPT, ServiceIntrospectionState.METADATA)
    assert client.wait_for_service(20)
    while node.count_publishers('/add_two_ints/_service_event') < 2 or node.count_subscribers('/add_two_ints/_service_event') < 1:
        rclpy.spin_once(node, timeout_sec=0.1)
    while len(events) < 4:  # an event may be sent before its reader is matched: the call is made again then
        events.clear()
        future = client.call_async(AddTwoInts.Request(a=40, b=2))
        rclpy.spin_until_future_complete(node, future, timeout_sec=20)
        for _ in range(20):
            if len(events) < 4:
                rclpy.spin_once(node, timeout_sec=0.1)
    print(json.dumps(events), flush=True)


def serve():
    node = rclpy.create_node('upstream_server')

    def add(request, response):
        response.sum = request.a + request.b
        return response

    service = node.create_service(AddTwoInts, 'add_two_ints', add)
    service.configure_introspection(node.get_clock(), KEPT, ServiceIntrospectionState.CONTENTS)
    print('ready', flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), rclpy.try_shutdown()), daemon=True).start()
    try:
        rclpy.spin(node)
    except rclpy.executors.ExternalShutdownException:
        pass


{'call': call, 'serve': serve}[sys.argv[1]]()
