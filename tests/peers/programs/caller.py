"""Clients and servers of add_two_ints, one after the other in one process, each with a context of its own; ../caller.c is the same with rclio.

    caller.py

Obeys the lines of standard input, and ends with them:

    call COUNT [SERVICE]  looks every 2 ms whether it is available, then calls, one call after the other
    stay COUNT            the same; its sockets stay open until the end
    serve                 answers; but one whose `a` is in HELD never returns: says "holding"
    stop                  ends the server

Prints what happened and when: "created <ns>", "available <ns>", "reply <ns>", "done <count>", "serving <begin ns>", "stopped".
"""
import sys
import threading
import time

import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from spinning import Spinning

PATIENCE = 25
LOOK_EVERY = 0.002
HELD = range(10, 1000)


def say(what, when=None):
    print(what, time.monotonic_ns() if when is None else when, flush=True)


class Own:
    """A node in a context, an executor and a thread of its own. (spin_until_future_complete() spins at full speed.)"""

    def __init__(self, name):
        self.begin = time.monotonic_ns()
        self.context = Context()
        rclpy.init(context=self.context)
        self.node = Node(name, context=self.context, start_parameter_services=False)
        self.spinning = Spinning(SingleThreadedExecutor(context=self.context), self.node)

    def finish(self, future, what):
        """Its result."""
        ended = threading.Event()
        future.add_done_callback(lambda _: ended.set())
        if not ended.wait(15):
            raise SystemExit(f'{what} got no answer')
        return future.result()

    def end(self):
        self.spinning.end()
        self.node.destroy_node()
        self.context.try_shutdown()


def call(count, service):
    own = Own('upstream_caller')
    client = own.node.create_client(AddTwoInts, service)
    say('created', own.begin)
    until = time.monotonic() + PATIENCE
    looked = threading.Event()
    while not client.service_is_ready():
        looked.wait(LOOK_EVERY)
        if time.monotonic() > until:
            raise SystemExit(f'{service} is not available')
    say('available')
    own.spinning.start()
    for i in range(count):
        request = AddTwoInts.Request(a=i, b=i * 3) if count == 1 else AddTwoInts.Request(a=-i, b=i * 5)
        answered = own.finish(client.call_async(request), f'call {i}').sum
        if answered != i * 4:
            raise SystemExit(f'call {i}: the sum is {answered}')
        if i == 0:
            say('reply')
    print('done', count, flush=True)
    return own


def answer(request, response):
    if request.a in HELD:  # of many at once upstream's reader keeps the last ten
        print('holding', flush=True)
        threading.Event().wait()
    response.sum = request.a + request.b
    return response


def serve():
    own = Own('upstream_server')
    own.node.create_service(AddTwoInts, 'add_two_ints', answer)
    own.spinning.start()
    say('serving', own.begin)
    return own


server, stayed = None, []
for line in sys.stdin:
    word, *rest = line.split()
    if word == 'call':
        call(int(rest[0]), rest[1] if len(rest) > 1 else 'add_two_ints').end()
    elif word == 'stay':
        stayed.append(call(int(rest[0]), 'add_two_ints'))
    elif word == 'serve':
        server = serve()
    elif word == 'stop':
        server.end()
        server = None
        print('stopped', flush=True)
for own in [*stayed, *[server] * bool(server)]:
    own.end()
