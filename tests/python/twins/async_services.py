"""Services that await, clients that are awaited, several calls at once."""
import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor, SingleThreadedExecutor
from rclpy.task import Future
from tell import tell

rclpy.init()
for executor_type in (SingleThreadedExecutor, MultiThreadedExecutor):
    node = rclpy.create_node("node")
    group = ReentrantCallbackGroup()

    def add(request, response):
        response.sum = request.a + request.b
        return response

    inner = node.create_client(AddTwoInts, "add", callback_group=group)
    node.create_service(AddTwoInts, "add", add, callback_group=group)
    waiting = Future()

    async def add_twice(request, response):
        first = await inner.call_async(AddTwoInts.Request(a=request.a, b=request.b))
        second = await inner.call_async(AddTwoInts.Request(a=first.sum, b=first.sum))
        response.sum = second.sum
        return response

    node.create_service(AddTwoInts, "twice", add_twice, callback_group=group)
    client = node.create_client(AddTwoInts, "twice", callback_group=group)
    executor = executor_type()
    executor.add_node(node)
    tell("both are there", lambda: (inner.wait_for_service(10), client.wait_for_service(10)))
    calls = [client.call_async(AddTwoInts.Request(a=n, b=1)) for n in range(5)]

    async def gather():
        return [(await call).sum for call in calls]

    task = executor.create_task(gather)
    executor.spin_until_future_complete(task, timeout_sec=20)
    print(executor_type.__name__, task.result())

    async def in_turn():
        total = 0
        for n in range(5):
            total = (await inner.call_async(AddTwoInts.Request(a=total, b=n))).sum
        return total

    task = executor.create_task(in_turn)
    executor.spin_until_future_complete(task, timeout_sec=20)
    print(task.result(), task.done(), task.exception())
    executor.shutdown()
    node.destroy_node()
rclpy.shutdown()
