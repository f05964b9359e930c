"""Logging: levels, names, filters, what goes where, wrong uses."""
import os
os.environ["RCUTILS_LOGGING_USE_STDOUT"] = "0"
import rclpy  # noqa: E402
from rclpy import logging  # noqa: E402
from rclpy.logging import LoggingSeverity  # noqa: E402
from tell import tell, tell_type  # noqa: E402

rclpy.init()
node = rclpy.create_node("logs", namespace="/space")
logger = node.get_logger()
print(logger.name, [(one.name, int(one)) for one in LoggingSeverity])
tell("debug", lambda: logger.debug("debug of the node"))
tell("info", lambda: logger.info("info of the node"))
tell("warn", lambda: logger.warn("warn of the node"))
tell("warning", lambda: logger.warning("warning of the node"))
tell("error", lambda: logger.error("error of the node"))
tell("fatal", lambda: logger.fatal("fatal of the node"))
tell("log", lambda: logger.log("by severity", LoggingSeverity.WARN))
tell("by number", lambda: logger.log("by number", 40))
tell("level", lambda: (logger.get_effective_level(), logger.is_enabled_for(LoggingSeverity.DEBUG), logger.is_enabled_for(LoggingSeverity.INFO)))
logger.set_level(LoggingSeverity.DEBUG)
tell("debug", lambda: logger.debug("now to be seen"))
child = logger.get_child("child")
print(child.name)
tell("child", lambda: (child.get_effective_level(), child.debug("of the child")))
tell("no child", lambda: logger.get_child(""))
logger.set_level(LoggingSeverity.ERROR)
tell("hidden", lambda: (child.info("not to be seen"), child.is_enabled_for(LoggingSeverity.INFO)))
logger.set_level(LoggingSeverity.UNSET)
plain = logging.get_logger("plain")
tell("plain", lambda: plain.info("of a logger without a node"))
tell("no name", lambda: logging.get_logger(""))
tell("by name", lambda: (logging.get_logger_effective_level("plain"), logging.set_logger_level("plain", LoggingSeverity.WARN), logging.get_logger_level("plain"),
                         logging.get_logger_effective_level("plain.child"), plain.info("not to be seen")))
for number in range(3):
    logger.info(f"once {number}", once=True)
for number in range(3):
    logger.info(f"but first {number}", skip_first=True)
for number in range(3):
    logger.info(f"now and then {number}", throttle_duration_sec=100.0)
for number in range(3):
    logger.warn(f"both {number}", throttle_duration_sec=100.0, skip_first=True)
tell("no such filter", lambda: logger.info("x", often=True))
tell("filter without its parameter", lambda: logger.info("x", throttle_time_source_type=node.get_clock()))


def say(severity):
    logger.log("changed", severity)


tell("first", lambda: say(LoggingSeverity.INFO))
tell("then another severity", lambda: say(LoggingSeverity.WARN))
tell_type("not a text", lambda: logger.info(7))
tell("wrong severity", lambda: logger.log("x", 7))
tell("name of a severity", lambda: (logging.get_logging_severity_from_string("WARN"), logging.get_logging_severity_from_string("debug")))
tell("no severity", lambda: logging.get_logging_severity_from_string("loud"))
tell("lines", lambda: logger.info("two\nlines"))
tell("percent", lambda: logger.info("100 % %s %d"))
tell("brackets", lambda: logger.info("{name} {{}}"))
tell("folder", lambda: type(logging.get_logging_directory()).__name__)
logging.clear_config()
node.destroy_node()
rclpy.shutdown()
