"""What every graph call of upstream says about one node, for the test of the twins.

    observer.py

For each line "NAMESPACE NAME ENOUGH" of standard input: waits until the node is there, has ENOUGH endpoints, and the picture has been the same for a
second; prints the picture in JSON. For "gone": waits until no other node is there; prints "gone". Ends with standard input.
"""
import json
import sys
import threading
import time

import rclpy
from action_tutorials_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rclpy.action import (ActionClient, get_action_client_names_and_types_by_node, get_action_names_and_types,
                          get_action_server_names_and_types_by_node)
from std_srvs.srv import Trigger

DEADLINE = 20
STILL = 1.0
SERVICES = {'/ns/served': AddTwoInts, '/ns/twin/trigger': Trigger}
rclpy.init()
node = rclpy.create_node('observer', start_parameter_services=False)
mine = node.get_name()


def picture(space, name):
    services = dict(node.get_service_names_and_types())
    topics = dict(node.get_topic_names_and_types())
    return {
        'nodes': sorted(entry for entry in node.get_node_names_and_namespaces_with_enclaves() if entry[0] != mine),
        'publishers': node.get_publisher_names_and_types_by_node(name, space),
        'subscribers': node.get_subscriber_names_and_types_by_node(name, space),
        'services': node.get_service_names_and_types_by_node(name, space),
        'clients': node.get_client_names_and_types_by_node(name, space),
        'action servers': get_action_server_names_and_types_by_node(node, name, space),
        'action clients': get_action_client_names_and_types_by_node(node, name, space),
        'actions': get_action_names_and_types(node),
        'all services': services,
        'all topics': topics,
        'services counted': {service: node.count_services(service) for service in services},
        'clients counted': {service: node.count_clients(service) for service in services},
        'publishers counted': {topic: node.count_publishers(topic) for topic in topics},
        'subscribers counted': {topic: node.count_subscribers(topic) for topic in topics},
        'publishers of topics': {topic: described(node.get_publishers_info_by_topic(topic)) for topic in topics},
        'subscriptions of topics': {topic: described(node.get_subscriptions_info_by_topic(topic)) for topic in topics},
    }


def described(endpoints):
    """The publisher of the feedback may keep more, and Fast DDS tells nobody how much it keeps: history and depth are left out."""
    return [[info.node_namespace, info.node_name, info.topic_type, str(info.topic_type_hash), info.qos_profile.reliability.name,
             info.qos_profile.durability.name, info.qos_profile.lifespan.nanoseconds, info.qos_profile.deadline.nanoseconds,
             info.qos_profile.liveliness.name] for info in endpoints if info.node_name != mine]


def endpoints_of(found):
    return sum(len(found[part]) for part in ('publishers', 'subscribers', 'services', 'clients'))


def look(space, name, enough):
    last, since, until = None, 0, time.monotonic() + DEADLINE
    pause = threading.Event()
    while time.monotonic() < until:
        found = picture(space, name) if (name, space) in node.get_node_names_and_namespaces() else None
        if found != last:
            last, since = found, time.monotonic()
        elif found and endpoints_of(found) >= enough and time.monotonic() - since > STILL:
            return found
        pause.wait(0.02)
    raise SystemExit(f'never complete: {json.dumps(last)}')


def availability():
    clients = [node.create_client(kind, service) for service, kind in SERVICES.items()]
    action = ActionClient(node, Fibonacci, '/ns/acted')
    found = [client.wait_for_service(timeout_sec=10) for client in clients] + [action.wait_for_server(timeout_sec=10)]
    action.destroy()
    for client in clients:
        node.destroy_client(client)
    return found


def wait_until_alone():
    pause, until = threading.Event(), time.monotonic() + DEADLINE
    while node.get_node_names() != [mine] or any(name != '/rosout' and name != '/parameter_events' and not name.startswith('/observer')
                                                 for name, _ in node.get_topic_names_and_types()):
        pause.wait(0.02)
        if time.monotonic() > until:
            raise SystemExit(f'still there: {node.get_node_names()} {node.get_topic_names_and_types()}')


for line in sys.stdin:
    if line.strip() == 'gone':
        wait_until_alone()
        print('gone', flush=True)
    else:
        space, name, enough = line.split()
        found = look(space, name, int(enough))
        found['available'] = availability()
        print(json.dumps(found), flush=True)
node.destroy_node()
rclpy.shutdown()
