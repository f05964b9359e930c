"""Signals: what spin raises for SIGINT (int) and SIGTERM (term), and with a handler of the program's own (own)."""
import os
import signal
import sys
import threading

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.signals import SignalHandlerOptions

number = signal.SIGINT if sys.argv[1] == "int" else signal.SIGTERM
seen = []
if sys.argv[1] == "own":
    signal.signal(number, lambda number, frame: (seen.append(number), rclpy.try_shutdown()))
    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
else:
    rclpy.init()
node = rclpy.create_node("signals")
if sys.argv[1] == "own":
    node.create_timer(0.05, lambda: None)
threading.Timer(0.5, lambda: os.kill(os.getpid(), number)).start()
try:
    rclpy.spin(node)
    print("returned")
except (KeyboardInterrupt, ExternalShutdownException) as error:
    print(type(error).__name__ if sys.argv[1] != "own" else "returned")
if sys.argv[1] != "int":
    print(rclpy.ok(), seen == [number])
rclpy.try_shutdown()
print(rclpy.ok())
