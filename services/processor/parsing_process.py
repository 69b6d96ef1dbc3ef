"""One parsing process and its socket, seen from the processor: start, call, kill.

Messages are a length (4 bytes, big-endian) and a pickle; the other end is parsing.py's `main`. A process
ends by itself when its standard input closes, so none outlives the processor.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

LENGTH = struct.Struct(">I")
PARSING = f"{__package__}.parsing"
ROOT = Path(__file__).parents[PARSING.count(".")]  # the directory that its first package lies in
CALLS_A_PROCESS = 2000  # then it is replaced: what a parser leaks does not live for ever
READ_AHEAD = 1024 * 1024  # bytes of an answer that may wait for their reader


class Lost(Exception):
    """The process ended or was killed before it answered. `overtime`: it had taken too long."""

    def __init__(self, sentence: str, *, overtime: bool = False) -> None:
        super().__init__(sentence)
        self.overtime = overtime


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def started(memory: int) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """A new process, and our end of the socket that is its standard input and output."""
    ours, theirs = socket.socketpair()
    with theirs:
        # -P: the working directory is the person's; a `resource.py` there is not ours to run.
        command = [sys.executable, "-P", "-m", PARSING, str(memory)]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOCSPASTA_")}
        kept["PYTHONPATH"] = str(ROOT)
        return subprocess.Popen(command, stdin=theirs.fileno(), stdout=theirs.fileno(), env=kept), ours


class ParsingProcess:
    """A process for one call at a time, started when it is first needed and again after a loss."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._calls = 0

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process else None

    async def start(self) -> None:
        """Have a running process; a new one when there is none or it has had its calls, or when whoever
        started it was cancelled before it could be talked to."""
        if self.pid is None or self._streams is None or self._calls >= CALLS_A_PROCESS:
            await self.kill()
            self._calls = 0
            self._process, ours = started(self._memory)
            self._streams = await asyncio.open_unix_connection(sock=ours, limit=READ_AHEAD)

    async def call(self, message: Any, seconds: float) -> Any:
        """The answer to `message`. Raises Lost; the process is then gone."""
        await self.start()
        self._calls += 1
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
        except TimeoutError as error:
            await self.kill()
            raise Lost(f"it took longer than {seconds:g} s", overtime=True) from error
        except (OSError, EOFError) as error:
            await self.kill()
            raise Lost("the process ended while it worked on it") from error
        except BaseException:
            await self.kill()
            raise

    async def kill(self) -> None:
        """End the process at once and wait for its end."""
        process, self._process = self._process, None
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].transport.abort()
        if process is not None:
            process.kill()
            await asyncio.to_thread(process.wait)

    async def _exchange(self, message: bytes) -> Any:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(LENGTH.pack(len(message)) + message)
        await writer.drain()
        (size,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
        return pickle.loads(await reader.readexactly(size))  # noqa: S301 (our own process)
