"""Calls and goals from many threads at once, while clients come and go."""
import pytest

from call_programs import ends_clean, program  # noqa: F401

PROGRAM = """
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor
group = ReentrantCallbackGroup()
node.create_service(AddTwoInts, 'add', add, callback_group=group)
async def later(goal):
    await pause(0.001)
    return execute(goal)
server = ActionServer(node, Fibonacci, 'fibonacci', later, cancel_callback=lambda goal: CancelResponse.ACCEPT, callback_group=group)
executor = MultiThreadedExecutor(4)
executor.add_node(node)
threading.Thread(target=executor.spin, daemon=True).start()
wrong = []

def calls():
    for _ in range(5):
        client = node.create_client(AddTwoInts, 'add', callback_group=group)
        client.wait_for_service()
        for _ in range(10):
            response = client.call(AddTwoInts.Request(a=1, b=2), timeout_sec=20)
            if response is None or response.sum != 3:
                wrong.append(response)
        futures = [client.call_async(AddTwoInts.Request()) for _ in range(3)]
        futures[0].cancel()
        node.destroy_client(client)
        if not all(over(future) for future in futures):
            wrong.append('pending')

def goals():
    client = ActionClient(node, Fibonacci, 'fibonacci', callback_group=group)
    client.wait_for_server()
    for _ in range(5):
        seen = []
        response = client.send_goal(Fibonacci.Goal(order=8), feedback_callback=seen.append)
        if response.status != 4:
            wrong.append(response)
        other = ActionClient(node, Fibonacci, 'fibonacci', callback_group=group)
        other.wait_for_server()
        other.send_goal_async(Fibonacci.Goal(order=8), feedback_callback=seen.append)
        client.send_goal_async(Fibonacci.Goal(order=8)).cancel()
        other.destroy()

threads = [threading.Thread(target=calls if i < 3 else goals) for i in range(6)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(wrong)
executor.shutdown(5)
node.destroy_node()
"""


def test_calls_and_goals_from_many_threads_end_well_while_clients_come_and_go(program):
    assert ends_clean(program(PROGRAM)) == ["[]"]


IN_USE = """
from rclpy._errors import InvalidHandle
from rclpy.executors import SingleThreadedExecutor
sys.setswitchinterval(1e-6)
other = rclpy.create_node('other')
service = other.create_service(AddTwoInts, 'add', lambda request, response: response)
server = ActionServer(other, Fibonacci, 'fibonacci', lambda goal: goal.succeed() or Fibonacci.Result())
executor = SingleThreadedExecutor()
executor.add_node(other)
executor.add_node(node)
spinning = threading.Thread(target=executor.spin)
spinning.start()
ended, uses, wrong = threading.Event(), 0, set()

def use(functions):
    global uses
    while not ended.is_set():
        for function in functions:
            try:
                function(current[0])
                uses += 1
            except InvalidHandle:
                pass
            except Exception as error:
                wrong.add(repr(error))

current = [make()]
threads = [threading.Thread(target=use, args=(functions[at:] + functions[:at],)) for at in range(3)]
[thread.start() for thread in threads]
for _ in range(count):
    gone, current[0] = current[0], make()
    destroy(gone)
ended.set()
[thread.join() for thread in threads]
executor.shutdown()
spinning.join()
print(uses > 100, wrong)
"""


@pytest.mark.parametrize("kind", [
    """
make, destroy, count = lambda: node.create_timer(1000.0, None), node.destroy_timer, 8000
functions = [lambda timer: timer.timer_period_ns, lambda timer: timer.is_ready(), lambda timer: timer.time_until_next_call()]
""", """
def call(client):
    client.call_async(AddTwoInts.Request()).cancel()
make, destroy, count = lambda: node.create_client(AddTwoInts, 'add'), node.destroy_client, 200
functions = [call, lambda client: client.wait_for_service(0.0), lambda client: client.service_is_ready()]
""", """
def send(client):
    client.send_goal_async(Fibonacci.Goal(order=1)).cancel()
make, destroy, count = lambda: ActionClient(node, Fibonacci, 'fibonacci'), lambda client: client.destroy(), 100
functions = [send, lambda client: client.wait_for_server(0.0), lambda client: client.server_is_ready()]
"""], ids=["timers", "clients", "action clients"])
def test_what_a_thread_destroys_others_may_be_using(program, kind):
    assert ends_clean(program(kind + IN_USE)) == ["True set()"]
