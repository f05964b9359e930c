"""A program's own callback groups: which of their methods are called around callbacks, in which order, and what refusals do."""
import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.callback_groups import CallbackGroup, MutuallyExclusiveCallbackGroup, ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor, SingleThreadedExecutor
from std_msgs.msg import String
from tell import spin_until, tell

rclpy.init()
node = rclpy.create_node("own_groups")
lines = []


def say(line):
    """The same line again and again is one: an executor asks as often as it likes."""
    if not lines or lines[-1] != line:
        lines.append(line)


def show(title):
    print(title)
    for line in lines:
        print("   ", line)
    lines.clear()


class Traced:
    may = True
    lets = True

    def add_entity(self, entity):
        say(f"add {type(entity).__name__}")
        super().add_entity(entity)

    def can_execute(self, entity):
        return self.may

    def beginning_execution(self, entity):
        say(f"begin {type(entity).__name__} {self.has_entity(entity)} {entity.callback_group is self}")
        return self.lets and super().beginning_execution(entity)

    def ending_execution(self, entity):
        say(f"end {type(entity).__name__}")
        return super().ending_execution(entity)


class Exclusive(Traced, MutuallyExclusiveCallbackGroup):
    pass


class Reentrant(Traced, ReentrantCallbackGroup):
    pass


class Own(CallbackGroup):
    """All of it is the program's."""
    inside = 0

    def can_execute(self, entity):
        return not self.inside

    def beginning_execution(self, entity):
        say("own begins")
        self.inside += 1
        return True

    def ending_execution(self, entity):
        self.inside -= 1
        say(f"own ends {self.inside}")


for executor_type in (SingleThreadedExecutor, lambda: MultiThreadedExecutor(2)):
    executor = executor_type()
    executor.add_node(node)
    for group_type in (Exclusive, Reentrant, Own):
        group = group_type()
        count = [0]

        def called(*arguments):
            say("called")
            count[0] += 1
            return arguments[-1] if arguments else None

        async def awaits(*arguments):
            say("called, and awaits")
            other = rclpy.task.Future()
            executor.create_task(lambda: other.set_result(0))
            await other
            say("goes on")
            count[0] += 1
            return arguments[-1] if arguments else None

        for callback in (called, awaits):
            guard = node.create_guard_condition(callback, group)
            count[0] = 0
            guard.trigger()
            spin_until(executor, lambda: count[0] and (lines[-1].startswith("end") or lines[-1].startswith("own ends")))
            node.destroy_guard_condition(guard)
            show(f"{group_type.__name__} guard {callback.__name__}")

            subscription = node.create_subscription(String, "own_groups", callback, 10, callback_group=group)
            publisher = node.create_publisher(String, "own_groups", 10)
            spin_until(executor, lambda: publisher.get_subscription_count() > 0 and node.count_publishers("own_groups") > 0)
            count[0] = 0
            publisher.publish(String(data="a"))
            spin_until(executor, lambda: count[0] and (lines[-1].startswith("end") or lines[-1].startswith("own ends")))
            node.destroy_subscription(subscription)
            node.destroy_publisher(publisher)
            show(f"{group_type.__name__} subscription {callback.__name__}")

            service = node.create_service(AddTwoInts, "own_add", callback, callback_group=group)
            client = node.create_client(AddTwoInts, "own_add", callback_group=ReentrantCallbackGroup())
            client.wait_for_service()
            count[0] = 0
            future = client.call_async(AddTwoInts.Request())
            spin_until(executor, lambda: future.done() and (lines[-1].startswith("end") or lines[-1].startswith("own ends")))
            node.destroy_service(service)
            node.destroy_client(client)
            show(f"{group_type.__name__} service {callback.__name__}")
    executor.shutdown()

executor = SingleThreadedExecutor()
executor.add_node(node)

print("refused by can_execute")
group = Exclusive()
group.may = False
guard = node.create_guard_condition(lambda: say("called"), group)
guard.trigger()
for _ in range(3):
    executor.spin_once(timeout_sec=0.02)
show("refused")
group.may = True
spin_until(executor, lambda: lines and lines[-1].startswith("end"))
show("let in")

print("refused by beginning_execution")
group.lets = False
guard.trigger()
for _ in range(5):
    executor.spin_once(timeout_sec=0.02)
show("refused")
group.lets = True
spin_until(executor, lambda: lines and lines[-1].startswith("end"))
show("let in")

print("order is kept")
got = []
group.may = False
subscription = node.create_subscription(String, "own_order", lambda message: got.append(message.data), 10, callback_group=group)
publisher = node.create_publisher(String, "own_order", 10)
spin_until(executor, lambda: publisher.get_subscription_count() > 0 and node.count_publishers("own_order") > 0)
for word in "abcde":
    publisher.publish(String(data=word))
other = node.create_guard_condition(lambda: say("other called"), ReentrantCallbackGroup())
other.trigger()
spin_until(executor, lambda: "other called" in lines)
print(got)
group.may = True
spin_until(executor, lambda: len(got) == 5)
print(got)
lines.clear()


class Failing(MutuallyExclusiveCallbackGroup):
    fails = None

    def can_execute(self, entity):
        if self.fails == "can":
            raise ValueError("no answer")
        return super().can_execute(entity)

    def beginning_execution(self, entity):
        if self.fails == "begin":
            raise ValueError("no beginning")
        return super().beginning_execution(entity)

    def ending_execution(self, entity):
        super().ending_execution(entity)
        if self.fails == "end":
            raise ValueError("no end")


for fails in ("can", "begin", "end"):
    group = Failing()
    own = rclpy.create_node("own_" + fails)
    executor = SingleThreadedExecutor()
    executor.add_node(own)
    guard = own.create_guard_condition(lambda: say("called"), group)
    guard.trigger()
    group.fails = fails

    def spin():
        for _ in range(10):
            executor.spin_once(timeout_sec=0.05)

    tell(f"{fails} fails", spin)
    show("then")
    group.fails = None
    executor.shutdown()
    own.destroy_node()

node.destroy_node()
rclpy.shutdown()
