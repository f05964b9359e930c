#!/usr/bin/env python3
"""What `ros2` takes, beside upstream's where that can be run.

    bench/bench_cli.py [--bin build/release/bin] [--upstream "ros2 command of upstream"] [--nodes 50] [--seconds 10] [NAME...]

    help   start to end of `ros2 --help`                                          goal: 5 ms
    list   `ros2 topic list` with that many nodes, ten a process: complete, and how long     goal: 150 ms
    echo   `ros2 topic echo` of a 10 kHz topic: messages printed of those sent    goal: all
    hz     `ros2 topic hz` on 30 VGA images a second: part of a core              goal: 2 %

Figures are absolute: upstream's `ros2` is not among the wheels that rclio is tested with (tests/peers/setup has rclpy alone). With
--upstream the same is measured with that command and the ratio printed. On a machine that does other things the smallest time says
most. Ends with status 1 when a goal is missed (by the smallest time)."""
import argparse
import os
import re
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = ('<CycloneDDS><Domain><General><Interfaces><NetworkInterface name="lo" multicast="true"/></Interfaces></General></Domain>'
            "</CycloneDDS>")


class Bench:
    def __init__(self, options):
        self.options = options
        self.missed = []
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("RMW_", "ROS_", "AMENT_"))}
        self.environment.update(ROS_DOMAIN_ID=str(options.domain), CYCLONEDDS_URI=os.environ.get("CYCLONEDDS_URI", LOOPBACK))
        self.commands = {"rclio": [str(options.bin / "ros2")]}
        if options.upstream:
            self.commands["upstream"] = shlex.split(options.upstream)
        self.children = []

    def start(self, *command, **streams):
        self.children.append(subprocess.Popen([str(part) for part in command], env=self.environment, **{"stdout": subprocess.DEVNULL, **streams}))
        return self.children[-1]

    def end_children(self):
        for child in self.children:
            child.kill()
        for child in self.children:
            child.wait()
        self.children.clear()

    def timed(self, command, arguments):
        start = time.perf_counter()
        done = subprocess.run([*command, *arguments], env=self.environment, capture_output=True, text=True)
        return time.perf_counter() - start, done

    def report(self, name, unit, figures, goal):
        """figures: of each command, a list; smallest and median are printed."""
        best = {who: min(values) for who, values in figures.items()}
        for who, values in figures.items():
            print(f"{name:5} {who:9} smallest {best[who]:9.3f} {unit}, median {statistics.median(values):9.3f} {unit}, {len(values)} times")
        if "upstream" in best:
            print(f"{name:5} upstream / rclio: {best['upstream'] / best['rclio']:.1f}")
        print(f"{name:5} goal: {goal:g} {unit}: {'met' if best['rclio'] <= goal else 'MISSED'}", flush=True)
        if best["rclio"] > goal:
            self.missed.append(name)

    def help(self):
        figures = {who: [self.timed(command, ["--help"])[0] * 1e3 for _ in range(200 if who == "rclio" else 10)]
                   for who, command in self.commands.items()}
        self.report("help", "ms", figures, 5)

    def list(self):
        for first in range(0, self.options.nodes, 10):
            self.start(self.options.bin / "many_nodes", first, min(10, self.options.nodes - first))
        expected = {f"/topic_{i}" for i in range(self.options.nodes)}
        while not expected <= set(self.timed(self.commands["rclio"], ["topic", "list", "--spin-time", "3"])[1].stdout.split()):
            continue  # until all have started
        figures, complete = {who: [] for who in self.commands}, {who: 0 for who in self.commands}
        for who, command in self.commands.items():
            for _ in range(20 if who == "rclio" else 5):
                seconds, done = self.timed(command, ["topic", "list"])
                figures[who].append(seconds * 1e3)
                complete[who] += expected <= set(done.stdout.split())
        self.end_children()
        for who in figures:
            print(f"list  {who:9} complete {complete[who]} of {len(figures[who])} times")
        if complete["rclio"] < len(figures["rclio"]):
            self.missed.append("list")
        self.report("list", "ms", figures, 150)

    def echo(self):
        count = 10000 * self.options.seconds
        for who, command in self.commands.items():
            with tempfile.TemporaryFile("w+") as printed:
                pub = self.start(self.options.bin / "ros2", "topic", "pub", "-r", 10000, "-p", count, "-t", count, "-w", 1, "--keep-alive", 3,
                                 "--qos-depth", 1000, "/fast", "std_msgs/msg/Int32", "{data: 7}")
                echo = self.start(*command, "topic", "echo", "/fast", "std_msgs/msg/Int32", stdout=printed)
                pub.wait()
                echo.send_signal(signal.SIGINT)
                echo.wait()
                printed.seek(0)
                got = printed.read().count("data: 7\n")
            self.end_children()
            print(f"echo  {who:9} {got} of {count} messages printed", flush=True)
            if who == "rclio" and got != count:
                self.missed.append("echo")

    def hz(self):
        image = "{height: 480, width: 640, encoding: rgb8, step: 1920, data: [" + ", ".join(["127"] * 921600) + "]}"
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(image)
            file.flush()
            self.start(self.options.bin / "ros2", "topic", "pub", "-r", 30, "-p", 1000000, "--qos-profile", "sensor_data", "--yaml-file", file.name,
                       "/image", "sensor_msgs/msg/Image")
            figures = {who: [self.load_of(command)] for who, command in self.commands.items()}
        self.end_children()
        self.report("hz", "% of a core", figures, 2)

    def load_of(self, command):
        """CPU time of `topic hz` while it measures, as part of that time."""
        hz = self.start(*command, "topic", "hz", "/image", stdout=subprocess.PIPE, text=True)
        line = ""
        while "average rate" not in line:
            line = hz.stdout.readline()
        before, start = self.cpu_of(hz.pid), time.perf_counter()
        time.sleep(self.options.seconds)
        load = (self.cpu_of(hz.pid) - before) / (time.perf_counter() - start) * 100
        hz.send_signal(signal.SIGINT)
        rates = re.findall(r"average rate: ([\d.]+)", hz.communicate()[0])
        print(f"hz    measured {rates[-1] if rates else 'nothing'} a second")
        return load

    @staticmethod
    def cpu_of(pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", type=Path, default=ROOT / "build/release/bin")
    parser.add_argument("--upstream", help="upstream's command, sourced and all: 'ros2'")
    parser.add_argument("--nodes", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--domain", type=int, default=97)
    parser.add_argument("names", nargs="*", default=["help", "list", "echo", "hz"])
    options = parser.parse_args()
    bench = Bench(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no child stays behind
    try:
        for name in options.names or ["help", "list", "echo", "hz"]:
            getattr(bench, name)()
    finally:
        bench.end_children()
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
