"""Upstream's executor without wait sets. Here no executor has any, so it is the single-threaded one by another name."""

from rclpy.executors import SingleThreadedExecutor


class EventsExecutor(SingleThreadedExecutor):
    """Runs callbacks in the thread that spins it."""
