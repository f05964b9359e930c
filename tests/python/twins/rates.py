"""Rates: sleeping in step with a clock beside a spinning executor, destroyed, after the end."""
import threading
import time

import rclpy
from rclpy.executors import SingleThreadedExecutor
from tell import tell

rclpy.init()
node = rclpy.create_node("rates")
executor = SingleThreadedExecutor()
executor.add_node(node)
thread = threading.Thread(target=executor.spin, daemon=True)
thread.start()
rate = node.create_rate(20.0)
nap = rate.sleep
before = time.monotonic()
for _ in range(6):
    nap()
print(0.2 < time.monotonic() - before < 1.5)
tell("destroyed", lambda: (node.destroy_rate(rate), node.destroy_rate(rate)))
tell("slept after", nap)
tell("no frequency", lambda: node.create_rate(0))
tell("negative", lambda: node.create_rate(-1.0))
tell("no number", lambda: node.create_rate("10"))
rest = node.create_rate(0.01).sleep
woken = []


def wait():
    try:
        woken.append(rest())
    except Exception as error:
        woken.append(f"{type(error).__name__}: {error}")


sleeper = threading.Thread(target=wait)
sleeper.start()
sleeper.join(0.1)
rclpy.shutdown()
sleeper.join()
print(woken)
thread.join()
