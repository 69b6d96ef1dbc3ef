"""Pages of a run that could not be had keep their last text: a site that is down for an hour loses nothing.

What counts is what the site says. 404 and 410, a redirect, a robots.txt that forbids the page: it is gone, or
not wanted any more. Anything else (no answer, an error, a check for robots) says nothing of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from docspasta.content import Page
from docspasta.domain import JobKey, PageKind, PageReason
from docspasta.queues.messages import WaitingPage
from docspasta.store.crawl import CrawlRules
from docspasta.store.pool import Pool
from docspasta.store.shown import ShownPage, pages_shown
from docspasta.urls import url_key

from .conversion import ROOM
from .last_pages import recorded_pages
from .recording import GONE

# What went wrong on the way to a page, or stood before it: it says nothing of the page itself.
PASSING = frozenset(
    {
        PageReason.TIMEOUT,
        PageReason.CONNECTION,
        PageReason.DNS,
        PageReason.TLS,
        PageReason.BAD_RESPONSE,
        PageReason.ROBOTS_UNREACHABLE,
        PageReason.WORKER_LOST,
        PageReason.INTERNAL,
        *(reason for reason in PageReason if reason.wall),
    }
)


class Last(NamedTuple):
    """The last text of a page that could not be had: since when that is so, and why. `there`: the row, as if
    the page had been there."""

    there: WaitingPage
    page: Page
    since: datetime
    why: str


class LastTexts:
    """Finds the last texts of pages that could not be had."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(
        self, rows: Sequence[WaitingPage], made: Mapping[int, Page], rules: CrawlRules, job: JobKey
    ) -> tuple[dict[int, Last], list[WaitingPage]]:
        """Those that the current run shows, by page id, and the rows for which memory has no room now.
        None before the start page of a run was there: a run whose start page can't be had fails as any
        other."""
        if not rules.current_job_id or rules.scope is None:
            return {}, []
        missed = {url_key(row.queued.url): row for row in rows if could_not_be_had(row, made)}
        if not missed:
            return {}, []
        current = JobKey(job.user_id, rules.current_job_id)
        shown, later = within(await pages_shown(self._pool, current, sorted(missed)), ROOM)
        pages = await recorded_pages(self._pool, current, shown)
        now = datetime.now(UTC)
        since = {was.url_key: was.stale_since or now for was in shown}
        found = {}
        for key, page in pages.items():
            row = missed[key]
            why = _why(row, made.get(row.queued.page_id))
            found[row.queued.page_id] = Last(_there(row), page, since[key], why)
        return found, [missed[was.url_key] for was in later]


def within(shown: Sequence[ShownPage], room: int) -> tuple[list[ShownPage], list[ShownPage]]:
    """As many of these as have `room` bytes of Markdown, at least one; and the others."""
    now: list[ShownPage] = []
    for was in shown:
        if now and was.markdown_bytes > room:
            break
        now.append(was)
        room -= was.markdown_bytes
    return now, list(shown[len(now) :])


def could_not_be_had(row: WaitingPage, made: Mapping[int, Page]) -> bool:
    """Whether a page's result says nothing of the page."""
    if row.queued.kind is not PageKind.PAGE or row.fetched.redirected_to:
        return False
    reason = _reason(row, made.get(row.queued.page_id))
    if reason == PageReason.HTTP_STATUS:
        return row.fetched.http_status not in GONE
    return reason in PASSING


def _there(row: WaitingPage) -> WaitingPage:
    """The row as if the page had been there, but for its body."""
    fetched = row.fetched._replace(
        http_status=200, reason="", detail="", body=b"", noindex=False, nofollow=False
    )
    return row._replace(fetched=fetched)


def _reason(row: WaitingPage, page: Page | None) -> str:
    return row.fetched.reason or (page.reason if page is not None else "")


def _why(row: WaitingPage, page: Page | None) -> str:
    """One sentence."""
    reason = PageReason(_reason(row, page))
    status = f" (HTTP {row.fetched.http_status})" if reason == PageReason.HTTP_STATUS else ""
    return f"{reason.sentence.removesuffix('.')}{status}."
