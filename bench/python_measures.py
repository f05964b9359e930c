"""What bench/python_table.py measures, as programs that run on upstream's rclpy and on rclio: python_measures.py NAME [ARGUMENT...].

Each prints one line of JSON. Those of a pair find each other by their domain; the second one is started first and ends by itself when
its standard input does."""
import asyncio
import json
import sys
import threading
import time

IMPORTING = time.monotonic()
import rclpy  # noqa: E402
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor  # noqa: E402


def say(**figures):
    print(json.dumps(figures), flush=True)


def middle(values):
    return sorted(values)[len(values) // 2]


def end_with_input():
    """Ends the process when the other side has gone; a side that only answers has no other end."""
    def wait():
        sys.stdin.read()
        say(cpu=time.process_time())
        sys.stdout.flush()
        import os
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def serve(node, begin=lambda: None):
    end_with_input()
    print("ready", flush=True)
    begin()
    rclpy.spin(node)


def run(node, make):
    """Runs a coroutine on the node's executor to its end, as a program of either stack may."""
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    task = executor.create_task(make)
    executor.spin_until_future_complete(task)
    executor.remove_node(node)
    return task.result()


# ---- topics

def answer_when_heard(node, publisher):
    """Listens once somebody waits for the answers: one that is published before is lost, and both sides would wait for ever."""
    while not publisher.get_subscription_count():
        time.sleep(0.01)
    node.create_subscription(publisher.msg_type, "ping", publisher.publish, 10)


def echo():
    from std_msgs.msg import String
    node = rclpy.create_node("echo")
    publisher = node.create_publisher(String, "pong", 10)
    serve(node, lambda: answer_when_heard(node, publisher))


def round_trip(count):
    from std_msgs.msg import String
    node = rclpy.create_node("trip")
    publisher = node.create_publisher(String, "ping", 10)
    message = String(data="x" * 56)
    trips, begun, done = [], [0.0], rclpy.task.Future()

    def back(_):
        trips.append(time.monotonic() - begun[0])
        if len(trips) == 200:
            cpu[0] = time.process_time()
        if len(trips) == count + 200:
            done.set_result(None)
            return
        begun[0] = time.monotonic()
        publisher.publish(message)

    node.create_subscription(String, "pong", back, 10)
    while not (publisher.get_subscription_count() and node.count_publishers("pong")):
        time.sleep(0.05)
    time.sleep(0.5)
    cpu = [0.0]
    begun[0] = time.monotonic()
    publisher.publish(message)
    rclpy.spin_until_future_complete(node, done)
    say(p50_us=middle(trips[200:]) * 1e6, cpu_us=(time.process_time() - cpu[0]) / count * 1e6)


def count_messages():
    from rclpy.qos import QoSProfile
    from std_msgs.msg import String
    node = rclpy.create_node("counter")
    seen = [0, 0.0, 0.0]

    def heard(_):
        seen[0] += 1
        seen[2] = time.monotonic()
        if seen[0] == 1:
            seen[1] = seen[2]

    node.create_subscription(String, "flood", heard, QoSProfile(depth=1000))

    def wait():
        sys.stdin.read()
        say(per_second=(seen[0] - 1) / (seen[2] - seen[1]) if seen[0] > 1 else 0)
        import os
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
    print("ready", flush=True)
    rclpy.spin(node)


def flood(seconds):
    from rclpy.qos import QoSProfile
    from std_msgs.msg import String
    node = rclpy.create_node("flood")
    publisher = node.create_publisher(String, "flood", QoSProfile(depth=1000))
    message = String(data="x" * 56)
    while not publisher.get_subscription_count():
        time.sleep(0.05)
    time.sleep(0.5)
    sent, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        publisher.publish(message)
        sent += 1
    say(sent_per_second=sent / seconds)


def timer(seconds, idle):
    from std_msgs.msg import String
    node = rclpy.create_node("timer")
    for number in range(idle // 2):
        node.create_timer(3600.0, lambda: None)
        node.create_subscription(String, f"idle_{number}", lambda _: None, 10)
    publisher = node.create_publisher(String, "ticks", 10)
    message = String(data="x" * 56)
    ticks = [0]
    done = rclpy.task.Future()
    begun = []

    def tick():
        publisher.publish(message)
        ticks[0] += 1
        if ticks[0] == 50:
            begun.append(time.process_time())
        if ticks[0] == 50 + seconds * 100:
            done.set_result(None)

    node.create_timer(0.01, tick)
    rclpy.spin_until_future_complete(node, done)
    say(cpu_us=(time.process_time() - begun[0]) / (seconds * 100) * 1e6)


def wake():
    """What a wait of 10 ms costs this Python by itself: the least that a timer can cost here and now."""
    import select
    files = select.epoll()
    begun = time.process_time()
    for _ in range(300):
        files.poll(0.01)
    say(cpu_us=(time.process_time() - begun) / 300 * 1e6)


# ---- services and actions

def adder():
    from example_interfaces.srv import AddTwoInts
    node = rclpy.create_node("adder")

    def add(request, response):
        response.sum = request.a + request.b
        return response

    node.create_service(AddTwoInts, "add", add)
    serve(node)


def calls(count):
    from example_interfaces.srv import AddTwoInts
    node = rclpy.create_node("caller")
    client = node.create_client(AddTwoInts, "add")
    client.wait_for_service()
    trips = []

    async def call():
        cpu = 0.0
        for number in range(count + 200):
            if number == 200:
                cpu = time.process_time()
            begun = time.monotonic()
            answer = await client.call_async(AddTwoInts.Request(a=2, b=3))
            trips.append(time.monotonic() - begun)
            assert answer.sum == 5
        return (time.process_time() - cpu) / count

    cpu = run(node, call)
    say(p50_us=middle(trips[200:]) * 1e6, cpu_us=cpu * 1e6)


def fibonacci():
    from action_tutorials_interfaces.action import Fibonacci
    from rclpy.action import ActionServer
    node = rclpy.create_node("fibonacci")

    def execute(goal):
        feedback = Fibonacci.Feedback(partial_sequence=[0, 1])
        for i in range(1, goal.request.order):
            feedback.partial_sequence.append(feedback.partial_sequence[i] + feedback.partial_sequence[i - 1])
            goal.publish_feedback(feedback)
        goal.succeed()
        return Fibonacci.Result(sequence=feedback.partial_sequence)

    server = ActionServer(node, Fibonacci, "fibonacci", execute)  # noqa: F841
    serve(node)


def goals(before, count):
    from action_tutorials_interfaces.action import Fibonacci
    from rclpy.action import ActionClient
    node = rclpy.create_node("goals")
    client = ActionClient(node, Fibonacci, "fibonacci")
    client.wait_for_server()
    trips = []

    async def send():
        for _ in range(before + count):
            begun = time.monotonic()
            goal = await client.send_goal_async(Fibonacci.Goal(order=10), feedback_callback=lambda _: None)
            answer = await goal.get_result_async()
            trips.append(time.monotonic() - begun)
            assert answer.result.sequence[10] == 55

    run(node, send)
    say(p50_us=middle(trips[-count:]) * 1e6)


# ---- messages

def best(do, seconds=0.3):
    """The least of several measurements of `do`, in microseconds."""
    do()
    begun = time.perf_counter()
    do()
    often = max(1, int(0.02 / max(1e-7, time.perf_counter() - begun)))
    least, until = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < until:
        begun = time.perf_counter()
        for _ in range(often):
            do()
        least = min(least, (time.perf_counter() - begun) / often)
    return least * 1e6


def coding():
    import array
    from rclpy.serialization import deserialize_message, serialize_message
    from sensor_msgs.msg import Image, JointState
    from std_msgs.msg import String
    joints = JointState(name=[f"joint_{n}" for n in range(7)], position=[0.5] * 7, velocity=[0.25] * 7, effort=[1.5] * 7)
    image = Image(height=1080, width=1920, encoding="rgb8", step=5760, data=array.array("B", bytes(1920 * 1080 * 3)))
    figures = {}
    for name, message in (("string", String(data="x" * 56)), ("joints", joints), ("image", image)):
        data = serialize_message(message)
        figures[name + "_encode_us"] = best(lambda: serialize_message(message))
        figures[name + "_decode_us"] = best(lambda: deserialize_message(data, type(message)))
    block = bytearray(serialize_message(image))
    figures["copy_us"] = best(lambda: bytes(block))
    say(**figures)


# ---- the whole process

def start():
    node = rclpy.create_node("start")
    made = time.monotonic()
    rclpy.spin_once(node, timeout_sec=0.5)
    status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines() if ":" in line)
    say(start_ms=(made - IMPORTING) * 1e3, resident_kb=int(status["VmRSS"].split()[0]), threads=int(status["Threads"]))


# ---- asyncio's own work, with and without rclio

BATCHES = 15


async def least(count, work):
    """Microseconds for each of `count`: what else runs here makes a batch slower, never faster."""
    best = float("inf")
    for _ in range(BATCHES):
        begun = time.perf_counter()
        await work(count)
        best = min(best, time.perf_counter() - begun)
    return best / count * 1e6


async def chain_of_calls(count):
    loop = asyncio.get_running_loop()
    done, left = loop.create_future(), count

    def step():
        nonlocal left
        left -= 1
        if left:
            loop.call_soon(step)
        else:
            done.set_result(None)

    loop.call_soon(step)
    await done


async def sleeps(count):
    for _ in range(count):
        await asyncio.sleep(0)


async def asyncio_work():
    async def answer(reader, writer):
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    async def echoes(count):
        for _ in range(count):
            writer.write(b"x" * 64)
            await reader.readexactly(64)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    figures = {"call_soon_us": await least(10000, chain_of_calls), "sleep_0_us": await least(10000, sleeps), "tcp_echo_us": await least(1000, echoes)}
    writer.close()
    await writer.wait_closed()
    server.close()
    return figures


def asyncio_alone():
    say(**asyncio.run(asyncio_work()))


def asyncio_attached():
    node = rclpy.create_node("attached")
    node.create_timer(3600.0, lambda: None)
    say(**run(node, asyncio_work))


MEASURES = {measure.__name__: measure for measure in (echo, round_trip, count_messages, flood, timer, wake, adder, calls, fibonacci, goals, coding,
                                                      start, asyncio_alone, asyncio_attached)}

if __name__ == "__main__":
    rclpy.init()
    try:
        MEASURES[sys.argv[1]](*map(int, sys.argv[2:]))
    except (ExternalShutdownException, KeyboardInterrupt):
        pass
