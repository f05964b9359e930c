"""Nodes, publishers, executors and groups of one's own: what programs subclass and override."""
import rclpy
from rclpy.callback_groups import CallbackGroup, ReentrantCallbackGroup
from rclpy.clock import Clock
from rclpy.executors import Executor, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.task import Future
from rclpy.waitable import NumberOfEntities, Waitable
from std_msgs.msg import String
from tell import spin_until, tell


class Counting(Publisher):
    count = 0

    def publish(self, message):
        self.count += 1
        return super().publish(message)


class Mine(Node):
    def __init__(self, **arguments):
        super().__init__("mine", **arguments)
        self.counting = self.create_publisher(String, "words", 10, publisher_class=Counting)
        self.heard = []
        self.create_subscription(String, "words", self.on_words, 10)
        self.timer = self.create_timer(0.02, self.on_timer)

    def on_words(self, message):
        self.heard.append(message.data)

    def on_timer(self):
        self.counting.publish(String(data=f"word {self.counting.count}"))

    def destroy_node(self):
        print("destroyed")
        return super().destroy_node()


class Logged(SingleThreadedExecutor):
    def add_node(self, node):
        print("added", node.get_name())
        return super().add_node(node)


rclpy.init()
node = Mine(namespace="space")
executor = Logged()
executor.add_node(node)
spin_until(executor, lambda: len(node.heard) >= 3)
print([int(word.split()[1]) + 1 for word in node.heard[:3]] == sorted(int(word.split()[1]) + 1 for word in node.heard[:3]), type(node.counting).__name__)
print(isinstance(executor, Executor), isinstance(ReentrantCallbackGroup(), CallbackGroup), issubclass(Logged, Executor))
tell("a property of one's own", lambda: (setattr(node, "mine", 1), node.mine))
tell("number of entities", lambda: NumberOfEntities(num_timers=2))
tell("sum", lambda: NumberOfEntities(num_timers=2) + NumberOfEntities(num_timers=1, num_events=1))
tell("waitable", lambda: Waitable(ReentrantCallbackGroup()).callback_group.__class__.__name__)
tell("clock", lambda: isinstance(node.get_clock(), Clock))
tell("future", lambda: isinstance(executor.create_task(lambda: 1), Future))
node.destroy_node()
rclpy.shutdown()
