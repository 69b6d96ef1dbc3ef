"""A finished job of many pages, written straight into the stack's database: what the page must bear."""

from __future__ import annotations

import asyncio
import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg

from tests.stack import RunningStack

JOB = """
INSERT INTO crawling_jobs (user_id, job_id, url, settings, state, state_version, discovered, processed,
  failed, words, tokens, title, created_at, started_at, finished_at, running_seconds, reasons)
VALUES ($1, $2, 'https://docs.example.org/', '{"url": "https://docs.example.org/"}', 'completed', $3 + 1, $3,
  $3 - $3 / 100, $3 / 100, $3 * 500, $3 * 700, 'A large manual', now(), now(), now(), 60,
  jsonb_build_object('failed:timeout', $3 / 100))
"""
PAGES = """
INSERT INTO crawled_pages (user_id, job_id, url, url_key, state, reason, state_version, finished_at, title,
  position, anchor, words, tokens)
SELECT $1, $2, 'https://docs.example.org/part-' || (n % 40) || '/chapter-' || n || '.html', md5(n::text),
  CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'processed' END, CASE WHEN n % 100 = 0 THEN 'timeout' ELSE '' END,
  n, now(), 'Chapter ' || n || ' of the manual', n, 'page-' || n, 500, 700
FROM generate_series(1, $3::int) AS n
"""


def user_of(context: Any) -> str:
    """The user id of a browser's anonymous cookie."""
    [cookie] = [row for row in context.cookies() if row["name"].endswith("docspasta")]
    body = cookie["value"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return f"anon-{claims['sub']}"


def make_job(stack: RunningStack, user_id: str, pages: int) -> str:
    """Write it; returns the job's id."""
    job_id = f"made{pages}"

    async def write() -> None:
        connection = await asyncpg.connect(
            host=str(stack.state["sockets"]), user="postgres", database="docspasta"
        )
        async with connection.transaction():
            await connection.execute(JOB, user_id, job_id, pages)
            await connection.execute(PAGES, user_id, job_id, pages)
        await connection.close()

    # Playwright's own loop runs in this thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(write())).result()
    return job_id
