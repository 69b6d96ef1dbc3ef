"""A long document and a slow reader: little memory, and nothing pinned in Postgres."""

from __future__ import annotations

import asyncio
import json
import sys

import asyncpg

from docspasta.content.page import Heading, Placement
from docspasta.document.facts import encode
from docspasta.domain import JobKey
from docspasta.store.documents import open_document
from docspasta.store.record import record_batch
from tests.sizes import size

from .crawls import NOON, SITE, make_job, page_of, processed

KEY = JobKey("alice", "long")
PAGE_BYTES = 9_000
# An ended job of $3 pages with the same Markdown and facts each, made by the server itself.
PAGES = """
INSERT INTO crawled_pages (user_id, job_id, url, url_key, state, state_version, finished_at, result_id,
  heading, anchor, position, markdown_bytes)
SELECT $1, $2, 'https://docs.example.org/part/page-' || n, md5(n::text), 'processed', n, now(),
  md5('r' || n)::uuid, 'The heading of page ' || n, 'part-page-' || n, n, octet_length($4::bytea)
FROM generate_series(1, $3::int) AS n
"""
CHUNKS = """
INSERT INTO page_content_chunks (user_id, job_id, result_id, kind, seq, data)
SELECT $1, $2, md5('r' || n)::uuid, kind, 0, data FROM generate_series(1, $3::int) AS n,
  (VALUES ('markdown', $4::bytea), ('facts', $5::bytea)) AS content (kind, data)
"""


def content() -> tuple[bytes, bytes]:
    """About 10 KB of Markdown with 40 links to other pages' ids and 20 headings with ids."""
    markdown, placements, headings = "# A page\n\n", [], [Heading(1, "A page", "", 0)]
    for number in range(20):
        headings.append(Heading(2, f"Part {number}", f"part-{number}", len(markdown)))
        markdown += f"## Part {number}\n\n"
        for link in range(2):
            url = f"{SITE}/part/page-{number * 7 + link + 1}"
            markdown += "Some words about it, and then [a link]("
            placements.append(Placement(len(markdown), len(url), url, f"part-{link}"))
            markdown += f"{url}).\n"
        markdown += "word " * 60 + "\n\n"
    page = page_of(SITE, markdown, placements=tuple(placements), headings=tuple(headings))
    return markdown.encode(), encode(page, [], [])


async def make_long_job(pool, pages: int) -> None:
    markdown, facts = content()
    await make_job(
        pool, KEY, state="completed", discovered=pages, processed=pages, queued=0, finished_at=NOON,
        title="Long", document_bytes=pages * len(markdown),
    )  # fmt: skip
    async with pool.transaction("alice") as connection:
        await connection.execute("DELETE FROM crawled_pages")
        await connection.execute(PAGES, *KEY_ARGUMENTS, pages, markdown, timeout=600)
        await connection.execute(CHUNKS, *KEY_ARGUMENTS, pages, markdown, facts, timeout=600)


KEY_ARGUMENTS = (KEY.user_id, KEY.job_id)


async def test_a_long_document_takes_little_memory(pool, database):
    """Hold the bodies of all pages, or the plan in dicts: it grows with the document."""
    small = JobKey("alice", "small")
    [seed] = await make_job(pool, small)
    await record_batch(pool, small, [processed(seed, f"{SITE}/")], NOON)
    wanted = size("a long document") * 1_000_000
    await make_long_job(pool, wanted // PAGE_BYTES)
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.store.read_slowly", database.app_dsn, *KEY_ARGUMENTS,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told = json.loads((await reader.communicate())[0])
    print(told)
    assert told["size"] > 0.95 * wanted
    assert told["grown"] <= 32 * 1024 * 1024


async def test_a_slow_reader_pins_nothing(pool, database):
    """Read the bodies in the plan's snapshot: a transaction stays open while the reader does nothing."""
    await make_long_job(pool, 200)
    _, stream = await open_document(pool, KEY)
    await anext(stream)
    watcher = await asyncpg.connect(database.superuser_dsn)
    open_now = await watcher.fetch(
        "SELECT state, query FROM pg_stat_activity WHERE usename = 'docspasta_app' AND xact_start IS NOT NULL"
        " AND datname = current_database()"
    )
    await watcher.close()
    assert open_now == []
    assert sum([len(piece) async for piece in stream]) > 1_000_000
