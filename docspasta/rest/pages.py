"""Pages and the outline as REST and the command line show them."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Annotated, Self

from pydantic import Field, NonNegativeInt

from docspasta.domain import PageState
from docspasta.v1 import jobs_pb2, page_pb2

from .base import Answer
from .words import JOB_LIMITS, PAGE_STATES, Limit, Moment, Reason, moment, reason_of

NextPageToken = Annotated[
    str | None, Field(description="Pass it as pageToken for the next part; null at the end.")
]


class Page(Answer):
    """A page of a job."""

    page_id: str
    url: str
    state: PageState
    reason: Reason | None
    message: str | None = Field(description="The reason in a sentence.")
    detail: str | None
    http_status: int | None
    depth: NonNegativeInt = Field(description="Links from the start page.")
    title: str | None
    description: str | None
    language: str | None
    words: NonNegativeInt
    tokens: NonNegativeInt
    markdown_bytes: NonNegativeInt
    content_hash: str | None
    redirected_to: str | None
    duplicate_of: str | None
    position: int | None = Field(description="Place in reading order, from 1; null until the job ends.")
    anchor: str | None
    found_on: str | None = Field(description="pageId of a page that links to it; null for the start page.")
    finished_at: Moment | None
    stale_since: Moment | None = Field(
        description="Of a page of a run that could not be had, and has its last text: the first such run."
    )

    @classmethod
    def of(cls, row: page_pb2.Page) -> Self:
        """From the proto."""
        reason = reason_of(row.reason)
        return cls(
            page_id=row.page_id,
            url=row.url,
            state=PAGE_STATES.get(row.state, PageState.QUEUED),
            reason=reason,
            message=reason.sentence if reason else None,
            detail=row.detail or None,
            http_status=row.http_status or None,
            depth=row.depth,
            title=row.title or None,
            description=row.description or None,
            language=row.language or None,
            words=row.words,
            tokens=row.tokens,
            markdown_bytes=row.markdown_bytes,
            content_hash=row.content_hash or None,
            redirected_to=row.redirected_to or None,
            duplicate_of=row.duplicate_of or None,
            position=row.position or None,
            anchor=row.anchor or None,
            found_on=row.found_on or None,
            finished_at=moment(row, "finished_at"),
            stale_since=moment(row, "stale_since"),
        )


class ShownPage(Page):
    """A page of a job, shown alone."""

    fetched_at: Moment | None = Field(None, description="Of a pushed page: when, as its sender says.")

    @classmethod
    def shown(cls, row: jobs_pb2.GetPageResponse) -> Self:
        """From the proto."""
        return cls.of(row.page).model_copy(update={"fetched_at": moment(row, "fetched_at")})


class Pages(Answer):
    """A part of a job's pages."""

    pages: list[Page]
    next_page_token: NextPageToken

    @staticmethod
    def writing(row: jobs_pb2.ListPagesResponse) -> Generator[None, None, bytes]:
        """The JSON of the proto, in steps (docspasta.turns): 500 pages may have long addresses and titles."""
        pages = []
        for page in row.pages:
            pages.append(Page.of(page).to_json())
            yield
        token = json.dumps(row.next_page_token or None).encode()
        return b'{"pages":[%s],"nextPageToken":%s}' % (b",".join(pages), token)


class Address(Answer):
    """An address that a job found within its scope."""

    url: str
    state: PageState
    reason: Reason | None
    kept_out_by: Limit | None = Field(description="The limit that refused it; null for a page of the job.")
    title: str | None
    description: str | None

    @classmethod
    def of(cls, row: jobs_pb2.Address) -> Self:
        """From the proto."""
        return cls(
            url=row.url,
            state=PAGE_STATES.get(row.state, PageState.QUEUED),
            reason=reason_of(row.reason),
            kept_out_by=JOB_LIMITS.get(row.kept_out_by),
            title=row.title or None,
            description=row.description or None,
        )


class Addresses(Answer):
    """A part of the addresses that a job found, in the order in which it found them."""

    addresses: list[Address]
    next_page_token: NextPageToken

    @classmethod
    def of(cls, row: jobs_pb2.ListAddressesResponse) -> Self:
        """From the proto."""
        found = [Address.of(address) for address in row.addresses]
        return cls(addresses=found, next_page_token=row.next_page_token or None)


class OutlineEntry(Answer):
    """A heading of the document."""

    level: NonNegativeInt
    text: str
    anchor: str
    page_id: str | None

    @classmethod
    def of(cls, row: jobs_pb2.OutlineEntry) -> Self:
        """From the proto."""
        return cls(level=row.level, text=row.text, anchor=row.anchor, page_id=row.page_id or None)


class Outline(Answer):
    """A part of the document's headings."""

    entries: list[OutlineEntry]
    next_page_token: NextPageToken

    @classmethod
    def of(cls, row: jobs_pb2.GetOutlineResponse) -> Self:
        """From the proto."""
        entries = [OutlineEntry.of(entry) for entry in row.entries]
        return cls(entries=entries, next_page_token=row.next_page_token or None)
