"""Search indexes in Postgres: building one of a job's pages, and looking into it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple
from uuid import UUID, uuid4

from docspasta.domain import JobKey, JobState
from docspasta.exports.book import PageText
from docspasta.search import spelling
from docspasta.search.blocks import Block, blocks
from docspasta.search.index import FORMAT, SEGMENT, Segment
from docspasta.search.passages import Passage, passages
from docspasta.search.queries import parse, respelt, unknown
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


class Looked(NamedTuple):
    """What a search of an index found. `unknown` are the query's words that no section has, `query` is what
    was looked for."""

    hits: list[Hit]
    unknown: list[str]
    query: str


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
        self._words: dict[str, str] = {}
        self._having: Counter[str] = Counter()
        self.segment = self._new_segment()
        self._full: list[Segment] = []
        self._sizes: list[int] = []

    def take(self, pages: Iterator[PageText]) -> None:
        """Index some pages, in a thread."""
        for page in pages:
            for passage in passages(page):
                if len(self.segment) == SEGMENT:
                    self._full.append(self.segment)
                    self.segment = self._new_segment()
                self.segment.add(passage, page.language)

    async def keep(self) -> None:
        """Store what is there as segments."""
        segments, self._full = [*self._full, *([self.segment] if len(self.segment) else [])], []
        self.segment = self._new_segment()
        for segment in segments:
            await self._store(len(self._sizes), segment.blocks())
            wanted = set(self._words.values())  # which its blocks were read for
            self._having.update({term: count for term in wanted if (count := segment.frequency(term))})
            self._sizes.append(len(segment))

    def _new_segment(self) -> Segment:
        return Segment(self._terms, self._words)

    async def _store(self, segment: int, written: Iterator[tuple[bytes, bytes]]) -> None:
        while some := await asyncio.to_thread(_some, written):
            async with self._pool.transaction(self._key.user_id) as connection:
                keys, data = [one for one, _ in some], [one for _, one in some]
                given = {**self._named, "segment": segment, "key": keys, "data": data}
                await SQL.add_blocks.execute(connection, **given)

    async def finish(self, pages: int) -> None:
        """It is whole."""
        await self.keep()
        words = {word: self._having[term] for word, term in self._words.items() if self._having[term]}
        await self._store(spelling.SEGMENT, blocks(spelling.entries(words)))
        given = {**self._named, "pages": pages, "languages": sorted(self._terms), "segments": self._sizes}
        async with self._pool.transaction(self._key.user_id) as connection:
            if not await SQL.finish_index.execute(connection, **given):
                raise DocumentGone(self._key.job_id)
            await SQL.drop_older.execute(connection, **self._named)


def _some(written: Iterator[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return list(islice(written, BLOCKS_AT_ONCE))


async def search(
    pool: Pool, key: JobKey, index: SearchIndex, text: str, limit: int, misspelt: Sequence[str] = ()
) -> Looked:
    """The best sections of a job, at most `limit`, and which words of the query no section has. The words of
    `misspelt` are looked for as the index spells them. Raises DocumentGone when the index is gone."""
    if index.build_id is None or not index.segments:
        return Looked([], [], text)
    looking = _Looking(pool, key, index.build_id, len(index.segments))
    languages = {name: TERMS.setdefault(name, Terms(name)) for name in index.languages or ["en"]}
    text = respelt(text, await _spelt(looking, misspelt))
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
    hits = [
        Hit(passage, score, snippet(query, passage.text, languages))
        for score, passage in answers(query, found, read, limit)
    ]
    return Looked(hits, unknown(text, languages, {key[1:].decode() for _, key in terms}), text)


async def _spelt(looking: _Looking, misspelt: Sequence[str]) -> dict[str, str]:
    """What was probably meant by words that no section has."""
    read = await looking.dictionary({key for word in misspelt for key in spelling.keys_of(word)})
    near = {word: spelling.candidates(word, read) for word in misspelt}
    chunks = await looking.dictionary(
        {key for numbers in near.values() for key in spelling.chunks_of(numbers)}
    )
    found = {
        word: spelling.nearest(word, [chunks[key] for key in spelling.chunks_of(numbers) if key in chunks])
        for word, numbers in near.items()
    }
    return {word: other for word, other in found.items() if other}


class _Looking:
    """Looks keys up in one build."""

    def __init__(self, pool: Pool, key: JobKey, build_id: UUID, segments: int) -> None:
        self._pool, self._key, self._segments = pool, key, segments
        self._named = {**key._asdict(), "build_id": build_id}

    async def values(self, keys: Iterable[bytes]) -> dict[tuple[int, bytes], bytes]:
        """The values of these keys in every segment."""
        return await self.blocks_of([(segment, key) for key in keys for segment in range(self._segments)])

    async def dictionary(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """The values of these keys in the dictionary of words."""
        found = await self.blocks_of([(spelling.SEGMENT, key) for key in keys])
        return {key: value for (_, key), value in found.items()}

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
