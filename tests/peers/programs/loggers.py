"""Logger levels over services with upstream's rclpy.

    loggers.py client   sets and gets levels of rclio's /use_logger_service and prints what was said as JSON
    loggers.py node     is a node with the services; prints its own level each time it has changed; ends with the end of standard input
"""
import json
import sys
import threading

import rclpy
from rcl_interfaces.msg import LoggerLevel
from rcl_interfaces.srv import GetLoggerLevels, SetLoggerLevels
from rclpy.node import Node

rclpy.init()


def client():
    node = Node('upstream_client')

    def call(kind, name, request):
        made = node.create_client(kind, f'/use_logger_service/{name}')
        assert made.wait_for_service(20)
        future = made.call_async(request)
        rclpy.spin_until_future_complete(node, future, timeout_sec=20)
        return future.result()

    levels = [LoggerLevel(name='use_logger_service', level=10), LoggerLevel(name='', level=40), LoggerLevel(name='x', level=25)]
    results = call(SetLoggerLevels, 'set_logger_levels', SetLoggerLevels.Request(levels=levels)).results
    told = call(GetLoggerLevels, 'get_logger_levels', GetLoggerLevels.Request(names=['use_logger_service', '', 'x', 'y'])).levels
    print(json.dumps({'set': [[r.successful, r.reason] for r in results], 'get': [[t.name, t.level] for t in told]}), flush=True)


def node():
    made = Node('loud', enable_logger_service=True)
    last = [made.get_logger().get_effective_level()]

    def look():
        level = made.get_logger().get_effective_level()
        if level != last[0]:
            print('level', int(level), flush=True)
        last[0] = level

    made.create_timer(0.05, look)
    print('ready', flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), rclpy.try_shutdown()), daemon=True).start()
    try:
        rclpy.spin(made)
    except rclpy.executors.ExternalShutdownException:
        pass


{'client': client, 'node': node}[sys.argv[1]]()
