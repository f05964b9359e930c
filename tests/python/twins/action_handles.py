"""What goal handles, action servers and clients show and refuse; goals that are accepted now and executed later."""
import threading
import uuid

import rclpy
from action_msgs.msg import GoalStatus
from action_tutorials_interfaces.action import Fibonacci
from rclpy.action import (ActionClient, ActionServer, CancelResponse, GoalResponse, get_action_client_names_and_types_by_node,
                          get_action_names_and_types, get_action_server_names_and_types_by_node)
from rclpy.action.server import (default_cancel_callback, default_goal_callback, default_handle_accepted_callback)
from rclpy.executors import SingleThreadedExecutor
from tell import spin_until, tell
from unique_identifier_msgs.msg import UUID

rclpy.init()
node = rclpy.create_node("server")
asker = rclpy.create_node("asker")
held = []
seen = []


def execute(handle):
    seen.append((handle.is_active, handle.is_cancel_requested, handle.status, type(handle.goal_id).__name__, handle.request.order))
    handle.succeed()
    seen.append((handle.is_active, handle.is_cancel_requested, handle.status))
    return Fibonacci.Result(sequence=[handle.request.order])


server = ActionServer(node, Fibonacci, "later", execute, handle_accepted_callback=held.append, cancel_callback=lambda handle: CancelResponse.ACCEPT,
                      result_timeout=10)
client = ActionClient(asker, Fibonacci, "later")
executor = SingleThreadedExecutor()
executor.add_node(node)
executor.add_node(asker)
tell("waits", lambda: client.wait_for_server(timeout_sec=10))
own = UUID(uuid=list(uuid.UUID(int=7).bytes))
sent = client.send_goal_async(Fibonacci.Goal(order=3), goal_uuid=own)
executor.spin_until_future_complete(sent)
handle = sent.result()
print(handle.accepted, handle.status, handle.goal_id == own, type(handle.stamp).__name__, repr(handle)[:20])
print(len(held), held[0].is_active, held[0].status, list(held[0].goal_id.uuid) == list(own.uuid), held[0].request)
result = handle.get_result_async()
executor.spin_once(timeout_sec=0.2)
tell("not yet", lambda: (result.done(), handle.status))
held[0].execute()
executor.spin_until_future_complete(result, timeout_sec=10)
print(result.result().status == GoalStatus.STATUS_SUCCEEDED, result.result().result, seen)
again = handle.get_result_async()
executor.spin_until_future_complete(again, timeout_sec=10)
print(again is result, again.result().status)
spin_until(executor, lambda: handle.status == GoalStatus.STATUS_SUCCEEDED)

tell("ended twice", lambda: held[0].abort())
tell("executed twice", lambda: held[0].execute())
too_late = handle.cancel_goal_async()
executor.spin_until_future_complete(too_late, timeout_sec=10)
print("cancel after the end", too_late.result().return_code, len(too_late.result().goals_canceling))
tell("id used twice", lambda: client.send_goal_async(Fibonacci.Goal(order=3), goal_uuid=own) is None)

second = client.send_goal_async(Fibonacci.Goal(order=4))
executor.spin_until_future_complete(second)
cancel = second.result().cancel_goal_async()
executor.spin_until_future_complete(cancel)
print("cancel before it is executed", cancel.result().return_code, len(cancel.result().goals_canceling))
print(held[-1].is_cancel_requested, held[-1].is_active, held[-1].status)
held[-1].canceled()
ended = second.result().get_result_async()
print(held[-1].is_cancel_requested, held[-1].is_active, held[-1].status)

thread = threading.Thread(target=executor.spin, daemon=True)
thread.start()
server.register_handle_accepted_callback(None)
server.register_goal_callback(lambda goal: GoalResponse.ACCEPT if goal.order % 2 else GoalResponse.REJECT)
server.register_execute_callback(execute)
server.register_cancel_callback(None)
tell("blocking goal", lambda: client.send_goal(Fibonacci.Goal(order=5)).result)
tell("blocking goal refused", lambda: client.send_goal(Fibonacci.Goal(order=6)))
executor.shutdown()
thread.join()
tell("defaults", lambda: (default_goal_callback(None), default_cancel_callback(None)))
tell("default accepted", lambda: default_handle_accepted_callback.__name__)
tell("responses", lambda: ([(one.name, one.value) for one in GoalResponse], [(one.name, one.value) for one in CancelResponse]))
tell("actions", lambda: get_action_names_and_types(asker))
tell("servers", lambda: get_action_server_names_and_types_by_node(asker, "server", "/"))
tell("clients", lambda: get_action_client_names_and_types_by_node(asker, "asker", "/"))
tell("no node", lambda: get_action_client_names_and_types_by_node(asker, "nobody", "/"))
tell("wrong goal", lambda: client.send_goal_async(Fibonacci.Result()))
tell("no goal", lambda: client.send_goal_async(None))
tell("no callback", lambda: ActionServer(node, Fibonacci, "other", None))
tell("callback that is none", lambda: ActionServer(node, Fibonacci, "other", 7))
tell("bad name", lambda: ActionClient(node, Fibonacci, "a b"))
tell("no type", lambda: ActionServer(node, int, "other", execute))
nowhere = ActionClient(asker, Fibonacci, "nowhere")
tell("no server", lambda: (nowhere.server_is_ready(), nowhere.wait_for_server(timeout_sec=0.1)))
server.destroy()
client.destroy()
tell("waitables left", lambda: len(list(asker.waitables)))
node.destroy_node()
asker.destroy_node()
rclpy.shutdown()
