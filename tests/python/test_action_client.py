"""Action clients in Python: goals, their feedback, results and cancelling; servers that die; and the same as upstream's."""
import signal

import pytest
from call_programs import ends_clean, program, twins  # noqa: F401

SERVER = """
async def later(goal):
    while not goal.is_cancel_requested and goal.request.order == 1000:
        await pause(0.01)
    if goal.is_cancel_requested:
        goal.canceled()
        return Fibonacci.Result(sequence=[7])
    return execute(goal)
server = ActionServer(node, Fibonacci, 'fibonacci', later, cancel_callback=lambda goal: CancelResponse.ACCEPT)
client = ActionClient(node, Fibonacci, 'fibonacci')
assert client.wait_for_server(timeout_sec=20)
"""


def test_a_client_is_what_it_is_on_upstream(twins):
    twins("""
client = ActionClient(node, Fibonacci, 'fibonacci')
print(client.server_is_ready(), client.wait_for_server(timeout_sec=0.05))
print(what(ActionClient, node, int, 'x'), what(ActionClient, node, Fibonacci, '1 bad'))
from rclpy.qos import HistoryPolicy, QoSProfile
unknown = QoSProfile(depth=1, history=HistoryPolicy.UNKNOWN)
print(what(ActionClient, node, Fibonacci, 'x', feedback_sub_qos_profile=unknown), what(ActionClient, node, Fibonacci, 'x', goal_service_qos_profile=3))
print(what(ActionServer, node, Fibonacci, 'x', execute, status_pub_qos_profile=unknown),
      what(ActionServer, node, Fibonacci, 'x', execute, result_timeout=-1))
print(what(client.send_goal_async, 3), what(client.send_goal, Fibonacci.Result()), what(client.send_goal_async, Fibonacci.Goal(), nope=3))
server = ActionServer(node, Fibonacci, 'fibonacci', execute)
print(client.wait_for_server(timeout_sec=20), client.server_is_ready())
goal = until(client.send_goal_async(Fibonacci.Goal(order=5)))
print(goal.accepted, goal == goal, type(goal.stamp).__name__, goal.stamp.sec > 10**9, type(goal.goal_id).__name__)
response = until(goal.get_result_async())
print(response, goal.status == GoalStatus.STATUS_SUCCEEDED)
print(until(goal.get_result_async()) == response)
print(repr(goal).replace(str(goal.goal_id.uuid), 'ID'))
""")


def test_a_goal_may_have_an_id_of_the_programs_as_on_upstream(twins):
    twins("""
from unique_identifier_msgs.msg import UUID
server = ActionServer(node, Fibonacci, 'fibonacci', lambda goal: (print(goal.goal_id), execute(goal))[1])
client = ActionClient(node, Fibonacci, 'fibonacci')
assert client.wait_for_server(timeout_sec=20)
goal = until(client.send_goal_async(Fibonacci.Goal(order=2), goal_uuid=UUID(uuid=list(range(16)))))
print(goal.goal_id == UUID(uuid=list(range(16))), until(goal.get_result_async()).status)
again = until(client.send_goal_async(Fibonacci.Goal(order=2), goal_uuid=UUID(uuid=list(range(16)))))
print(again.accepted)
""")


def test_a_goal_with_the_id_of_one_that_is_under_way_is_rejected_as_on_upstream(twins):
    twins("""
from unique_identifier_msgs.msg import UUID
held = []
server = ActionServer(node, Fibonacci, 'fibonacci', execute, handle_accepted_callback=held.append)
client = ActionClient(node, Fibonacci, 'fibonacci')
assert client.wait_for_server(timeout_sec=20)
first = until(client.send_goal_async(Fibonacci.Goal(order=2), goal_uuid=UUID(uuid=list(range(16)))))
second = until(client.send_goal_async(Fibonacci.Goal(order=3), goal_uuid=UUID(uuid=list(range(16)))))
print(first.accepted, second.accepted, second.goal_id == first.goal_id, second.status, len(held))
ends = [one.get_result_async() for one in (second, first)]
print([one.done() for one in ends])
given_up = second.get_result_async()
given_up.cancel()
print(given_up.cancelled(), given_up.done())
held[0].execute()
print([until(one) for one in ends])
print(until(first.get_result_async()).result, first.status)
""")


