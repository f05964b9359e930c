"""The default context, and small things."""

import os
import sys
import threading

from rclpy import _rclio
from rclpy._errors import named_error
from rclpy.context import Context

S_TO_NS = 1000 * 1000 * 1000

g_default_context = None
g_context_lock = threading.Lock()
_was_open = False  # a default context, and it was shut down


def get_default_context(*, shutting_down=False):
    """The context of everything that is not given one. `shutting_down`: it is about to be shut down, and there will be another one."""
    global g_default_context, _was_open
    with g_context_lock:
        context = g_default_context
        if context is None:
            context = g_default_context = Context()
        if shutting_down and context.handle is not None:
            g_default_context, _was_open = None, True
        return context


def _or_default(context):
    return get_default_context() if context is None else context


def ok(*, context=None):
    """False before init() and after shutdown."""
    return _or_default(context).ok()


def shutdown(*, context=None):
    """Ends communication. A second time does nothing. RuntimeError: init() was never called."""
    ends = get_default_context(shutting_down=True) if context is None else context
    if context is not None or ends.handle is not None or not _was_open:
        ends.shutdown()


def try_shutdown(*, context=None):
    """Ends communication if it has begun."""
    (get_default_context(shutting_down=True) if context is None else context).try_shutdown()


def remove_ros_args(args=None):
    """The arguments (None: sys.argv) without what stands between --ros-args and --, and without rules of the old style, from:=to.

    RCLError: one that is for ROS cannot be read. UnknownROSArgsError: nobody knows it.
    """
    try:
        return _rclio.remove_ros_arguments(sys.argv if args is None else args)
    except _rclio.RCLError as error:
        raise named_error(error) from None


def timeout_sec_to_nsec(timeout_sec):
    """Seconds as nanoseconds; -1 for None and negative ones: for ever."""
    if timeout_sec is None or timeout_sec < 0:
        return -1
    return int(float(timeout_sec) * S_TO_NS)


def get_rmw_implementation_identifier():
    """What RMW_IMPLEMENTATION names: whose dialect is spoken on the wire."""
    return os.environ.get('RMW_IMPLEMENTATION') or 'rmw_fastrtps_cpp'


def get_available_rmw_implementations():
    """What RMW_IMPLEMENTATION may be."""
    return {'rmw_cyclonedds_cpp', 'rmw_fastrtps_cpp'}


def running_loop():
    """The asyncio loop that runs in this thread, or None."""
    events = sys.modules.get('asyncio.events')
    return None if events is None else events._get_running_loop()
