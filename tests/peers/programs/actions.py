"""The Fibonacci action as the tutorial has it, at any speed, with upstream's rclpy; ../actions.c is the same with rclio.

    actions.py serve PERIOD_MS      feedback after each period; refuses an order above 100; cancels; ends with standard input
    actions.py together PERIOD_MS   the same, but each goal begins when another one is there too: two at a time, or they are aborted
    actions.py FORM ORDER ...       clients, one after the other; "end" follows what each says
    actions.py many COUNT           that many goals, eight at once: of more than ten answers this client itself loses some (KEEP_LAST 10)

The forms: goal, result, feedback and cancel say what ../actions.c says.
"""
import sys
import threading

import rclpy
from action_tutorials_interfaces.action import Fibonacci
from action_msgs.msg import GoalStatus
from rclpy.action import ActionClient, ActionServer, CancelResponse, GoalResponse
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor
from spinning import Spinning

DEADLINE = 25
NAMES = {GoalStatus.STATUS_SUCCEEDED: 'SUCCEEDED', GoalStatus.STATUS_CANCELED: 'CANCELED', GoalStatus.STATUS_ABORTED: 'ABORTED'}


def say(label, sequence=()):
    print(' '.join([label, *map(str, sequence)]), flush=True)


def fibonacci(order):
    sequence = [0, 1]
    while len(sequence) <= order:
        sequence.append((sequence[-2] + sequence[-1] + 2**31) % 2**32 - 2**31)
    return sequence


class Server:
    def __init__(self, node, period, together):
        self.period = period
        self.pair = threading.Barrier(2) if together else None
        self.never = threading.Event()
        self.server = ActionServer(node, Fibonacci, 'fibonacci', self.execute, callback_group=ReentrantCallbackGroup(),
                                   goal_callback=lambda goal: GoalResponse.REJECT if goal.order > 100 else GoalResponse.ACCEPT,
                                   cancel_callback=lambda goal: CancelResponse.ACCEPT)

    def has_company(self):
        try:
            return self.pair is None or self.pair.wait(DEADLINE) >= 0
        except threading.BrokenBarrierError:
            print('no other goal was executed at the same time', file=sys.stderr, flush=True)
            return False

    def execute(self, goal):
        whole = fibonacci(goal.request.order)
        if not self.has_company():
            goal.abort()
            return Fibonacci.Result()
        for length in range(3, len(whole) + 1):
            goal.publish_feedback(Fibonacci.Feedback(partial_sequence=whole[:length]))
            self.never.wait(self.period)
            if goal.is_cancel_requested:
                goal.canceled()
                return Fibonacci.Result(sequence=whole[:length])
        goal.succeed()
        return Fibonacci.Result(sequence=whole)


class Client:
    def __init__(self, node, form):
        self.node, self.form = node, form
        self.client = ActionClient(node, Fibonacci, 'fibonacci')
        self.feedbacks, self.handle, self.cancelled = 0, None, None
        if not self.client.wait_for_server(timeout_sec=DEADLINE):
            raise SystemExit('no server')

    def hear(self, message):
        if self.form in ('feedback', 'cancel'):
            say('feedback', message.feedback.partial_sequence)
        self.feedbacks += 1
        if self.form == 'cancel' and self.feedbacks >= 2 and self.handle and not self.cancelled:
            self.cancelled = self.handle.cancel_goal_async()

    def finished(self, future):
        rclpy.spin_until_future_complete(self.node, future, timeout_sec=DEADLINE)
        if not future.done():
            raise SystemExit(f'{self.form}: no answer')
        return future.result()

    def run(self, order):
        self.handle = self.finished(self.client.send_goal_async(Fibonacci.Goal(order=order), feedback_callback=self.hear))
        say('accepted' if self.handle.accepted else 'rejected')
        if self.handle.accepted and self.form != 'goal':
            end = self.finished(self.handle.get_result_async())
            say(NAMES[end.status], end.result.sequence)

    def many(self, count):
        for _ in range(0, count, 8):
            self.eight()
        say(f'done {count}')

    def eight(self):
        orders = [2 + i for i in range(8)]
        sent = [self.client.send_goal_async(Fibonacci.Goal(order=order)) for order in orders]
        ends = [self.finished(future).get_result_async() for future in sent]
        for order, future in zip(orders, ends):
            end = self.finished(future)
            if NAMES.get(end.status) != 'SUCCEEDED' or list(end.result.sequence) != fibonacci(order):
                raise SystemExit(f'order {order}: {end}')


def serve(node, period, together=False):
    server = Server(node, period, together)
    spinning = Spinning(MultiThreadedExecutor(4), node).start()
    say('ready')
    sys.stdin.read()
    spinning.end()
    server.server.destroy()


rclpy.init()
node = rclpy.create_node('upstream_actions', start_parameter_services=False)
if sys.argv[1] in ('serve', 'together'):
    serve(node, int(sys.argv[2]) / 1000, sys.argv[1] == 'together')
elif sys.argv[1] == 'many':
    Client(node, 'many').many(int(sys.argv[2]))
else:
    for form, order in zip(sys.argv[1::2], sys.argv[2::2]):
        client = Client(node, form)
        client.run(int(order))
        client.client.destroy()
        say('end')
node.destroy_node()
rclpy.shutdown()
