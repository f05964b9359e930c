"""Looks at one node with upstream's rclpy.

    alone.py NODE        waits until NODE has all its parameter services and prints "seen"; asks for its parameters' names if it answers:
    alone.py NODE call   ... and prints "parameters" and the names it answers with
"""
import sys
import time

import rclpy
from rcl_interfaces.srv import ListParameters

rclpy.init()
node = rclpy.create_node('looker')
name = sys.argv[1]
wanted = {f'/{name}/{service}' for service in ('describe_parameters', 'get_parameter_types', 'get_parameters', 'list_parameters',
                                               'set_parameters', 'set_parameters_atomically', 'get_type_description')}


def services():
    try:
        return {service for service, _ in node.get_service_names_and_types_by_node(name, '/')}
    except rclpy._rclpy_pybind11.NodeNameNonExistentError:
        return set()


until = time.monotonic() + 25
while not wanted <= services():
    assert time.monotonic() < until, services()
    rclpy.spin_once(node, timeout_sec=0.02)
print('seen', flush=True)
if 'call' in sys.argv:
    client = node.create_client(ListParameters, f'/{name}/list_parameters')
    assert client.wait_for_service(25)
    future = client.call_async(ListParameters.Request())
    rclpy.spin_until_future_complete(node, future, timeout_sec=25)
    print('parameters', *future.result().result.names, flush=True)
rclpy.try_shutdown()
