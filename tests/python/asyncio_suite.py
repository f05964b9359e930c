"""CPython's own asyncio tests on rclio's loop, with callbacks of a node running meanwhile: asyncio_suite.py [MICROSECONDS [MODULE...]].

Every loop and every selector that the tests make is rclio's: the loop of an executor, whose select() waits for rclio and asyncio together. A
timer of a node comes every MICROSECONDS (200). Prints one line: what ran and what failed; `stock` in place of a number runs the tests on
CPython's own loop. Status 3: this Python was installed without its tests."""
import asyncio
import asyncio.unix_events
import gc
import importlib
import selectors
import sys
import unittest
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.processes import next_domain  # noqa: E402

MODULES = """base_events buffered_proto context eager_task_factory events free_threading futures locks queues runners selector_events
sendfile server sock_lowlevel sslproto streams subprocess taskgroups tasks threads timeouts transports unix_events waitfor""".split()
stock = sys.argv[1:2] == ["stock"]
period = 200 if stock or len(sys.argv) < 2 else int(sys.argv[1])
count = 0


def count_tick():
    global count
    count += 1


def use_rclios_loop():
    """Replaces the loops and selectors that asyncio, and so its tests, make. Returns what keeps the events coming."""
    import rclpy
    from rclpy import _loop, _rclio
    from rclpy.executors import SingleThreadedExecutor

    rclpy.init(signal_handler_options=rclpy.SignalHandlerOptions.NO, domain_id=next_domain())
    node = rclpy.create_node("asyncio_suite", start_parameter_services=False, enable_rosout=False)
    node.create_timer(period * 1e-6, count_tick)
    executor = SingleThreadedExecutor()
    executor.add_node(node)

    class Selector(_loop.Selector):
        def __init__(self):
            super().__init__(_rclio.Worker(executor._core))

    class Loop(_loop.Loop):
        def __init__(self, selector=None):
            selector = selector or Selector()
            self.rclio_worker = getattr(selector, "_worker", None)
            self._prepare(self.rclio_worker or _rclio.Worker(executor._core))
            super(_loop.Loop, self).__init__(selector)

        def run_forever(self):
            if self.rclio_worker is None or self.is_closed():
                return super().run_forever()
            self.rclio_worker.begin(self, (node.context.handle,), False, None, None)
            try:
                super().run_forever()
            finally:
                self.rclio_worker.end()

    selectors.EpollSelector = selectors.DefaultSelector = Selector
    unix = asyncio.unix_events
    asyncio.SelectorEventLoop = unix.SelectorEventLoop = unix._UnixSelectorEventLoop = Loop
    for module in (asyncio, unix):
        if hasattr(module, "EventLoop"):
            module.EventLoop = Loop
    for name in ("_UnixDefaultEventLoopPolicy", "DefaultEventLoopPolicy"):
        if hasattr(unix, name):
            getattr(unix, name)._loop_factory = Loop
    return node, executor


def run(modules):
    result = unittest.TestResult()
    for module in modules:
        try:
            tests = unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module("test.test_asyncio.test_" + module))
        except ImportError as error:
            if "test_asyncio" not in str(error):
                raise
            continue
        gc.collect()
        gc.freeze()  # most of the tests collect garbage: they need not look at all that was there before, which takes longer than they do
        tests.run(result)
    return result


def main():
    try:
        importlib.import_module("test.test_asyncio")
    except ImportError:
        print("no test.test_asyncio: this Python was installed without its tests")
        return 3
    kept = None if stock else use_rclios_loop()
    warnings.simplefilter("ignore")
    result = run(sys.argv[2:] or MODULES)
    print(f"CPython {sys.version.split()[0]}: {result.testsRun} run, {len(result.failures)} failed, {len(result.errors)} errors, "
          f"{len(result.skipped)} skipped, {count} callbacks meanwhile")
    for test, traceback in [*result.failures, *result.errors]:
        print("  ", test.id())
        print(traceback, file=sys.stderr)
    failed = sorted({test.id().split(" ")[0] for test, _ in [*result.failures, *result.errors]})  # a subtest's id goes on
    if failed:  # as scripts/test does: machines are shared
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromNames(failed).run(result)
        print(f"CPython {sys.version.split()[0]}: passed in their second run only: {', '.join(failed)}" if result.wasSuccessful() else "again")
    del kept
    sys.stdout.flush()
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
