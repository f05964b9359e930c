"""Action servers in Python: what their callbacks may do, and the same as upstream's."""
import pytest
from call_programs import ends_clean, program, twins  # noqa: F401

CLIENT = """
client = ActionClient(node, Fibonacci, 'fibonacci')
assert client.wait_for_server(timeout_sec=20)
def send(order=3, **keywords):
    return until(client.send_goal_async(Fibonacci.Goal(order=order), **keywords))
def result_of(goal):
    response = until(goal.get_result_async())
    return response.status, response.result
"""


def test_a_goal_is_executed_as_on_upstream(twins):
    twins("""
def shows(goal):
    print(goal.request, goal.status, goal.is_active, bool(goal.is_cancel_requested), type(goal.goal_id).__name__)
    return execute(goal)
server = ActionServer(node, Fibonacci, 'fibonacci', shows)
print(server.action_type is Fibonacci)
""" + CLIENT + """
feedback = []
goal = send(10, feedback_callback=lambda message: feedback.append(message.feedback))
print(goal.accepted, result_of(goal), goal.status)
print(len(feedback) > 0, all(message.sequence == feedback[0].sequence.__class__('i', fibonacci(len(message.sequence) - 1))
                             for message in feedback))
""")


def test_the_ends_of_a_goal_are_upstreams(twins):
    twins("""
handles = []
def ends(goal):
    order = goal.request.order
    handles.append(goal)
    result = Fibonacci.Result(sequence=[order])
    if order == 1:
        return result
    if order == 2:
        raise ValueError('boom')
    if order == 3:
        goal.succeed()
        raise ValueError('boom')
    if order == 4:
        goal.succeed()
        print(what(goal.abort), what(goal.succeed), what(goal.execute))
    if order == 5:
        goal.abort()
    if order == 6:
        print(what(goal.canceled), goal.status)
        goal.succeed()
        goal.publish_feedback(Fibonacci.Feedback())
    print(goal.status, goal.is_active)
    return result
server = ActionServer(node, Fibonacci, 'fibonacci', ends)
""" + CLIENT + """
sys.stderr = open(os.devnull, 'w')
for order in range(1, 7):
    goal = send(order)
    print(order, result_of(goal), goal.status)
print([(handle.status, handle.is_active) for handle in handles], handles[0] == handles[0], handles[0] == handles[1])
""")


def test_warnings_and_errors_are_upstreams(program, upstream):
    text = """
def ends(goal):
    if goal.request.order == 2:
        raise ValueError('boom')
    return Fibonacci.Result()
server = ActionServer(node, Fibonacci, 'fibonacci', ends, goal_callback=lambda goal: None if goal.order == 3 else GoalResponse.ACCEPT)
""" + CLIENT + """
for order in (1, 2, 3):
    goal = send(order)
    if goal.accepted:
        result_of(goal)
"""

    def lines(*python):
        process = program(text, *python)
        assert process.finish() == 0, process.report()
        import re
        found = [re.sub(r"^\[(\w+)\] \[[\d.]+\]", r"[\1]", line) for line in process.stderr.splitlines() if line[:1] == "["]
        return [re.sub(r"Goal ID: \[[\d ]+\]", "Goal ID: []", line).replace("[test.action_server]", "[test]") for line in found]

    theirs, ours = lines(upstream), lines()
    assert theirs == ours
    assert theirs[0] == "[WARN] [test]: Goal state not set, assuming aborted. Goal ID: []"


def test_a_callback_that_returns_no_result_does_not_leave_its_client_waiting(program):
    process = program("""
def ends(goal):
    if goal.request.order > 1:
        goal.succeed()
    return {1: None, 2: None, 3: Fibonacci.Goal()}[goal.request.order]
server = ActionServer(node, Fibonacci, 'fibonacci', ends)
""" + CLIENT + """
print([result_of(send(order)) for order in (1, 2, 3)])
""")
    assert ends_clean(process) == [str([(status, "R") for status in (6, 4, 4)]).replace(
        "'R'", "example_interfaces.action.Fibonacci_Result(sequence=[])")]
    assert process.stderr.count("it must return a message of type Fibonacci_Result, not NoneType") == 2
    assert process.stderr.count("not Fibonacci_Goal") == 1


def test_execution_may_await_asyncio_and_call_is_cancel_requested(program):
    assert ends_clean(program("""
async def later(goal):
    for i in range(3):
        print(goal.is_cancel_requested(), goal.is_cancel_requested, f'{goal.is_cancel_requested}')
        await pause(0.01)
    return execute(goal)
server = node.create_action_server(Fibonacci, 'fibonacci', later)
""" + CLIENT + """
print(result_of(send(3))[0])
""")) == ["False False False"] * 3 + ["4"]


