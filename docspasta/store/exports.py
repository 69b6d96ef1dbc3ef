"""open_export: a selection of a job's pages in one of the formats, as a stream of bytes; read_selection: what
a selection comes to. Pages are read some at a time in short transactions, and what is made of them is made in
a thread, so that neither a slow reader nor a large page holds up others."""

from __future__ import annotations

import asyncio
import hashlib
import time
from array import array
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from uuid import UUID

from docspasta.compression import unpack_apart
from docspasta.document.facts import decode
from docspasta.document.names import file_name
from docspasta.document.plan import Plan
from docspasta.domain import JobKey
from docspasta.exports.book import Book, Export, PageText
from docspasta.exports.folders import Entry, Folders, PageSize, Sum, pages_in
from docspasta.exports.formats import WRITER, Format, Wanted, build
from docspasta.exports.grep import Grep
from docspasta.exports.parts import Parts
from docspasta.exports.selection import BadSelection, Selection
from docspasta.exports.unlinked import Share, sample, share_of

from .document_plan import RENDERER, Snapshot, about, read_job, read_plan
from .documents import CHUNK_BYTES, DocumentGone
from .pool import Pool
from .statements import load

T = TypeVar("T")
BATCH_PAGES, BATCH_BYTES = 32, 1024 * 1024  # of texts held at a time
SIZES_AT_ONCE = 500  # rows
GREP_SECONDS = 20.0


class PageNote(NamedTuple):
    """What a page says of itself, and its estimated tokens."""

    page_id: int
    description: str
    language: str
    tokens: int


class _Text(NamedTuple):
    result_id: UUID
    kind: str
    data: bytes


SQL = load("exports.sql", PageNote, PageSize)


@dataclass(frozen=True, slots=True)
class ExportHeader:
    """What is known before the first byte. `etag` is quoted, '' while the job goes on; `pages` are those that
    are selected, 0 when the job has none yet. `parts` is their number where the format has parts, else 0.
    With `not_modified` no bytes follow."""

    etag: str
    complete: bool
    pages: int
    not_modified: bool
    title: str
    file_name: str
    media_type: str
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Selected:
    """What a selection comes to: all of it, and the entries of the folder `under`."""

    sum: Sum
    under: str
    entries: list[Entry]


async def open_export(
    pool: Pool, key: JobKey, wanted: Wanted, selection: Selection, if_none_match: str = ""
) -> tuple[ExportHeader, AsyncIterator[bytes]] | None:
    """An export, or None when the user has no such job. Pieces are at most 256 KiB.

    Raises BadSelection for one that holds no page or a part that there is not. The stream raises DocumentGone
    when the job is deleted meanwhile.
    """
    async with pool.transaction(key.user_id, snapshot=True) as connection:
        job = await read_job(connection, key)
        if job is None:
            return None
        etag = _etag(job, wanted, selection)
        if etag and etag in if_none_match:
            return _header(job, wanted, etag, 0, not_modified=True), _nothing()
        if selection.pages and not job.ended:
            raise BadSelection("pages", "Pages have no positions before the job has ended; use include.")
        plan = await read_plan(connection, key, job)
    plan = await _selected(plan, selection)
    book = Book(about(job, len(plan)), plan, selection, job.history)
    if not len(plan):
        return _header(job, wanted, etag, 0), _nothing()
    reader = PageReader(pool, key, plan)
    export = await asyncio.to_thread(build, wanted, book, file_name(book.about.source, ""))
    parts = await _surveyed(export, reader) if isinstance(export, Parts) else 0
    if wanted.part > parts:
        raise BadSelection("part", f"{wanted.part} is out of range; there are {parts}.")
    shown = parts if wanted.format is Format.PARTS else 0
    return _header(job, wanted, etag, len(plan), parts=shown), _pieces(_stream(export, reader))


