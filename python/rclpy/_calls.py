"""What services, clients and actions share."""

from rclpy.executors import wait_for
from rclpy.task import Future


class _EarlyFuture(Future):
    """One that was made while its node was in no executor: its done callbacks are tasks of the one that the node is in at the end."""

    def __init__(self, node):
        super().__init__()
        self._node = node

    def _find_executor(self):
        executor = self._node._rclio_in()
        if executor is not None:
            self._set_executor(executor)


_EarlyFuture.__name__, _EarlyFuture.__qualname__, _EarlyFuture.__module__ = 'Future', 'Future', 'rclpy.task'  # what programs print


def future_of(node):
    """A new Future whose done callbacks are tasks of the node's executor."""
    executor = node._rclio_in()
    return _EarlyFuture(node) if executor is None else Future(executor=executor)


def wait_until_ready(entity, is_ready, wait_for, timeout_sec):
    """Blocks until is_ready(), at most `timeout_sec` seconds (None: for ever). Returns whether it is, or raises what is_ready() does."""
    if is_ready():
        return True
    future = Future()
    pending = wait_for(future)
    if not wait(entity, future, None if timeout_sec is None else max(0.0, timeout_sec)):
        pending.forget()
        return is_ready()
    return future.result() is True


def wait(entity, future, timeout_sec):
    """Blocks until the future is over, at most `timeout_sec` seconds (None or negative: for ever). Returns whether it is done."""
    timeout = None if timeout_sec is None or timeout_sec < 0 else timeout_sec
    wait_for(future, timeout, (entity.context.handle,))
    return future.done()
