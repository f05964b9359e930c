"""The old name of the module event_handler."""

import warnings

from rclpy.event_handler import *  # noqa: F401, F403
from rclpy.event_handler import __getattr__  # noqa: F401

warnings.warn("importing 'qos_event' is deprecated; import 'event_handler' instead", stacklevel=2)
