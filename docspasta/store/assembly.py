"""Assembling a document of an ended job, once: claimed, stored piece by piece, and read while it grows.

Whoever assembles holds a claim, which it renews. One that is killed or held up loses it: then nothing that it
writes counts, and the next one begins again. A document is the same bytes each time, so a reader who has some
pieces goes on with the other's.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from uuid import UUID

from docspasta.document.pieces import Cutter, deflated
from docspasta.domain import JobKey
from docspasta.tokens import estimated_tokens

from .connection import Connection
from .document_plan import RENDERER
from .documents import MARKDOWN, DocumentGone, open_document
from .outline import open_outline
from .pool import Pool
from .statements import load

OUTLINE = "outline"
CLAIM_SECONDS = 15.0
RENEWALS = 5  # in the time of a claim


class StoredDocument(NamedTuple):
    """What is kept of a document. `claimed`: somebody writes it now; `pages` None: not known yet; `bytes`,
    `coded_bytes` and `checksum` are of the pieces that are there, all of them once it is `finished`."""

    renderer: int
    claim: UUID
    claimed: bool
    losses: int
    pages: int | None
    bytes: int
    coded_bytes: int
    checksum: int
    finished: bool


class Piece(NamedTuple):
    """A stored piece."""

    seq: int
    data: bytes


class DocumentSize(NamedTuple):
    """What a stored document comes to; `tokens` is an estimate, 0 for not counted."""

    job_id: str
    pages: int
    bytes: int
    tokens: int


SQL = load("assembly.sql", DocumentSize)


async def find_document(pool: Pool, key: JobKey, form: str) -> StoredDocument | None:
    """What is kept of a form of a job's document, None for nothing yet. Raises DocumentGone when the user has
    no such job, or it goes on again."""
    async with pool.transaction(key.user_id) as connection:
        kept = await SQL.find_document.one(connection, StoredDocument, **key._asdict(), form=form)
        if kept is None and not await SQL.has_job.value(connection, bool, **key._asdict()):
            raise DocumentGone(key.job_id)
        return kept


async def document_sizes(connection: Connection, user_id: str, job_ids: list[str]) -> list[DocumentSize]:
    """The sizes of those of these ended jobs' documents that are stored whole."""
    given = {"user_id": user_id, "job_ids": job_ids, "form": MARKDOWN}
    return await SQL.document_sizes.all(connection, DocumentSize, **given)


async def read_pieces(pool: Pool, key: JobKey, form: str, seq: int, limit: int) -> list[Piece]:
    """At most `limit` pieces from `seq` on."""
    async with pool.transaction(key.user_id) as connection:
        return await SQL.read_pieces.all(connection, Piece, **key._asdict(), form=form, seq=seq, limit=limit)


async def read_outline_pieces(pool: Pool, key: JobKey, pages: range, seq: int, limit: int) -> list[Piece]:
    """At most `limit` pieces of the outline from `seq` on, of those that have headings of these pages."""
    given = {**key._asdict(), "seq": seq, "first": pages.start, "end": pages.stop, "limit": limit}
    async with pool.transaction(key.user_id) as connection:
        return await SQL.read_outline.all(connection, Piece, **given)


async def claim_document(pool: Pool, key: JobKey, form: str, claim: UUID) -> bool:
    """Whether `claim` may write the document now: the job has ended, and nobody else wrote it or does."""
    given = {**key._asdict(), "form": form}
    async with pool.transaction(key.user_id) as connection:
        claimed = await SQL.claim_document.execute(
            connection, **given, renderer=RENDERER, claim=claim, seconds=CLAIM_SECONDS
        )
        if claimed:
            await SQL.drop_pieces.execute(connection, **given)
    return bool(claimed)


async def give_up_claim(
    pool: Pool, key: JobKey, form: str, claim: UUID, losses: int = 0, rest: float = 0.0
) -> None:
    """The assembly with this claim does not go on; `losses` 1: it was lost. The next one may begin after
    `rest` seconds."""
    given = {**key._asdict(), "form": form, "claim": claim, "losses": losses, "seconds": rest}
    async with pool.transaction(key.user_id) as connection:
        await SQL.give_up_claim.execute(connection, **given)