async def read_selection(
    pool: Pool, key: JobKey, selection: Selection, under: str = "", after: int = 0, limit: int = 100
) -> Selected | None:
    """What a selection comes to, and some entries of a folder after as many as `after`, in reading order,
    with one more if there is one; None when the user has no such job."""
    folders = Folders(selection)
    async with pool.transaction(key.user_id, snapshot=True) as connection:
        job = await read_job(connection, key)
        if job is None:
            return None
        statement = SQL.read_sizes if job.ended else SQL.read_sizes_by_now

        def rows() -> AsyncIterator[list[PageSize]]:
            return _some(statement.stream(connection, PageSize, SIZES_AT_ONCE, **key._asdict()))

        async for some in rows():
            await asyncio.to_thread(folders.add, some)
        under = under or await asyncio.to_thread(folders.shared)
        entries, before = await asyncio.to_thread(folders.below, under), 0
        async for some in rows():
            entries += await asyncio.to_thread(list, pages_in(under, some, selection, before))
            before += len(some)
        entries.sort(key=lambda entry: entry.sum.first)
    share = Share() if selection.links or not folders.total.selected else await _share(pool, key, selection)
    shown = [share.entry(entry) for entry in entries[after : after + limit + 1]]
    return Selected(share.of(folders.total), under, shown)


async def _share(pool: Pool, key: JobKey, selection: Selection) -> Share:
    """What stays of the selected pages without their links. Nothing is known of a job that is gone by now."""
    async with pool.transaction(key.user_id, snapshot=True) as connection:
        job = await read_job(connection, key)
        if job is None:
            return Share()
        plan = await read_plan(connection, key, job)
    if not selection.everything:
        plan = await asyncio.to_thread(plan.only, selection.wants)
    return await PageReader(pool, key, plan).taken(sample(plan), share_of)


async def grep(pool: Pool, key: JobKey, selection: Selection, look: Grep) -> bool | None:
    """Let `look` look at the selected pages; whether it saw all of them, within 20 seconds. None when the
    user has no such job."""
    async with pool.transaction(key.user_id, snapshot=True) as connection:
        job = await read_job(connection, key)
        if job is None:
            return None
        plan = await read_plan(connection, key, job)
    places = await asyncio.to_thread(_places, plan, selection)
    reader = PageReader(pool, key, await _selected(plan, selection))
    until = time.monotonic() + GREP_SECONDS
    seen = 0

    def take(pages: Iterator[PageText]) -> int:
        taken = 0
        for page in pages:
            look.look(page, places[page.index])
            taken += 1
            if look.full:
                break
        return taken

    async for some in reader.each(range(reader.count), take):
        seen += some
        if look.full or time.monotonic() > until:
            break
    return seen == reader.count and not look.full


def _places(plan: Plan, selection: Selection) -> array[int]:
    """The position in the whole document of each selected page."""
    every = range(1, len(plan) + 1)
    return array("I", (at for at in every if selection.wants(at, plan.entry(at - 1).url)))


class PageReader:
    """Reads pages with their texts, some at a time, and hands them to what takes them in a thread."""

    def __init__(self, pool: Pool, key: JobKey, plan: Plan) -> None:
        self._pool, self._key, self._plan = pool, key, plan

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._plan)

    async def each(self, pages: range, take: Callable[[Iterator[PageText]], T]) -> AsyncIterator[T]:
        """What `take` makes of some pages, until all of these have been read."""
        for some in self._plan.batches(BATCH_PAGES, BATCH_BYTES):
            inside = range(max(some.start, pages.start), min(some.stop, pages.stop))
            if inside:
                notes, texts = await self._read(inside)
                yield await asyncio.to_thread(self._taken, take, inside, notes, texts)

    async def taken(self, pages: Sequence[int], take: Callable[[Iterator[PageText]], T]) -> T:
        """What `take` makes of these pages, which are few."""
        notes, texts = await self._read(pages)
        return await asyncio.to_thread(self._taken, take, pages, notes, texts)

    def _taken(
        self,
        take: Callable[[Iterator[PageText]], T],
        some: Sequence[int],
        notes: Sequence[PageNote],
        texts: Sequence[_Text],
    ) -> T:
        return take(self._texts(some, notes, texts))

    async def _read(self, some: Sequence[int]) -> tuple[list[PageNote], list[_Text]]:
        entries = [self._plan.entry(index) for index in some]
        async with self._pool.transaction(self._key.user_id) as connection:
            ids = [entry.page_id for entry in entries]
            notes = await SQL.read_notes.all(connection, PageNote, **self._key._asdict(), page_ids=ids)
            results = [entry.result_id for entry in entries]
            texts = await SQL.read_texts.all(connection, _Text, **self._key._asdict(), results=results)
        return notes, texts

    def _texts(
        self, some: Sequence[int], notes: Sequence[PageNote], texts: Sequence[_Text]
    ) -> Iterator[PageText]:
        noted = {note.page_id: note for note in notes}
        stored = {(text.result_id, text.kind): text.data for text in texts}
        for index in some:
            entry = self._plan.entry(index)
            note, facts = noted.get(entry.page_id), stored.pop((entry.result_id, "facts"), None)
            if note is None or facts is None:
                raise DocumentGone("the job was deleted while it was being exported")
            markdown = stored.pop((entry.result_id, "markdown"), b"")
            yield PageText(
                index,
                entry.page_id,
                entry.url,
                entry.title,
                entry.anchor,
                note.description,
                note.language,
                note.tokens,
                unpack_apart(markdown),
                decode(unpack_apart(facts)),
            )


