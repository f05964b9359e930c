"""What services, clients and actions share."""

import time


def wait(entity, future, timeout_sec):
    """Blocks until the future is over, at most `timeout_sec` seconds (None or negative: for ever). Returns whether it is."""
    end = None if timeout_sec is None or timeout_sec < 0 else time.monotonic() + timeout_sec
    handle = entity.context.handle
    while not (future.done() or future.cancelled()):
        if end is not None and time.monotonic() >= end or not entity.context.ok():
            break
        handle.dispatch(lambda coroutine, of: coroutine.close(), 64)
        time.sleep(0.001)
    return future.done()
