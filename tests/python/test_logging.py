"""Logging in Python: lines and where they come from, levels, filters, /rosout, files."""
import re
import sys
from pathlib import Path

import pytest

HEAD = """
import os, sys
import rclpy
import rclpy.logging
from rclpy.clock import Clock, ROSClock
from rclpy.clock_type import ClockType
from rclpy.impl.logging_severity import LoggingSeverity
from rclpy.impl.rcutils_logger import CallerId, RcutilsLogger, get_filters_from_kwargs, supported_filters
from rclpy.time import Time
get_logger = rclpy.logging.get_logger
def error_of(act):
    try:
        act()
    except Exception as error:
        return f'{type(error).__name__}: {error}'
"""
FORMAT = {"RCUTILS_CONSOLE_OUTPUT_FORMAT": "{severity} {name}: {message}"}


@pytest.fixture
def program(start, tmp_path):
    def run(text, **environment):
        (tmp_path / "program.py").write_text(HEAD + text)
        process = start(sys.executable, "-u", tmp_path / "program.py", **{"ROS_LOG_DIR": str(tmp_path / "log"), **FORMAT, **environment})
        assert process.finish() == 0, process.report()
        return process.stdout.splitlines(), process.stderr.splitlines()
    return run


def test_each_severity_writes_its_line(program):
    _, lines = program("""
rclpy.init()
logger = rclpy.create_node('node', namespace='/space').get_logger()
for say in (logger.debug, logger.info, logger.warning, logger.warn, logger.error, logger.fatal):
    say('text')
logger.log('by severity', LoggingSeverity.ERROR)
logger.log('by number', 30)
logger.get_child('child').info('100 % {x} %s')
logger.info('zwei\\nZeilen äöü')
""")
    assert lines == ["INFO space.node: text", "WARN space.node: text", "WARN space.node: text", "ERROR space.node: text", "FATAL space.node: text",
                     "ERROR space.node: by severity", "WARN space.node: by number", "INFO space.node.child: 100 % {x} %s",
                     "INFO space.node: zwei", "Zeilen äöü"]


def test_the_default_format_is_upstreams(program):
    _, lines = program("rclpy.init()\nrclpy.create_node('node').get_logger().info('text')", RCUTILS_CONSOLE_OUTPUT_FORMAT="")
    assert re.fullmatch(r"\[INFO\] \[\d+\.\d{9}\] \[node\]: text", lines[0])


@pytest.mark.parametrize("call", ["logger.info('x')", "logger.log('x', 20)", "logger.info('x', once=True)",
                                  "logger.info('x', throttle_duration_sec=1.0)"])
@pytest.mark.parametrize("ready", ["", "rclpy.init()\n"], ids=["before init", "after init"])
def test_a_line_names_the_place_that_logged(program, tmp_path, call, ready):
    text = f"{ready}logger = get_logger('a')\ndef function():\n    {call}\nfunction()\n"
    _, lines = program(text, RCUTILS_CONSOLE_OUTPUT_FORMAT="{function_name} {line_number} {file_name}")
    assert lines == [f"function {(HEAD + text).count(chr(10), 0, (HEAD + text).index(call)) + 1} {tmp_path / 'program.py'}"]


def test_methods_tell_whether_they_wrote(program):
    out, lines = program("""
logger = get_logger('a')
print(logger.debug('no'), logger.info('yes'), logger.log('no', 10), logger.info('yes', once=True))
logger.set_level(LoggingSeverity.DEBUG)
print(logger.debug('now'), logger.is_enabled_for(10), logger.get_effective_level() is LoggingSeverity.DEBUG)
""")
    assert out == ["False True False True", "True True True"]
    assert lines == ["INFO a: yes", "INFO a: yes", "DEBUG a: now"]


