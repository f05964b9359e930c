"""Processes for tests: started with a domain of their own on loopback, read line by line, always ended. Waiting is for lines and exits,
with one deadline; never by the clock."""
import fcntl
import os
import queue
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("RCLIO_BIN", ROOT / "build/dev/bin"))
LOOPBACK = ('<CycloneDDS><Domain><General><Interfaces><NetworkInterface name="lo" multicast="true"/></Interfaces></General></Domain>'
            "</CycloneDDS>")
DEADLINE = float(os.environ.get("RCLIO_TEST_DEADLINE", 30))

# Domains 2 to 51, each behind a lock file that the kernel releases with this process: two runs at once never share one. The one that was given
# back first is used next, by whichever run, so what a killed process left behind has gone. tests/support/domain.h does the same for C, and says
# why no higher ones are used.
_DOMAINS = range(2, 52)
_locks = {}


def _lock_of(domain):
    return f"/tmp/rclio-test-domain-{domain}.lock"


def _last_used(domain):
    try:
        return os.stat(_lock_of(domain)).st_mtime
    except FileNotFoundError:
        return 0.0


def next_domain():
    for domain in sorted(_DOMAINS, key=_last_used):
        file = os.open(_lock_of(domain), os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            continue
        os.utime(file)
        _locks[domain] = file
        return domain
    raise AssertionError("no free domain: 50 test processes at once?")


def release_domain(domain):
    os.utime(_locks[domain])
    os.close(_locks.pop(domain))


def environment(domain, **more):
    """The environment of a test's process: nothing of the developer's ROS set-up."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(("ROS_", "RMW_", "RCUTILS_", "CYCLONEDDS_", "AMENT_"))}
    own.update(ROS_DOMAIN_ID=str(domain), CYCLONEDDS_URI=LOOPBACK, NO_COLOR="1", COLUMNS="140", **more)
    return own


# What a shell starts in the background ignores SIGINT, and so would every Python that is started from here. (Not by preexec_fn of each: with one, a
# start is a fork() of all that pytest has, ten times as dear.)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Process:
    """A child process whose output lines are collected as they come."""

    def __init__(self, *command, domain, stdin=False, **more_environment):
        self.command = [str(part) for part in command]
        self.child = subprocess.Popen(self.command, env=environment(domain, **more_environment), text=True, errors="replace", bufsize=1,
                                      stdin=subprocess.PIPE if stdin else subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE)
        self.lines = {"stdout": [], "stderr": []}
        self._news = queue.Queue()
        self._readers = [threading.Thread(target=self._read, args=(name,), daemon=True) for name in self.lines]
        for reader in self._readers:
            reader.start()

    def _read(self, name):
        for line in getattr(self.child, name):
            self.lines[name].append(line.rstrip("\n"))
            self._news.put(name)
        self._news.put(None)

    @property
    def stdout(self):
        return "\n".join(self.lines["stdout"])

    @property
    def stderr(self):
        return "\n".join(self.lines["stderr"])

    def wait_for(self, pattern, count=1, stream=None, deadline=DEADLINE):
        """Waits until `count` lines match; returns them. Fails with all output when the process ends or the deadline passes first."""
        expression = re.compile(pattern)
        until = time.monotonic() + deadline
        ended = 0
        while True:
            lines = [line for name, lines in self.lines.items() if stream in (None, name) for line in list(lines)]
            found = [line for line in lines if expression.search(line)]
            if len(found) >= count:
                return found
            if ended == 2:
                raise AssertionError(f"ended before {count} x {pattern!r}\n{self.report()}")
            try:
                if self._news.get(timeout=max(0.0, until - time.monotonic())) is None:
                    ended += 1
            except queue.Empty:
                raise AssertionError(f"no {count} x {pattern!r} in {deadline} s\n{self.report()}") from None

    def write(self, text):
        self.child.stdin.write(text)
        self.child.stdin.flush()

    def finish(self, deadline=DEADLINE):
        """Waits for the end; returns the exit status."""
        if self.child.stdin:
            self.child.stdin.close()
        try:
            status = self.child.wait(timeout=deadline)
        except subprocess.TimeoutExpired:
            self.child.kill()
            raise AssertionError(f"did not end in {deadline} s\n{self.report()}") from None
        for reader in self._readers:
            reader.join(timeout=5)
        return status

    def interrupt(self):
        """SIGINT; returns the exit status."""
        self.child.send_signal(signal.SIGINT)
        return self.finish()

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()

    def report(self):
        return f"$ {' '.join(self.command)}\n-- status {self.child.poll()} --\n-- stdout --\n{self.stdout}\n-- stderr --\n{self.stderr}"
