"""A job's documents, some at a time, and its failed pages: put together of streams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from docspasta.domain import PageReason, PageState
from docspasta.proto_enums import page_state_value
from docspasta.rest.words import reason_of
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1.page_pb2 import Page

from ..services import Caller, Services
from .answers import document, page_error

ERRORS_AT_MOST = 1_000  # failed pages in one answer


@dataclass(slots=True)
class _Gathered:
    page: Page
    links: list[str] = field(default_factory=list)
    markdown: list[bytes] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    def document(self, *, raw: bool) -> dict[str, Any]:
        """The page as a document."""
        kept = b"".join(self.raw).decode("utf-8", "replace") if raw else None
        return document(self.page, b"".join(self.markdown).decode("utf-8", "replace"), self.links, kept)


async def documents(
    services: Services, caller: Caller, job: pb.Job, after: str, limit: int
) -> tuple[list[dict[str, Any]], str]:
    """Documents after a token, and the token of those that follow, '' for none now."""
    raw = job.settings.keep_raw
    asked = pb.ReadPagesRequest(
        job_id=job.job_id, page_token=after, page_size=limit, markdown=True, links=True, raw=raw
    )
    found: list[_Gathered] = []
    following = ""
    call = services.stream(services.jobs.ReadPages, asked, caller)
    try:
        async for message in call:
            match message.WhichOneof("part"):
                case "page":
                    found.append(_Gathered(message.page))
                case "links":
                    found[-1].links = list(message.links.urls)
                case "markdown":
                    found[-1].markdown.append(message.markdown)
                case "raw":
                    found[-1].raw.append(message.raw)
                case _:
                    following = message.next_page_token
    finally:
        call.cancel()
    return [page.document(raw=raw) for page in found], following


async def failures(services: Services, caller: Caller, job_id: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The pages that failed, with why, and the addresses that robots.txt does not allow."""
    failed = [page_error(page) for page in await _pages(services, caller, job_id, PageState.FAILED)]
    skipped = await _pages(services, caller, job_id, PageState.SKIPPED)
    robots = [page.url for page in skipped if reason_of(page.reason) is PageReason.ROBOTS]
    dead = [page_error(p) for p in skipped if reason_of(p.reason) is PageReason.DEAD_LINK]
    return failed + dead, robots


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
