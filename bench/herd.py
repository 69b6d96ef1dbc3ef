"""A herd of event-stream clients in a process of its own: plain sockets and epoll, so that it costs little.

Of what a client receives only its last whole event is looked at: the versions come in order, so a client
that has that one has all before it. Each client's receipts are timed one by one.

Commands come as JSON lines on stdin, answers go as JSON lines to stdout:
  open {address, path, headers, clients, last_id}   open streams; answers when each has its response's head
  wait {version, within}                            until every client has seen that version; seconds it took
  idle {seconds}                                    read what comes
  record {on}                                       note receipts from now on, or no more
  seen {versions}                                   each version: each client's time of receipt (monotonic)
  close {}                                          cut all
"""

from __future__ import annotations

import json
import os
import resource
import select
import socket
import sys
import time
from bisect import bisect_left
from typing import Any

BUFFER = 65_536


class Herd:
    """All clients of this process."""

    def __init__(self) -> None:
        self.epoll = select.epoll()
        self.sockets: dict[int, socket.socket] = {}
        self.version: dict[int, int] = {}
        self.headed: set[int] = set()
        self.tails: dict[int, bytes] = {}  # the event that has not come whole, where there is one
        self.receipts: dict[int, list[tuple[int, float]]] = {}  # of each client: version, time
        self.recording = False
        self.buffer = bytearray(BUFFER)  # one for all: an allocation a read costs more than the read
        self.bytes = self.refused = 0

    def open(
        self, address: str, path: str, headers: dict[str, str], clients: int, last_id: str
    ) -> dict[str, Any]:
        host, _, port = address.rpartition(":")
        lines = [f"GET {path} HTTP/1.1", f"Host: {address}", *(f"{n}: {v}" for n, v in headers.items())]
        lines += [f"Last-Event-ID: {last_id}"] if last_id else []
        request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        started = time.monotonic()
        opened = 0
        while opened < clients:
            for _ in range(min(100, clients - opened)):
                client = self._connect(host, int(port))
                client.sendall(request)
                client.setblocking(False)
                self.sockets[client.fileno()] = client
                self.version[client.fileno()] = -1
                self.epoll.register(client.fileno(), select.EPOLLIN)
                opened += 1
            self.read(0)
        while len(self.headed) < len(self.sockets):
            self.read(1)
            if time.monotonic() > started + 60:
                break
        return {"open": len(self.sockets), "refused": self.refused, "seconds": time.monotonic() - started}

    def _connect(self, host: str, port: int) -> socket.socket:
        until = time.monotonic() + 30
        while True:
            try:
                return socket.create_connection((host, port), timeout=30)
            except ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.005)

    def read(self, timeout: float) -> None:
        """Take what came."""
        buffer = self.buffer
        for number, _ in self.epoll.poll(timeout, 512):
            try:
                size = self.sockets[number].recv_into(buffer)
            except BlockingIOError:
                continue
            except ConnectionError:
                size = 0
            if not size:
                self._drop(number)
                continue
            now = time.monotonic()
            self.bytes += size
            if number not in self.headed:
                self.headed.add(number)
                self.refused += b" 200 " not in buffer[:20]
            tail = self.tails.pop(number, None)
            if tail is None:
                self._note(number, buffer, size, now)
            else:
                whole = tail + buffer[:size]
                self._note(number, whole, len(whole), now)

    def _note(self, number: int, data: bytes | bytearray, size: int, now: float) -> None:
        """Find the last whole event's id."""
        end = data.rfind(b"\n\n", 0, size)
        if size - end > len(b"\n\n\r\n"):  # more than the end of an HTTP chunk
            self.tails[number] = bytes(data[max(end + 1, 0) : size])
        at = data.rfind(b"\nid: ", 0, end + 1)
        if at < 0:
            return
        version = int(data[at + 5 : data.index(b"\n", at + 5)].rpartition(b"-")[2])
        if version > self.version[number]:
            self.version[number] = version
            if self.recording:
                self.receipts.setdefault(number, []).append((version, now))

    def _drop(self, number: int) -> None:
        self.epoll.unregister(number)
        self.sockets.pop(number).close()
        for kept in (self.version, self.tails):
            kept.pop(number, None)
        self.headed.discard(number)

    def wait(self, version: int, within: float) -> dict[str, Any]:
        started = time.monotonic()
        while time.monotonic() < started + within:
            if min(self.version.values(), default=version) >= version:
                break
            self.read(0.2)
        behind = sum(1 for seen in self.version.values() if seen < version)
        return {
            "behind": behind,
            "open": len(self.sockets),
            "seconds": time.monotonic() - started,
            "at": time.monotonic(),
        }

    def idle(self, seconds: float) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.read(min(left, 0.2))
        return {"open": len(self.sockets), "bytes": self.bytes}

    def record(self, on: bool) -> dict[str, Any]:
        self.recording, self.receipts = on, {}
        return {}

    def seen(self, versions: list[int]) -> dict[int, list[float]]:
        found: dict[int, list[float]] = {version: [] for version in versions}
        for receipts in self.receipts.values():
            reached = [version for version, _ in receipts]
            for version in versions:
                at = bisect_left(reached, version)
                if at < len(receipts):
                    found[version].append(receipts[at][1])
        return found

    def close(self) -> dict[str, Any]:
        for number in list(self.sockets):
            self._drop(number)
        return {}


def main() -> None:
    """Do what stdin says."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    herd = Herd()
    reading = sys.stdin.fileno()
    os.set_blocking(reading, False)
    pending = b""
    while True:
        try:
            data = os.read(reading, 65_536)
            if not data:
                return
            pending += data
        except BlockingIOError:
            herd.read(0.01)
        while b"\n" in pending:
            line, _, pending = pending.partition(b"\n")
            command = json.loads(line)
            name = command.pop("do")
            answer = getattr(herd, name)(**command)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
