"""Which pages are asked for once more, with alternates (docspasta.alternates), and what they are then.
Pure.

A page that says nothing without a browser is not recorded at once: it goes back to the frontier with what may
be read in its place. The record knows nothing of it, so that a lost Redis costs the page another fetch.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from docspasta.alternates import LLMS_NAME, MOST, Alternate, Kind, guesses, read_alternate
from docspasta.content import Options, Page
from docspasta.content.alternate import with_alternate
from docspasta.domain import JobKey, PageKind, PageReason
from docspasta.queues.messages import Asking, QueuedUrl, WaitingPage
from docspasta.urls import host, route

from .job_view import JobView
from .wire import Body

ENOUGH = 3  # pages of a host without any alternate: then its other pages are not asked for theirs
MISSING = (404, 410)
REMEMBERED = 1_024  # hosts of jobs
DECLARED = frozenset((Kind.OPENAPI, Kind.SCRIPT, Kind.TEXT, Kind.DOCC, Kind.APIDOC))


class Searches:
    """What came of looking for alternates, by job and host, in this process."""

    def __init__(self, *, renders: bool = False) -> None:
        self.renders = renders  # whether a renderer is there
        self._failed: OrderedDict[tuple[JobKey, str], int] = OrderedDict()

    def again(self, waiting: WaitingPage, page: Page, job: JobView) -> QueuedUrl | None:
        """The URL as it is asked for once more; None when the page is what it is."""
        wanted = self._wanted(waiting, page, job)
        if not wanted:
            return None
        texts = tuple(map(str, wanted[:MOST]))
        return waiting.queued._replace(again=True, asking=Asking(alternates=texts))

    def instead(self, waiting: WaitingPage, job: JobView) -> QueuedUrl | None:
        """The URL of a page that is not there, as it is asked for once more: the llms.txt that the job was
        started with may have named its Markdown, which is then all that there is. None for any other."""
        queued, settings = waiting.queued, job.settings
        missing = waiting.fetched.http_status in MISSING and waiting.fetched.reason == "http_status"
        listed = LLMS_NAME.search(settings.url) is not None and settings.markdown_twins != "never"
        if queued.kind is not PageKind.PAGE or queued.again or not (missing and listed):
            return None
        texts = tuple(str(each) for each in guesses(queued.url) if each.kind is Kind.MARKDOWN)
        return queued._replace(again=True, asking=Asking(alternates=texts))

    def _wanted(self, waiting: WaitingPage, page: Page, job: JobView) -> list[Alternate]:
        queued, settings = waiting.queued, job.settings
        if queued.kind is not PageKind.PAGE or settings.push or page.leads_to:
            return []
        shell = page.reason == PageReason.NEEDS_JAVASCRIPT
        if queued.again:
            return _read(waiting.fetched.untried) if shell else []
        # No server knows a route: what it sends is the same for all.
        drawn = settings.render == "always" or (settings.render != "never" and route(queued.url))
        if drawn and self.renders and (shell or not page.reason):
            declared = [each for each in _read(page.alternates) if each.kind in DECLARED]
            return [*(declared if route(queued.url) else ()), Alternate(Kind.RENDERED, queued.url)]
        if settings.markdown_twins == "prefer" and page.markdown_twin and not page.reason:
            return [Alternate(Kind.MARKDOWN, page.markdown_twin)]
        if not shell:
            return []
        wanted = _read(page.alternates) if settings.markdown_twins != "never" else []
        if self._failed.get(_place(queued), 0) >= ENOUGH:  # the page's own word is believed, guesses are not
            wanted = [each for each in wanted if each.kind in DECLARED or each.url == page.markdown_twin]
        if self.renders and settings.render != "never":
            wanted.append(Alternate(Kind.RENDERED, queued.url))
        return wanted

    def note(self, waiting: WaitingPage) -> None:
        """Remember what came of a page that was asked for with its alternates."""
        if not waiting.queued.again:
            return
        place = _place(waiting.queued)
        failed = self._failed.pop(place, 0)
        guessed = waiting.fetched.alternate.partition(" ")[0] in (Kind.MARKDOWN, Kind.NEGOTIATED)
        self._failed[place] = 0 if guessed else failed + 1
        while len(self._failed) > REMEMBERED:
            self._failed.popitem(last=False)


def bodies_beside(rows: Sequence[WaitingPage], options: Options) -> dict[int, Body]:
    """The alternates of those rows that have one, by page id."""
    found = {}
    for row in rows:
        fetched, alternate = row.fetched, read_alternate(row.fetched.alternate)
        if alternate is not None:
            how = replace(options, alternate=alternate.kind)
            found[row.queued.page_id] = Body(
                fetched.alternate_body,
                alternate.url,
                fetched.alternate_charset,
                how,
                fetched.alternate_coding,
            )
    return found


def told(row: WaitingPage, page: Page) -> Page:
    """A page with what the `Link:` headers of its answer name, where its HTML names none."""
    twin, llms = page.markdown_twin or row.fetched.twin, page.llms or row.fetched.llms
    return replace(page, markdown_twin=twin, llms=llms)


def together(row: WaitingPage, page: Page, other: Page) -> Page:
    """A page with what its alternate says."""
    alternate = read_alternate(row.fetched.alternate)
    return with_alternate(page, other, alternate) if alternate is not None else page


def _read(texts: Sequence[str]) -> list[Alternate]:
    return [each for text in texts if (each := read_alternate(text)) is not None]


def _place(queued: QueuedUrl) -> tuple[JobKey, str]:
    return queued.job, host(queued.url)
