"""StoredDocuments: documents as handlers read them. An ended job's is assembled once and read as it is
stored, from the first piece on while the rest is still made. A running job's is assembled for its reader, at
the reader's pace. Both happen in the assembling process, never on this loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from math import inf
from typing import cast
from uuid import UUID, uuid4

from docspasta.document.pieces import GZIP_HEAD, PIECE_BYTES, gzip_bytes, gzip_tail, inflated
from docspasta.domain import JobKey
from docspasta.errors import Unavailable
from docspasta.identity.caller import share_of
from docspasta.serving.even_pace import EvenPace
from docspasta.serving.limits import CHUNK_BYTES
from docspasta.store import assembly as store
from docspasta.store.assembly import StoredDocument
from docspasta.store.document_plan import Snapshot, read_job
from docspasta.store.documents import DocumentGone, DocumentHeader, header_of
from docspasta.store.outline import rows_of
from docspasta.store.pool import Pool
from docspasta.telemetry.logs import logger

from . import partial
from .assembler import Assembler, Failed, Lost
from .outline_part import OutlinePart
from .turns import Turns

ASSEMBLED_AT_ONCE = 2
PIECES_AT_ONCE = 4
SOON = 0.5  # seconds that a reader waits for the whole of a short document, whose length is known then
LOOK_AGAIN = 0.25  # seconds, when another replica assembles
LOSSES, REST = 3, 60.0  # assemblies that may be lost, and the seconds of rest then
log = logger("documents")

Document = tuple[DocumentHeader, AsyncGenerator[bytes]]
Named = tuple[JobKey, str]  # a job and a form of its document


class StoredDocuments:
    """Documents over `pool`, assembled by `assembler`; `clock` is monotonic seconds. Close it."""

    def __init__(self, pool: Pool, assembler: Assembler, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool, self._assembler, self._clock = pool, assembler, clock
        self._turns = Turns(ASSEMBLED_AT_ONCE)
        self._pace = EvenPace()
        self._partial = partial.places()
        self._assembling: dict[Named, asyncio.Task[None]] = {}
        self._grown: dict[Named, asyncio.Event] = {}

    async def close(self) -> None:
        """Stop assembling; what is half made is begun again by the next who asks."""
        tasks = list(self._assembling.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._assembler.end()

    async def open(
        self, key: JobKey, form: str, if_none_match: str = "", *, gzip: bool = False, first: int = 0
    ) -> Document | None:
        """A job's document from byte `first` on, or None when the user has no such job. `gzip`: the reader
        takes gzip of a whole stored document. The stream's pieces are at most 256 KiB.

        The stream raises DocumentGone when the job is deleted meanwhile, Unavailable for trouble that passes.
        """
        async with self._pool.transaction(key.user_id, snapshot=True) as connection:
            job = await read_job(connection, key)
        if job is None:
            return None
        if not job.ended:
            return await self._open_partial(key, form)
        return await self._open_stored(key, form, job, if_none_match, gzip and not first, first)

    # An ended job's document

    async def _open_stored(
        self, key: JobKey, form: str, job: Snapshot, if_none_match: str, gzip: bool, first: int
    ) -> Document | None:
        kept = await store.find_document(self._pool, key, form)
        header = header_of(job, form, if_none_match, *([kept.renderer] if kept else []))
        if header.not_modified:
            return header, _nothing()
        kept = await self.known((key, form))
        header = replace(header_of(job, form, "", kept.renderer), pages=kept.pages or 0, gzip=gzip)
        if kept.finished:
            coded = gzip_bytes(kept.coded_bytes) if gzip else max(kept.bytes - first, 0)
            header = replace(header, bytes=kept.bytes, coded_bytes=coded)
        text = self._gzip((key, form), kept) if gzip else self._plain((key, form), kept, first)
        return header, text

    async def known(self, named: Named, *, whole: bool = False) -> StoredDocument:
        """The stored document; assembled now if it is not there. Without `whole`, one that takes long is
        given as soon as it can be read. Raises Unavailable; DocumentGone when there is no such ended job any
        more."""
        readable = inf
        while True:
            kept = await store.find_document(self._pool, *named)
            if kept is not None and kept.claimed and kept.pages is not None and not whole:
                readable = min(readable, self._clock())
            if kept is not None and (kept.finished or self._clock() >= readable + SOON):
                return kept
            await self._wait(named, kept)

    async def pieces(self, named: Named, kept: StoredDocument, seq: int = 0) -> AsyncGenerator[bytes]:
        """The pieces as stored, from `seq` on, as they come."""
        renderer = kept.renderer
        while True:
            found = await store.read_pieces(self._pool, *named, seq, PIECES_AT_ONCE)
            for piece in found:
                yield piece.data
            seq += len(found)
            if found:
                continue
            now = await store.find_document(self._pool, *named)
            if now is None or now.renderer != renderer:
                raise Unavailable("The document is being made anew; ask again.", retry_after=1.0)
            if now.finished and seq * PIECE_BYTES >= now.bytes:
                return
            await self._wait(named, now)

    async def _gzip(self, named: Named, kept: StoredDocument) -> AsyncGenerator[bytes]:
        yield GZIP_HEAD
        async for piece in self.pieces(named, kept):
            for at in range(0, len(piece), CHUNK_BYTES):
                chunk = piece[at : at + CHUNK_BYTES]
                await self._pace.turn(len(chunk))
                yield chunk
        whole = await store.find_document(self._pool, *named)
        if whole is None:
            raise DocumentGone(named[0].job_id)
        yield gzip_tail(whole.checksum, whole.bytes)

    async def _plain(self, named: Named, kept: StoredDocument, first: int) -> AsyncGenerator[bytes]:
        seq, skip = divmod(first, PIECE_BYTES)
        async for piece in self.pieces(named, kept, seq):
            plain = await asyncio.to_thread(inflated, piece)
            for at in range(skip, len(plain), CHUNK_BYTES):
                chunk = plain[at : at + CHUNK_BYTES]
                await self._pace.turn(len(chunk))
                yield chunk
            skip = 0

    # Assembling it

    async def _wait(self, named: Named, kept: StoredDocument | None) -> None:
        """Wait until there may be more of a document; somebody assembles it."""
        if kept is not None and kept.claimed and named not in self._assembling:
            if kept.losses >= LOSSES and kept.pages is None:
                raise Unavailable("The document could not be assembled; ask again later.", retry_after=REST)
            await asyncio.sleep(LOOK_AGAIN)  # another replica does
            return
        if named not in self._assembling:
            task = asyncio.create_task(self._assemble(named), name="assembling")
            self._assembling[named], self._grown[named] = task, asyncio.Event()
            task.add_done_callback(lambda _: self._assembled(named))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN):
                await self._grown[named].wait()

    def _assembled(self, named: Named) -> None:
        del self._assembling[named]
        self._grown.pop(named).set()

    async def _assemble(self, named: Named) -> None:
        """Have a document assembled, in its user's turn. Who waits for it looks what became of it."""
        key, form = named
        claim = uuid4()
        try:
            async with self._turns.turn(share_of(key.user_id)):
                if await store.claim_document(self._pool, key, form, claim):
                    await self._assemble_claimed(named, claim)
        except DocumentGone:
            log.info("a document was not finished: its job or its claim is gone", job_id=key.job_id)
        except (Lost, Failed, Unavailable) as error:
            log.warning("an assembly was lost", job_id=key.job_id, form=form, error=str(error))
            await self._lose(named, claim)
        except asyncio.CancelledError:
            with contextlib.suppress(Unavailable):
                await store.give_up_claim(self._pool, key, form, claim)
            raise

    async def _assemble_claimed(self, named: Named, claim: UUID) -> None:
        key, form = named
        answer = self._assembler.ask(call="assemble", job=key, form=form, claim=str(claim))
        async with aclosing(answer) as messages:
            async for _ in messages:
                grown, self._grown[named] = self._grown[named], asyncio.Event()
                grown.set()

    async def _lose(self, named: Named, claim: UUID) -> None:
        """Let the next assembly begin; after some losses only after a rest."""
        with contextlib.suppress(Unavailable):
            kept = await store.find_document(self._pool, *named)
            rest = REST if kept is not None and kept.losses + 1 >= LOSSES else 0.0
            await store.give_up_claim(self._pool, *named, claim, 1, rest)

    # A running job's document

    async def _open_partial(self, key: JobKey, form: str) -> Document | None:
        answer = self._assembler.ask(call="stream", job=key, form=form)
        read = partial.read(answer, self._partial, key.user_id)
        header = await anext(read, None)
        if header is None:
            return None
        assert isinstance(header, DocumentHeader)
        return header, cast(AsyncGenerator[bytes], read)

    # The outline

    async def outline(self, key: JobKey, part: OutlinePart) -> bool:
        """Fill a part of the outline; whether the user has such a job."""
        async with self._pool.transaction(key.user_id, snapshot=True) as connection:
            job = await read_job(connection, key)
        if job is None:
            return False
        if not job.ended:
            after, pages = part.pages.start, len(part.pages)
            answer = self._assembler.ask(call="outline", job=key, after=after, pages=pages)
            return await partial.fill_outline(answer, self._partial, key.user_id, part)
        kept = await self.known((key, store.OUTLINE), whole=True)
        seq = 0
        while pieces := await store.read_outline_pieces(self._pool, key, part.pages, seq, 1):
            if part.add(rows_of(inflated(pieces[0].data))):
                break
            seq = pieces[0].seq + 1
        part.end(kept.pages or 0)
        return True


async def _nothing() -> AsyncGenerator[bytes]:
    pieces: tuple[bytes, ...] = ()
    for piece in pieces:
        yield piece
