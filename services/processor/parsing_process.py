"""One parsing process and its socket, seen from the processor: start, call, kill.

Messages are those of wire.py; the other end is parsing.py's `serve`. fork_server.py starts the process, anew
for each user's turn, and all of it ends by itself with the processor.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator

from .parsing_server import ParsingServer
from .patience import while_it_works
from .wire import LENGTHS, BadMessage, Message, packed, unpacked

CALLS_A_PROCESS = 2000  # then it is replaced, for a parser may leak
MOST_BYTES = 512 * 1024 * 1024  # of a part of an answer
READ_AT_ONCE = 256 * 1024  # bytes
READ_AHEAD = 1024 * 1024  # bytes of an answer that may wait for their reader


class Lost(Exception):
    """The process ended or was killed before it answered. `overtime`: by the CPU seconds it had."""

    def __init__(self, sentence: str, *, overtime: bool = False) -> None:
        super().__init__(sentence)
        self.overtime = overtime


class ParsingProcess:
    """A process for one call at a time and one user's pages, started when it is first needed and again after
    a loss."""

    def __init__(self, memory: int) -> None:
        self._server = ParsingServer(memory)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._user = ""  # whose pages it has seen
        self._starting = asyncio.Lock()  # who warms it and who asks it may come at once
        self._calls = 0
        self._pid = 0

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        running = self._streams is not None and not self._streams[0].at_eof()
        return self._pid if running else None

    async def start(self, user: str = "") -> None:
        """Have a running process; a new one when there is none, when it has had its calls, when it has seen
        another user's pages, or when the task that started it was cancelled before it could be talked to."""
        async with self._starting:
            if self.pid is None or self._calls >= CALLS_A_PROCESS or (user and self._user not in ("", user)):
                await self._start_anew()
            self._user = self._user or user

    async def _start_anew(self) -> None:
        await self.kill()
        self._calls = 0
        self._user = ""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._pid = await self._server.start(theirs)
            self._streams = await asyncio.open_unix_connection(sock=ours, limit=READ_AHEAD)
        except BaseException:
            ours.close()
            raise

    async def ask(self, user: str, message: Message, answers: int, seconds: float) -> AsyncGenerator[Message]:
        """The answers to a user's `message`. The process ends itself by the CPU seconds that it was given.
        Wall time is only the last resort: `seconds` in which it used no core (patience.py). Raises Lost; the
        process is then gone."""
        whole = False
        try:
            await self.start(user)
            self._calls += 1
            await while_it_works(self._send(message), self._pid, seconds)
            for _ in range(answers):
                yield await while_it_works(self._receive(), self._pid, seconds)
            whole = True
        except TimeoutError as error:
            raise Lost("the process did not work on it") from error
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
        streams, self._streams = self._streams, None
        if streams is None:
            return None
        streams[1].transport.abort()
        return await self._server.end()

    async def stop(self) -> None:
        """End it for good."""
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].transport.abort()
        await self._server.stop()

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
        return unpacked(await reader.readexactly(header), await _payload(reader, payload))


async def _payload(reader: asyncio.StreamReader, size: int) -> bytearray:
    """The next `size` bytes, copied as they come. Raises EOFError."""
    payload, at = bytearray(size), 0
    while at < size:
        part = await reader.read(min(READ_AT_ONCE, size - at))
        if not part:
            raise EOFError("the process ended before its answer did")
        payload[at : at + len(part)] = part
        at += len(part)
        await asyncio.sleep(0)  # a reader that has something does not wait
    return payload
