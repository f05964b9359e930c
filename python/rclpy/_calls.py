"""What services, clients and actions share."""

from rclpy.executors import wait_for


def wait(entity, future, timeout_sec):
    """Blocks until the future is over, at most `timeout_sec` seconds (None or negative: for ever). Returns whether it is done."""
    timeout = None if timeout_sec is None or timeout_sec < 0 else timeout_sec
    wait_for(future, timeout, (entity.context.handle,))
    return future.done()
