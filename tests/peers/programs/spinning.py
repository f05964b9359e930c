"""An executor of upstream's that a thread of its own spins until it is told to end."""
import threading


class Spinning:
    """One that is shut down from another thread may miss it, and spin() then never returns: this one looks ten times a second."""

    def __init__(self, executor, *nodes):
        self._executor = executor
        self._going = True
        for node in nodes:
            executor.add_node(node)
        self._thread = threading.Thread(target=self._spin, daemon=True)

    def _spin(self):
        while self._going:
            self._executor.spin_once(timeout_sec=0.1)

    def start(self):
        self._thread.start()
        return self

    def end(self):
        self._going = False
        if self._thread.ident:
            self._thread.join()
        self._executor.shutdown()
