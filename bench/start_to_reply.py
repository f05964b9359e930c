#!/usr/bin/env python3
"""How long from the start of a client to its first reply, beside upstream's own: docs/discovery.md.

    bench/start_to_reply.py [--starts 50] [--bin build/release/bin] [--upstream /opt/upstream/python] [--busy N] [--capture FOLDER]

Three pairs, one server each and many starts of its client: rclio client and upstream server, upstream client and rclio server, upstream to
upstream. An rclio client counts from the start of its process; an upstream one from rclpy.init, as its imports take a second; the last column leaves out what it took itself to make node and client. --busy keeps N cores busy
meanwhile. --capture writes a capture for each pair (needs tcpdump and its rights); the time at which a slow start began is printed.
Ends with status 1 when a start with rclio in it took longer than --limit."""
import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = ('<CycloneDDS><Domain><General><Interfaces><NetworkInterface name="lo" multicast="true"/></Interfaces></General></Domain>'
            "</CycloneDDS>")
SERVER = """
import rclpy
from example_interfaces.srv import AddTwoInts
def add(request, response):
    response.sum = request.a + request.b
    return response
rclpy.init()
node = rclpy.create_node('add_two_ints_server')
node.create_service(AddTwoInts, 'add_two_ints', add)
rclpy.spin(node)
"""
CLIENT = """
import time
import rclpy
from example_interfaces.srv import AddTwoInts
start = time.time()
rclpy.init()
node = rclpy.create_node('add_two_ints_client')
client = node.create_client(AddTwoInts, 'add_two_ints')
made = time.time()
while not client.service_is_ready() and time.time() < start + 10:
    time.sleep(0.002)
call = client.call_async(AddTwoInts.Request(a=2, b=3))
rclpy.spin_until_future_complete(node, call, timeout_sec=10)
print(start, made - start, time.time() - start if call.done() else -1)
node.destroy_node()
rclpy.shutdown()
"""


class Pairs:
    def __init__(self, options):
        self.options = options
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("RMW_")}
        self.environment.update(ROS_DOMAIN_ID=str(options.domain), CYCLONEDDS_URI=os.environ.get("CYCLONEDDS_URI", LOOPBACK))

    def upstream(self, program):
        return [self.options.upstream, "-c", program]

    def rclio(self, name):
        return [str(self.options.bin / name)]

    def start_rclio(self):
        start = time.time()
        ended = subprocess.run([*self.rclio("add_two_ints_client"), "2", "3"], env=self.environment, capture_output=True, text=True)
        return start, 0.0, time.time() - start if ended.returncode == 0 else -1.0

    def start_upstream(self):
        ended = subprocess.run(self.upstream(CLIENT), env=self.environment, capture_output=True, text=True)
        if ended.returncode != 0:
            sys.exit(ended.stderr)
        start, made, reply = map(float, ended.stdout.split())
        return start, made, reply

    def capture(self, name):
        if not self.options.capture:
            return None
        low = 7400 + 250 * self.options.domain
        self.options.capture.mkdir(parents=True, exist_ok=True)
        file = str(self.options.capture / f"{name}.pcap")
        command = ["tcpdump", "-i", "lo", "-U", "-B", "8192", "-w", file, f"udp portrange {low}-{low + 249}"]
        return subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def measure(self, name, server, start):
        """Prints one row; returns whether all were under the limit."""
        tcpdump = self.capture(name)
        process = subprocess.Popen(server, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            start()  # the server is up and known
            starts = [start() for _ in range(self.options.starts)]
        finally:
            process.kill()
            process.wait()
            if tcpdump:
                tcpdump.terminate()
                tcpdump.wait()
        replies = [reply * 1e3 if reply >= 0 else float("inf") for _, _, reply in starts]
        under = sum(reply < self.options.limit for reply in replies)
        after = max(reply - made * 1e3 for reply, (_, made, _) in zip(replies, starts))
        print(f"{name:28} median {statistics.median(replies):5.0f} ms   max {max(replies):5.0f} ms   "
              f"under {self.options.limit:.0f} ms {under:3} of {len(replies)}   max after the client was made {after:5.0f} ms", flush=True)
        for (at, made, reply) in starts:
            if not 0 <= reply * 1e3 < self.options.limit:
                print(f"    slow: began {at:.3f}, client made after {made * 1e3:.0f} ms, reply after {reply * 1e3:.0f} ms")
        return under == len(replies)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=50)
    parser.add_argument("--limit", type=float, default=600, help="ms")
    parser.add_argument("--bin", type=Path, default=Path(os.environ.get("RCLIO_BIN", ROOT / "build/release/bin")))
    parser.add_argument("--upstream", default="/opt/upstream/python", help="a Python that has rclpy")
    parser.add_argument("--domain", type=int, default=97)
    parser.add_argument("--busy", type=int, default=0, help="cores to keep busy meanwhile")
    parser.add_argument("--capture", type=Path, help="folder for captures")
    parser.add_argument("--pairs", default="client,server,upstream", help="which: client (rclio is it), server, upstream")
    options = parser.parse_args()
    pairs = Pairs(options)
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(options.busy)]
    good = True
    try:
        if "client" in options.pairs:
            good &= pairs.measure("rclio-to-upstream", pairs.upstream(SERVER), pairs.start_rclio)
        if "server" in options.pairs:
            good &= pairs.measure("upstream-to-rclio", pairs.rclio("add_two_ints_server"), pairs.start_upstream)
        if "upstream" in options.pairs:
            pairs.measure("upstream-to-upstream", pairs.upstream(SERVER), pairs.start_upstream)
    finally:
        for process in busy:
            process.kill()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
