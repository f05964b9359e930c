"""Loggers, and the filters that their methods take as keywords.

Writing a line is C (_rclio.Logger): it asks for level, then for the caller, and only then makes anything. What needs a memory
of its own for each place in the program, filters and log(), is here.
"""

from collections import namedtuple, OrderedDict
import sys

from rclpy import _rclio
from rclpy.clock import Clock
from rclpy.impl.logging_severity import LoggingSeverity

_OWN_FILE = __file__


class CallerId(namedtuple('CallerId', ['function_name', 'file_path', 'line_number', 'last_index'])):
    """A place in the program: of `frame`, or of the first frame outside of this file."""

    __slots__ = ()

    def __new__(cls, frame=None):
        if frame is None:
            frame = sys._getframe(1)
            while frame.f_back is not None and frame.f_code.co_filename == _OWN_FILE:
                frame = frame.f_back
        code = frame.f_code
        return super().__new__(cls, code.co_name, code.co_filename, frame.f_lineno, frame.f_lasti)


class LoggingFilter:
    """Decides for one place in the program which of its calls are written.

    params: the keywords that it takes, with their defaults; None: there is none, so the keyword has to be given.
    """

    params = {}

    @classmethod
    def initialize_context(cls, context, **kwargs):
        """Puts its parameters into the memory of a place, a dict. TypeError: one that it needs is not given."""
        context.update(_parameters_of(cls, kwargs))

    @staticmethod
    def should_log(context):
        """True: this call is written."""
        raise NotImplementedError()


class Once(LoggingFilter):
    """Only the first call."""

    params = {'once': None}

    @classmethod
    def initialize_context(cls, context, **kwargs):
        super().initialize_context(context, **kwargs)
        context['has_been_logged_once'] = False

    @staticmethod
    def should_log(context):
        first = not context['has_been_logged_once']
        context['has_been_logged_once'] = True
        return first


class Throttle(LoggingFilter):
    """At most one call in so many seconds, by a clock."""

    params = {'throttle_duration_sec': None, 'throttle_time_source_type': Clock()}

    @classmethod
    def initialize_context(cls, context, **kwargs):
        super().initialize_context(context, **kwargs)
        clock = context['throttle_time_source_type']
        if not isinstance(clock, Clock):
            raise ValueError(f'Received throttle_time_source_type of "{clock}" is not a clock instance')
        context['throttle_last_logged'] = 0

    @staticmethod
    def should_log(context):
        duration = context['throttle_duration_sec'] * 1e9
        now = context['throttle_time_source_type'].now().nanoseconds
        last = context['throttle_last_logged']
        if last and last <= now < last + duration:
            return False
        context['throttle_last_logged'] = now
        return True


class SkipFirst(LoggingFilter):
    """All calls but the first."""

    params = {'skip_first': None}

    @classmethod
    def initialize_context(cls, context, **kwargs):
        super().initialize_context(context, **kwargs)
        context['first_has_been_skipped'] = False

    @staticmethod
    def should_log(context):
        skipped = context['first_has_been_skipped']
        context['first_has_been_skipped'] = True
        return skipped


supported_filters = OrderedDict(throttle=Throttle, skip_first=SkipFirst, once=Once)


def _parameters_of(wanted, kwargs):
    parameters = {name: kwargs.get(name, default) for name, default in wanted.params.items()}
    for name, value in parameters.items():
        if value is None:
            label = next((label for label, found in supported_filters.items() if found is wanted), wanted.__name__)
            raise TypeError(f'required parameter "{name}" not specified but is required for the the logging filter "{label}"')
    return parameters


def get_filters_from_kwargs(**kwargs):
    """The names of the filters that these keywords ask for. TypeError: an unknown keyword, or one without another that it needs."""
    names = []
    for name, found in supported_filters.items():
        if any(kwargs.get(parameter) for parameter in found.params):
            _parameters_of(found, kwargs)
            names.append(name)
    known = [parameter for found in supported_filters.values() for parameter in found.params]
    for keyword in kwargs:
        if keyword not in known:
            raise TypeError(f'parameter "{keyword}" is not one of the recognized logging options "{known}"')
    return names


class RcutilsLogger(_rclio.Logger):
    """Writes to the console, the log file and, if it is a node's or below one, /rosout.

    debug(), info(), warning() (or warn()), error(), fatal(): a message, and keywords for filters (throttle_duration_sec,
    throttle_time_source_type, skip_first, once). They return whether the message was written.
    """

    def __init__(self, name='', *, _context=None):
        super().__init__(name, _context)
        self.logger_sublogger_namepair = None
        self.contexts = {}

    def get_child(self, name):
        """The logger 'this.name'. ValueError: no name."""
        if not name:
            raise ValueError('Child logger name must not be empty.')
        child = RcutilsLogger(self.name + ('.' if self.name else '') + name, _context=self._context)
        child.logger_sublogger_namepair = (self.name, name) if self.name else None
        return child

    def set_level(self, level):
        """What is below this level is not written, here and below. ValueError: it is no LoggingSeverity."""
        _rclio.set_logger_level(self.name, LoggingSeverity(level))

    def get_effective_level(self):
        """The level that counts, its own or that of a parent."""
        return LoggingSeverity(self._effective_level())

    def is_enabled_for(self, severity):
        """True: a message of this severity would be written."""
        return LoggingSeverity(severity) >= self._effective_level()

    def log(self, message, severity, **kwargs):
        """Writes a message with a severity, which is the same in each call from one place (ValueError)."""
        return self._filter(message, severity, kwargs)

    def _filter(self, message, severity, kwargs):
        """For calls with keywords, and log()."""
        if type(severity) is bool:
            raise ValueError(f'{severity} is not a valid LoggingSeverity')
        severity, name = LoggingSeverity(severity), kwargs.pop('name', self.name)
        if severity < self._effective_level():
            return False
        filters = get_filters_from_kwargs(**kwargs)
        caller = CallerId()
        context = self.contexts.get(caller)
        if context is None:
            context = {'name': name, 'severity': severity}
            for one in filters:
                supported_filters[one].initialize_context(context, **kwargs)
            context['filters'] = filters
            self.contexts[caller] = context
        else:
            _compare(context, name, severity, filters, kwargs)
        if not all(supported_filters[one].should_log(context) for one in filters):
            return False
        return self._write(severity, message, name, caller.file_path, caller.function_name, caller.line_number)


def _compare(context, name, severity, filters, kwargs):
    """ValueError: a place in the program asks for something else than the last time."""
    if context['name'] != name:
        raise ValueError('Logger name cannot be changed between calls.')
    if context['severity'] != severity:
        raise ValueError('Logger severity cannot be changed between calls.')
    if context['filters'] != filters:
        raise ValueError('Requested logging filters cannot be changed between calls.')
    if any(context[parameter] != kwargs[parameter] for one in filters for parameter in supported_filters[one].params
           if parameter in kwargs):
        raise ValueError('Logging filter parameters cannot be changed between calls.')