def test_goals_run_beside_each_other(program):
    assert ends_clean(program("""
waiting = []
async def together(goal):
    waiting.append(asyncio.get_running_loop().create_future())
    if len(waiting) == 3:
        [future.set_result(None) for future in waiting]
    await waiting[-1]
    return execute(goal)
server = ActionServer(node, Fibonacci, 'fibonacci', together)
""" + CLIENT + """
goals = [client.send_goal_async(Fibonacci.Goal(order=order)) for order in (1, 2, 3)]
until(*goals)
results = [future.result().get_result_async() for future in goals]
until(*results)
print([future.result().result for future in results])
""")) == ["[" + ", ".join(f"example_interfaces.action.Fibonacci_Result(sequence={numbers})" for numbers in
                          ([0, 1], [0, 1, 1], [0, 1, 1, 2])) + "]"]


def test_goals_may_be_rejected_as_on_upstream(twins):
    twins("""
async def later(goal):
    return GoalResponse.REJECT
server = ActionServer(node, Fibonacci, 'fibonacci', execute, goal_callback=lambda goal: GoalResponse.REJECT)
""" + CLIENT + """
goal = send()
print(goal.accepted, goal.status, goal.stamp)
server.register_goal_callback(later)
goal = send()
print(goal.accepted, goal.status, goal.stamp, result_of(goal))
""")


def test_execution_may_be_put_off_as_on_upstream(twins):
    twins("""
held = []
server = ActionServer(node, Fibonacci, 'fibonacci', execute, handle_accepted_callback=held.append)
""" + CLIENT + """
goal = send()
print(goal.accepted, held[0].status, held[0].is_active)
held[0].execute()
print(result_of(goal), held[0].status)
goal = send()
held[1].execute(lambda handle: (handle.abort(), Fibonacci.Result(sequence=[7]))[1])
print(result_of(goal), held[1].status)
print(what(server.register_execute_callback, 3), what(server.register_handle_accepted_callback, None))
print(result_of(send()))
""")


def test_cancelling_is_refused_by_default_and_accepted_where_the_callback_says_so_as_on_upstream(twins):
    twins("""
held = []
def put_off(goal):
    held.append(goal)
async def cancels(goal):
    return CancelResponse.ACCEPT
def ends(goal):
    goal.canceled() if goal.is_cancel_requested else goal.succeed()
    return Fibonacci.Result(sequence=[goal.status])
server = ActionServer(node, Fibonacci, 'fibonacci', ends, handle_accepted_callback=put_off)
""" + CLIENT + """
goal = send()
print(until(goal.cancel_goal_async()).goals_canceling, held[-1].status)
held[-1].execute()
print(result_of(goal), goal.status)
for callback in (lambda goal: CancelResponse.ACCEPT, cancels, lambda goal: CancelResponse.REJECT, lambda goal: None, None):
    server.register_cancel_callback(callback) if callback else server.register_cancel_callback(lambda goal: CancelResponse.ACCEPT)
    goal = send()
    response = until(goal.cancel_goal_async())
    print([info.goal_id == goal.goal_id for info in response.goals_canceling], held[-1].status, bool(held[-1].is_cancel_requested))
    held[-1].execute()
    print(result_of(goal), goal.status, until(goal.cancel_goal_async()).return_code)
""")


@pytest.mark.parametrize("callback", ["goal_callback", "handle_accepted_callback", "cancel_callback"])
@pytest.mark.parametrize("kind", ["plain", "async"])
def test_a_callback_that_fails_is_raised_by_spin_and_leaves_no_client_waiting(program, callback, kind):
    lines = ends_clean(program(f"""
{'async ' if kind == 'async' else ''}def fails(goal):
    raise ValueError('boom')
async def waits(goal):
    while not goal.is_cancel_requested and not stop:
        await pause(0.01)
    goal.abort()
    return Fibonacci.Result()
stop = []
server = ActionServer(node, Fibonacci, 'fibonacci', waits, {callback}=fails)
""" + CLIENT + """
sent = client.send_goal_async(Fibonacci.Goal(order=3))
print(until_spin_raises(sent))
goal = until(sent)
""" + {"goal_callback": "print(goal.accepted)",
       "handle_accepted_callback": "print(result_of(goal)[0])",
       "cancel_callback": """
asked = goal.cancel_goal_async()
print(until_spin_raises(asked))
print(len(until(asked).goals_canceling))
stop.append(1)
print(result_of(goal)[0])
"""}[callback]))
    assert lines == {"goal_callback": ["ValueError: boom", "False"],
                     "handle_accepted_callback": ["ValueError: boom", "6"],
                     "cancel_callback": ["None", "ValueError: boom", "0", "6"]}[callback]


