"""A large job is cancelled as fast as a small one: its pages are skipped and placed, and Redis is cleared."""

from __future__ import annotations

import time

import asyncpg

from docspasta.queues.messages import QueuedUrl
from docspasta.v1.jobs_pb2 import CancelJobRequest, Job, JobState
from tests.sizes import size

from .conftest import JobsService, User

WITHIN = 2.0  # seconds from the request to the answer
PAGES = """
INSERT INTO crawled_pages (user_id, job_id, url, url_key, state, state_version, depth, result_id,
  content_hash, title, markdown_bytes, finished_at)
SELECT $1, $2, 'https://docs.example.org/guide/part-' || n % 200 || '/page-' || n || '.html', md5(n::text),
  CASE WHEN done THEN 'processed' ELSE 'queued' END, CASE WHEN done THEN n + 10 ELSE 0 END, 1 + n % 5,
  CASE WHEN done THEN gen_random_uuid() END, CASE WHEN done THEN md5('c' || n) ELSE '' END,
  'A page of some length', CASE WHEN done THEN 4000 ELSE 0 END, CASE WHEN done THEN now() END
FROM (SELECT n, n % 2 = 0 AS done FROM generate_series(1, $3::int) AS n) AS pages
"""
QUEUED = "SELECT page_id, url FROM crawled_pages WHERE state = 'queued' AND kind = 'page'"
COUNTS = """
UPDATE crawling_jobs SET discovered = discovered + $3, queued = queued + ($3 + 1) / 2,
  processed = processed + $3 / 2, state_version = state_version + $3 + 100 WHERE user_id = $1 AND job_id = $2
"""


async def large_job(service: JobsService, user: User, pages: int) -> Job:
    """A running job of so many pages, every second one processed, the others queued in the frontier."""
    job = await user.create()
    key = user.key(job)
    owner = await asyncpg.connect(service.database.superuser_dsn)
    try:
        await owner.execute(PAGES, user.name, job.job_id, pages)
        await owner.execute(COUNTS, user.name, job.job_id, pages)
        await owner.execute("ANALYZE crawled_pages")
        rows = await owner.fetch(QUEUED)
    finally:
        await owner.close()
    await service.queues.frontier.add([QueuedUrl(key, row["page_id"], row["url"], "t" * 22) for row in rows])
    return job


async def test_a_large_job_is_cancelled_within_two_seconds(service: JobsService, user: User) -> None:
    pages = size("pages of a cancelled job")
    job = await large_job(service, user, pages)
    assert await service.queues.frontier.take(1, 30)
    began = time.monotonic()
    cancelled = (await user.call("CancelJob", CancelJobRequest(job_id=job.job_id))).job
    took = time.monotonic() - began
    assert cancelled.progress.state == JobState.JOB_STATE_CANCELLED
    assert cancelled.progress.queued == 0 and cancelled.progress.skipped == (pages + 1) // 2 + 1
    assert await service.queues.frontier.take(10, 30) == []
    places = await service.sql("SELECT position FROM crawled_pages WHERE position > 0 ORDER BY position")
    assert [row["position"] for row in places] == list(range(1, pages // 2 + 1))
    rows = await service.sql("SELECT state_version FROM crawled_pages WHERE kind = 'page'")
    versions = {row["state_version"] for row in rows}
    assert len(versions) == pages + 1 and cancelled.progress.version == max(versions) + 1
    plain = await plain_update(service)
    assert took < max(WITHIN, 2 * plain), (
        f"{took:.2f} s for {pages} pages; changing each once takes {plain:.2f} s"
    )


async def plain_update(service: JobsService) -> float:
    """Seconds in which Postgres changes every page once: what this machine is worth now."""
    began = time.monotonic()
    await service.sql("UPDATE crawled_pages SET state_version = state_version + 1000000 WHERE kind = 'page'")
    return time.monotonic() - began
