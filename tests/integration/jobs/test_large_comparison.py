"""Comparing two large runs takes as much memory as comparing two small ones: it is read in parts."""

from __future__ import annotations

import tracemalloc

import pytest

from docspasta.store.chunks import SHARED
from docspasta.v1 import sources_pb2 as pb
from docspasta.v1.sources_pb2_grpc import SourcesServiceStub
from tests.sizes import FULL, size

from .conftest import JobsService, User
from .test_sources import add

RUN = """
INSERT INTO crawling_jobs (user_id, job_id, state, url, discovered, processed, created_at, started_at,
  finished_at, source_id, state_version)
VALUES ($1, $2, 'completed', 'https://docs.example.org/', 1, 1, clock_timestamp(), now(), now(), $3, 1)
"""
# Every 50th page has another text in the later run, every 51st is gone, every 52nd has moved.
WRITE = """
INSERT INTO crawled_pages (user_id, job_id, url, url_key, state, state_version, finished_at, title,
  content_hash, markdown_id, markdown_bytes, result_id)
SELECT $1, $2, url, md5(url), 'processed', n, now(), 'Page ' || n,
  md5(said), md5(said)::uuid, 40, md5(said)::uuid
FROM generate_series(1, $3::int) AS n CROSS JOIN LATERAL (SELECT
  'https://docs.example.org/' || CASE WHEN $4 AND n % 52 = 0 THEN 'moved/' ELSE 'p/' END || n
    || '/with-a-long-address-as-some-sites-have-them' AS url,
  n || CASE WHEN $4 AND n % 50 = 0 THEN ' new' ELSE '' END AS said) AS page
WHERE NOT ($4 AND n % 51 = 0)
"""
SAY = """
INSERT INTO page_content_chunks (user_id, job_id, result_id, kind, seq, data)
SELECT DISTINCT user_id, $2, result_id, 'markdown', 0,
  convert_to('# ' || title || E'\\n\\n' || markdown_id, 'UTF8')
FROM crawled_pages WHERE user_id = $1 AND substring(title FROM 6)::int % 50 = 0
ON CONFLICT DO NOTHING
"""


async def large_source(service: JobsService, user: User, pages: int) -> pb.Source:
    """A source with two completed runs of so many pages."""
    source = await add(user, f"of {pages}")
    for later in (False, True):
        name = f"j{pages}{'b' if later else 'a'}"
        await service.sql(RUN, user.name, name, source.source_id)
        await service.sql(WRITE, user.name, name, pages, later)
    await service.sql(SAY, user.name, SHARED)
    return source


async def compared(user: User, source: pb.Source) -> tuple[int, int]:
    """How many addresses of pages the document for people has, and its length in bytes."""
    asked, pages, length = pb.WriteDiffRequest(source_id=source.source_id), 0, 0
    call = SourcesServiceStub(user.channel).WriteDiff(asked, metadata=user.metadata, timeout=600)
    async for part in call:
        pages += part.chunk.count(b"-as-some-sites-")
        length += len(part.chunk)
    return pages, length


@pytest.mark.skipif(not FULL, reason="runs of so many pages belong to the full suite")
async def test_comparing_large_runs_takes_the_memory_of_small_ones(service: JobsService, user: User) -> None:
    peaks, many = [], size("pages of a large comparison")
    for pages in (many // 10, many):
        source = await large_source(service, user, pages)
        tracemalloc.start()
        named, length = await compared(user, source)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert pages / 20 < named < pages / 10 and length > pages
    assert peaks[1] < 1.5 * peaks[0] + 4_000_000, peaks
