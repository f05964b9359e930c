"""Timers: what they show, cancelling and resetting, in what order they fire, one that is not started, wrong uses."""
import rclpy
from rclpy.clock import Clock, ClockType
from rclpy.executors import SingleThreadedExecutor
from tell import spin_until, tell

rclpy.init()
node = rclpy.create_node("timers")
fired = []
timer = node.create_timer(0.05, lambda: fired.append("a"))
print(timer.timer_period_ns, timer.is_canceled(), timer.callback(), type(timer.clock).__name__, type(timer.callback_group).__name__)
tell("ready", lambda: timer.is_ready())
tell("until next", lambda: 0 < timer.time_until_next_call() <= 50_000_000)
tell("since last", lambda: 0 <= timer.time_since_last_call() <= 50_000_000)
fired.clear()
spin_until(node, lambda: len(fired) == 3)
print(fired)
timer.cancel()
tell("cancelled", lambda: (timer.is_canceled(), timer.time_until_next_call(), timer.is_ready()))
rclpy.spin_once(node, timeout_sec=0.2)
print(len(fired))
timer.reset()
tell("reset", lambda: timer.is_canceled())
spin_until(node, lambda: len(fired) == 4)
timer.timer_period_ns = 10_000_000
print(timer.timer_period_ns)
timer.cancel()

order = []
slow = node.create_timer(0.3, lambda: order.append("slow"))
quick = node.create_timer(0.1, lambda: order.append("quick"))
spin_until(node, lambda: "slow" in order)
print(order[:2], order.count("slow"))
slow.cancel()
quick.cancel()

sleeper = node.create_timer(0.01, lambda: order.append("started"), autostart=False)
print(sleeper.is_canceled())
rclpy.spin_once(node, timeout_sec=0.1)
print("started" in order)
sleeper.reset()
spin_until(node, lambda: "started" in order)
print("started" in order)
sleeper.cancel()

once = node.create_timer(0.01, lambda: (order.append("once"), once.cancel()))
spin_until(node, lambda: "once" in order)
rclpy.spin_once(node, timeout_sec=0.1)
print(order.count("once"), once.is_canceled())

order.clear()
steady = node.create_timer(0.01, lambda: order.append("steady"), clock=Clock(clock_type=ClockType.STEADY_TIME))
spin_until(node, lambda: order)
print(order[0], steady.clock.clock_type)
steady.cancel()


async def later():
    order.append("async")

task = node.create_timer(0.01, later)
spin_until(node, lambda: "async" in order)
task.cancel()
with_information = []
informed = node.create_timer(0.01, lambda information=None: with_information.append(information))
spin_until(node, lambda: with_information)
print(len(with_information) > 0)
informed.cancel()
tell("timers", lambda: len(list(node.timers)))
tell("destroyed", lambda: (node.destroy_timer(timer), node.destroy_timer(timer)))
tell("used after", lambda: timer.is_canceled())
tell("negative", lambda: node.create_timer(-1.0, print))
tell("no number", lambda: node.create_timer("1", print))
tell("no callback", lambda: node.create_timer(3600.0, None) is not None)
tell("zero", lambda: node.create_timer(0.0, print).timer_period_ns)
node.destroy_node()
rclpy.shutdown()
