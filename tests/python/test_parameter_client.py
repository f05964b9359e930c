"""Parameters of other nodes: rclio's client with upstream's node and the other way round, files, and handlers of events."""

import pytest
from node_programs import lines_of, make, PYTHON

program = make("""
import sys
import rclpy
from rcl_interfaces.msg import ParameterDescriptor, SetParametersResult
from rclpy.parameter import Parameter
from rclpy.parameter_client import AsyncParameterClient
rclpy.init()
""")
SERVER = """
node = rclpy.create_node('server', namespace='far')
node.declare_parameter('speed', 1.5)
node.declare_parameter('list', [1, 2])
node.declare_parameter('loose', 1, ParameterDescriptor(dynamic_typing=True))
node.declare_parameter('group.inner', 'x')
node.add_on_set_parameters_callback(lambda parameters: SetParametersResult(successful=parameters[0].value != 13.0, reason='unlucky'))
print('there', flush=True)
rclpy.spin(node)
"""
CLIENT = """
node = rclpy.create_node('client')
client = AsyncParameterClient(node, '/far/server')
assert client.wait_for_services(timeout_sec=20)
def answer(future):
    rclpy.spin_until_future_complete(node, future, timeout_sec=20)
    return future.result()
print([(value.type, value.double_value) for value in answer(client.get_parameters(['speed'])).values])
print(answer(client.get_parameters(['speed', 'nobody'])).values)
print(list(answer(client.get_parameter_types(['speed', 'list'])).types))
print(answer(client.describe_parameters(['loose'])).descriptors[0].dynamic_typing)
print(sorted(answer(client.list_parameters(['group'], 1)).result.names), answer(client.list_parameters()).result.prefixes)
results = answer(client.set_parameters([Parameter('speed', value=2.5), Parameter('speed', value='fast'), Parameter('nobody', value=1),
                                        Parameter('speed', value=13.0).to_parameter_msg()])).results
print(*((result.successful, result.reason) for result in results), sep='\\n')
print(answer(client.set_parameters_atomically([Parameter('speed', value=3.5), Parameter('list', value=[3])])).result.successful)
print(answer(client.get_parameters(['speed'])).values[0].double_value)
print(answer(client.delete_parameters(['loose'])).results[0].successful, 'loose' in answer(client.list_parameters()).result.names)
called = []
answer(client.get_parameters(['speed'], callback=called.append))
while not called:
    rclpy.spin_once(node, timeout_sec=1)
print(called[0].result().values[0].double_value)
"""
SHOWN = ["[(3, 1.5)]", "[]", "[3, 7]", "True", "['group.inner'] ['group']", "(True, '')",
         "(False, \"Wrong parameter type, expected 'Type.DOUBLE' got 'Type.STRING'\")",
         "(False, 'Invalid access to undeclared parameter(s): []')", "(False, 'unlucky')", "True", "3.5", "True False", "3.5"]


@pytest.mark.parametrize("server, client", [("rclio", "rclio"), ("upstream", "rclio"), ("rclio", "upstream")])
def test_a_client_reads_and_sets(program, upstream, server, client):
    pythons = {"rclio": PYTHON, "upstream": str(upstream)}
    serving = program(SERVER, python=pythons[server])
    serving.wait_for("there")
    assert lines_of(program(CLIENT, python=pythons[client])) == SHOWN


def test_a_parameter_file_is_loaded(program, tmp_path):
    file = tmp_path / "parameters.yaml"
    file.write_text("/far/server:\n  ros__parameters:\n    speed: 9.5\n    group: {inner: file}\n/**:\n  ros__parameters:\n    list: [4]\n")
    serving = program(SERVER)
    serving.wait_for("there")
    assert lines_of(program("""
node = rclpy.create_node('client')
client = AsyncParameterClient(node, '/far/server')
client.wait_for_services()
for call in (client.load_parameter_file(sys.argv[1], use_wildcard=True), client.load_parameter_file_atomically(sys.argv[1])):
    rclpy.spin_until_future_complete(node, call)
    result = call.result()
    print([one.successful for one in result.results] if hasattr(result, 'results') else result.result.successful)
future = client.get_parameters(['speed', 'list', 'group.inner'])
rclpy.spin_until_future_complete(node, future)
speed, numbers, inner = future.result().values
print(speed.double_value, list(numbers.integer_array_value), inner.string_value)
""", str(file))) == ["[True, True, True]", "True", "9.5 [4] file"]


@pytest.mark.parametrize("text, said", [
    ("/a: {ros__parameters: {x: 1}}", "RuntimeError: Param file does not contain parameters for /b,only for nodes: ['/a'] "),
    ("/b: {x: 1}", "RuntimeError: YAML file is not a valid ROS parameter file for node /b"),
])
def test_a_file_that_has_nothing_is_refused(program, tmp_path, text, said):
    file = tmp_path / "parameters.yaml"
    file.write_text(text)
    process = program("from rclpy.parameter import parameter_dict_from_yaml_file\nparameter_dict_from_yaml_file(sys.argv[1], target_nodes=['/b'])",
                      str(file))
    assert process.finish() == 1
    assert said in process.stderr, process.report()


def test_a_handler_calls_back_for_the_parameters_it_is_for(program):
    assert lines_of(program("""
from rclpy.parameter_event_handler import ParameterEventHandler
node, other = rclpy.create_node('near', namespace='here'), rclpy.create_node('other')
handler = ParameterEventHandler(node)
heard = []
one = handler.add_parameter_callback('a', '/other', lambda parameter: heard.append(('one', parameter.value.integer_value)))
handler.add_parameter_callback('a', '', lambda parameter: heard.append(('own', parameter.value.integer_value)))
handler.add_parameter_callback('a', 'near', lambda parameter: heard.append(('relative', parameter.value.integer_value)))
events = handler.add_parameter_event_callback(lambda event: heard.append(('event', event.node)))
other.declare_parameter('a', 1)
while len(heard) < 2:
    rclpy.spin_once(node, timeout_sec=1)
handler.remove_parameter_callback(one)
handler.remove_parameter_event_callback(events)
node.declare_parameter('a', 2)
while len(heard) < 4:
    rclpy.spin_once(node, timeout_sec=1)
print(*(word for word in heard if word[1] != '/here/near'), sep='\\n')
for remove, what in ((handler.remove_parameter_callback, one), (handler.remove_parameter_event_callback, events)):
    try:
        remove(what)
    except RuntimeError as error:
        print(error)
handler.destroy()
print(list(node.subscriptions))
"""))[-6:] == ["('event', '/other')", "('relative', 2)", "('own', 2)", "Callback doesn't exist", "Callback doesn't exist", "[]"]
