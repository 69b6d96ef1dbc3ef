"""What one job's waiting pages converted to, in parts that are recorded together, and what is recorded of
each. No I/O.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from docspasta.compression import unpacked_size
from docspasta.content import Page
from docspasta.domain import PageKind, PageReason, PageState
from docspasta.queues.messages import WaitingPage
from docspasta.sitemaps import Sitemap
from docspasta.store.conversions import Kept
from docspasta.store.results import PageResult
from docspasta.urls import url_key

from .discovery import discoveries
from .job_view import JobView
from .lastmods import Judged
from .recording import follows, result_of
from .stale import Last

LINKS = 10_000  # that one transaction looks up, unless one page has more
RAW_BYTES_A_LINK = 2_048  # of bodies that are kept count as a link


class Pages(NamedTuple):
    """What rows converted to, by page id. `reused`: from an earlier run. `contradicted`: their site had
    called them unchanged, falsely. `last`: the last texts of those that could not be had. `recalled`: what
    came of unchanged pages, which is remembered. `kept`: what their source keeps of pages."""

    made: dict[int, Page]
    reused: frozenset[int] = frozenset()
    contradicted: frozenset[int] = frozenset()
    last: Mapping[int, Last] = MappingProxyType({})
    judged: Judged = Judged()
    recalled: Mapping[int, PageResult] = MappingProxyType({})
    kept: Mapping[int, Kept] = MappingProxyType({})


class ToRecord(NamedTuple):
    """Rows to be recorded together, with what they converted to, by page id. `decided`: the page that decided
    the job's scope just now."""

    rows: Sequence[WaitingPage]
    pages: Pages
    lists: dict[int, Sitemap]
    decided: int | None
    dated: Sequence[str] = ()  # url_keys of pages that a sitemap has just dated

    def found_on(self) -> tuple[list[Page], list[Sitemap]]:
        """The pages and the lists of these rows."""
        ids = [row.queued.page_id for row in self.rows]
        made = self.pages.made | {n: last.page for n, last in self.pages.last.items()}
        return [made[n] for n in ids if n in made], [self.lists[n] for n in ids if n in self.lists]


def key_of(kind: PageKind, url: str) -> str:
    """The url_key of a row: pages by their address, discoveries apart from a page of the same address."""
    return url_key(url) if kind is PageKind.PAGE else url_key(f"{kind} {url}")


def decide(
    view: JobView, rows: Sequence[WaitingPage], pages: dict[int, Page], lists: dict[int, Sitemap]
) -> int | None:
    """Let the first real page decide the scope, or the list that the job was started with; its page id, None
    when it stood already. A page that only leads on, or stands in the way of another, is none."""
    if view.scope is None:
        for row in rows:
            page, listed = pages.get(row.queued.page_id), lists.get(row.queued.page_id)
            if page is not None and is_real(page):
                view.decide(page)
            elif listed is not None and listed.pages:
                view.decide_listed(listed.pages, whole=not row.queued.redirects)
            if view.scope is not None:
                return row.queued.page_id
    return None


def parts_of(
    rows: Sequence[WaitingPage], pages: dict[int, Page], lists: dict[int, Sitemap], *, raw: bool
) -> list[list[WaitingPage]]:
    """The rows in order, in parts that are recorded in one transaction each: of so many links at most, unless
    one page has more. `raw`: their bodies are kept, too, and count."""
    parts: list[list[WaitingPage]] = []
    room = 0
    for row in rows:
        page, listed = pages.get(row.queued.page_id), lists.get(row.queued.page_id)
        links = (len(page.links) if page else 0) + (len(listed.pages) if listed else 0)
        links += unpacked_size(row.fetched.body) // RAW_BYTES_A_LINK if raw else 0
        if not parts or room < links:
            parts.append([])
            room = LINKS
        parts[-1].append(row)
        room -= links
    return parts


def results_of(converted: ToRecord, view: JobView) -> Generator[None, None, list[PageResult]]:
    """What came of each row, in steps; none of a page that is remembered and only repeats others."""
    rows, pages, lists, decided, _ = converted
    results = []
    for row in rows:
        yield
        page_id = row.queued.page_id
        if page_id in pages.recalled:
            known = pages.recalled[page_id]
            if follows(known, view):
                results.append(known)
            continue
        page, last = pages.made.get(page_id), pages.last.get(page_id)
        result = yield from result_of(row, page, lists.get(page_id), view)
        if last is not None:
            result = yield from _stale(result, last, view)
        result = result._replace(
            unchanged=result.page_id in pages.reused and not row.fetched.alternate,
            contradicted=result.page_id in pages.contradicted,
            url_key=key_of(row.queued.kind, row.queued.url),
        )
        settled = row.queued.page_id == decided and view.scope is not None
        if settled and view.scope is not None and view.settings.follows and not view.settings.urls:
            sitemaps = view.settings.use_sitemaps and page is not None
            first = page or Page(url=row.fetched.url)
            more = discoveries(first.url, first, view.scope, sitemaps=sitemaps)
            result = result._replace(found=(*result.found, *more))
        results.append(result)
    return results


def _stale(result: PageResult, last: Last, view: JobView) -> Generator[None, None, PageResult]:
    """What is recorded of a page that could not be had: its last text, if that would still be a page."""
    was = yield from result_of(last.there, last.page, None, view)
    if was.state is not PageState.PROCESSED:
        return result
    status = result.http_status
    return was._replace(detail=last.why, http_status=status, stale_since=last.since, raw=None)


def is_real(page: Page) -> bool:
    """Whether a page is one of the site's: no stub (but a frameset), and nothing that stands in the way."""
    if page.leads_to:
        return bool(page.frames)
    return not (page.reason and PageReason(page.reason).wall)