async def _selected(plan: Plan, selection: Selection) -> Plan:
    """The plan of the selected pages. Raises BadSelection when there is none of them."""
    if selection.everything or not len(plan):
        return plan
    some = await asyncio.to_thread(plan.only, selection.wants)
    if not len(some):
        field = "include" if selection.include else "pages" if selection.pages else "exclude"
        raise BadSelection(field, f"No page of the job's {len(plan):,} is selected; look at their addresses.")
    return some


async def _surveyed(export: Parts, reader: PageReader) -> int:
    """How many parts there are."""
    async for goes_on in reader.each(range(reader.count), lambda pages: all(map(export.survey, pages))):
        if not goes_on:
            break
    return export.count


async def _stream(export: Export, reader: PageReader) -> AsyncIterator[bytes]:
    pages = export.pages if isinstance(export, Parts) else range(reader.count)
    async for piece in _made(export.begin()):
        yield piece
    async for piece in reader.each(pages, lambda texts: b"".join(_joined(export, texts))):
        yield piece
    async for piece in _made(export.end()):
        yield piece


def _joined(export: Export, pages: Iterable[PageText]) -> Iterator[bytes]:
    for page in pages:
        yield from export.page(page)


async def _made(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Pieces made in a thread, about 256 KiB of them at a time."""
    while piece := await asyncio.to_thread(_up_to, pieces, CHUNK_BYTES):
        yield piece


def _up_to(pieces: Iterator[bytes], size: int) -> bytes:
    held: list[bytes] = []
    total = 0
    for piece in pieces:
        held.append(piece)
        total += len(piece)
        if total >= size:
            break
    return b"".join(held)


async def _pieces(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in pieces of at most 256 KiB."""
    async for part in stream:
        for at in range(0, len(part), CHUNK_BYTES):
            yield part[at : at + CHUNK_BYTES]


async def _some(rows: AsyncIterator[T]) -> AsyncIterator[list[T]]:
    held: list[T] = []
    async for row in rows:
        held.append(row)
        if len(held) >= SIZES_AT_ONCE:
            yield held
            held = []
    if held:
        yield held


def _etag(job: Snapshot, wanted: Wanted, selection: Selection) -> str:
    """An ETag of what is asked for; '' while the job goes on."""
    if not job.history:
        return ""
    asked = repr((WRITER, RENDERER, wanted, selection)).encode()
    digest = hashlib.blake2b(asked, digest_size=8).hexdigest()
    return f'"{job.history}-{digest}"'


def _header(
    job: Snapshot, wanted: Wanted, etag: str, pages: int, *, not_modified: bool = False, parts: int = 0
) -> ExportHeader:
    told = about(job, pages)
    name = file_name(told.source, wanted.suffix)
    return ExportHeader(etag, job.ended, pages, not_modified, told.title, name, wanted.media_type, parts)


async def _nothing() -> AsyncIterator[bytes]:
    pieces: tuple[bytes, ...] = ()
    for piece in pieces:
        yield piece
