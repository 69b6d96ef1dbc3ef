"""The assembling process, seen from the jobs service: started when first needed, called, ended when idle.

Documents are put together there, so that no step of it holds up a loop that answers requests.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from docspasta.errors import Unavailable
from docspasta.store.documents import DocumentGone

from .wire import HEAD, Kind, Message, head_of, of_value, packed

MODULE = f"{__package__}.process"
ROOT = Path(__file__).parents[MODULE.count(".")]  # the directory that its first package lies in
IDLE_SECONDS = 300.0
SILENT_SECONDS = 60.0  # it shows its life more often than that
READ_AHEAD = 512 * 1024  # bytes of an answer that may wait for their reader


class Lost(Exception):
    """The process ended before it had answered."""


class Failed(Exception):
    """The document could not be assembled; the message says what went wrong."""


class Assembler:
    """One process for all calls. `dsn` is the application role's, `timeout` of a statement in seconds."""

    def __init__(self, dsn: str, timeout: float, idle: float = IDLE_SECONDS) -> None:
        self._dsn, self._timeout, self._idle = dsn, timeout, idle
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._calls = 0
        self._resting: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process else None

    async def ask(self, **asked: Any) -> AsyncGenerator[Message]:
        """The messages of an answer, without its END. Close it when it is not read to its end.

        Raises Lost, Failed, DocumentGone; Unavailable when no process can be started.
        """
        self._calls += 1
        if self._resting is not None:
            self._resting.cancel()
        writer: asyncio.StreamWriter | None = None
        try:
            ours = self._connect()
            reader, writer = await asyncio.open_unix_connection(sock=ours, limit=READ_AHEAD)
            writer.write(packed(of_value(Kind.REQUEST, asked)))
            while (message := await self._next(reader)).kind is not Kind.END:
                if message.kind is Kind.GONE:
                    raise DocumentGone(asked["job"][1])
                if message.kind is Kind.FAILED:
                    raise Failed(message.data.decode())
                if message.kind is not Kind.ALIVE:
                    yield message
        except (OSError, EOFError) as error:
            raise Lost("the process that assembles documents ended in the middle") from error
        finally:
            if writer is not None:
                writer.transport.abort()
            self._calls -= 1
            if not self._calls:
                self._resting = asyncio.get_running_loop().call_later(self._idle, self.end)

    async def _next(self, reader: asyncio.StreamReader) -> Message:
        """The next message. A process that is silent is stopped or stuck: it is ended. Raises EOFError."""
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                return await _receive(reader)
        except TimeoutError as error:
            self.end()
            raise EOFError("the process said nothing") from error

    def end(self) -> None:
        """End the process, whatever it does; the next call starts another."""
        process, self._process = self._process, None
        control, self._control = self._control, None
        if self._resting is not None:
            self._resting.cancel()
        if control is not None:
            control.close()
        if process is not None:
            process.kill()
            process.wait()

    def _connect(self) -> socket.socket:
        """Our end of a new socket whose other end the process has."""
        if self.pid is None or self._control is None:
            self.end()
            self._start()
        assert self._control is not None
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"+"], [theirs.fileno()])
            except BlockingIOError as error:
                ours.close()
                raise Unavailable("too many documents are asked for at once", retry_after=1.0) from error
            except OSError:
                ours.close()
                raise
        return ours

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOCSPASTA_")}
        environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "DOCSPASTA_POSTGRES_DSN": self._dsn,
            "DOCSPASTA_POSTGRES_STATEMENT_TIMEOUT": str(self._timeout),
        }
        with theirs:
            # -P: the working directory is the person's; a module there is not ours to run.
            command = [sys.executable, "-P", "-m", MODULE]
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), env=environment)
        ours.setblocking(False)
        self._control = ours


async def _receive(reader: asyncio.StreamReader) -> Message:
    kind, length = head_of(await reader.readexactly(HEAD.size))
    return Message(kind, await reader.readexactly(length) if length else b"")
