"""What goes over the loopback interface: the RTPS DATA submessages of user endpoints, as a raw socket sees them. Needs CAP_NET_RAW."""
import os
import re
import select
import socket
import struct
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

ETH_P_IP = 0x0800
UDP = 17
INFO_DST, DATA, DATA_FRAG = 0x0E, 0x15, 0x16
USER_WRITERS = (0x02, 0x03)
SENTINEL, RELATED = 0x01, {0x0083, 0x800F}


@dataclass
class Sample:
    source: bytes  # prefix of the sender's participant
    source_port: int
    port: int  # where it goes to
    multicast: bool
    writer: bytes
    sequence: int
    is_related: bool  # it has a related sample identity in its inline QoS: the dialect of Fast DDS
    payload: bytes
    fragment: int  # 0: whole


def _parameters_end(message, at, order):
    """The position behind an inline QoS, and the ids in it."""
    seen = set()
    while at + 4 <= len(message):
        pid, length = struct.unpack_from(order + "HH", message, at)
        at += 4
        if pid == SENTINEL:
            break
        seen.add(pid)
        at += length
    return at, seen


def samples_of(message, source_port, port, multicast):
    """The user samples in one RTPS message."""
    if message[:4] != b"RTPS":
        return
    source, at = message[8:20], 20
    while at + 4 <= len(message):
        kind, flags = message[at], message[at + 1]
        order = "<" if flags & 1 else ">"
        length = struct.unpack_from(order + "H", message, at + 2)[0] or len(message) - at - 4
        body = at + 4
        if kind in (DATA, DATA_FRAG) and message[body + 11] in USER_WRITERS:
            to_qos = struct.unpack_from(order + "H", message, body + 2)[0]
            high, low = struct.unpack_from(order + "iI", message, body + 12)
            first = struct.unpack_from(order + "I", message, body + 20)[0] if kind == DATA_FRAG else 0
            end, seen = body + 4 + to_qos, set()
            if flags & 2:
                end, seen = _parameters_end(message, end, order)
            payload = message[end:body + length] if kind == DATA_FRAG or flags & 4 else b""
            yield Sample(source, source_port, port, multicast, message[body + 8:body + 12], (high << 32) + low, bool(seen & RELATED), payload, first)
        at = body + length


class Capture:
    """with Capture() as capture: ...; then capture.samples"""

    def __enter__(self):
        try:
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
        except PermissionError:
            pytest.skip("capturing needs CAP_NET_RAW: run as root or give Python that capability")
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 << 20)
        self.socket.bind(("lo", ETH_P_IP))
        self.samples = []
        self._stop_reader, self._stop_writer = os.pipe()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def _read(self):
        while True:
            ready = select.select([self.socket, self._stop_reader], [], [])[0]
            if self.socket in ready:
                self._packet(*self.socket.recvfrom(1 << 16))
            elif ready:
                return  # everything before the stop has been read

    def _packet(self, packet, address):
        if address[2] == socket.PACKET_OUTGOING or packet[9] != UDP:  # loopback shows a packet as it leaves and as it comes
            return
        start = (packet[0] & 15) * 4
        source_port, port = struct.unpack_from("!HH", packet, start)
        self.samples.extend(samples_of(packet[start + 8:], source_port, port, 224 <= packet[16] < 240))

    def __exit__(self, *_):
        os.write(self._stop_writer, b"x")
        self._thread.join()
        for file in (self._stop_reader, self._stop_writer):
            os.close(file)
        self.socket.close()


def sockets_of(pid):
    """The inodes of a process's sockets."""
    links = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    return {match[1] for match in map(re.compile(r"socket:\[(\d+)\]").match, links) if match}


def udp_ports_of(pid):
    """The UDP ports that a process is bound to."""
    inodes, ports = sockets_of(pid), set()
    for line in Path(f"/proc/{pid}/net/udp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[9] in inodes:
            ports.add(int(fields[1].split(":")[1], 16))
    return ports
