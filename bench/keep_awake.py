#!/usr/bin/env python3
"""Runs a program while no processor falls asleep, so that figures tell what programs cost and not what waking a processor costs.

    bench/keep_awake.py COMMAND [ARGUMENT...]

A loop of the class SCHED_IDLE runs on each processor: whatever else wants to run takes its place at once, as if the processor were idle, but
awake. On a virtual machine a halted processor takes 20 to 50 us to come back, on a physical one with deep states of sleep much the same;
cyclictest keeps processors awake for that reason, through /dev/cpu_dma_latency, which needs root and a machine of one's own."""
import contextlib
import os
import subprocess
import sys

LOOP = """
import os
os.sched_setaffinity(0, {%d})
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
parent = os.getppid()
print(flush=True)
while os.getppid() == parent:
    for _ in range(10_000_000):
        pass
"""


@contextlib.contextmanager
def processors_awake():
    loops = [subprocess.Popen([sys.executable, "-c", LOOP % processor], stdout=subprocess.PIPE) for processor in sorted(os.sched_getaffinity(0))]
    try:
        for loop in loops:
            if not loop.stdout.readline():
                raise RuntimeError("a loop of the class SCHED_IDLE cannot run here: measure with processors that may sleep")
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.communicate()


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with processors_awake():
        return subprocess.run(sys.argv[1:]).returncode


if __name__ == "__main__":
    sys.exit(main())