def test_all_feedback_comes_in_order_and_before_the_result(program):
    assert ends_clean(program("""
def floods(goal):
    for i in range(500):
        goal.publish_feedback(Fibonacci.Feedback(sequence=[i]))
    goal.succeed()
    return Fibonacci.Result()
server = ActionServer(node, Fibonacci, 'fibonacci', floods)
client = ActionClient(node, Fibonacci, 'fibonacci')
assert client.wait_for_server(timeout_sec=20)
for i in range(3):
    seen = []
    goal = until(client.send_goal_async(Fibonacci.Goal(), feedback_callback=lambda message: seen.append(message.feedback.sequence[0])))
    until(goal.get_result_async())
    print(seen == list(range(500)))
""")) == ["True"] * 3


def test_a_goal_is_cancelled(program):
    assert ends_clean(program(SERVER + """
goal = until(client.send_goal_async(Fibonacci.Goal(order=1000)))
result = goal.get_result_async()
response = until(goal.cancel_goal_async())
print(response.return_code, [info.goal_id == goal.goal_id for info in response.goals_canceling])
print(until(result), goal.status)
print(until(goal.cancel_goal_async()).return_code)
""")) == ["0 [True]", "example_interfaces.action.Fibonacci_GetResult_Response(status=5, "
          "result=example_interfaces.action.Fibonacci_Result(sequence=[7])) 5", "3"]


def test_cancelling_who_awaits_a_result_cancels_the_goal(program):
    assert ends_clean(program(SERVER + """
seen = []
async def tick():
    timer.cancel()
    goal = await client.send_goal_async(Fibonacci.Goal(order=1000))
    try:
        await asyncio.wait_for(goal.get_result_async(), 0.05)
    except asyncio.TimeoutError:
        seen.append((await goal.get_result_async()).status)
timer = node.create_timer(0.01, tick)
while not seen:
    rclpy.spin_once(node, timeout_sec=20)
print(seen)
""")) == ["[5]"]


def test_cancelling_who_sends_a_goal_cancels_it_once_it_is_accepted(program):
    assert ends_clean(program("""
held, ended = [], []
async def decide(goal):
    held.append(asyncio.get_running_loop().create_future())
    await held[0]
    return GoalResponse.ACCEPT
async def waits(goal):
    while not goal.is_cancel_requested:
        await pause(0.01)
    goal.canceled()
    ended.append(goal)
    return Fibonacci.Result()
server = ActionServer(node, Fibonacci, 'fibonacci', waits, goal_callback=decide, cancel_callback=lambda goal: CancelResponse.ACCEPT)
client = ActionClient(node, Fibonacci, 'fibonacci')
assert client.wait_for_server(timeout_sec=20)
sent = client.send_goal_async(Fibonacci.Goal())
while not held:
    rclpy.spin_once(node, timeout_sec=20)
sent.cancel()
async def release():
    timer.cancel()
    held[0].set_result(None)
timer = node.create_timer(0.01, release)
while not ended:
    rclpy.spin_once(node, timeout_sec=20)
print(ended[0].status, sent.cancelled())
""")) == ["5 True"]


def test_a_goal_sent_without_a_server_waits_for_one(program):
    assert ends_clean(program("""
client = ActionClient(node, Fibonacci, 'fibonacci')
sent = client.send_goal_async(Fibonacci.Goal(order=3))
rclpy.spin_once(node, timeout_sec=0.01)
server = ActionServer(node, Fibonacci, 'fibonacci', execute)
print(until(until(sent).get_result_async()).status)
""")) == ["4"]


def test_destroying_a_client_cancels_what_is_pending(program):
    assert ends_clean(program(SERVER + """
goal = until(client.send_goal_async(Fibonacci.Goal(order=1000)))
result, sent = goal.get_result_async(), client.send_goal_async(Fibonacci.Goal(order=1000))
client.destroy()
print(result.cancelled(), sent.cancelled(), what(client.send_goal_async, Fibonacci.Goal()), what(goal.cancel_goal_async))
""")) == ["True True InvalidHandle InvalidHandle"]


