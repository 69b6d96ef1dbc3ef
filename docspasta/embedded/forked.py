"""Processes that another one forked (preload.py), seen from the command that asked for them. Linux."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

CAN_FORK = sys.platform == "linux" and hasattr(os, "pidfd_open")
LONGEST = 32  # bytes of an answer
PATIENCE = 60.0  # seconds that all imports may take


class Running(Protocol):
    """A process that was started: as much of subprocess.Popen as a stack uses of it."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...
    def kill(self) -> None: ...


class Forked:
    """A process that is no child of this one, by its pidfd. How it ended is not known here: as 0."""

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid = pid
        self._descriptor = descriptor

    def fileno(self) -> int:
        """A file that can be read once the process has ended."""
        return self._descriptor

    def poll(self) -> int | None:
        """None while it runs."""
        return 0 if self._has_ended(0) else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; raises subprocess.TimeoutExpired after so many seconds."""
        if not self._has_ended(timeout):
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return 0

    def send_signal(self, sig: int) -> None:
        """Does nothing if it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, sig)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Forget it, once it has ended."""
        os.close(self._descriptor)

    def _has_ended(self, timeout: float | None) -> bool:
        looking = select.poll()
        looking.register(self._descriptor, select.POLLIN)
        return bool(looking.poll(None if timeout is None else timeout * 1000))


class Preloaded:
    """The process that forks them (preload.py)."""

    def __init__(self, program: subprocess.Popen[bytes], channel: socket.socket) -> None:
        self.program = program
        self._channel = channel
        self._channel.settimeout(PATIENCE)
        self._one_at_a_time = threading.Lock()

    def fork(self, module: str, *, register: int, log: Path, environment: Mapping[str, str]) -> Forked:
        """A new process that runs `python -m MODULE`; `register` is the pipe of the watchdog. Raises OSError
        when this one has ended or says nothing."""
        with self._one_at_a_time, log.open("ab") as output, _file_of(environment) as given:
            files = [register, output.fileno(), given.fileno()]
            socket.send_fds(self._channel, [module.encode()], files)
            answer, forked, _, _ = socket.recv_fds(self._channel, LONGEST, 1)
        if not answer:
            raise ConnectionResetError("the process that forks has ended")
        return Forked(int(answer), forked[0])

    def close(self) -> None:
        """End it. What it forked goes on; who waits for a fork is told that it has ended."""
        self.program.kill()
        self.program.wait()
        with self._one_at_a_time:
            self._channel.close()


def _file_of(environment: Mapping[str, str]) -> BinaryIO:
    """An environment in a file that has no name, for it holds secrets."""
    file = os.fdopen(os.memfd_create("environment"), "w+b")
    file.write(json.dumps(dict(environment)).encode())
    file.flush()
    file.seek(0)
    return file
