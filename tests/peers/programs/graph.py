"""What upstream's graph calls say, for the graph tests.

    graph.py

Makes a node /up/upstream_node with a publisher, a subscription, a service, a client, an action server and an action client, for the other
side to see. Then it answers the lines of standard input, and ends with them:

    see TOPIC NODE ...      waits until those nodes are there and TOPIC has an endpoint whose node is known; prints what all calls say, in JSON
    forget TOPIC [NODE ...] waits until none of those nodes is there and TOPIC has no endpoint; prints "forgotten", in JSON
"""
import json
import sys
import time

import rclpy
from action_tutorials_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rclpy.action import ActionClient, ActionServer, get_action_names_and_types
from rclpy.action import get_action_client_names_and_types_by_node, get_action_server_names_and_types_by_node
from std_msgs.msg import String

DEADLINE = 25
rclpy.init()
node = rclpy.create_node('upstream_node', namespace='/up')
node.create_publisher(String, 'published', 10)
node.create_subscription(String, 'subscribed', print, 10)
node.create_service(AddTwoInts, 'served', lambda request, response: response)
node.create_client(AddTwoInts, 'called')
server = ActionServer(node, Fibonacci, 'acted', lambda goal: Fibonacci.Result())
client = ActionClient(node, Fibonacci, 'wanted')


def endpoints(topic):
    return node.get_publishers_info_by_topic(topic) + node.get_subscriptions_info_by_topic(topic)


def described(info):
    qos = info.qos_profile
    return {'node': info.node_namespace + info.node_name, 'type': info.topic_type, 'hash': str(info.topic_type_hash),
            'reliability': qos.reliability.name, 'durability': qos.durability.name}


def of_node(call, name):
    return dict(call(name, '/'))


def everything(topic, names):
    return {
        'nodes': [space.rstrip('/') + '/' + name for name, space in node.get_node_names_and_namespaces()],
        'enclaves': {name: enclave for name, _, enclave in node.get_node_names_and_namespaces_with_enclaves()},
        'topics': dict(node.get_topic_names_and_types()),
        'services': dict(node.get_service_names_and_types()),
        'actions': dict(get_action_names_and_types(node)),
        'publishers': [described(info) for info in node.get_publishers_info_by_topic(topic)],
        'subscriptions': [described(info) for info in node.get_subscriptions_info_by_topic(topic)],
        'of': {name: {
            'publishers': of_node(node.get_publisher_names_and_types_by_node, name),
            'subscribers': of_node(node.get_subscriber_names_and_types_by_node, name),
            'services': of_node(node.get_service_names_and_types_by_node, name),
            'clients': of_node(node.get_client_names_and_types_by_node, name),
            'action_servers': dict(get_action_server_names_and_types_by_node(node, name, '/')),
            'action_clients': dict(get_action_client_names_and_types_by_node(node, name, '/')),
        } for name in names},
    }


def is_seen(topic, names):
    known = endpoints(topic)
    return set(names) <= set(node.get_node_names()) and known and all(info.node_name in names for info in known)


def is_forgotten(topic, names):
    return not set(names) & set(node.get_node_names()) and not endpoints(topic)


for line in sys.stdin:
    word, topic, *names = line.split()
    done = {'see': is_seen, 'forget': is_forgotten}[word]
    until = time.monotonic() + DEADLINE
    while not done(topic, names):
        rclpy.spin_once(node, timeout_sec=0.05)
        if time.monotonic() > until:
            raise SystemExit(f'cannot {word}: there are {node.get_node_names()}, and at {topic} {endpoints(topic)}')
    print(json.dumps(everything(topic, names) if word == 'see' else 'forgotten'), flush=True)
