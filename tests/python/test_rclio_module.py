"""Module rclio: nodes of asyncio programs."""
import signal

import pytest

from programs import command, lines_of

HEAD = """
import asyncio, os, signal, sys, threading
from asyncio import sleep as pause
import rclio
from std_msgs.msg import String
from example_interfaces.srv import AddTwoInts
from example_interfaces.action import Fibonacci
"""


@pytest.fixture
def program(start):
    return lambda text, **environment: start(*command(text, HEAD), **environment)


SERVER = """
from rclpy.action import ActionServer, CancelResponse, GoalResponse
async def execute(goal):
    if goal.request.order < 0:
        goal.abort()
        return Fibonacci.Result(sequence=[-1])
    feedback = Fibonacci.Feedback(sequence=[0])
    for number in range(goal.request.order):
        if goal.is_cancel_requested:
            goal.canceled()
            print('server cancelled')
            return Fibonacci.Result(sequence=[7])
        feedback.sequence.append(number)
        goal.publish_feedback(feedback)
        await pause(0.001)
    goal.succeed()
    return Fibonacci.Result(sequence=feedback.sequence)
def serve(node):
    node.server = ActionServer(node, Fibonacci, 'fibonacci', execute, cancel_callback=lambda goal: CancelResponse.ACCEPT,
                               goal_callback=lambda goal: GoalResponse.ACCEPT if goal.order < 1000 else GoalResponse.REJECT)
"""


def test_messages_are_read_with_async_for(program):
    assert lines_of(program("""
async def main():
    async with rclio.Node('talker') as talker, rclio.Node('listener') as listener:
        publisher = talker.publisher(String, 'chatter')
        async with listener.subscription(String, 'chatter') as messages:
            await publisher.matched()
            for number in range(3):
                publisher.publish(String(data=str(number)))
            async for message in messages:
                print(message.data)
                if message.data == '2':
                    break
            print(messages.topic_name, messages.get_publisher_count(), len(messages), messages.closed)
        print(messages.closed)
asyncio.run(main())
import rclpy
print(rclpy.ok())
""")) == ["0", "1", "2", "/chatter 1 0 False", "True", "False"]


def test_a_reader_that_is_late_finds_the_newest_and_several_readers_share(program):
    assert lines_of(program("""
async def main():
    async with rclio.Node('node') as node:
        publisher, messages = node.publisher(String, 'chatter'), node.subscription(String, 'chatter', 3)
        await publisher.matched()
        for number in range(9):
            publisher.publish(String(data=str(number)))
            await pause(0)
        while len(messages) < 3 or messages._items[-1].data != '8':
            await pause(0)
        print([(await messages.get()).data for _ in range(3)])
        readers = [asyncio.ensure_future(messages.get()) for _ in range(3)]
        await pause(0)
        readers[0].cancel()
        publisher.publish(String(data='a'))
        publisher.publish(String(data='b'))
        done = await asyncio.gather(*readers, return_exceptions=True)
        print(type(done[0]).__name__, sorted(message.data for message in done[1:]))
        raw = node.subscription(String, 'chatter', raw=True)
        await publisher.matched(2)
        publisher.publish(String(data='r'))
        print(await raw.get())
asyncio.run(main(), debug=True)
""")) == ["['6', '7', '8']", "CancelledError ['a', 'b']", repr(b"\0\1\0\0\2\0\0\0r\0")]


def test_calls_are_awaited_and_cancelling_forgets_them(program):
    assert lines_of(program("""
async def main():
    async with rclio.Node('node') as node:
        async def add(request, response):
            if request.a < 0:
                await asyncio.Event().wait()
            response.sum = request.a + request.b
            return response
        client = node.client(AddTwoInts, 'add')
        try:
            await client.ready(0.01)
        except asyncio.TimeoutError:
            print('nobody there')
        waiting = asyncio.ensure_future(client.call(AddTwoInts.Request(a=1, b=2)))
        await pause(0)
        from rclpy.callback_groups import ReentrantCallbackGroup
        service = node.create_service(AddTwoInts, 'add', add, callback_group=ReentrantCallbackGroup())
        await client.ready()
        print((await waiting).sum)
        calls = [client(AddTwoInts.Request(a=number, b=number)) for number in range(5)]
        print([response.sum for response in await asyncio.gather(*calls)])
        try:
            await client.call(AddTwoInts.Request(a=-1), timeout=0.01)
        except asyncio.TimeoutError:
            print('no answer')
        forever = asyncio.ensure_future(client.call(AddTwoInts.Request(a=-1)))
        await pause(0.01)
        forever.cancel()
        print(type((await asyncio.gather(forever, return_exceptions=True))[0]).__name__)
        last = asyncio.ensure_future(client.call(AddTwoInts.Request(a=-1)))
        await pause(0.01)
        client.close()
        try:
            await last
        except rclio.Closed as error:
            print(error)
asyncio.run(main())
""")) == ["nobody there", "3", "[0, 2, 4, 6, 8]", "no answer", "CancelledError", "the client of 'add' is closed"]


