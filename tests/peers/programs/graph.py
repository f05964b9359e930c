"""Upstream's graph calls, printed as JSON when all that is expected is there.

    graph.py NODE TOPIC SERVICE ACTION

Also makes a node with a publisher, a subscription, a service, a client, an action server and a client of its own, for the other side to see,
and stays until standard input ends.
"""
import json
import sys
import time

import rclpy
from action_tutorials_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rclpy.action import ActionClient, ActionServer, get_action_names_and_types, get_action_server_names_and_types_by_node
from std_msgs.msg import String

node_name, topic, service, action = sys.argv[1:]
rclpy.init()
node = rclpy.create_node('upstream_node', namespace='/up')
node.create_publisher(String, 'published', 10)
node.create_subscription(String, 'subscribed', print, 10)
node.create_service(AddTwoInts, 'served', lambda request, response: response)
node.create_client(AddTwoInts, 'called')
server = ActionServer(node, Fibonacci, 'acted', lambda goal: Fibonacci.Result())
client = ActionClient(node, Fibonacci, 'wanted')

deadline = time.monotonic() + 30
while True:
    rclpy.spin_once(node, timeout_sec=0.05)
    found = {
        'nodes': sorted(node.get_node_names_and_namespaces()),
        'topics': {name: types for name, types in node.get_topic_names_and_types()},
        'services': {name: types for name, types in node.get_service_names_and_types()},
        'actions': {name: types for name, types in get_action_names_and_types(node)},
    }
    there = ([node_name, '/'] in [list(n) for n in found['nodes']] and topic in found['topics'] and service in found['services']
             and action in found['actions'])
    if there:
        found['publishers'] = node.get_publisher_names_and_types_by_node(node_name, '/')
        found['services_of_node'] = node.get_service_names_and_types_by_node(node_name, '/')
        found['action_servers_of_node'] = get_action_server_names_and_types_by_node(node, node_name, '/')
        info = node.get_publishers_info_by_topic(topic)
        found['publisher_info'] = [[i.node_name, i.node_namespace, i.topic_type, str(i.topic_type_hash), i.qos_profile.reliability.name,
                                    i.qos_profile.durability.name] for i in info]
        if found['services_of_node'] and found['action_servers_of_node'] and any(i.node_name == node_name for i in info):
            break
    if time.monotonic() > deadline:
        raise SystemExit(f'not all there: {found}')
print(json.dumps(found), flush=True)
sys.stdin.read()
