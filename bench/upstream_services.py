"""Upstream's side of bench_services: upstream_services.py server|client CALLS. See bench_services.c for the lines it prints."""
import sys
import threading
import time

import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.executors import SingleThreadedExecutor

WARM_UP = 200


def serve():
    node = rclpy.create_node("bench_server")

    def add(request, response):
        response.sum = request.a + request.b
        return response

    node.create_service(AddTwoInts, "bench_add", add)
    rclpy.spin(node)


def ask(count):
    node = rclpy.create_node("bench_client")
    client = node.create_client(AddTwoInts, "bench_add")
    if not client.wait_for_service(30):
        sys.exit("no service")
    request = AddTwoInts.Request(a=2, b=3)

    # Not spin_until_future_complete(): with a timeout it spins for milliseconds a call.
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    threading.Thread(target=executor.spin, daemon=True).start()

    def call():
        answered = threading.Event()
        future = client.call_async(request)
        future.add_done_callback(lambda _: answered.set())
        assert answered.wait(10) and future.result().sum == 5

    for _ in range(WARM_UP):
        call()
    print("begin", flush=True)
    trips = []
    for _ in range(count):
        before = time.monotonic()
        call()
        trips.append(time.monotonic() - before)
    trips.sort()
    print(f"{trips[count // 2] * 1e6:.2f}", flush=True)
    time.sleep(5)  # until the parent has read the CPU clocks and ends this


rclpy.init()
if sys.argv[1] == "server":
    serve()
else:
    ask(int(sys.argv[2]))