def test_an_action_server_that_goes_tells_its_clients(program):
    assert ends_clean(program("""
async def never(goal):
    await asyncio.get_running_loop().create_future()
server = ActionServer(node, Fibonacci, 'fibonacci', never)
""" + CLIENT + """
goal = send()
result = goal.get_result_async()
server.destroy()
while not over(result):
    rclpy.spin_once(node, timeout_sec=20)
print(type(result.exception()).__name__, 'has gone' in str(result.exception()), goal.status)
""")) == ["RCLError True 0"]


def test_a_handle_outlives_its_server(program):
    assert ends_clean(program("""
held = []
server = ActionServer(node, Fibonacci, 'fibonacci', execute, handle_accepted_callback=held.append)
""" + CLIENT + """
send()
node.destroy_action_server(server)
print(what(held[0].publish_feedback, Fibonacci.Feedback()), what(held[0].succeed), what(held[0].execute), held[0].is_active)
node.destroy_node()
rclpy.shutdown()
del held[0]
""")) == ["RCLError RCLError RCLError False"]


def test_what_is_wrong_is_said_as_on_upstream(twins):
    twins("""
print(what(ActionServer, node, int, 'x', execute), what(ActionServer, node, Fibonacci, '1 bad', execute),
      what(ActionServer, node, Fibonacci, 'x', None))
def wrong(goal):
    print(what(goal.publish_feedback, 3), what(goal.publish_feedback, Fibonacci.Result()))
    return execute(goal)
server = ActionServer(node, Fibonacci, 'fibonacci', wrong)
""" + CLIENT + """
print(result_of(send())[0])
""")


def test_a_result_is_kept_as_long_as_the_server_says(program):
    assert ends_clean(program("""
async def later(goal):
    await asked_for
    return execute(goal)
from rclpy.task import Future
asked_for = Future()
server = ActionServer(node, Fibonacci, 'fibonacci', later, result_timeout=0)
""" + CLIENT + """
goal = send()
result = goal.get_result_async()
node.create_timer(0.1, lambda: asked_for.done() or asked_for.set_result(None))
print(until(result).status)
again = client._action_type.Impl.GetResultService
asked = node.create_client(again, 'fibonacci/_action/get_result')
assert asked.wait_for_service(timeout_sec=20)
print(until(asked.call_async(again.Request(goal_id=goal.goal_id))).status)
""")) == ["4", "0"]


SERVER = """
server = ActionServer(node, Fibonacci, 'fibonacci', execute, cancel_callback=lambda goal: CancelResponse.ACCEPT)
print('ready')
try:
    rclpy.spin(node)
except BaseException:
    pass
"""


WEAK = """
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
weak = QoSProfile(depth=4, reliability=ReliabilityPolicy.BEST_EFFORT)
status = QoSProfile(depth=4, durability=DurabilityPolicy.VOLATILE)
"""


@pytest.mark.parametrize("whose", ["upstreams client", "upstreams server", "ours"])
def test_the_profiles_that_programs_give_are_the_actions(program, upstream, whose):
    """Where a server offers best effort, a client that asks for it has to."""
    server = program(WEAK + SERVER.replace("execute,", "execute, feedback_pub_qos_profile=weak, status_pub_qos_profile=status,"),
                     *([upstream] if whose == "upstreams server" else []))
    server.wait_for("ready")
    client = program(WEAK + CLIENT.replace("'fibonacci')", "'fibonacci', feedback_sub_qos_profile=weak, status_sub_qos_profile=status)", 1) + """
print(result_of(send(3))[0])
for topic in ('feedback', 'status'):
    for infos in (node.get_publishers_info_by_topic, node.get_subscriptions_info_by_topic):
        print(*[(info.qos_profile.reliability.name, info.qos_profile.durability.name) for info in infos(f'fibonacci/_action/{topic}')])
""", *([upstream] if whose == "upstreams client" else []))
    assert ends_clean(client) == ["4"] + 2 * ["('BEST_EFFORT', 'VOLATILE')"] + 2 * ["('RELIABLE', 'VOLATILE')"]


@pytest.mark.parametrize("whose", ["upstreams client", "upstreams server"])
def test_ours_and_upstreams_work_together(program, upstream, whose):
    server = program(SERVER, *([upstream] if whose == "upstreams server" else []))
    server.wait_for("ready")
    client = program(CLIENT + """
feedback = []
for i in range(5):
    goal = send(10, feedback_callback=lambda message: feedback.append(message.feedback.sequence))
    print(result_of(goal), until(goal.cancel_goal_async()).return_code)
print(len(feedback) > 0, all(list(numbers) == fibonacci(len(numbers) - 1) for numbers in feedback))
""", *([upstream] if whose == "upstreams client" else []))
    lines = ends_clean(client)
    numbers = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55]
    assert lines == [f"(4, example_interfaces.action.Fibonacci_Result(sequence={numbers})) 3"] * 5 + ["True True"]
