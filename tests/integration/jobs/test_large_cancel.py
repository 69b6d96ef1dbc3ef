"""A large job ends as fast as a small one, cancelled or whole: what is queued is skipped, what has content
gets its place, and Redis is cleared, within the 2 seconds that a cancel is promised, however far the job
had come.

A machine on which Postgres alone takes about as long to change the same rows once is judged by that, and
what others take of the cores meanwhile does not count.
"""

from __future__ import annotations

import asyncpg
import pytest

from docspasta.queues.messages import QueuedUrl
from docspasta.v1.jobs_pb2 import CancelJobRequest, Job, JobState
from tests.clock import Clock
from tests.integration.store.crawls import processed
from tests.sizes import size

from .conftest import DOCS, JobsService, User, record

pytestmark = pytest.mark.alone
WITHIN = 2.0  # seconds from the request to the answer
# Of each 1,000 pages so many are processed; and how often Postgres could write all rows in the time. Skipping
# is one such change and little else: 0.9 of it when this was measured. Pages with content are read, compared
# and put in order before: 1.1, and 2.6 to 3.0 where nearly all have content, which is over the 2 seconds.
MIXES = [
    pytest.param(1, 1.5, id="nearly all queued"),
    pytest.param(500, 1.75, id="half queued"),
    pytest.param(999, 4.0, id="nearly all processed"),
]
PAGES = """
INSERT INTO crawled_pages (user_id, job_id, url, url_key, state, state_version, depth, result_id,
  content_hash, title, markdown_bytes, finished_at)
SELECT $1, $2, 'https://docs.example.org/guide/part-' || n % 200 || '/page-' || n || '.html', md5(n::text),
  CASE WHEN done THEN 'processed' ELSE 'queued' END, CASE WHEN done THEN n + 10 ELSE 0 END, 1 + n % 5,
  CASE WHEN done THEN gen_random_uuid() END, CASE WHEN done THEN md5('c' || n) ELSE '' END,
  'A page of some length', CASE WHEN done THEN 4000 ELSE 0 END, CASE WHEN done THEN now() END
FROM (SELECT n, n * 7 % 1000 < $4::int AS done FROM generate_series(1, $3::int) AS n) AS pages
"""
QUEUED = "SELECT page_id, url FROM crawled_pages WHERE state = 'queued' AND kind = 'page' AND depth > 0"
COUNTS = """
UPDATE crawling_jobs SET discovered = discovered + $3, queued = queued + $3 - $4,
  processed = processed + $4, state_version = state_version + $3 + 100 WHERE user_id = $1 AND job_id = $2
"""


async def large_job(service: JobsService, user: User, pages: int, thousandths: int) -> tuple[Job, int]:
    """A running job of so many pages beside its start page, some processed (how many is the second value),
    the others queued in the frontier."""
    job = await user.create()
    key = user.key(job)
    done = sum(n * 7 % 1000 < thousandths for n in range(1, pages + 1))
    owner = await asyncpg.connect(service.database.superuser_dsn)
    try:
        await owner.execute(PAGES, user.name, job.job_id, pages, thousandths)
        await owner.execute(COUNTS, user.name, job.job_id, pages, done)
        await owner.execute("ANALYZE crawled_pages")
        rows = await owner.fetch(QUEUED)
    finally:
        await owner.close()
    await service.queues.frontier.add([QueuedUrl(key, row["page_id"], row["url"], "t" * 22) for row in rows])
    return job, done


@pytest.mark.parametrize(("thousandths", "often"), MIXES)
async def test_a_large_job_is_cancelled_within_two_seconds(
    service: JobsService, user: User, thousandths: int, often: float
) -> None:
    pages = size("pages of a cancelled job")
    job, done = await large_job(service, user, pages, thousandths)
    assert await service.queues.frontier.claim(1, 30)
    clock = Clock()
    cancelled = (await user.call("CancelJob", CancelJobRequest(job_id=job.job_id))).job
    took = clock.seconds()
    assert cancelled.progress.state == JobState.JOB_STATE_CANCELLED
    assert cancelled.progress.queued == 0 and cancelled.progress.skipped == pages - done + 1
    assert await service.queues.frontier.claim(10, 30) == []
    await ended_whole(service, cancelled, pages + 1, done)
    await in_time(service, took, often, pages)


async def test_a_large_job_is_completed_within_two_seconds(service: JobsService, user: User) -> None:
    """The last page of a job that is whole: the transaction that records it ends the job."""
    pages = size("pages of a cancelled job")
    job, done = await large_job(service, user, pages, 1000)
    start = await service.sql("SELECT page_id FROM crawled_pages WHERE state = 'queued' AND kind = 'page'")
    clock = Clock()
    recorded = await record(service, user, job, [processed(start[0]["page_id"], DOCS)])
    took = clock.seconds()
    assert recorded.ended and recorded.state == "completed"
    await ended_whole(service, await user.get(job), pages + 1, done + 1)
    await in_time(service, took, 4.0, pages)


async def ended_whole(service: JobsService, job: Job, pages: int, placed: int) -> None:
    """Every page has a version of its own, of its last change: none is told again for its place. The job's
    is the last; places are 1, 2, 3…"""
    places = await service.sql("SELECT position FROM crawled_pages WHERE position > 0 ORDER BY position")
    assert [row["position"] for row in places] == list(range(1, placed + 1))
    rows = await service.sql(
        "SELECT state_version FROM crawled_pages WHERE kind = 'page' ORDER BY state_version"
    )
    last = job.progress.version
    versions = [row["state_version"] for row in rows]
    skipped = pages - placed
    assert len(set(versions)) == pages and versions[placed:] == list(range(last - skipped, last))
    assert versions[placed - 1] <= last - skipped - 1


async def in_time(service: JobsService, took: float, often: float, pages: int) -> None:
    plain = await plain_update(service)
    print(f"{took:.2f} s for {pages:,} pages; changing each once takes Postgres {plain:.2f} s")
    assert took < max(WITHIN, often * plain), (
        f"{took:.2f} s for {pages} pages; changing each once takes {plain:.2f} s"
    )


async def plain_update(service: JobsService) -> float:
    """Seconds in which Postgres changes every page once: what this machine is worth now."""
    clock = Clock()
    await service.sql("UPDATE crawled_pages SET state_version = state_version + 1000000 WHERE kind = 'page'")
    return clock.seconds()
