"""A herd of event-stream clients in a process of its own: plain sockets and epoll, so that it costs little.

Commands come as JSON lines on stdin, answers go as JSON lines to stdout:
  open {address, path, headers, clients, last_id}   open streams; answers when each has its response's head
  wait {version, within}                            until every client has seen that version; seconds it took
  seen {}                                           {version: [monotonic time at which each client had it]}
  quiet {}                                          forget what was seen
  close {}                                          cut all
"""

from __future__ import annotations

import json
import os
import re
import resource
import select
import socket
import sys
import time
from typing import Any

ID = re.compile(rb"id: \w+-(\d+)")


class Herd:
    """All clients of this process."""

    def __init__(self) -> None:
        self.epoll = select.epoll()
        self.sockets: dict[int, socket.socket] = {}
        self.version: dict[int, int] = {}
        self.headed: set[int] = set()
        self.tails: dict[int, bytes] = {}
        self.seen: dict[int, list[float]] = {}
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
        for number, _ in self.epoll.poll(timeout, 512):
            try:
                chunk = self.sockets[number].recv(262_144)
            except BlockingIOError:
                continue
            except ConnectionError:
                chunk = b""
            if not chunk:
                self._drop(number)
                continue
            now = time.monotonic()
            self.bytes += len(chunk)
            if number not in self.headed:
                self.headed.add(number)
                self.refused += b" 200 " not in chunk[:20]
            self._note(number, self.tails.get(number, b"") + chunk, now)
            self.tails[number] = chunk[-40:] if not chunk.endswith(b"\n") else b""

    def _note(self, number: int, chunk: bytes, now: float) -> None:
        last = self.version[number]
        for found in ID.finditer(chunk):
            version = int(found[1])
            if version > last:
                last = version
                if self.recording:
                    self.seen.setdefault(version, []).append(now)
        self.version[number] = last

    recording = False

    def _drop(self, number: int) -> None:
        self.epoll.unregister(number)
        self.sockets.pop(number).close()
        for kept in (self.version, self.tails):
            kept.pop(number, None)
        self.headed.discard(number)

    def wait(self, version: int, within: float) -> dict[str, Any]:
        started = time.monotonic()
        while time.monotonic() < started + within:
            if all(seen >= version for seen in self.version.values()):
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
        self.recording, self.seen = on, {}
        return {}

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
            answer = herd.seen if name == "seen" else getattr(herd, name)(**command)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
