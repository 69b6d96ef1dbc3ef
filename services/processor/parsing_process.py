"""One parsing process and its socket, seen from the processor: start, call, kill.

Messages are those of wire.py; the other end is parsing.py's `main`. A process
ends by itself when its standard input closes, so none outlives the processor.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from .wire import LENGTHS, BadMessage, Message, packed, unpacked

PARSING = f"{__package__}.parsing"
ROOT = Path(__file__).parents[PARSING.count(".")]  # the directory that its first package lies in
CALLS_A_PROCESS = 2000  # then it is replaced, for a parser may leak
MOST_BYTES = 512 * 1024 * 1024  # of a part of an answer
READ_AHEAD = 1024 * 1024  # bytes of an answer that may wait for their reader


class Lost(Exception):
    """The process ended or was killed before it answered. `overtime`: by the CPU seconds it had."""

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
        """Have a running process; a new one when there is none, when it has had its calls, or when the
        task that started it was cancelled before it could be talked to."""
        if self.pid is None or self._streams is None or self._calls >= CALLS_A_PROCESS:
            await self.kill()
            self._calls = 0
            self._process, ours = started(self._memory)
            self._streams = await asyncio.open_unix_connection(sock=ours, limit=READ_AHEAD)

    async def ask(self, message: Message, answers: int, seconds: float) -> AsyncGenerator[Message]:
        """The answers to `message`, each within `seconds` of wall time, which is only the last resort: the
        process ends itself by the CPU seconds that it was given. Raises Lost; the process is then gone."""
        await self.start()
        self._calls += 1
        whole = False
        try:
            async with asyncio.timeout(seconds):
                await self._send(message)
            for _ in range(answers):
                async with asyncio.timeout(seconds):
                    answer = await self._receive()
                yield answer
            whole = True
        except TimeoutError as error:
            raise Lost(f"there was no answer within {seconds:g} s") from error
        except (OSError, EOFError, BadMessage) as error:
            overtime = await self.kill() == -signal.SIGPROF
            sentence = "it used up its CPU seconds" if overtime else "the process ended while it worked on it"
            raise Lost(sentence, overtime=overtime) from error
        finally:
            if not whole:
                await self.kill()

    async def kill(self) -> int | None:
        """End the process at once and wait for its end. Its exit status, which is negative for the signal
        that ended it; None when there was no process."""
        process, self._process = self._process, None
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].transport.abort()
        if process is None:
            return None
        process.kill()
        return await asyncio.to_thread(process.wait)

    async def _send(self, message: Message) -> None:
        assert self._streams is not None
        writer = self._streams[1]
        writer.write(packed(message))
        await writer.drain()

    async def _receive(self) -> Message:
        assert self._streams is not None
        reader = self._streams[0]
        header, payload = LENGTHS.unpack(await reader.readexactly(LENGTHS.size))
        if max(header, payload) > MOST_BYTES:
            raise BadMessage("an answer is longer than any page")
        return unpacked(await reader.readexactly(header), await reader.readexactly(payload))
