"""The asyncio loop of an executor: asyncio's own, with a selector whose select() also runs callbacks."""

import asyncio
import selectors

from rclpy import _rclio
from rclpy._rclio import begin

__all__ = ['Loop', 'Selector', 'begin', 'outside_of_loops']

_base = asyncio.SelectorEventLoop
_rclio.loop_methods(_base.call_soon, _base.call_at, _base.stop)


class Selector(selectors.EpollSelector):
    """CPython's selector; only select() is another one."""

    def __init__(self, worker):
        super().__init__()
        self._worker = worker
        worker.attach(self.fileno(), self.get_key)
        self.select = worker.select

    def close(self):
        self.__dict__.pop('select', None)
        self._worker.detach()
        super().close()


class Loop(_rclio.LoopMixin, asyncio.SelectorEventLoop):
    """A loop whose call_soon(), call_at() and stop() are noticed by its worker."""

    def __init__(self, worker):
        super().__init__(Selector(worker))

    def __del__(self):
        """Of an executor that nobody has shut down; parts of the loop may be gone already."""
        if not self.is_closed():
            try:
                self.close()
            except Exception:
                pass


class outside_of_loops:
    """A block in which no loop runs, as far as asyncio knows, so that another one may be run there."""

    def __enter__(self):
        self.loop = asyncio._get_running_loop()
        if self.loop is not None:
            asyncio._set_running_loop(None)

    def __exit__(self, *exception):
        if self.loop is not None:
            asyncio._set_running_loop(self.loop)
