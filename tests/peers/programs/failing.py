"""Upstream's clients of what fails in ../failing.c, and of its statistics.

    failing.py call         a call that fails, then one that does not: says "answered <sum>" when that is answered and the first is not
    failing.py goal ORDER   says the name of the status of the goal's end
    failing.py statistics   publishes on `numbers`; says "<source> <metric> <unit> <kinds of statistics>" for each metric it sees
                            with samples, then "all"
"""
import sys

import rclpy
from action_msgs.msg import GoalStatus
from action_tutorials_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rclpy.action import ActionClient
from std_msgs.msg import String

DEADLINE = 25
NAMES = {GoalStatus.STATUS_SUCCEEDED: 'SUCCEEDED', GoalStatus.STATUS_ABORTED: 'ABORTED'}


def finished(future):
    rclpy.spin_until_future_complete(node, future, timeout_sec=DEADLINE)
    if not future.done():
        raise SystemExit('no answer')
    return future.result()


def call():
    client = node.create_client(AddTwoInts, 'add_two_ints')
    if not client.wait_for_service(timeout_sec=DEADLINE):
        raise SystemExit('no server')
    failing = client.call_async(AddTwoInts.Request(a=-1, b=2))
    print('answered', finished(client.call_async(AddTwoInts.Request(a=40, b=2))).sum, failing.done())


def goal(order):
    client = ActionClient(node, Fibonacci, 'fibonacci')
    if not client.wait_for_server(timeout_sec=DEADLINE):
        raise SystemExit('no server')
    handle = finished(client.send_goal_async(Fibonacci.Goal(order=order)))
    print(NAMES[finished(handle.get_result_async()).status])


def statistics():
    from statistics_msgs.msg import MetricsMessage
    seen = set()
    ended = rclpy.task.Future()

    def see(message):
        count = [point.data for point in message.statistics if point.data_type == 5]
        if message.metrics_source not in seen and (not count or count[0] > 1):
            kinds = ','.join(str(point.data_type) for point in message.statistics)
            print(message.measurement_source_name, message.metrics_source, message.unit, kinds, flush=True)
            seen.add(message.metrics_source)
        if {'message_age', 'message_period', 'callback_time', 'messages_received', 'queue_depth'} <= seen:
            ended.set_result(None)

    node.create_subscription(MetricsMessage, '/statistics', see, 10)
    publisher = node.create_publisher(String, 'numbers', 10)
    node.create_timer(0.01, lambda: publisher.publish(String(data='one')))
    finished(ended)
    print('all')


rclpy.init()
node = rclpy.create_node('upstream_client')
{'call': call, 'statistics': statistics}.get(sys.argv[1], lambda: goal(int(sys.argv[2])))()
node.destroy_node()
rclpy.shutdown()
