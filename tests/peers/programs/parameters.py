"""Parameters with upstream's rclpy.

    parameters.py client   gets, sets, lists and describes the parameters of rclio's example /motor, and watches its events
    parameters.py motor    is /motor itself, for rclio's example motor_operator; ends with the end of standard input
    parameters.py events   prints "matched" when it knows the writer of /motor, then each event of it as one line, until the end of
                           standard input
"""
import json
import sys
import threading
import time

import rclpy
from rcl_interfaces.msg import FloatingPointRange, ParameterDescriptor, ParameterEvent, SetParametersResult
from rclpy.parameter import Parameter
from rclpy.parameter_client import AsyncParameterClient

rclpy.init()


def wait(node, future):
    rclpy.spin_until_future_complete(node, future, timeout_sec=25)
    assert future.done(), 'no answer'
    return future.result()


def spin_until(node, holds):
    end = time.monotonic() + 25
    while not holds():
        assert time.monotonic() < end, 'waited in vain'
        rclpy.spin_once(node, timeout_sec=0.1)


def knows_motor(node):
    return any(info.node_name == 'motor' for info in node.get_publishers_info_by_topic('/parameter_events'))


def summary(event):
    return {kind: [(p.name, p.value.type) for p in getattr(event, kind + '_parameters')] for kind in ('new', 'changed', 'deleted')}


def spin_until_end_of_input(node):
    thread = threading.Thread(target=lambda: (sys.stdin.read(), rclpy.try_shutdown()), daemon=True)
    thread.start()
    try:
        rclpy.spin(node)
    except rclpy.executors.ExternalShutdownException:
        pass


def client():
    node = rclpy.create_node('upstream_client')
    events = []
    node.create_subscription(ParameterEvent, '/parameter_events', lambda e: events.append(summary(e)) if e.node == '/motor' else None, 1000)
    motor = AsyncParameterClient(node, '/motor')
    assert motor.wait_for_services(25)
    spin_until(node, lambda: knows_motor(node))
    said = {'get': [v.double_value for v in wait(node, motor.get_parameters(['speed'])).values],
            'unknown': [v.type for v in wait(node, motor.get_parameters(['speed', 'nope'])).values],
            'types': list(wait(node, motor.get_parameter_types(['speed', 'guarded'])).types),
            'list': list(wait(node, motor.list_parameters([], 0)).result.names)}
    descriptor = wait(node, motor.describe_parameters(['speed'])).descriptors[0]
    said['describe'] = [descriptor.name, descriptor.type, descriptor.description, descriptor.floating_point_range[0].to_value]
    results = wait(node, motor.set_parameters([Parameter('speed', value=3.5), Parameter('speed', value=99.0), Parameter('nope', value=1)])).results
    said['set'] = [(r.successful, r.reason) for r in results]
    result = wait(node, motor.set_parameters_atomically([Parameter('guarded', value=True), Parameter('speed', value=4.0)])).result
    said['atomically'] = result.successful
    spin_until(node, lambda: sum(bool(event['changed']) for event in events) >= 2)
    said['events'] = events
    print(json.dumps(said), flush=True)


def motor():
    node = rclpy.create_node('motor')

    def check(parameters):
        fast = any(p.name == 'speed' and p.value > 5 for p in parameters)
        return SetParametersResult(successful=not fast, reason='too fast without a guard' if fast else '')

    limits = ParameterDescriptor(floating_point_range=[FloatingPointRange(from_value=0.0, to_value=10.0, step=0.5)])
    node.declare_parameter('speed', 2.0, limits)
    node.add_on_set_parameters_callback(check)
    print('ready', flush=True)
    spin_until_end_of_input(node)


def events():
    node = rclpy.create_node('upstream_watcher')
    node.create_subscription(ParameterEvent, '/parameter_events',
                             lambda e: print(json.dumps(summary(e)), flush=True) if e.node == '/motor' else None, 1000)
    spin_until(node, lambda: knows_motor(node))
    print('matched', flush=True)
    spin_until_end_of_input(node)


{'client': client, 'motor': motor, 'events': events}[sys.argv[1]]()
