"""Calls and goals from many threads at once, while clients come and go."""
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
