"""Whether a server is there, asked and waited for after the end of the client, its node and its context, and until then."""
import threading

import rclpy
from action_tutorials_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rclpy.action import ActionClient, ActionServer
from rclpy.context import Context
from tell import tell


def run(is_action, when, what):
    context = Context()
    rclpy.init(context=context)
    node = rclpy.create_node("node", context=context)
    client = ActionClient(node, Fibonacci, "fibonacci") if is_action else node.create_client(AddTwoInts, "add")
    is_ready, wait = (client.server_is_ready, client.wait_for_server) if is_action else (client.service_is_ready, client.wait_for_service)
    words = f"{'action' if is_action else 'service'} {what} {when}"

    def act():
        if what == "context":
            context.shutdown()
        elif what == "node":
            node.destroy_node()
        elif what == "client":
            client.destroy() if is_action else node.destroy_client(client)
        elif is_action:
            ActionServer(node, Fibonacci, "fibonacci", lambda goal: Fibonacci.Result())
        else:
            node.create_service(AddTwoInts, "add", lambda request, response: response)

    if when == "meanwhile":
        thread = threading.Timer(0.1, act)
        thread.start()
        tell(words, wait)
        thread.join()
    else:
        act()
    if what == "nothing":
        wait(timeout_sec=20)
    tell(words + " ready", is_ready)
    for limit in (None, 10, 0, -1):
        tell(f"{words} {limit}", lambda: wait(timeout_sec=limit))
    context.try_shutdown()


for is_action in (False, True):
    for what in ("context", "node", "client", "nothing"):
        run(is_action, "before", what)
        run(is_action, "meanwhile", what)
rclpy.init()
node = rclpy.create_node("node")
client = node.create_client(AddTwoInts, "nothing")
action = ActionClient(node, Fibonacci, "nothing")
for limit in (0.05, 0, -1, -0.5):
    tell(f"none {limit}", lambda: (client.wait_for_service(limit), action.wait_for_server(timeout_sec=limit)))
rclpy.shutdown()
