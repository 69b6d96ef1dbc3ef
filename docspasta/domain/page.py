"""A page of a job: what it is for, how it stands, and what a person may see of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from .reason import PageReason


class PageKind(StrEnum):
    """What a URL is fetched for. Only PAGE is a page; the others count in `Counts.discovering`."""

    PAGE = "page"
    ROBOTS = "robots"
    SITEMAP = "sitemap"
    LLMS = "llms"
    PROBE = "probe"  # an address that cannot exist: what a site answers for a missing page


class PageState(StrEnum):
    """How a page stands: queued, then one of the others, for good unless a failure is tried again."""

    QUEUED = "queued"
    PROCESSED = "processed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Page(NamedTuple):
    """A page as its user sees it. `version` is the job's version at which the page last changed, 0 while it
    is queued. `position`, `anchor` and `duplicate_of` are set when the job ends.

    `tokens` is an estimate (docspasta.tokens). `http_status` is 0 when no answer was received. A tuple, for a
    watcher is shown thousands of them.
    """

    page_id: int
    url: str
    state: PageState
    reason: PageReason
    http_status: int
    depth: int  # shortest link distance from the start page
    title: str
    detail: str  # one sentence more about a failure, '' for none
    version: int
    markdown_bytes: int
    words: int
    tokens: int
    redirected_to: str  # absolute URL, '' for none
    duplicate_of: int | None
    position: int  # 1-based place in reading order, 0 for none
    language: str
    finished_at: datetime | None
    content_hash: str
    description: str
    anchor: str
    stale_since: datetime | None  # since when it could not be had; its text is one of before
    found_on: int | None  # the row that has a link to it: a page, or a list of pages; None for a start page