def test_a_goal_is_sent_its_feedback_read_and_its_result_awaited(program):
    assert lines_of(program(SERVER + """
async def main():
    async with rclio.Node('node') as node:
        serve(node)
        action = node.action(Fibonacci, 'fibonacci')
        await action.ready()
        goal = await action.send(Fibonacci.Goal(order=3))
        async for feedback in goal:
            print(list(feedback.sequence))
        print(list((await goal).sequence), goal.done, goal.status)
        print(list((await action(Fibonacci.Goal(order=2), timeout=5)).sequence))
        for order in (-1, 1000):
            try:
                await action(Fibonacci.Goal(order=order))
            except rclio.GoalAborted as error:
                print(error, list(error.result.sequence))
            except rclio.GoalRejected as error:
                print(error)
asyncio.run(main())
""")) == ["[0, 0]", "[0, 0, 1]", "[0, 0, 1, 2]", "[0, 0, 1, 2] True 4", "[0, 0, 1]",
          "the client of action 'fibonacci': the goal was aborted [-1]", "the client of action 'fibonacci': the goal was rejected"]


@pytest.mark.parametrize("how", ["async for feedback in goal: pass", "await goal", "await goal.result()",
                                 "\n            async with goal:\n                await asyncio.Event().wait()"])
def test_cancelling_who_waits_for_a_goal_cancels_it(program, how):
    lines = lines_of(program(SERVER + f"""
async def main():
    async with rclio.Node('node') as node:
        serve(node)
        action = node.action(Fibonacci, 'fibonacci')
        goal = await action.send(Fibonacci.Goal(order=900))
        async def wait():
            {how}
        task = asyncio.ensure_future(wait())
        await pause(0.02)
        task.cancel()
        print(type((await asyncio.gather(task, return_exceptions=True))[0]).__name__)
        while goal.status != 5:
            await pause(0.001)
        print('client knows')
asyncio.run(main())
"""))
    assert sorted(lines[:2]) == ["CancelledError", "server cancelled"]  # who is told first is open
    assert lines[2:] == ["client knows"]


def test_a_goal_may_be_cancelled_and_its_result_tells(program):
    lines = lines_of(program(SERVER + """
async def main():
    async with rclio.Node('node') as node:
        serve(node)
        goal = await node.action(Fibonacci, 'fibonacci').send(Fibonacci.Goal(order=900))
        print(await goal.cancel())
        try:
            await goal
        except rclio.GoalCanceled as error:
            print(error, list(error.result.sequence))
asyncio.run(main())
"""))
    assert sorted(lines[:2]) == ["True", "server cancelled"]  # who is told first is open
    assert lines[2:] == ["the client of action 'fibonacci': the goal was cancelled [7]"]


def test_timers_tick_and_nodes_sleep(program):
    assert lines_of(program("""
async def main():
    async with rclio.Node('node') as node:
        async for tick in node.timer(0.01):
            print(tick)
            if tick == 2:
                break
        await node.sleep(0.01)  # WAITS: it is what is tested
        print(node.get_name(), node.get_parameter('use_sim_time').value)
asyncio.run(main())
""")) == ["0", "1", "2", "node False"]


def test_leaving_the_node_ends_its_streams(program):
    assert lines_of(program("""
async def read(messages):
    async for message in messages:
        pass
    print('ended')
async def main():
    async with rclio.Node('node') as node:
        task = asyncio.ensure_future(read(node.subscription(String, 'chatter')))
        await pause(0)
    await task
    await node.close()
    async with rclio.Node('again') as node:
        print(node.get_name())
asyncio.run(main())
""")) == ["ended", "again"]


def test_shutting_the_context_down_ends_streams(program):
    assert lines_of(program("""
import rclpy
async def main():
    async with rclio.Node('node') as node:
        threading.Timer(0.01, rclpy.shutdown).start()
        async for message in node.subscription(String, 'chatter'):
            pass
        print('ended', rclpy.ok())
asyncio.run(main())
""")) == ["ended False"]


def test_ctrl_c_cancels_the_main_task_and_all_is_cleaned_up(program):
    process = program("""
async def main():
    async with rclio.Node('node') as node:
        try:
            print('reads')
            async for message in node.subscription(String, 'chatter'):
                pass
        finally:
            print('cleaned up')
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print('interrupted')
""")
    process.wait_for("reads")
    process.child.send_signal(signal.SIGINT)
    assert lines_of(process) == ["reads", "cleaned up", "interrupted"]


def test_it_works_in_uvloop_and_beside_a_spinning_thread(program):
    pytest.importorskip("uvloop")
    assert lines_of(program("""
import rclpy, uvloop
rclpy.init()
other = rclpy.create_node('other')
def add(request, response):
    response.sum = request.a + request.b
    return response
other.create_service(AddTwoInts, 'add', add)
thread = threading.Thread(target=rclpy.spin, args=(other,))
thread.start()
async def main():
    async with rclio.Node('node') as node:
        client = node.client(AddTwoInts, 'add')
        for number in range(20):
            response = await client.call(AddTwoInts.Request(a=number, b=1), timeout=5)
        print(response.sum)
uvloop.run(main())
print(rclpy.ok())
rclpy.shutdown()
thread.join()
""")) == ["20", "True"]
