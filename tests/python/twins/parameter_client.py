"""Parameters over services: another node's are read, set, described, listed, loaded, and their changes heard."""
import tempfile

import rclpy
from rcl_interfaces.msg import SetParametersResult
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.parameter_client import AsyncParameterClient
from rclpy.parameter_event_handler import ParameterEventHandler
from tell import spin_until, tell

rclpy.init()
server = rclpy.create_node("server")
server.declare_parameter("int", 1)
server.declare_parameter("space.text", "a")
server.declare_parameter("list", [1.5, 2.5])
server.add_on_set_parameters_callback(lambda parameters: SetParametersResult(successful=all(one.value != 13 for one in parameters), reason="unlucky"))
node = rclpy.create_node("client")
executor = SingleThreadedExecutor()
executor.add_node(server)
executor.add_node(node)
client = AsyncParameterClient(node, "server")


def ask(call):
    executor.spin_until_future_complete(call, timeout_sec=10)
    return call.result()


tell("there", lambda: (client.wait_for_services(timeout_sec=10), client.services_are_ready()))
tell("get", lambda: ask(client.get_parameters(["int", "space.text", "list"])))
tell("get undeclared", lambda: ask(client.get_parameters(["int", "nothing"])))
tell("types", lambda: ask(client.get_parameter_types(["int", "list"])))
tell("describe", lambda: ask(client.describe_parameters(["int"])))
tell("list", lambda: (lambda found: (sorted(found.result.names), sorted(found.result.prefixes)))(ask(client.list_parameters(["space"], 0))))
tell("list all", lambda: sorted(ask(client.list_parameters()).result.names))
tell("set", lambda: ask(client.set_parameters([Parameter("int", value=2), Parameter("space.text", value="b").to_parameter_msg()])))
tell("refused", lambda: ask(client.set_parameters([Parameter("int", value=13)])))
tell("set undeclared", lambda: ask(client.set_parameters([Parameter("nothing", value=1)])))
tell("set another type", lambda: ask(client.set_parameters([Parameter("int", value="x")])))
tell("set at once", lambda: ask(client.set_parameters_atomically([Parameter("int", value=3), Parameter("space.text", value=1)])))
tell("kept", lambda: server.get_parameter("int").value)
tell("delete", lambda: ask(client.delete_parameters(["int"])))
called = []
future = client.get_parameters(["list"], callback=lambda done: called.append(done.result().values[0].double_array_value.tolist()))
spin_until(executor, lambda: called)
print(called)
with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
    file.write("/server:\n  ros__parameters:\n    int: 20\n    space: {text: loaded}\n")
    file.flush()
    tell("load", lambda: ask(client.load_parameter_file(file.name, use_wildcard=True)))
tell("loaded", lambda: (server.get_parameter("space.text").value, server.has_parameter("int")))

handler = ParameterEventHandler(node)
events, values = [], []
one = handler.add_parameter_callback("space.text", "server", lambda parameter: values.append(parameter.value.string_value))
every = handler.add_parameter_event_callback(
    lambda event: event.node == "/server" and events.append(tuple([p.name for p in kind] for kind in (
        event.new_parameters, event.changed_parameters, event.deleted_parameters))))
while not events:  # until the two have found each other
    ask(client.set_parameters([Parameter("list", value=[float(len(values))])]))
    executor.spin_once(timeout_sec=0.1)
del events[:]
ask(client.set_parameters([Parameter("space.text", value="heard")]))
spin_until(executor, lambda: values and events)
while any("list" in changed for _, changed, _ in events):
    events.pop(0)
spin_until(executor, lambda: events)
print(values, events)
server.declare_parameter("fresh", 1)
spin_until(executor, lambda: len(events) == 2)
print(events[1:])
handler.remove_parameter_callback(one)
handler.remove_parameter_event_callback(every)
ask(client.set_parameters([Parameter("space.text", value="not heard")]))
executor.spin_once(timeout_sec=0.2)
print(values, len(events))
nowhere = AsyncParameterClient(node, "nowhere")
tell("nowhere", lambda: (nowhere.services_are_ready(), nowhere.wait_for_services(timeout_sec=0.1)))
rclpy.shutdown()
