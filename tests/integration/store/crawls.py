"""Jobs and pages for tests of the record: made by hand, with a clock of their own."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from docspasta.content.page import Heading, Page
from docspasta.domain import JobKey, PageKind, PageReason, PageState
from docspasta.store.documents import open_document
from docspasta.store.pool import Pool
from docspasta.store.results import FoundUrl, PageResult
from docspasta.urls import url_key

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SITE = "https://docs.example.org"


async def make_job(
    pool: Pool,
    key: JobKey,
    start: str = f"{SITE}/",
    state: str = "running",
    robots: bool = False,
    **columns: Any,
) -> list[int]:
    """A job with its seed page; `columns` are crawling_jobs' own. Returns the ids of seed and robots rows."""
    running = state == "running"
    values: dict[str, Any] = {
        "state": state, "url": start, "discovered": 1, "queued": 1, "discovering": int(robots),
        "running_since": NOON if running else None, "started_at": NOON,
        "deadline_at": NOON + timedelta(hours=6) if running else None,
    } | columns  # fmt: skip
    names = ["user_id", "job_id", *values]
    marks = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    async with pool.transaction(key.user_id) as connection:
        await connection.execute(
            f"INSERT INTO crawling_jobs ({', '.join(names)}) VALUES ({marks})",
            key.user_id,
            key.job_id,
            *values.values(),
        )
        add = (
            "INSERT INTO crawled_pages (user_id, job_id, url, url_key, kind) VALUES ($1, $2, $3, $4, $5)"
            " RETURNING page_id"
        )
        seed = await connection.fetchval(add, key.user_id, key.job_id, start, url_key(start), "page")
        if not robots:
            return [seed]
        url = f"{SITE}/robots.txt"
        return [
            seed,
            await connection.fetchval(add, key.user_id, key.job_id, url, url_key("robots " + url), "robots"),
        ]


def page_of(url: str, markdown: str | None = None, **fields: Any) -> Page:
    """A converted page."""
    markdown = f"# Page {url}\n\nText of {url}.\n" if markdown is None else markdown
    if markdown.startswith("# "):
        fields.setdefault("headings", (Heading(1, markdown.split("\n")[0][2:], "top", 0),))
    return Page(
        url=url, title=f"Title of {url}", markdown=markdown,
        words=len(markdown.split()), tokens=len(markdown) // 4,
        content_hash=hashlib.blake2b(markdown.encode("utf-8", "replace"), digest_size=16).hexdigest(),
        **fields,
    )  # fmt: skip


def found(*urls: str, step: int = 1, redirects: int = 0) -> tuple[FoundUrl, ...]:
    return tuple(FoundUrl(url, url_key(url), PageKind.PAGE, step, redirects) for url in urls)


def processed(page_id: int, url: str, *links: str, page: Page | None = None, **fields: Any) -> PageResult:
    """A result with content."""
    known: dict[str, Any] = {"http_status": 200, "bytes_fetched": 1000, "url_key": url_key(url)}
    fields = known | fields
    return PageResult(
        page_id, PageKind.PAGE, PageState.PROCESSED, page=page or page_of(url), found=found(*links), **fields
    )


def failed(page_id: int, reason: str = "http_status", **fields: Any) -> PageResult:
    return PageResult(page_id, PageKind.PAGE, PageState.FAILED, PageReason(reason), http_status=500, **fields)


def redirected(page_id: int, target: str, redirects: int = 1) -> PageResult:
    return PageResult(
        page_id, PageKind.PAGE, PageState.SKIPPED, PageReason.REDIRECTED, http_status=301,
        redirected_to=target, found=found(target, step=0, redirects=redirects),
    )  # fmt: skip


async def rows_of(pool: Pool, key: JobKey, kind: str = "page") -> tuple[Any, list[Any]]:
    """The job's row and its pages, as the user sees them."""
    async with pool.transaction(key.user_id, snapshot=True) as connection:
        job = await connection.fetchrow("SELECT * FROM crawling_jobs WHERE job_id = $1", key.job_id)
        pages = await connection.fetch(
            "SELECT * FROM crawled_pages WHERE job_id = $1 AND kind = $2 ORDER BY page_id", key.job_id, kind
        )
    return job, pages


async def document_of(pool: Pool, key: JobKey, form: str = "markdown") -> bytes:
    """The job's document, whole."""
    opened = await open_document(pool, key, form)
    assert opened is not None
    _, stream = opened
    return b"".join([piece async for piece in stream])
