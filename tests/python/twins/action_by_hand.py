"""An action's services and topics by themselves: a client whose server is three services and two publishers, a server whose client is none."""
import uuid

import rclpy
from action_msgs.msg import GoalStatus
from action_msgs.srv import CancelGoal
from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient, ActionServer, CancelResponse, GoalResponse
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import QoSProfile, qos_profile_action_status_default
from tell import spin_until, tell
from unique_identifier_msgs.msg import UUID

rclpy.init()
node = rclpy.create_node("by_hand")
executor = SingleThreadedExecutor()
executor.add_node(node)
parts = Fibonacci.Impl
own = QoSProfile(depth=10)


def new_id():
    return UUID(uuid=list(uuid.uuid4().bytes))


def result_of(future):
    executor.spin_until_future_complete(future, timeout_sec=10)
    return future.result()


def counts(entities):
    return [getattr(entities, name) for name in type(entities).__slots__]


# A client and a server by hand.
accepts = True


def answer_goal(request, response):
    response.accepted = accepts
    return response


def answer_cancel(request, response):
    response.goals_canceling.append(request.goal_info)
    return response


def answer_result(request, response):
    response.result.sequence = [request.goal_id.uuid[0], 9]  # without a status
    return response


services = [node.create_service(parts.SendGoalService, "/hand/_action/send_goal", answer_goal),
            node.create_service(parts.CancelGoalService, "/hand/_action/cancel_goal", answer_cancel),
            node.create_service(parts.GetResultService, "/hand/_action/get_result", answer_result)]
feedback = node.create_publisher(parts.FeedbackMessage, "/hand/_action/feedback", 1)
status = node.create_publisher(parts.GoalStatusMessage, "/hand/_action/status", qos_profile_action_status_default)
client = ActionClient(node, Fibonacci, "hand", goal_service_qos_profile=own, result_service_qos_profile=own, cancel_service_qos_profile=own,
                      feedback_sub_qos_profile=own, status_sub_qos_profile=own)
tell("entities of a client", lambda: counts(client.get_num_entities()))
tell("server", lambda: client.wait_for_server(timeout_sec=10))
heard = []
mine = new_id()
handle = result_of(client.send_goal_async(Fibonacci.Goal(), feedback_callback=heard.append, goal_uuid=mine))
feedback.publish(parts.FeedbackMessage(goal_id=mine))
spin_until(executor, lambda: heard)
tell("feedback", lambda: [(type(one).__name__, one.goal_id == mine) for one in heard])
tell("cancel", lambda: [one.goal_id == mine for one in result_of(handle.cancel_goal_async()).goals_canceling])
response = result_of(handle.get_result_async())
tell("result of a server that names no status", lambda: (response.status, list(response.result.sequence) == [int(mine.uuid[0]), 9]))
tell("its handle", lambda: handle.status)
tell("by the client", lambda: result_of(client._get_result_async(handle)) == response)
tell("cancel by the client", lambda: len(result_of(client._cancel_goal_async(handle)).goals_canceling))
accepts = False
refused = result_of(client.send_goal_async(Fibonacci.Goal(), goal_uuid=mine))
response = result_of(refused.get_result_async())
tell("refused", lambda: (refused.accepted, refused.status, response.status, list(response.result.sequence) == [int(mine.uuid[0]), 9]))
tell("cancel refused", lambda: len(result_of(refused.cancel_goal_async()).goals_canceling))
client.destroy()


# A server and its clients by hand.
held, statuses, told = [], [], []


def execute(goal_handle):
    goal_handle.publish_feedback(Fibonacci.Feedback(sequence=[1, 1, 2]))
    if goal_handle.is_cancel_requested:
        goal_handle.canceled()
    elif goal_handle.request.order == 1:
        goal_handle.abort()
    elif goal_handle.request.order > 1:
        goal_handle.succeed()
    return Fibonacci.Result(sequence=[goal_handle.request.order])


def accept(goal):
    return {7: GoalResponse.REJECT, 8: "ACCEPT", 9: True}.get(goal.order, GoalResponse.ACCEPT)


