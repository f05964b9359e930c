"""The executor that runs each node in a process of its own."""

import os
import select
import signal
import sys

from rclpy import _rclio
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.utilities import get_default_context

_WHICH = 'RCLPY_NODE_PROCESS'  # in a child's environment: the number of its node
RESTART_NEVER, RESTART_ON_FAILURE, RESTART_ALWAYS = range(3)


def _command():
    """The words this program was started with, -m and -c and all."""
    with open('/proc/self/cmdline', 'rb') as file:
        words = [os.fsdecode(word) for word in file.read().split(b'\0')[:-1]]
    return [sys.executable, *words[1:]]


class MultiProcessExecutor:
    """Runs each node in an OS process of its own: a crash of one is reported and leaves the others running.

    spin() starts this program again for each node. There, too, it runs up to spin(), which then goes on with its node alone and ends
    the process afterwards. So what stands before spin() is done in each process, and what stands behind it only here. Nodes talk by
    topics, services and actions; they share no memory.

    restart        RESTART_NEVER, RESTART_ON_FAILURE (a signal, or an exit status that is not 0) or RESTART_ALWAYS
    prefix_output  "[name] " before each line that a node writes
    """

    def __init__(self, *, context=None, restart=RESTART_NEVER, prefix_output=False):
        self._context = get_default_context() if context is None else context
        self._restart = restart
        self._prefix_output = prefix_output
        self._nodes = []
        self._processes = None
        self._waker = None

    @property
    def context(self):
        return self._context

    def add_node(self, node):
        """Adds a node, before spin(). False: it is there already. RuntimeError: it spins."""
        if self._processes is not None:
            raise RuntimeError('the processes have been started: nodes are added before spin()')
        if node in self._nodes:
            return False
        self._nodes.append(node)
        return True

    def remove_node(self, node):
        if node in self._nodes:
            self._nodes.remove(node)

    def get_nodes(self):
        return list(self._nodes)

    def spin(self):
        """Starts the processes and watches them until all have ended, or a signal or a shutdown ends them.

        KeyboardInterrupt, ExternalShutdownException: a signal did it. RuntimeError: one failed for good.
        """
        which = os.environ.get(_WHICH)
        if which is not None:
            self._be(int(which))
        if not self._context.ok():
            return
        names = [node.get_fully_qualified_name() for node in self._nodes]
        for node in self._nodes:
            node.destroy_node()  # it lives in its process
        self._watch(names)

    def _be(self, which):
        """In a node's process: the end of the program."""
        if which >= len(self._nodes):
            sys.exit(f'the program did not add the same {which + 1} nodes to its MultiProcessExecutor when it was started again')
        own = self._nodes[which]
        for node in self._nodes:
            if node is not own:
                node.destroy_node()
        executor = SingleThreadedExecutor(context=self._context)
        executor.add_node(own)
        try:
            executor.spin()
        except (KeyboardInterrupt, ExternalShutdownException):
            pass
        sys.exit(0)

    def _watch(self, names):
        self._processes = processes = _rclio.Processes(sys.argv[0], self._prefix_output)
        failed = False
        try:
            for number, name in enumerate(names):
                processes.add(name.lstrip('/'), _command(), [f'{_WHICH}={number}'], self._restart)
            processes.start()
            interrupted = self._dispatch(processes)
            failed = processes.failed()
        finally:
            self._processes = None
            processes.destroy()
        if interrupted is not None:
            raise interrupted
        if failed:
            raise RuntimeError('a node failed: its end was reported above')

    def _dispatch(self, processes):
        """Until all have ended. Returns the exception that a signal made."""
        interrupted = None
        files = select.poll()
        files.register(processes.fileno(), select.POLLIN)
        if self._context.handle is not None:
            files.register(self._context.handle.fileno(), select.POLLIN)
        told = False
        while processes.dispatch():
            try:
                files.poll()
                _rclio.wait((self._context.handle,), None, 0)
            except KeyboardInterrupt as interrupt:
                interrupted = interrupt
                processes.stop(signal.SIGINT)
            if not told and not self._context.ok():
                told = True
                files.unregister(self._context.handle.fileno())
                number = self._context.signal()
                processes.stop(number or signal.SIGTERM)
                if number and interrupted is None:
                    interrupted = ExternalShutdownException() if number != signal.SIGINT else KeyboardInterrupt()
                self._context._tell_shutdown()
        return interrupted

    def wake(self):
        """There for programs that call it."""

    def shutdown(self, timeout_sec=None):
        """Ends the processes, when another thread spins."""
        processes = self._processes
        if processes is not None:
            processes.stop(signal.SIGTERM)
        self._nodes.clear()
        return True

    def _runs_here(self):
        return False

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        self.shutdown()
