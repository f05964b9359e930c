"""The services that show and set the levels of loggers."""

import weakref

from rcl_interfaces.msg import LoggerLevel, SetLoggerLevelsResult
from rcl_interfaces.srv import GetLoggerLevels, SetLoggerLevels
from rclpy import logging
from rclpy.impl.logging_severity import LoggingSeverity
from rclpy.qos import qos_profile_services_default
from rclpy.validate_topic_name import TOPIC_SEPARATOR_STRING


class LoggingService:
    """`~/get_logger_levels` and `~/set_logger_levels` of a node, for all loggers of the process.

    A node that is made with enable_logger_service has them from the C library.
    """

    def __init__(self, node):
        self._node = weakref.ref(node)
        for service, words, callback in ((GetLoggerLevels, 'get_logger_levels', self._get_logger_levels),
                                         (SetLoggerLevels, 'set_logger_levels', self._set_logger_levels)):
            node._rclio_create_service(service, TOPIC_SEPARATOR_STRING.join((node.get_name(), words)), callback,
                                       qos_profile_services_default, can_wait=True)

    def _get_logger_levels(self, request, response):
        for name in request.names:
            try:
                level = logging.get_logger_level(name)
            except RuntimeError:
                level = LoggingSeverity.UNSET
            response.levels.append(LoggerLevel(name=name, level=int(level)))
        return response

    def _set_logger_levels(self, request, response):
        for wanted in request.levels:
            result = SetLoggerLevelsResult()
            try:
                logging.set_logger_level(wanted.name, wanted.level, detailed_error=True)
                result.successful = True
            except ValueError:
                result.reason = 'Failed reason: Invalid logger level.'
            except RuntimeError as error:
                result.reason = str(error)
            response.results.append(result)
        return response