async def assemble(pool: Pool, key: JobKey, form: str, claim: UUID) -> AsyncIterator[None]:
    """Assemble a document under a claim; yields whenever there is more of it to read.

    Raises DocumentGone when the claim is lost, or the job deleted or opened again.
    """
    writing = _Writing(pool, key, form, claim)
    async with _renewed(writing):
        async for _ in _outline(writing) if form == OUTLINE else _text(writing):
            yield


class _Writing:
    """A document on its way into Postgres."""

    def __init__(self, pool: Pool, key: JobKey, form: str, claim: UUID) -> None:
        self.pool, self.key, self.form, self._claim = pool, key, form, claim
        self.cutter = Cutter()
        self._pages: int | None = None
        self._seq = self._bytes = 0
        self._tokens = 0.0

    async def begin(self, pages: int) -> None:
        """How many pages it includes is known."""
        self._pages = pages
        await self._keep(b"", range(0))

    async def add(self, plain: bytes, pages: range = range(0)) -> None:
        """Store a piece. `pages` are the indexes of an outline's."""
        piece, tokens = await asyncio.to_thread(_packed, plain)
        self._bytes += len(plain)
        self._tokens += tokens
        await self._keep(piece, pages)

    async def finish(self) -> None:
        """It is whole."""
        await self._keep(b"", range(0), finished=True)

    async def renew(self) -> None:
        """Hold the claim while there is nothing to write."""
        async with self.pool.transaction(self.key.user_id) as connection:
            await SQL.renew_claim.execute(connection, **self._named(), seconds=CLAIM_SECONDS)

    async def _keep(self, piece: bytes, pages: range, *, finished: bool = False) -> None:
        async with self.pool.transaction(self.key.user_id) as connection:
            kept = await SQL.keep_claim.execute(
                connection,
                **self._named(),
                seconds=CLAIM_SECONDS,
                pages=self._pages,
                bytes=self._bytes,
                tokens=round(self._tokens),
                more=len(piece),
                checksum=self.cutter.checksum,
                finished=finished,
            )
            if not kept:
                raise DocumentGone(self.key.job_id)
            if piece:
                await SQL.add_piece.execute(
                    connection,
                    **self.key._asdict(),
                    form=self.form,
                    seq=self._seq,
                    first_page=pages.start,
                    last_page=max(pages.stop - 1, 0),
                    data=piece,
                )
                self._seq += 1

    def _named(self) -> dict[str, Any]:
        return {**self.key._asdict(), "form": self.form, "claim": self._claim}


def _packed(plain: bytes) -> tuple[bytes, float]:
    """A piece as it is stored, and its tokens."""
    return deflated(plain), estimated_tokens(plain)


async def _text(writing: _Writing) -> AsyncIterator[None]:
    opened = await open_document(writing.pool, writing.key, writing.form)
    if opened is None:
        raise DocumentGone(writing.key.job_id)
    header, parts = opened
    await writing.begin(header.pages)
    yield
    async for part in parts:
        for plain in writing.cutter.cut(part):
            await writing.add(plain)
            yield
    if left := writing.cutter.end():
        await writing.add(left)
    await writing.finish()
    yield


async def _outline(writing: _Writing) -> AsyncIterator[None]:
    opened = await open_outline(writing.pool, writing.key)
    if opened is None:
        raise DocumentGone(writing.key.job_id)
    pages, pieces = opened
    await writing.begin(pages)
    yield
    async for some, plain in pieces:
        await writing.add(plain, some)
        yield
    await writing.finish()
    yield


@asynccontextmanager
async def _renewed(writing: _Writing) -> AsyncIterator[None]:
    """Renew the claim while the block lasts."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(CLAIM_SECONDS / RENEWALS)
            await writing.renew()

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)  # a lost claim is found by what writes
