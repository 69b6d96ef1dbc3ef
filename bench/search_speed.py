"""How fast search is, what an index takes and what it costs to make: a job of real pages.

    python -m bench.search_speed [--sections 100000]     needs the sources of bench.search_sources

The pages are taken as often as it needs. Queries of seven kinds, as people type them, in this process over a
real Postgres, one at a time; beside them SQLite's FTS5 in memory on the same sections. CPU is this process's
and that of Postgres' backends.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import random
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import psutil

from bench.search_quality import Fts5
from bench.search_sources import pages, present
from docspasta.content import read_page
from docspasta.content.page import Page
from docspasta.document.facts import with_facts
from docspasta.search.passages import Passage, passages
from docspasta.store.document_plan import read_job, read_plan
from docspasta.store.exports import PageReader
from docspasta.store.record import record_batch
from docspasta.store.search import SearchIndex, build_index, newest_index, search
from tests import stack as stacks
from tests.integration.store.crawls import processed
from tests.integration.watch.installation import Crawl, Installation, Records, installed

P50, P99, BYTES, CPU = 15.0, 60.0, 1.5, 0.5  # promised: ms, ms, of the Markdown's, of the conversion's
QUERIES = 420
KINDS = ("name", "heading", "common", "common and rare", "misspelt", "CJK", "long")


class Converted(NamedTuple):
    """Pages, and what converting them cost."""

    pages: list[Page]
    seconds: float


def converted() -> Converted:
    """Every page of every source that is here."""
    bodies = [page for name in present() for page in pages(name)]
    began = time.process_time()
    read = [with_facts(read_page(page.html, page.url)) for page in bodies]
    return Converted([page for page in read if page.markdown], time.process_time() - began)


async def made(records: Records, given: list[Page], copies: int) -> Crawl:
    """An ended job of these pages, each so many times; no two are the same."""
    crawl = await records.crawl(len(given) * copies)
    number = 0
    while crawl.queued:
        batch, crawl.queued = crawl.queued[:50], crawl.queued[50:]
        results = []
        for page_id, url in batch:
            page = given[number % len(given)]
            number += 1
            own = f"{page.markdown}\n\nnumber{number}\n"
            digest = hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()
            copy = replace(page, url=url, canonical="", markdown=own, content_hash=digest, likeness="")
            results.append(processed(page_id, url, page=replace(copy, first=(), last=())))
        await record_batch(records.pool, crawl.key, results, datetime.now(UTC))
    return crawl


async def kept(records: Records, crawl: Crawl) -> tuple[list[Passage], int]:
    """The sections of the job, and the bytes of its Markdown."""
    async with records.pool.transaction(crawl.key.user_id, snapshot=True) as connection:
        job = await read_job(connection, crawl.key)
        assert job is not None
        reader = PageReader(records.pool, crawl.key, await read_plan(connection, crawl.key, job))
    found: list[Passage] = []
    sizes: list[int] = []

    def take(some: object) -> None:
        for page in some:  # type: ignore[attr-defined]
            sizes.append(len(page.markdown))
            found.extend(passages(page))

    async for _ in reader.each(range(reader.count), take):
        pass
    return found, sum(sizes)


def asked(sections: list[Passage], chance: random.Random) -> list[tuple[str, str]]:
    """(kind, query), as many of each kind."""
    often = [
        word for word, _ in Counter(" ".join(one.text for one in sections[::50]).split()).most_common(60)
    ]
    found: list[tuple[str, str]] = []
    for _ in range(QUERIES // len(KINDS)):
        one, named = chance.choice(sections), chance.choice(sections)
        while not named.anchors:
            named = chance.choice(sections)
        words = " ".join(one.path[-2:]).split() or ["install"]
        long = [word for word in one.text.split() if word.isalpha() and len(word) > 6] or ["install"]
        letters = chance.choice(long)
        at = chance.randrange(1, len(letters) - 1)
        texts = (
            chance.choice(named.anchors),
            " ".join(chance.sample(words, min(len(words), chance.randrange(2, 6)))),
            " ".join(chance.sample(often, 3)),
            " ".join((chance.choice(often), *chance.sample(long, min(len(long), 2)))),
            letters[:at] + letters[at + 1 :],
            "関数の定義と" + chance.choice(words),
            " ".join(one.text.split())[: chance.randrange(300, 1_000)],
        )
        found += [(kind, text[:1_000]) for kind, text in zip(KINDS, texts, strict=True) if text.strip()]
    return found


def seconds() -> float:
    """The CPU of this process and of its children that are alive."""
    found = time.process_time()
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            found += sum(child.cpu_times()[:2])
    return found


async def looked_for(records: Records, crawl: Crawl, index: SearchIndex, text: str) -> None:
    """A search as the service does it: once more where a word was misspelt."""
    looked = await search(records.pool, crawl.key, index, text, 10)
    if looked.unknown:
        await search(records.pool, crawl.key, index, text, 10, looked.unknown)


def report(name: str, took: list[float]) -> tuple[float, float]:
    """Print a line; median and p99."""
    took = sorted(took)
    half, most = took[len(took) // 2], took[int(len(took) * 0.99)]
    print(f"{name}: median {half:.1f} ms, p99 {most:.1f} ms, worst {took[-1]:.1f} ms")
    return half, most


async def figures(installation: Installation, sections: int, seed: int) -> bool:
    """Measure, print, and say whether what is promised holds."""
    given = converted()
    async with Records.of(installation) as records:
        probe = await made(records, given.pages, 1)
        once, _ = await kept(records, probe)
        copies = -(-sections // len(once))
        print(f"{len(given.pages):,} pages of {len(once):,} sections, {copies} times")
        crawl = await made(records, given.pages, copies)
        found, markdown = await kept(records, crawl)
        began = time.process_time()
        await build_index(records.pool, crawl.key)
        cost = (time.process_time() - began) / (given.seconds * copies)
        async with records.pool.transaction(crawl.key.user_id) as connection:
            size = await connection.fetchval(
                "SELECT sum(octet_length(data) + octet_length(key)) FROM search_blocks WHERE job_id = $1",
                crawl.job_id,
            )
            table = await connection.fetchval("SELECT pg_total_relation_size('search_blocks')")
        print(f"{len(found):,} sections, {markdown / 1e6:.1f} MB of Markdown")
        print(f"index: {size / markdown:.2f} x the Markdown's bytes, {table / markdown:.2f} x in Postgres")
        print(f"indexing: {cost:.2f} x the conversion's CPU")
        queries = asked(found, random.Random(seed))
        index = await newest_index(records.pool, crawl.key)
        took, own, every, by_kind = [], [], seconds(), dict[str, list[float]]()
        for kind, text in queries:
            start, cpu = time.perf_counter(), time.process_time()
            await looked_for(records, crawl, index, text)
            took.append(1000 * (time.perf_counter() - start))
            own.append(1000 * (time.process_time() - cpu))
            by_kind.setdefault(kind, []).append(own[-1])
        every = 1000 * (seconds() - every) / len(queries)
        half, most = report("search, on the clock", took)
        report("search, CPU without Postgres", own)
        print(f"search, CPU with Postgres: mean {every:.1f} ms, without {sum(own) / len(own):.1f} ms")
        for kind, some in by_kind.items():
            report(f"  {kind}, CPU without Postgres", some)
    reference = Fts5((one, "en") for one in found)
    took = []
    for _, text in queries:
        start = time.perf_counter()
        reference.search(text)
        took.append(1000 * (time.perf_counter() - start))
    theirs = report("FTS5 in memory", took)
    print(f"ours against FTS5: median {half / theirs[0]:.2f} x, p99 {most / theirs[1]:.2f} x")
    return half <= P50 and most <= P99 and size <= BYTES * markdown and cost <= CPU


def main() -> int:
    """Measure; 1 when a promise does not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sections", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with stacks.running_postgres() as server, stacks.running_valkey() as valkey:
        asyncio.run(stacks.make_template(server))
        with installed(server, valkey.url) as installation:
            return int(not asyncio.run(figures(installation, given.sections, given.seed)))


if __name__ == "__main__":
    raise SystemExit(main())