def test_goals_that_are_under_way_at_the_end_are_no_trouble(program):
    assert ends_clean(program(SERVER + """
goals = [client.send_goal_async(Fibonacci.Goal(order=1000), feedback_callback=print) for i in range(10)]
until(*goals)
results = [goal.result().get_result_async() for goal in goals]
print('end')
rclpy.shutdown()
sys.exit(0)
""")) == ["end"]


DYING = """
def never(goal):
    print('executing')
    threading.Event().wait()
server = ActionServer(node, Fibonacci, 'fibonacci', never)
print('ready')
rclpy.spin(node)
"""


@pytest.mark.parametrize("whose", ["ours", "upstreams"])
def test_a_goal_ends_when_its_server_is_killed(program, request, whose):
    server = program(DYING, *([request.getfixturevalue("upstream")] if whose == "upstreams" else []))
    server.wait_for("ready")
    client = program("""
client = ActionClient(node, Fibonacci, 'fibonacci')
assert client.wait_for_server(timeout_sec=20)
sent = client.send_goal_async(Fibonacci.Goal(order=3))
goal = until(sent)
result = goal.get_result_async()
print('accepted')
while not over(result):
    rclpy.spin_once(node, timeout_sec=20)
print(type(result.exception()).__name__, 'has gone' in str(result.exception()), goal.status, client.server_is_ready())
""")
    server.wait_for("executing")
    client.wait_for("accepted")
    server.child.send_signal(signal.SIGKILL)
    assert ends_clean(client) == ["accepted", "RCLError True 0 False"]


def test_actions_are_found_as_on_upstream(twins):
    twins("""
from rclpy.action import (get_action_client_names_and_types_by_node, get_action_names_and_types,
                          get_action_server_names_and_types_by_node)
server = ActionServer(node, Fibonacci, 'fibonacci', execute)
client = ActionClient(node, Fibonacci, 'fibonacci')
assert client.wait_for_server(timeout_sec=20)
print(get_action_names_and_types(node))
print(get_action_server_names_and_types_by_node(node, 'test', '/'), get_action_client_names_and_types_by_node(node, 'test', '/'))
print(what(get_action_server_names_and_types_by_node, node, 'nope', '/'))
""")


def test_a_goal_is_known_to_be_accepted_before_its_feedback_comes(program):
    assert ends_clean(program("""
def floods(goal):
    for i in range(20):
        goal.publish_feedback(Fibonacci.Feedback(sequence=[i]))
    goal.succeed()
    return Fibonacci.Result()
server = ActionServer(node, Fibonacci, 'fibonacci', floods)
client = ActionClient(node, Fibonacci, 'fibonacci')
assert client.wait_for_server(timeout_sec=20)
seen = []
def accepted(future):
    seen.append('accepted')
    future.result().get_result_async().add_done_callback(lambda future: seen.append('result'))
sent = client.send_goal_async(Fibonacci.Goal(), feedback_callback=lambda message: seen.append(message.feedback.sequence[0]))
sent.add_done_callback(accepted)
while 'result' not in seen:
    rclpy.spin_once(node, timeout_sec=20)
print(seen == ['accepted', *range(20), 'result'] or seen)
""")) == ["True"]


@pytest.mark.parametrize("executor", ["SingleThreadedExecutor", "MultiThreadedExecutor"])
def test_a_goal_may_be_waited_for_inside_a_callback_of_the_same_group(program, executor):
    assert ends_clean(program(f"""
from rclpy.executors import {executor}
other = rclpy.create_node('other')
server = ActionServer(other, Fibonacci, 'fibonacci', execute)
client = ActionClient(node, Fibonacci, 'fibonacci')
executor = {executor}()
executor.add_node(node)
if executor.__class__.__name__ == 'SingleThreadedExecutor':
    threading.Thread(target=rclpy.spin, args=(other,), daemon=True).start()
else:
    executor.add_node(other)
assert client.wait_for_server(timeout_sec=20)
ends = []
def tick():
    if not ends:
        seen = []
        response = client.send_goal(Fibonacci.Goal(order=5), feedback_callback=seen.append)
        ends.append(response.result.sequence.tolist())
node.create_timer(0.01, tick)
while not ends:
    executor.spin_once(timeout_sec=1)
print(ends)
""")) == ["[[0, 1, 1, 2, 3, 5]]"]
