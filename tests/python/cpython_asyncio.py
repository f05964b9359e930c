"""CPython's own tests of asyncio, with every loop replaced by an executor's, and a timer's callbacks flowing through it meanwhile.

    cpython_asyncio.py [MODULE...]      modules of test.test_asyncio without "test_"; all that there are when none is named

Prints what failed and how many ran; exit status 0: nothing failed, and callbacks did run.
"""
import asyncio
import importlib
import selectors
import sys
import unittest
import warnings

import rclpy
from rclpy import _loop, _rclio

MODULES = """base_events buffered_proto context eager_task_factory events free_threading futures locks queues runners selector_events
    sendfile server sock_lowlevel sslproto streams subprocess taskgroups tasks threads timeouts transports unix_events waitfor""".split()

rclpy.init(args=[], signal_handler_options=rclpy.SignalHandlerOptions.NO)
node = rclpy.create_node('traffic')
executor = _rclio.Executor(True)
executor.add(node.handle)
executor.allow(-1)
ticks = 0


def tick():
    global ticks
    ticks += 1


class Selector(_loop.Selector):
    def __init__(self, worker=None):
        super().__init__(_rclio.Worker(executor) if worker is None else worker)


class Loop(_rclio.LoopMixin, asyncio.SelectorEventLoop):
    def __init__(self, selector=None):
        selector = Selector() if selector is None else selector
        super().__init__(selector)
        if isinstance(selector, Selector):
            selector._worker.begin(self, (node.context.handle,))


def replace_loops():
    unix = asyncio.unix_events
    selectors.EpollSelector = selectors.DefaultSelector = Selector
    asyncio.SelectorEventLoop = unix.SelectorEventLoop = unix._UnixSelectorEventLoop = Loop
    for module in (asyncio, unix):
        if hasattr(module, 'EventLoop'):
            module.EventLoop = Loop
    for name in ('_UnixDefaultEventLoopPolicy', 'DefaultEventLoopPolicy'):
        if hasattr(unix, name):
            getattr(unix, name)._loop_factory = Loop


def main(names):
    import asyncio.unix_events  # noqa: F401
    replace_loops()
    node.create_timer(0.0002, tick)
    suite = unittest.TestSuite()
    for name in names or MODULES:
        try:
            module = importlib.import_module('test.test_asyncio.test_' + name)
        except ImportError:
            continue  # another version of Python's
        suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(module))
    warnings.simplefilter('ignore')
    result = unittest.TextTestRunner(verbosity=0, stream=sys.stderr).run(suite)
    for kind, failed in (('FAIL', result.failures), ('ERROR', result.errors)):
        for test, _ in failed:
            print(kind, test.id())
    print(f'Python {sys.version.split()[0]}: ran {result.testsRun}, failures {len(result.failures)}, errors {len(result.errors)}, '
          f'skipped {len(result.skipped)}, callbacks {ticks}')
    return 0 if result.wasSuccessful() and ticks > 1000 else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
