"""Which signals shut contexts down."""

from rclpy._enums import NamedNumber
from rclpy._rclio import InvalidHandle  # noqa: F401
from rclpy.guard_condition import GuardCondition

__all__ = ['SignalHandlerGuardCondition', 'SignalHandlerOptions', 'get_current_signal_handlers_options', 'install_signal_handlers',
           'uninstall_signal_handlers']


class SignalHandlerOptions(NamedNumber):
    NO = 0
    SIGINT = 1
    SIGTERM = 2
    ALL = 3


_options = SignalHandlerOptions.NO
_NUMBERS = {SignalHandlerOptions.ALL: 0, SignalHandlerOptions.NO: 1, SignalHandlerOptions.SIGINT: 2, SignalHandlerOptions.SIGTERM: 3}


def _apply():
    from rclpy.context import _live
    for context in list(_live):
        if context.handle is not None:
            context.handle.set_signals(_NUMBERS[_options])


def install_signal_handlers(options=SignalHandlerOptions.ALL):
    """From now on these signals shut all contexts down. A handler that the program installs later with signal.signal() replaces ours."""
    global _options
    if not isinstance(options, SignalHandlerOptions):
        raise TypeError(f'install_signal_handlers() takes SignalHandlerOptions, not {options!r}')
    _options = SignalHandlerOptions(options)
    _apply()


def uninstall_signal_handlers():
    """Signals do what they did before."""
    install_signal_handlers(SignalHandlerOptions.NO)


def get_current_signal_handlers_options():
    return _options


class SignalHandlerGuardCondition(GuardCondition):
    """There for programs that name it: a signal wakes every executor by itself."""

    def __init__(self, context=None):
        super().__init__(callback=None, callback_group=None, context=context)
