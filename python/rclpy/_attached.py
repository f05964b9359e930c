"""An executor's callbacks in a loop that runs already, whosever it is."""

import asyncio
import threading

from rclpy import _rclio


class Attached:
    """What SingleThreadedExecutor.attached() returns."""

    def __init__(self, executor):
        self._executor = executor

    async def __aenter__(self):
        executor = self._executor
        if not executor._begin_spin():
            raise RuntimeError('Executor is already spinning')
        self._loop = asyncio.get_running_loop()
        self._worker = executor._attached = _rclio.Worker(executor._core)
        self._file = self._worker.attach(-1, None)
        self._worker.begin(self._loop, executor._contexts())
        executor._attached_to = threading.get_ident()
        self._loop.add_reader(self._file, self._ready)
        self._worker.wake()
        return executor

    async def __aexit__(self, *exception):
        self._loop.remove_reader(self._file)
        self._worker.end()
        tasks = self._worker.live()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.gather(*tasks, return_exceptions=True)
        self._worker.detach()
        self._executor._attached = self._executor._attached_to = None
        self._executor._end_spin()

    def _ready(self):
        """Something is to do. A failure has been reported already, and the loop is not ours to end."""
        try:
            self._worker.dispatch()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            self._worker.wake()
        if not self._worker.ok():
            self._executor._context._tell_shutdown()
