"""The logger service: levels are read and set from outside."""
import rclpy
from rcl_interfaces.msg import LoggerLevel
from rcl_interfaces.srv import GetLoggerLevels, SetLoggerLevels
from rclpy.executors import SingleThreadedExecutor
from tell import tell

rclpy.init()
node = rclpy.create_node("logged", enable_logger_service=True)
asker = rclpy.create_node("asker")
executor = SingleThreadedExecutor()
executor.add_node(node)
executor.add_node(asker)
get = asker.create_client(GetLoggerLevels, "/logged/get_logger_levels")
change = asker.create_client(SetLoggerLevels, "/logged/set_logger_levels")
tell("there", lambda: (get.wait_for_service(10), change.wait_for_service(10)))


def ask(client, request):
    future = client.call_async(request)
    executor.spin_until_future_complete(future, timeout_sec=10)
    return future.result()


tell("levels", lambda: ask(get, GetLoggerLevels.Request(names=["logged", "other"])))
tell("set", lambda: ask(change, SetLoggerLevels.Request(levels=[LoggerLevel(name="logged", level=40), LoggerLevel(name="other", level=10)])))
tell("levels", lambda: ask(get, GetLoggerLevels.Request(names=["logged", "other"])))
node.get_logger().warn("not to be seen")
node.get_logger().error("to be seen")
tell("wrong", lambda: ask(change, SetLoggerLevels.Request(levels=[LoggerLevel(name="logged", level=7)])))
tell("nothing", lambda: ask(get, GetLoggerLevels.Request()))
tell("without it", lambda: [name for name, _ in asker.get_service_names_and_types_by_node("asker", "/") if "logger" in name])
rclpy.shutdown()
