"""An upstream node and /clock, until standard input ends.

    clock.py simulate    publishes time from 100 s on, 20 times as fast as real time; a line read is the time in seconds to go on from,
                         or "/node true" or "/node false": that node's parameter use_sim_time is set, and the answer printed
    clock.py follow      uses simulated time: prints what time it is once a second of it, and jumps back

Prints "ready" when its endpoint exists.
"""
import sys
import threading

import rclpy
from rclpy.clock import JumpThreshold
from rclpy.duration import Duration
from rclpy.parameter import Parameter
from rclpy.parameter_client import AsyncParameterClient
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.time import Time
from rosgraph_msgs.msg import Clock

role = sys.argv[1]
rclpy.init(args=['clock.py', '--ros-args', '-p', f'use_sim_time:={str(role == "follow").lower()}'])
node = rclpy.create_node('upstream_clock')
ended = threading.Event()
switches = []


def simulate():
    publisher = node.create_publisher(Clock, '/clock', QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT))
    times = [int(100e9)]

    def publish():
        times[0] += int(0.2e9)
        publisher.publish(Clock(clock=Time(nanoseconds=times[0]).to_msg()))

    def obey():
        for line in sys.stdin:
            if line.startswith('/'):
                switches.append(line.split())
            else:
                times[0] = int(float(line) * 1e9)
        ended.set()

    node.create_timer(0.01, publish)
    threading.Thread(target=obey, daemon=True).start()


def follow():
    clock = node.get_clock()
    node.create_timer(1.0, lambda: print(f'tick {clock.now().nanoseconds / 1e9:.1f}', flush=True))
    node.jumps = clock.create_jump_callback(
        JumpThreshold(min_forward=None, min_backward=Duration(nanoseconds=-1)),
        post_callback=lambda jump: print(f'back {jump.delta.nanoseconds / 1e9:.1f}', flush=True))
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()


def switch(name, value):
    client = AsyncParameterClient(node, name)
    assert client.wait_for_services(25), f'{name} has no parameters'
    future = client.set_parameters([Parameter('use_sim_time', value=value == 'true')])
    rclpy.spin_until_future_complete(node, future, timeout_sec=25)
    result = future.result().results[0]
    print(f'{name} {value}: {result.successful} {result.reason}', flush=True)


simulate() if role == 'simulate' else follow()
print('ready', flush=True)
while not ended.is_set():
    while switches:
        switch(*switches.pop(0))
    rclpy.spin_once(node, timeout_sec=0.1)
node.destroy_node()
rclpy.shutdown()
