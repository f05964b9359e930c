"""Every way in which a goal ends: by its callback, by a cancel request that it obeys or not, by the next goal, and what may come after."""
import threading

import rclpy
from action_tutorials_interfaces.action import Fibonacci
from rclpy.action import ActionClient, ActionServer, CancelResponse
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor
from tell import spin_until, tell, tell_type

rclpy.init()
node = rclpy.create_node("node")
executor = MultiThreadedExecutor(4)
executor.add_node(node)
cancelled, newer = threading.Event(), threading.Event()


def execute(goal):
    order = goal.request.order
    if order in (4, 5, 6):
        cancelled.wait(20)
        cancelled.clear()
    if order == 0:
        goal.abort()
    elif order == 1:
        goal.succeed()
    elif order == 2:
        tell("canceled, not asked for", goal.canceled)
        goal.succeed()
        tell("succeed twice", goal.succeed)
        tell("abort after", goal.abort)
        tell("feedback after", lambda: goal.publish_feedback(Fibonacci.Feedback(partial_sequence=[9])))
    elif order == 3:
        tell_type("wrong feedback", lambda: goal.publish_feedback(3))
        goal.succeed()
    elif order == 4:
        goal.canceled()
    elif order == 5:
        goal.succeed()
    elif order == 6:
        goal.abort()
    elif order == 7:
        newer.wait(20)
        print("preempted", goal.is_active)
    return Fibonacci.Result(sequence=[order])


def may_cancel(goal):
    if goal.request.order == 1:
        return CancelResponse.REJECT
    return CancelResponse.ACCEPT


last = []


def accepted(goal):
    if last and last[-1].is_active:
        last[-1].abort()
        newer.set()
    last.append(goal)
    goal.execute()


def finished(future):
    executor.spin_until_future_complete(future, timeout_sec=20)
    return future.result()


def send(order):
    return finished(client.send_goal_async(Fibonacci.Goal(order=order)))


server = ActionServer(node, Fibonacci, "ends", execute, cancel_callback=may_cancel, handle_accepted_callback=accepted,
                      callback_group=ReentrantCallbackGroup())
client = ActionClient(node, Fibonacci, "ends")
print(client.wait_for_server(timeout_sec=20))
for order in (0, 1, 2, 3):
    handle = send(order)
    response = finished(handle.get_result_async())
    print(order, handle.accepted, response.status, response.result.sequence.tolist())
    spin_until(executor, lambda: handle.status == response.status)
    too_late = finished(handle.cancel_goal_async())
    print(too_late.return_code, len(too_late.goals_canceling))
for order in (4, 5, 6):
    handle = send(order)
    spin_until(executor, lambda: last[-1].request.order == order and last[-1].status == 2)
    response = finished(handle.cancel_goal_async())
    print(response.return_code, len(response.goals_canceling), last[-1].is_cancel_requested)
    cancelled.set()
    response = finished(handle.get_result_async())
    print(order, response.status, response.result.sequence.tolist())
old = send(7)
spin_until(executor, lambda: last[-1].request.order == 7)  # its client may hear of it before
result = old.get_result_async()
new = send(1)
print(finished(result).status, finished(new.get_result_async()).status)
server.destroy()
client.destroy()
executor.shutdown()
rclpy.shutdown()
