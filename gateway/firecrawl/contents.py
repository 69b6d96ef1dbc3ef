"""A job's documents, some at a time, and its failed pages: put together of streams."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from typing import Any

from docspasta.domain import PageReason, PageState
from docspasta.proto_enums import page_state_value
from docspasta.rest.words import reason_of
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1.page_pb2 import Page

from ..services import Caller, Services
from .answers import document, page_error
from .written import Text

ERRORS_AT_MOST = 1_000  # pages of a state in one answer
# Why a crawl leaves out what it finds: nothing went wrong. A batch owes a word about each of its addresses.
MEANT = frozenset(
    (
        PageReason.OUT_OF_SCOPE,
        PageReason.DUPLICATE,
        PageReason.REDIRECTED,
        PageReason.LEFT_OUT,
        PageReason.NOINDEX,
        PageReason.CANCELLED,
        PageReason.DEADLINE,
        PageReason.BYTES_LIMIT,
    )
)


@dataclass(slots=True)
class _Gathered:
    page: Page
    links: list[str] = field(default_factory=list)
    markdown: Text = field(default_factory=Text)
    raw: Text = field(default_factory=Text)
    html: Text = field(default_factory=Text)

    def add(self, message: pb.ReadPagesResponse) -> None:
        """Take what follows the page."""
        match message.WhichOneof("part"):
            case "links":
                self.links += message.links.urls
            case "markdown":
                self.markdown.add(message.markdown)
            case "html":
                self.html.add(message.html)
            case "raw":
                self.raw.add(message.raw)

    def document(self, *, raw: bool, html: bool) -> dict[str, Any]:
        """The page as a document."""
        return document(
            self.page,
            self.markdown.end(),
            self.links,
            self.html.end() if html else None,
            self.raw.end() if raw else None,
        )


async def documents(
    services: Services, caller: Caller, job: pb.Job, after: str, limit: int
) -> tuple[list[dict[str, Any]], str]:
    """Documents after a token, and the token of those that follow, '' for none now."""
    asked = pb.ReadPagesRequest(job_id=job.job_id, page_token=after, page_size=limit)
    found: list[dict[str, Any]] = []
    following = ""
    async for _, item in _read(services, caller, job, asked):
        if isinstance(item, str):
            following = item
        else:
            found.append(item)
    return found, following


async def recorded_after(
    services: Services, caller: Caller, job: pb.Job, version: int
) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    """Documents that were recorded after a version of the job, each with its own: a part of them."""
    asked = pb.ReadPagesRequest(job_id=job.job_id, after_version=version)
    async for own, item in _read(services, caller, job, asked):
        if not isinstance(item, str):
            yield own, item


async def _read(
    services: Services, caller: Caller, job: pb.Job, asked: pb.ReadPagesRequest
) -> AsyncIterator[tuple[int, dict[str, Any] | str]]:
    """Documents with their versions, of which one is held at a time; last the token of those that follow."""
    asked.markdown = asked.links = True
    asked.raw, asked.html = job.settings.keep_raw, job.settings.keep_html
    page: _Gathered | None = None
    call = services.stream(services.jobs.ReadPages, asked, caller)
    try:
        async for message in call:
            part = message.WhichOneof("part")
            if page and part in ("page", "next_page_token"):
                yield page.page.version, page.document(raw=asked.raw, html=asked.html)
            if part == "next_page_token":
                yield 0, message.next_page_token
            elif part == "page":
                page = _Gathered(message.page)
            elif page:
                page.add(message)
    finally:
        call.cancel()


async def failures(
    services: Services, caller: Caller, job_id: str, meant: Collection[PageReason]
) -> dict[str, Any]:
    """The pages that failed, or were skipped for another than the `meant` reasons, with why; and the
    addresses that robots.txt does not allow."""
    failed = await _pages(services, caller, job_id, PageState.FAILED)
    skipped = await _pages(services, caller, job_id, PageState.SKIPPED)
    robots = [page for page in skipped if reason_of(page.reason) is PageReason.ROBOTS]
    wrong = [page for page in skipped if reason_of(page.reason) not in {PageReason.ROBOTS, *meant}]
    told = {"errors": list(map(page_error, failed + wrong)), "robotsBlocked": [page.url for page in robots]}
    if len(failed) == ERRORS_AT_MOST or len(skipped) == ERRORS_AT_MOST:
        told["warning"] = f"At most {ERRORS_AT_MOST:,} failed and {ERRORS_AT_MOST:,} skipped pages are told."
    return told


async def _pages(services: Services, caller: Caller, job_id: str, state: PageState) -> list[Page]:
    found: list[Page] = []
    token = ""
    while len(found) < ERRORS_AT_MOST:
        asked = pb.ListPagesRequest(
            job_id=job_id, page_size=500, page_token=token, states=[page_state_value(state)]
        )
        answer = await services.ask(services.jobs.ListPages, asked, caller)
        found += answer.pages
        token = answer.next_page_token
        if not token:
            break
    return found[:ERRORS_AT_MOST]
