"""What upstream tries out: the executor that goes by events, as all of these do."""

from rclpy.experimental.events_executor import EventsExecutor

__all__ = ['EventsExecutor']