def test_levels_are_inherited_kept_for_init_and_set_in_all_contexts(program):
    out, lines = program("""
rclpy.logging.set_logger_level('a', LoggingSeverity.ERROR)
print(rclpy.logging.get_logger_effective_level('a.b').name, rclpy.logging.get_logger_level('a.b').name, rclpy.logging.get_logger_level('').name)
get_logger('a.b').warn('no')
rclpy.init(args=['--ros-args', '--log-level', 'a.c:=debug', '--log-level', 'd:=fatal'])
print([rclpy.logging.get_logger_effective_level(name).name for name in ('a', 'a.b', 'a.c', 'd', 'e')])
get_logger('a').warn('no')
get_logger('a.c').debug('yes')
rclpy.logging.set_logger_level('a', LoggingSeverity.UNSET)
get_logger('a').info('inherits again')
rclpy.logging.set_logger_level('', LoggingSeverity.WARN)
get_logger('a').info('no')
rclpy.shutdown()
get_logger('a').warn('after shutdown')
""")
    assert out == ["ERROR UNSET INFO", "['ERROR', 'ERROR', 'DEBUG', 'FATAL', 'INFO']"]
    assert lines == ["DEBUG a.c: yes", "INFO a: inherits again", "WARN a: after shutdown"]


def test_filters_choose_calls_of_one_place(program):
    _, lines = program("""
logger, clock = get_logger('a'), ROSClock()
clock._set_ros_time_is_active(True)
for number in range(6):
    clock.set_ros_time_override(Time(seconds=100 + number, clock_type=ClockType.ROS_TIME))
    logger.info(f'once {number}', once=True)
    logger.info(f'skipped {number}', skip_first=True)
    logger.info(f'throttled {number}', throttle_duration_sec=3.0, throttle_time_source_type=clock)
    logger.info(f'none {number}', throttle_duration_sec=100, skip_first=True)
""")
    assert [line.partition(": ")[2] for line in lines] == [
        "once 0", "throttled 0", "skipped 1", "skipped 2", "skipped 3", "throttled 3", "skipped 4", "skipped 5"]


def test_a_throttle_whose_clock_is_rewound_writes_again(program):
    _, lines = program("""
logger, clock = get_logger('a'), ROSClock()
clock._set_ros_time_is_active(True)
for second in (100, 5, 6):
    clock.set_ros_time_override(Time(seconds=second, clock_type=ClockType.ROS_TIME))
    logger.info(str(second), throttle_duration_sec=10, throttle_time_source_type=clock)
""")
    assert lines == ["INFO a: 100", "INFO a: 5"]


def test_what_is_wrong_is_said_in_upstreams_words(program):
    out, lines = program("""
logger = get_logger('a')
def say(severity=20, **filters):
    logger.log('x', severity, **filters)
def late(duration):
    logger.info('y', throttle_duration_sec=duration)
for act in (lambda: logger.info('x', often=True), lambda: logger.info('x', throttle_time_source_type=Clock()),
            lambda: logger.info('x', throttle_duration_sec=1, throttle_time_source_type='a'), lambda: logger.log('x', 7),
            lambda: logger.log('x', True), lambda: logger.set_level('INFO'), lambda: logger.get_child(''), lambda: get_logger(''),
            say, lambda: say(30), lambda: say(once=True), lambda: late(1.0), lambda: late(2.0),
            lambda: rclpy.logging.get_logging_severity_from_string('loud'), lambda: logger.is_enabled_for(7)):
    print(error_of(act))
""")
    assert out == [
        "TypeError: parameter \"often\" is not one of the recognized logging options \"['throttle_duration_sec', 'throttle_time_source_type', "
        "'skip_first', 'once']\"",
        'TypeError: required parameter "throttle_duration_sec" not specified but is required for the the logging filter "throttle"',
        'ValueError: Received throttle_time_source_type of "a" is not a clock instance', "ValueError: 7 is not a valid LoggingSeverity",
        "ValueError: True is not a valid LoggingSeverity", "ValueError: 'INFO' is not a valid LoggingSeverity",
        "ValueError: Child logger name must not be empty.", "ValueError: Logger name must not be empty.", "None",
        "ValueError: Logger severity cannot be changed between calls.", "ValueError: Requested logging filters cannot be changed between calls.",
        "None", "ValueError: Logging filter parameters cannot be changed between calls.", "RuntimeError: Failed to get severity name",
        "ValueError: 7 is not a valid LoggingSeverity"]
    assert lines == ["INFO a: x", "INFO a: y"]


def test_a_message_that_is_no_text_is_refused(program):
    out, lines = program("""
logger = get_logger('a')
print(error_of(lambda: logger.info(7)), error_of(lambda: logger.info(7, once=True)), error_of(lambda: logger.info()),
      error_of(lambda: logger.info('a', 'b')))
logger.info(message='by keyword')
logger.info('a' * 5000)
logger.info('\\udc80')
""")
    assert re.fullmatch("TypeError: .*TypeError: .*TypeError: .*TypeError: .*", out[0])
    assert lines == ["INFO a: by keyword", "INFO a: " + "a" * 5000, "INFO a: \\udc80"]


