"""Guard conditions: triggered here, by another thread, many times, after their end."""
import threading

import rclpy
from tell import spin_until, tell

rclpy.init()
node = rclpy.create_node("guards")
triggered = []
guard = node.create_guard_condition(lambda: triggered.append(1))
tell("guards", lambda: len(list(node.guards)))
rclpy.spin_once(node, timeout_sec=0.05)
print(len(triggered))
guard.trigger()
spin_until(node, lambda: triggered)
print(len(triggered))
for _ in range(5):
    guard.trigger()
spin_until(node, lambda: len(triggered) > 1)
print(len(triggered))
thread = threading.Thread(target=guard.trigger)
thread.start()
spin_until(node, lambda: len(triggered) > 2)
thread.join()


async def later():
    triggered.append("async")

other = node.create_guard_condition(later)
other.trigger()
spin_until(node, lambda: triggered[-1] == "async")
print(triggered[-1])
tell("destroyed", lambda: (node.destroy_guard_condition(guard), node.destroy_guard_condition(guard)))
tell("used after", guard.trigger)
tell("guards", lambda: len(list(node.guards)))
node.destroy_node()
rclpy.shutdown()
