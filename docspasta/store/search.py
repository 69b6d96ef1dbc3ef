"""Search indexes in Postgres: building one of a job's pages, and looking into it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple
from uuid import UUID, uuid4

from docspasta.domain import JobKey, JobState
from docspasta.exports.book import PageText
from docspasta.search.blocks import Block
from docspasta.search.index import FORMAT, SEGMENT, Segment
from docspasta.search.passages import Passage, passages
from docspasta.search.queries import parse
from docspasta.search.ranking import answers, best
from docspasta.search.snippets import Part, snippet
from docspasta.search.terms import Terms

from .document_plan import read_job, read_plan
from .documents import DocumentGone
from .exports import PageReader
from .pool import Pool
from .statements import load

BLOCKS_AT_ONCE = 64


class SearchIndex(NamedTuple):
    """A job, and the newest index of it: `build_id` None when there is none. `age` is seconds, `version` of
    the job that was indexed and `job_version` as it is now."""

    state: JobState
    job_version: int
    build_id: UUID | None
    version: int | None
    languages: list[str]
    segments: list[int]
    pages: int | None
    age: float | None


class Hit(NamedTuple):
    """A section that answers, with a snippet."""

    passage: Passage
    score: float
    snippet: list[Part]


class _Block(NamedTuple):
    segment: int
    key: bytes
    data: bytes


SQL = load("search.sql")
TERMS: dict[str, Terms] = {}  # of queries, by language; those of builds are their own


async def newest_index(pool: Pool, key: JobKey) -> SearchIndex:
    """The newest index of a job. Raises DocumentGone when the user has no such job."""
    async with pool.transaction(key.user_id) as connection:
        found = await SQL.newest_index.one(connection, SearchIndex, **key._asdict(), format=FORMAT)
    if found is None:
        raise DocumentGone(key.job_id)
    return found


async def build_index(pool: Pool, key: JobKey) -> None:
    """Index what is processed by now. Raises DocumentGone when the job is deleted."""
    build_id = uuid4()
    async with pool.transaction(key.user_id, snapshot=True) as connection:
        job = await read_job(connection, key)
        if job is None:
            raise DocumentGone(key.job_id)
        plan = await read_plan(connection, key, job)
    async with pool.transaction(key.user_id) as connection:
        if not await SQL.begin_index.execute(connection, **key._asdict(), build_id=build_id, format=FORMAT):
            raise DocumentGone(key.job_id)
    building = _Building(pool, key, build_id)
    reader = PageReader(pool, key, plan)
    try:
        async for _ in reader.each(range(reader.count), building.take):
            if len(building.segment) >= SEGMENT // 2:
                await building.keep()
        await building.finish(reader.count)
    except BaseException:
        async with pool.transaction(key.user_id) as connection:
            await SQL.drop_index.execute(connection, **key._asdict(), build_id=build_id)
        raise


class _Building:
    """An index on its way into Postgres."""

    def __init__(self, pool: Pool, key: JobKey, build_id: UUID) -> None:
        self._pool, self._named = pool, {**key._asdict(), "build_id": build_id}
        self._key = key
        self._terms: dict[str, Terms] = {}
        self.segment = Segment(self._terms)
        self._full: list[Segment] = []
        self._sizes: list[int] = []

    def take(self, pages: Iterator[PageText]) -> None:
        """Index some pages, in a thread."""
        for page in pages:
            for passage in passages(page):
                if len(self.segment) == SEGMENT:
                    self._full.append(self.segment)
                    self.segment = Segment(self._terms)
                self.segment.add(passage, page.language)

    async def keep(self) -> None:
        """Store what is there as segments."""
        segments, self._full = [*self._full, *([self.segment] if len(self.segment) else [])], []
        self.segment = Segment(self._terms)
        for segment in segments:
            written = segment.blocks()
            while some := await asyncio.to_thread(_some, written):
                async with self._pool.transaction(self._key.user_id) as connection:
                    keys, data = [one for one, _ in some], [one for _, one in some]
                    given = {**self._named, "segment": len(self._sizes), "key": keys, "data": data}
                    await SQL.add_blocks.execute(connection, **given)
            self._sizes.append(len(segment))

    async def finish(self, pages: int) -> None:
        """It is whole."""
        await self.keep()
        given = {**self._named, "pages": pages, "languages": sorted(self._terms), "segments": self._sizes}
        async with self._pool.transaction(self._key.user_id) as connection:
            if not await SQL.finish_index.execute(connection, **given):
                raise DocumentGone(self._key.job_id)
            await SQL.drop_older.execute(connection, **self._named)


def _some(written: Iterator[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return list(islice(written, BLOCKS_AT_ONCE))


async def search(pool: Pool, key: JobKey, index: SearchIndex, text: str, limit: int) -> list[Hit]:
    """The best sections of a job, at most `limit`. Raises DocumentGone when the index is gone."""
    if index.build_id is None or not index.segments:
        return []
    looking = _Looking(pool, key, index.build_id, len(index.segments))
    languages = {name: TERMS.setdefault(name, Terms(name)) for name in index.languages or ["en"]}
    query = parse(text, languages)
    terms = await looking.values([b"t" + term.encode("utf-8", "replace") for term in query.weights])
    postings = [
        {key[1:].decode(): value for (segment, key), value in terms.items() if segment == number}
        for number in range(len(index.segments))
    ]
    found = best(query, postings, index.segments)
    named = [(one.segment, b"s%04x" % one.number) for one in found]
    texts = await looking.blocks_of(named)
    if len(texts) < len(named):
        raise DocumentGone(key.job_id)
    read = [Passage(*json.loads(texts[name])) for name in named]
    return [
        Hit(passage, score, snippet(query, passage.text, languages))
        for score, passage in answers(query, found, read, limit)
    ]


class _Looking:
    """Looks keys up in one build."""

    def __init__(self, pool: Pool, key: JobKey, build_id: UUID, segments: int) -> None:
        self._pool, self._key, self._segments = pool, key, segments
        self._named = {**key._asdict(), "build_id": build_id}

    async def values(self, keys: Iterable[bytes]) -> dict[tuple[int, bytes], bytes]:
        """The values of these keys in every segment."""
        return await self.blocks_of([(segment, key) for key in keys for segment in range(self._segments)])

    async def blocks_of(self, names: Sequence[tuple[int, bytes]]) -> dict[tuple[int, bytes], bytes]:
        """The values of these keys, each in its segment."""
        given = {"segment": [segment for segment, _ in names], "key": [key for _, key in names]}
        async with self._pool.transaction(self._key.user_id) as connection:
            rows = await SQL.find_blocks.all(connection, _Block, **self._named, **given)
        read: dict[bytes, Block] = {}
        found: dict[tuple[int, bytes], bytes] = {}
        for row in rows:
            block = read.get(row.data) or read.setdefault(row.data, Block(row.data))
            value = block.value(row.key)
            if value is not None:
                found[row.segment, row.key] = value
        return found


async def jobs_to_search(pool: Pool, user_id: str, limit: int) -> list[str]:
    """Of each source its current run, of each other address its newest completed job, newest first."""
    async with pool.transaction(user_id) as connection:
        return await SQL.jobs_to_search.column(connection, str, user_id=user_id, limit=limit)


async def runs_to_index(maintenance: Pool, always: bool, limit: int) -> list[JobKey]:
    """Some completed runs of sources without an index; unless `always`, of sources that were searched."""
    async with maintenance.connection() as connection:
        return await SQL.runs_to_index.all(connection, JobKey, format=FORMAT, always=always, limit=limit)
