"""What a processor reads of a job; it writes through record.py alone."""

from __future__ import annotations

from typing import NamedTuple

from docspasta.domain import JobKey, JobSettings

from .pool import Pool
from .statements import load

SQL = load("crawl.sql")


class CrawlRules(NamedTuple):
    """What a job wants done with its pages. `scope` is JSON, None until the first real page decided it."""

    url: str
    settings: JobSettings
    scope: str | None
    keep_raw: bool


async def crawl_rules(pool: Pool, job: JobKey) -> CrawlRules | None:
    """The rules of a job, None when there is no such job any more."""
    async with pool.transaction(job.user_id) as connection:
        return await SQL.crawl_rules.one(connection, CrawlRules, user_id=job.user_id, job_id=job.job_id)
