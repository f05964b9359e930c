#!/usr/bin/env python3
"""rclio's rclpy beside upstream's, measured in the same run: one table of ratios with the targets.

    bench/python_table.py [--rclio PYTHON] [--upstream PYTHON] [--repeat 3] [--let-sleep] [ROW...]

Each row is measured by python_measures.py in turns, upstream then rclio, `--repeat` times; the table has the medians. Timers are measured at
the same time: what else the machine does moves both, and the median of the turns' ratios counts. PYTHON of rclio is the one of a virtual environment with rclio installed (tests/python/setup prints one). ROW: parts of names of
rows to measure. While what waits is measured, processors are kept awake (keep_awake.py) unless --let-sleep: then it is mostly what waking
them costs. Exit status 1 when a target is missed."""
import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from keep_awake import processors_awake

HERE = Path(__file__).resolve().parent
LOOPBACK = ('<CycloneDDS><Domain><General><Interfaces><NetworkInterface name="lo" multicast="true"/></Interfaces></General></Domain>'
            "</CycloneDDS>")


class Side:
    def __init__(self, name, python, domain):
        self.name, self.python = name, python
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("ROS_", "RMW_", "PYTHON"))}
        self.environment.update(ROS_DOMAIN_ID=str(domain), CYCLONEDDS_URI=LOOPBACK)

    def start(self, *arguments):
        return subprocess.Popen([self.python, str(HERE / "python_measures.py"), *map(str, arguments)], env=self.environment, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def alone(self, *arguments):
        """The figures of one program."""
        return self.end(self.start(*arguments), *arguments)

    def end(self, process, *arguments, deadline=180):
        try:
            out, err = process.communicate(timeout=deadline)
        except subprocess.TimeoutExpired:
            process.kill()
            raise RuntimeError(f"{arguments[0]} on {self.name}: no end in {deadline} s") from None
        if process.returncode or not out.strip():
            raise RuntimeError(f"{arguments[0]} on {self.name}: {err.strip().splitlines()[-1:] or process.returncode}")
        return json.loads(out.strip().splitlines()[-1])

    def pair(self, answering, *arguments):
        """The figures of a program, with another one that answers it; those of the other one begin with its name."""
        other = self.start(answering)
        try:
            if other.stdout.readline() != "ready\n":
                raise RuntimeError(f"{answering} on {self.name}: {other.stderr.read().strip().splitlines()[-1:]}")
            figures = self.alone(*arguments)
            out, _ = other.communicate("", timeout=20)
            figures.update({f"{answering}_{key}": value for key, value in json.loads(out.strip().splitlines()[-1]).items()})
            return figures
        finally:
            other.kill()


def trip(side):
    figures = side.pair("echo", "round_trip", 3000)
    return {"p50": figures["p50_us"], "cpu": figures["cpu_us"]}


def codings(side):
    figures = side.alone("coding")
    return {**figures, "image_encode_copies": figures["image_encode_us"] / figures["copy_us"],
            "image_decode_copies": figures["image_decode_us"] / figures["copy_us"]}


def ticks_at_once(ours, other, idle):
    """A timer of rclio, beside `idle` entities, and at the same time one of `other`: what a tick costs either of them, and the ratio."""
    measured = [(ours, ("timer", TICKS_SECONDS, idle)), (other, ("timer", TICKS_SECONDS, 0))]
    started = [side.start(*arguments) for side, arguments in measured]
    try:
        figures = [side.end(process, *arguments)["cpu_us"] for process, (side, arguments) in zip(started, measured)]
    finally:
        for process in started:
            process.kill()
    return {"cpu_us": figures[0], "other_us": figures[1], "ratio": figures[0] / figures[1]}


TICKS_SECONDS = 5
# groups whose two sides are measured at the same time: how many turns for each of --repeat, and of what.
AT_ONCE = {
    "timer": (2, lambda rclio, upstream, beside: ticks_at_once(rclio, upstream, 0)),
    "idle": (2, lambda rclio, upstream, beside: ticks_at_once(rclio, beside, 2000)),
}

# group: how its figures are measured. A figure of None is not measured on that side.
GROUPS = {
    "round trip": trip,
    "throughput": lambda side: {"per_second": side.pair("count_messages", "flood", 3)["count_messages_per_second"]},
    "wake": lambda side: side.alone("wake") if side.name == "rclio" else None,
    "call": lambda side: side.pair("adder", "calls", 2000),
    "goal": lambda side: side.pair("fibonacci", "goals", 100, 50),
    "many goals": lambda side: side.pair("fibonacci", "goals", 10000, 50) if side.name == "rclio" else None,
    "coding": codings,
    "start": lambda side: side.alone("start"),
    "asyncio": lambda side: side.alone("asyncio_attached") if side.name == "rclio" else None,
    "asyncio alone": lambda side: side.alone("asyncio_alone") if side.name == "rclio" else None,
}

# What waits more than it works.
WAITING = {"round trip", "timer", "wake", "idle", "call", "goal", "many goals"}

# row, group, figure, unit, what it is compared with (a side, another group of rclio, a figure of a group), the most that rclio may be of that.
# A target above 1 on a figure of which more is better is the least.
ROWS = [
    ("round trip of 64 B, median", "round trip", "p50", "us", "upstream", 1 / 2.5),
    ("round trip of 64 B, CPU of one side", "round trip", "cpu", "us", "upstream", 1 / 3),
    ("throughput of 64 B", "throughput", "per_second", "/s", "upstream", 15),
    ("timer and publish at 100 Hz, CPU each", "timer", "cpu_us", "us", "timer:other_us", 1 / 8),
    ("the same beside 2,000 idle entities", "idle", "cpu_us", "us", "idle:other_us", 1.1),
    ("awaited service call, median", "call", "p50_us", "us", "upstream", 1 / 2.5),
    ("awaited service call, CPU of the client", "call", "cpu_us", "us", "upstream", None),
    ("goal of order 10 after 100 others, median", "goal", "p50_us", "us", "upstream", 1 / 3),
    ("goal of order 10 after 10,000 others, median", "many goals", "p50_us", "us", "goal", 1.1),
    ("String: encode", "coding", "string_encode_us", "us", "upstream", 1 / 8),
    ("String: decode", "coding", "string_decode_us", "us", "upstream", 1 / 8),
    ("JointState: encode", "coding", "joints_encode_us", "us", "upstream", 1 / 6),
    ("JointState: decode", "coding", "joints_decode_us", "us", "upstream", 1 / 6),
    ("Image of 6.2 MB: encode", "coding", "image_encode_us", "us", "coding:copy_us", 1.2),
    ("Image of 6.2 MB: decode", "coding", "image_decode_us", "us", "coding:copy_us", 1.2),
    ("import, init and a node", "start", "start_ms", "ms", "upstream", 1 / 6),
    ("resident memory", "start", "resident_kb", "kB", "upstream", 1 / 2),
    ("threads", "start", "threads", "", "upstream", 1 / 2),
    ("asyncio with rclio: call_soon", "asyncio", "call_soon_us", "us", "asyncio alone", 1.1),
    ("asyncio with rclio: sleep(0)", "asyncio", "sleep_0_us", "us", "asyncio alone", 1.1),
    ("asyncio with rclio: TCP echo of 64 B", "asyncio", "tcp_echo_us", "us", "asyncio alone", 1.1),
]


def turns_of(group, sides, repeat):
    """The turns of a group: which side's figures each gives, and how."""
    if group in AT_ONCE:
        upstream, rclio, beside = sides
        times, ticks = AT_ONCE[group]
        return [(rclio, lambda: ticks(rclio, upstream, beside))] * (times * repeat)
    return [(side, lambda side=side: GROUPS[group](side)) for _ in range(repeat) for side in sides[:2]]


def measure(sides, groups, repeat, let_sleep):
    """figures[side, group, figure]: medians."""
    found, failed = {}, set()
    for group in groups:
        for side, figures_of_turn in turns_of(group, sides, repeat):
            if (side.name, group) in failed:
                continue
            try:
                with processors_awake() if group in WAITING and not let_sleep else contextlib.nullcontext():
                    figures = figures_of_turn()
            except (RuntimeError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
                failed.add((side.name, group))
                print(f"# {error}", file=sys.stderr)
                continue
            for name, value in (figures or {}).items():
                found.setdefault((side.name, group, name), []).append(value)
    return {key: statistics.median(values) for key, values in found.items()}


# What a row's right side is called.
NAMES = {"timer:other_us": "upstream", "idle:other_us": "without", "coding:copy_us": "one copy", "goal": "after 100", "asyncio alone": "asyncio alone"}


def number(value):
    return "-" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def print_table(figures, rows):
    missed = 0
    print("| | rclio | compared with | | ratio | target | |\n|---|---|---|---|---|---|---|")
    for row, group, figure, unit, against, target in rows:
        ours = figures.get(("rclio", group, figure))
        if against == "upstream":
            name, theirs = "upstream", figures.get(("upstream", group, figure))
        elif ":" in against:
            name, theirs = NAMES[against], figures.get(("rclio", *against.split(":")))
        else:
            name, theirs = NAMES[against], figures.get(("rclio", against, figure))
        ratio = figures.get(("rclio", group, "ratio"), ours / theirs if ours is not None and theirs else None)
        kept = ratio is not None and (target is None or (ratio >= target if figure == "per_second" else ratio <= target))
        missed += not kept
        wanted = "" if target is None else f"at least {target:g}" if figure == "per_second" else f"at most {target:.2f}"
        print(f"| {row} | {number(ours)} {unit} | {name} | {number(theirs)} {unit} | {'-' if ratio is None else f'{ratio:.2f}'} | {wanted} | "
              f"{'' if target is None else 'kept' if kept else '**missed**'} |")
    bare = figures.get(("rclio", "wake", "cpu_us"))
    if bare is not None:
        print(f"\nA wait of 10 ms in Python, nothing else, costs {number(bare)} us of CPU here and now: the least that a timer can cost.")
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rclio", default=sys.executable)
    parser.add_argument("--upstream", default="/opt/upstream/python")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--domain", type=int, default=95)
    parser.add_argument("--let-sleep", action="store_true")
    parser.add_argument("rows", nargs="*")
    options = parser.parse_args()
    rows = [row for row in ROWS if not options.rows or any(part in row[0] or part == row[1] for part in options.rows)]
    groups = {row[1] for row in rows} | {row[4].split(":")[0] for row in rows}
    if "timer" in groups:
        groups.add("wake")
    sides = [Side("upstream", options.upstream, options.domain), Side("rclio", options.rclio, options.domain + 1),
             Side("rclio beside it", options.rclio, options.domain + 2)]
    figures = measure(sides, [group for group in (*GROUPS, *AT_ONCE) if group in groups], options.repeat, options.let_sleep)
    print(f"Processors {'that may sleep' if options.let_sleep else 'kept awake for what waits'}:\n")
    return 1 if print_table(figures, rows) else 0


if __name__ == "__main__":
    sys.exit(main())
