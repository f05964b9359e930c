"""Contexts: init, shutdown, their callbacks, several at once, twice, domains, too early and too late."""
import gc

import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions
from rclpy.utilities import get_default_context, get_rmw_implementation_identifier, ok, remove_ros_args, shutdown, timeout_sec_to_nsec, try_shutdown
from tell import tell

tell("before", lambda: (rclpy.ok(), rclpy.get_default_context().ok()))
tell("node before", lambda: rclpy.create_node("early"))
tell("shutdown before", lambda: rclpy.shutdown())
tell("try before", lambda: rclpy.try_shutdown())
rclpy.init(args=["program", "own", "--ros-args", "-r", "a:=b", "--", "rest"])
tell("ok", lambda: (rclpy.ok(), ok(), get_default_context() is rclpy.get_default_context()))
tell("twice", lambda: rclpy.init())
tell("own arguments", lambda: remove_ros_args(["program", "own", "--ros-args", "-r", "a:=b", "--", "rest"]))
tell("bad arguments", lambda: remove_ros_args(["program", "--ros-args", "-r", "x"]))
tell("unknown arguments", lambda: remove_ros_args(["program", "--ros-args", "--nope", "-r", "a:=b", "more"]))
tell("old arguments", lambda: remove_ros_args(["a:=b", "node:__ns:=/c", "a:=b c", "rostopic:///a:=b", "rest"]))
tell("bad init", lambda: rclpy.init(args=["--ros-args", "-p", "a"], context=Context()))
tell("unknown", lambda: rclpy.init(args=["--ros-args", "--unknown"], context=Context()))
ended = []
rclpy.get_default_context().on_shutdown(lambda: ended.append("first"))


class Thing:
    def end(self):
        ended.append("method")


thing = Thing()
rclpy.get_default_context().on_shutdown(thing.end)
counted = []
rclpy.get_default_context().on_shutdown(counted.clear)
counted.append("cleared by a method of C's")
tell("no callback", lambda: rclpy.get_default_context().on_shutdown(7))
node = rclpy.create_node("node")
rclpy.shutdown()
print(sorted(ended), counted, rclpy.ok())
rclpy.try_shutdown()
print(len(ended))
tell("node after", lambda: rclpy.create_node("late"))
tell("on shutdown after", lambda: rclpy.get_default_context().on_shutdown(lambda: ended.append("late")))
tell("publisher after", lambda: type(node.get_name()).__name__)
node.destroy_node()
rclpy.init()
tell("again", lambda: rclpy.ok())
rclpy.shutdown()
one, two = Context(), Context()
rclpy.init(context=one, domain_id=3)
with two:
    print(two.ok(), one.ok(), rclpy.ok())
print(two.ok())
tell("domain", lambda: one.get_domain_id())
tell("bad domain", lambda: rclpy.init(context=Context(), domain_id=-1))
first = rclpy.create_node("same", context=one)
tell("context", lambda: first.context is one)
tell("executor of another", lambda: SingleThreadedExecutor(context=one).add_node(first))
rclpy.shutdown(context=one)
tell("options", lambda: [(name, int(one)) for name, one in sorted(SignalHandlerOptions.__members__.items())])
tell("nanoseconds", lambda: [timeout_sec_to_nsec(one) for one in (None, 0, 1, 0.5, -1)])
tell("in a name", lambda: bool(get_rmw_implementation_identifier()))
try_shutdown()
tell("shut down twice", lambda: (shutdown(), shutdown()))
gc.collect()