server = ActionServer(node, Fibonacci, "hand2", execute, goal_callback=accept, handle_accepted_callback=held.append,
                      cancel_callback=lambda goal_handle: CancelResponse.ACCEPT, goal_service_qos_profile=own, result_timeout=300)
tell("entities of a server", lambda: counts(server.get_num_entities()))
send = node.create_client(parts.SendGoalService, "/hand2/_action/send_goal")
cancel = node.create_client(parts.CancelGoalService, "/hand2/_action/cancel_goal")
ask = node.create_client(parts.GetResultService, "/hand2/_action/get_result")
subscriptions = [node.create_subscription(parts.FeedbackMessage, "/hand2/_action/feedback", told.append, 10),
                 node.create_subscription(parts.GoalStatusMessage, "/hand2/_action/status", statuses.append, 10)]
tell("services", lambda: [one.wait_for_service(timeout_sec=10) for one in (send, cancel, ask)])


def send_goal(order, goal_id=None):
    return result_of(send.call_async(parts.SendGoalService.Request(goal_id=goal_id or new_id(), goal=Fibonacci.Goal(order=order))))


def ask_result(goal_id):
    return result_of(ask.call_async(parts.GetResultService.Request(goal_id=goal_id)))


def ask_cancel(goal_id):
    request = CancelGoal.Request()
    request.goal_info.goal_id = goal_id
    return result_of(cancel.call_async(request))


for order, name in ((5, "succeeds"), (1, "aborts"), (0, "does not say")):
    one = new_id()
    reply = send_goal(order, one)
    tell(f"{name}: accepted", lambda: (reply.accepted, reply.stamp.sec > 10**9, held[-1].status, held[-1].goal_id == one))
    held[-1].execute()
    tell(f"{name}: ends", lambda: (ask_result(one), held[-1].status, held[-1].is_active))
    spin_until(executor, lambda: told and statuses and statuses[-1].status_list[-1].status >= GoalStatus.STATUS_SUCCEEDED)
    tell(f"{name}: told", lambda: (told[-1].goal_id == one, told[-1].feedback, statuses[-1].status_list[-1].status))
    told.clear()
    statuses.clear()
    tell(f"{name}: again", lambda: ask_result(one))
    tell(f"{name}: cancelled after its end", lambda: (ask_cancel(one).return_code, len(ask_cancel(one).goals_canceling)))
    again = send_goal(3, one)
    tell(f"{name}: with its id", lambda: (again.accepted, again.stamp.sec))
for order in (7, 8, 9):
    reply = send_goal(order)
    tell(f"refused {order}", lambda: (reply.accepted, reply.stamp.sec, len(held)))
tell("result of none", lambda: ask_result(new_id()))
tell("cancel of none", lambda: (ask_cancel(new_id()).return_code, ask_cancel(UUID()).return_code))
one = new_id()
send_goal(5, one)
tell("cancelled before", lambda: (len(ask_cancel(one).goals_canceling), held[-1].status, held[-1].is_cancel_requested))
held[-1].execute()
tell("then executed", lambda: (ask_result(one), held[-1].status))
both = [new_id(), new_id()]
for one in both:
    send_goal(5, one)
tell("cancel all", lambda: (len(ask_cancel(UUID()).goals_canceling), [goal_handle.status for goal_handle in held[-2:]]))
client = ActionClient(node, Fibonacci, "hand2")
tell("client", lambda: client.wait_for_server(timeout_sec=10))
mine = new_id()
first = result_of(client.send_goal_async(Fibonacci.Goal(order=5), goal_uuid=mine))
held[-1].execute()
tell("ends", lambda: result_of(first.get_result_async()))
same = result_of(client.send_goal_async(Fibonacci.Goal(order=6), goal_uuid=mine))
tell("the first one's result", lambda: (same.accepted, result_of(same.get_result_async())))
tell("feedback after the result", lambda: held[-1].publish_feedback(Fibonacci.Feedback(sequence=[9])))
client.destroy()
server.destroy()
node.destroy_node()
rclpy.shutdown()
