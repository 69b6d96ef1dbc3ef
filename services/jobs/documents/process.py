"""What runs inside the assembling process: python -m services.jobs.documents.process.

It serves one parent, which hands it a socket for each call (SCM_RIGHTS) over standard input, and ends when
that does. It holds the application role's connections and nothing else. It may be killed at any moment: what
it stores is bound to a claim (docspasta.store.assembly).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from docspasta import gc_tuning
from docspasta.domain import JobKey
from docspasta.exports.grep import Grep
from docspasta.exports.selection import BadSelection
from docspasta.store.assembly import assemble
from docspasta.store.documents import DocumentGone, open_document
from docspasta.store.exports import grep, open_export, read_selection
from docspasta.store.outline import open_outline
from docspasta.store.pool import Pool, open_pool
from docspasta.telemetry import logs

from .exports import packed_entries, selection_from, wanted_from
from .searching import Searching
from .wire import HEAD, Kind, Message, head_of, of_value, packed

CONNECTIONS = 4
ALIVE_SECONDS = 5.0
KINDER = 5  # what answers people goes first
OOM_SCORE = Path("/proc/self/oom_score_adj")
LOST_FIRST = "500"  # out of memory, the kernel ends this process and not its parent
log = logs.logger("documents")


class Call:
    """One call of the parent, over a socket of its own."""

    def __init__(
        self,
        pool: Pool,
        searching: Searching,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._pool, self._searching = pool, searching
        self._reader, self._writer = reader, writer

    async def serve(self) -> None:
        """Read the request and answer it; a parent who hangs up ends it."""
        try:
            _, length = head_of(await self._reader.readexactly(HEAD.size))
            asked = Message(Kind.REQUEST, await self._reader.readexactly(length)).value
            work = asyncio.ensure_future(self._answer(asked))
            hung_up = asyncio.ensure_future(self._reader.read(1))
            living = asyncio.ensure_future(self._show_life())
            await asyncio.wait([work, hung_up], return_when=asyncio.FIRST_COMPLETED)
            for task in (work, hung_up, living):
                task.cancel()
            await asyncio.gather(work, hung_up, living, return_exceptions=True)
        except (OSError, EOFError, ValueError) as error:
            log.warning("a call was cut", error=repr(error))
        finally:
            self._writer.close()

    async def _show_life(self) -> None:
        """Say that the answer is being worked on, unless the parent still has something to read."""
        while True:
            await asyncio.sleep(ALIVE_SECONDS)
            if not self._writer.transport.get_write_buffer_size():
                self._writer.write(packed(Message(Kind.ALIVE)))

    async def _answer(self, asked: Any) -> None:
        key = JobKey(*asked["job"])
        calls: dict[str, Callable[[JobKey, Any], Awaitable[Message]]] = {
            "assemble": self._assemble,
            "stream": self._stream,
            "outline": self._outline,
            "export": self._export,
            "selection": self._selection,
            "grep": self._grep,
            "search": self._search,
            "index": self._index,
        }
        try:
            last = await calls[asked["call"]](key, asked)
        except BadSelection as error:
            last = of_value(Kind.REFUSED, [error.field, str(error)])
        except DocumentGone:
            last = Message(Kind.GONE)
        except ConnectionError:
            return  # the parent hung up
        except Exception as error:
            log.exception("a document could not be assembled", job_id=key.job_id)
            last = Message(Kind.FAILED, repr(error).encode()[:1000])
        with contextlib.suppress(OSError):
            await self._send(last)

    async def _assemble(self, key: JobKey, asked: Any) -> Message:
        async for _ in assemble(self._pool, key, asked["form"], UUID(asked["claim"])):
            await self._send(Message(Kind.PROGRESS))
        return Message(Kind.END)

    async def _stream(self, key: JobKey, asked: Any) -> Message:
        opened = await open_document(self._pool, key, asked["form"])
        if opened is None:
            return Message(Kind.NOTHING)
        header, pieces = opened
        return await self._hand_on(asdict(header), pieces)

    async def _outline(self, key: JobKey, asked: Any) -> Message:
        opened = await open_outline(self._pool, key, asked["after"], asked["pages"])
        if opened is None:
            return Message(Kind.NOTHING)
        pages, pieces = opened
        return await self._hand_on(pages, (piece async for _, piece in pieces))

    async def _export(self, key: JobKey, asked: Any) -> Message:
        wanted, selection = wanted_from(asked["wanted"]), selection_from(asked["selection"])
        opened = await open_export(self._pool, key, wanted, selection, asked["if_none_match"])
        if opened is None:
            return Message(Kind.NOTHING)
        header, pieces = opened
        return await self._hand_on(asdict(header), pieces)

    async def _hand_on(self, header: object, pieces: AsyncIterator[bytes]) -> Message:
        """Send what is known first, then each piece; the message that ends the answer."""
        await self._send(of_value(Kind.HEADER, header))
        async for piece in pieces:
            await self._send(Message(Kind.DATA, piece))
        return Message(Kind.END)

    async def _selection(self, key: JobKey, asked: Any) -> Message:
        selection = selection_from(asked["selection"])
        told = await read_selection(
            self._pool, key, selection, asked["under"], asked["after"], asked["limit"]
        )
        if told is None:
            return Message(Kind.NOTHING)
        await self._send(of_value(Kind.HEADER, {"sum": list(asdict(told.sum).values()), "under": told.under}))
        for piece in packed_entries(told.entries):
            await self._send(Message(Kind.DATA, piece))
        return Message(Kind.END)

    async def _grep(self, key: JobKey, asked: Any) -> Message:
        look = Grep(asked["pattern"], asked["context"], asked["limit"])
        complete = await grep(self._pool, key, selection_from(asked["selection"]), look)
        if complete is None:
            return Message(Kind.NOTHING)
        await self._send(of_value(Kind.HEADER, complete))
        for match in look.matches:
            await self._send(of_value(Kind.DATA, match))
        return Message(Kind.END)

    async def _search(self, key: JobKey, asked: Any) -> Message:
        head, hits = await self._searching.answer(key, asked["query"], asked["limit"], asked["misspelt"])
        await self._send(of_value(Kind.HEADER, head))
        for hit in hits:
            await self._send(of_value(Kind.DATA, hit))
        return Message(Kind.END)

    async def _index(self, key: JobKey, asked: Any) -> Message:
        await self._searching.index(key)
        return Message(Kind.END)

    async def _send(self, message: Message) -> None:
        self._writer.write(packed(message))
        await self._writer.drain()


async def serve(control: socket.socket, pool: Pool) -> None:
    """Take calls until the parent closes its end."""
    loop, ended, calls = asyncio.get_running_loop(), asyncio.Event(), set[asyncio.Task[None]]()
    control.setblocking(False)
    searching = Searching(pool)

    async def call(theirs: socket.socket) -> None:
        reader, writer = await asyncio.open_unix_connection(sock=theirs)
        await Call(pool, searching, reader, writer).serve()

    def accept() -> None:
        try:
            data, sockets, _, _ = socket.recv_fds(control, 1, 1)
        except BlockingIOError:
            return
        except OSError:
            data, sockets = b"", []
        if not data:
            loop.remove_reader(control)
            ended.set()
        for number in sockets:
            task = loop.create_task(call(socket.socket(fileno=number)))
            calls.add(task)
            task.add_done_callback(calls.discard)

    loop.add_reader(control, accept)
    await ended.wait()


def give_way() -> None:
    """Let the parent go first, for cores and when memory runs out."""
    os.nice(KINDER)
    with contextlib.suppress(OSError):
        OOM_SCORE.write_text(LOST_FIRST)


async def main() -> None:
    """Connect, and serve."""
    pool = await open_pool(
        os.environ["DOCSPASTA_POSTGRES_DSN"],
        size=CONNECTIONS,
        statement_timeout=float(os.environ["DOCSPASTA_POSTGRES_STATEMENT_TIMEOUT"]),
        name="docspasta-documents",
    )
    gc_tuning.collect_in_steps()
    await serve(socket.socket(fileno=0), pool)


if __name__ == "__main__":
    give_way()
    asyncio.run(main())
