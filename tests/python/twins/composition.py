"""Nodes that come to executors and leave them while these spin in a thread, and nodes that destroy themselves in their own callbacks."""
import threading

import rclpy
from rclpy.executors import MultiThreadedExecutor, SingleThreadedExecutor
from std_msgs.msg import Int32

rclpy.init()


def pair(executor, number):
    heard = threading.Event()
    talker = rclpy.create_node(f"talker_{number}")
    listener = rclpy.create_node(f"listener_{number}")
    publisher = talker.create_publisher(Int32, "numbers", 10)
    listener.create_subscription(Int32, "numbers", lambda message: heard.set(), 10)
    talker.create_timer(0.02, lambda: publisher.publish(Int32(data=number)))
    print(executor.add_node(talker), executor.add_node(listener), executor.add_node(talker))
    print(heard.wait(20), len(executor.get_nodes()), talker.executor is executor)
    for node in (talker, listener, listener):
        executor.remove_node(node)
    print(len(executor.get_nodes()))
    talker.destroy_node()
    listener.destroy_node()


def lives_once(executor):
    gone, others = threading.Event(), threading.Event()
    victim = rclpy.create_node("victim")

    def end():
        victim.destroy_node()
        gone.set()

    victim.create_timer(0.02, end)
    executor.add_node(victim)
    print(gone.wait(20))
    base.create_timer(0.02, others.set)
    print(others.wait(20))


for executor in (SingleThreadedExecutor(), MultiThreadedExecutor(3)):
    base = rclpy.create_node("base")
    executor.add_node(base)
    thread = threading.Thread(target=executor.spin, daemon=True)
    thread.start()
    for number in range(3):
        pair(executor, number)
    lives_once(executor)
    print(executor.shutdown())
    thread.join(20)
    print(thread.is_alive(), len(executor.get_nodes()))
    base.destroy_node()
rclpy.shutdown()