def test_lines_reach_rosout_with_their_place(program):
    out, _ = program("""
from rcl_interfaces.msg import Log
rclpy.init()
node = rclpy.create_node('node')
heard = []
node.create_subscription(Log, '/rosout', heard.append, rclpy.qos.QoSProfile(depth=10, durability=rclpy.qos.DurabilityPolicy.TRANSIENT_LOCAL))
def function():
    node.get_logger().warn('own')
    node.get_logger().get_child('child').error("the child's")
    get_logger('other').fatal('of none')
    get_logger('node.later').info('below the node')
function()
while len(heard) < 3:
    rclpy.spin_once(node)
for one in heard:
    print(one.level, one.name, one.msg, one.function, os.path.basename(one.file), one.line > 0)
""")
    assert [line for line in out if "of none" in line] == []
    assert out == ["30 node own function program.py True", "40 node.child the child's function program.py True",
                   "20 node.later below the node function program.py True"]


def test_lines_reach_the_log_file_once_there_is_a_context(program, tmp_path):
    out, _ = program("""
get_logger('a').info('before')
rclpy.init()
get_logger('a').info('after')
print(rclpy.logging.get_logging_directory())
""")
    assert out == [str(tmp_path / "log")]
    text = "".join(file.read_text() for file in (tmp_path / "log").iterdir())
    assert "after" in text and "before" not in text


@pytest.mark.parametrize("environment, folder", [({"ROS_LOG_DIR": "~/x"}, "~/x"), ({"ROS_LOG_DIR": "", "ROS_HOME": "/h"}, "/h/log"),
                                                 ({"ROS_LOG_DIR": "", "ROS_HOME": ""}, "~/.ros/log")])
def test_the_folder_of_log_files_follows_the_environment(program, environment, folder):
    assert program("print(rclpy.logging.get_logging_directory())", **environment)[0] == [str(Path(folder).expanduser())]


def test_loggers_may_be_used_by_many_threads_and_after_their_context(program):
    _, lines = program("""
import threading
context = rclpy.Context()
rclpy.init(context=context)
node = rclpy.create_node('node', context=context)
logger = node.get_logger()
def work():
    for number in range(200):
        logger.info('line')
        logger.debug('nothing')
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
node.destroy_node()
context.destroy()
for thread in threads:
    thread.join()
logger.info('last')
""")
    assert lines == ["INFO node: line"] * 800 + ["INFO node: last"]


def test_the_logger_services_show_and_set_levels(program, start):
    out, _ = program("""
from rcl_interfaces.msg import LoggerLevel
from rcl_interfaces.srv import GetLoggerLevels, SetLoggerLevels
rclpy.init()
node = rclpy.create_node('node', enable_logger_service=True)
get, change = node.create_client(GetLoggerLevels, '~/get_logger_levels'), node.create_client(SetLoggerLevels, '~/set_logger_levels')
def ask(client, **fields):
    client.wait_for_service()
    future = client.call_async(client.srv_type.Request(**fields))
    rclpy.spin_until_future_complete(node, future)
    return future.result()
print([one.successful for one in ask(change, levels=[LoggerLevel(name='node', level=40), LoggerLevel(name='x', level=7)]).results])
print([(one.name, one.level) for one in ask(get, names=['node', 'x']).levels], node.get_logger().get_effective_level().name)
""")
    assert out == ["[True, False]", "[('node', 40), ('x', 0)] ERROR"]


def test_upstreams_names_of_the_module_are_there(program):
    out, _ = program("""
print(list(supported_filters), get_filters_from_kwargs(once=True, skip_first=True), get_filters_from_kwargs(once=False))
rclpy.logging.initialize(); rclpy.logging.shutdown(); rclpy.logging.clear_config()
def where():
    return CallerId()
print(where().function_name, RcutilsLogger().name == '', RcutilsLogger('x').get_child('y').name, [one.name for one in LoggingSeverity])
print(rclpy.logging.get_logging_severity_from_string('warn').name)
""")
    assert out == ["['throttle', 'skip_first', 'once'] ['skip_first', 'once'] []",
                   "where True x.y ['UNSET', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']", "WARN"]
