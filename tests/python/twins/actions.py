"""Actions: every way a goal can end, as both sides see it, with feedback and logs."""
import rclpy
from action_tutorials_interfaces.action import Fibonacci
from rclpy.action import ActionClient, ActionServer, CancelResponse, GoalResponse
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor
from rclpy.task import Future
from tell import tell, text

rclpy.init()
node = rclpy.create_node("actions")
group = ReentrantCallbackGroup()
cancelled = {}


def goal_callback(goal):
    return GoalResponse.REJECT if goal.order < 0 else GoalResponse.ACCEPT


def cancel_callback(handle):
    future = cancelled.get(handle.request.order)
    answer = CancelResponse.REJECT if future is None else CancelResponse.ACCEPT
    if future is not None:
        node.create_timer(0.05, lambda: future.done() or not handle.is_cancel_requested or future.set_result(None), callback_group=group)
    return answer


async def execute(handle):
    order = handle.request.order
    feedback = Fibonacci.Feedback(partial_sequence=[0, 1])
    for number in range(1, min(order, 5)):
        feedback.partial_sequence.append(feedback.partial_sequence[number] + feedback.partial_sequence[number - 1])
        handle.publish_feedback(feedback)
    result = Fibonacci.Result(sequence=feedback.partial_sequence)
    if order == 11:
        handle.abort()
    elif order == 12:
        return result  # without saying how it ended
    elif order == 13:
        raise ValueError("thirteen")
    elif order == 14:
        handle.succeed()
        raise ValueError("fourteen")
    elif order == 15:
        handle.canceled()
    elif order == 16:
        handle.succeed()
        handle.abort()
    elif order in cancelled:
        await cancelled[order]
        {20: handle.canceled, 21: handle.succeed, 22: handle.abort}[order]()
    else:
        handle.succeed()
    return result


server = ActionServer(node, Fibonacci, "fibonacci", execute, goal_callback=goal_callback, cancel_callback=cancel_callback, callback_group=group)
client = ActionClient(node, Fibonacci, "fibonacci", callback_group=group)
executor = MultiThreadedExecutor(2)
executor.add_node(node)
executor.create_task(lambda: None)
tell("waits", lambda: client.wait_for_server(timeout_sec=10))
tell("ready", lambda: client.server_is_ready())


async def one(order, cancel=False):
    feedback = []
    handle = await client.send_goal_async(Fibonacci.Goal(order=order), feedback_callback=lambda message: feedback.append(list(message.feedback.partial_sequence)))
    if not handle.accepted:
        return order, "rejected", text(handle.status)
    if cancel:
        answer = await handle.cancel_goal_async()
        cancel = (answer.return_code, len(answer.goals_canceling))
    end = await handle.get_result_async()
    return order, end.status, list(end.result.sequence), feedback, cancel, handle.status


def run(*arguments):
    task = executor.create_task(one, *arguments)
    executor.spin_until_future_complete(task, timeout_sec=20)
    return task.result()


for order in (5, 1, -1, 11, 12, 13, 14, 15, 16):
    tell("goal", lambda: run(order)[:3])
for order in (20, 21, 22):
    cancelled[order] = Future(executor=executor)
    tell("cancelled goal", lambda: (run(order, True)[:3], run(5)[:2]))
print(run(5)[3][0])
executor.shutdown()
server.destroy()
client.destroy()
node.destroy_node()
rclpy.shutdown()
