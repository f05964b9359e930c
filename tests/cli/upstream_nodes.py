"""The network of the transcripts out of upstream's nodes: what graph_nodes.c makes of rclio's. Prints "ready"; ends with its input.

argv[1]: milliseconds between two numbers of a Fibonacci goal."""
import os
import sys
import threading

import rclpy
from action_tutorials_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from geometry_msgs.msg import PoseStamped
from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor, SingleThreadedExecutor
from rclpy.lifecycle import Node as LifecycleNode
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Header, Int32, Int32MultiArray, String, UInt8, UInt8MultiArray

STEP = int(sys.argv[1]) / 1000


def talker(node):
    publisher, count = node.create_publisher(String, "chatter", 10), [0]

    def hello():
        publisher.publish(String(data=f"Hello World: {10 + count[0] % 90:02}"))
        count[0] += 1
    node.create_timer(0.1, hello)


def scanner(node):
    scans, data = node.create_publisher(LaserScan, "scan", qos_profile_sensor_data), node.create_publisher(UInt8MultiArray, "bytes", 10)
    counts, count = node.create_publisher(Int32, "count", 10), [0]

    def scan():
        message = LaserScan(header=Header(frame_id="laser"), angle_min=-1.5, angle_max=1.5, range_max=10.0, ranges=[i * 0.25 for i in range(200)])
        message.header.stamp = node.get_clock().now().to_msg()
        scans.publish(message)
        data.publish(UInt8MultiArray(data=list(range(150))))
        counts.publish(Int32(data=count[0] % 100))
        count[0] += 1
    node.create_timer(0.1, scan)


def subber(node):
    for topic, kind in {"pubbed": String, "pub_int": Int32, "pub_u8": UInt8, "pose": PoseStamped, "hdr": Header, "arr": Int32MultiArray}.items():
        node.create_subscription(kind, topic, lambda message: None, 10)


def adder(node):
    def add(request, response):
        response.sum = request.a + request.b
        return response
    node.create_service(AddTwoInts, "add_two_ints", add)


def fibonacci(goal):
    sequence = [0, 1]
    for i in range(1, goal.request.order):
        if goal.is_cancel_requested:
            goal.canceled()
            return Fibonacci.Result(sequence=sequence)
        sequence.append((sequence[i] + sequence[i - 1]) % 1000000)
        goal.publish_feedback(Fibonacci.Feedback(partial_sequence=sequence))
        threading.Event().wait(STEP)
    goal.succeed()
    return Fibonacci.Result(sequence=sequence)


def fail(goal):
    goal.abort()
    return Fibonacci.Result(sequence=[7])


def action_server(node, name, execute, **options):
    ActionServer(node, Fibonacci, name, execute, callback_group=ReentrantCallbackGroup(), cancel_callback=lambda _: CancelResponse.ACCEPT, **options)


def refuser(node):
    declare = node.declare_parameter
    declare("speed", 1.5, ParameterDescriptor(description="top speed", additional_constraints="none", floating_point_range=[
        FloatingPointRange(from_value=0.0, to_value=10.0, step=0.5)]))
    declare("count", 4, ParameterDescriptor(description="a count", integer_range=[IntegerRange(from_value=0, to_value=10, step=2)]))
    declare("locked", "x", ParameterDescriptor(read_only=True))
    declare("any", 1, ParameterDescriptor(dynamic_typing=True))
    for name, value in {"flag": True, "names": ["a", "b"], "nums": [1, 2, 3], "vals": [1.0, 2.5], "bits": [True, False], "raw": [b"\x01", b"\xff"],
                        "group.inner.x": 1}.items():
        declare(name, value)
    declare("unset", Parameter.Type.STRING)
    action_server(node, "refused", fibonacci, goal_callback=lambda _: GoalResponse.REJECT)
    action_server(node, "aborts", fail)


def fill(node, work):
    work(node)
    return node


rclpy.init()
nodes = [fill(Node(name), work) for name, work in {
    "talker": talker, "listener": lambda node: node.create_subscription(String, "chatter", lambda message: None, 10), "scanner": scanner,
    "subber": subber, "add_two_ints_server": adder, "fibonacci_action_server": lambda node: action_server(node, "fibonacci", fibonacci),
    "refuser": refuser}.items()] + [LifecycleNode("lc_talker")]
for each in nodes:  # an executor of its own: upstream's look at all that their nodes have for each message
    executor = MultiThreadedExecutor(8) if each.get_name() in ("fibonacci_action_server", "refuser") else SingleThreadedExecutor()
    executor.add_node(each)
    threading.Thread(target=executor.spin, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
sys.stdout.flush()
os._exit(0)
