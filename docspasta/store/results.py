"""What a worker hands to the record, and what it gets back. Plain data; nothing here is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from docspasta.domain import JobState, PageKind, PageReason, PageState

if TYPE_CHECKING:
    from docspasta.content.page import Page


class FoundUrl(NamedTuple):
    """A URL found on a page or in a sitemap, already canonical and within the job's scope.

    `url_key` is `docspasta.urls.url_key(url)`, for other kinds than PAGE that of `kind + " " + url`.
    `step` is how much deeper it lies than where it was found: 1 for a link or a sitemap's entry, 0 for a
    redirect's target and for a sitemap. The record knows the depths; a caller needs not.
    """

    url: str
    url_key: str
    kind: PageKind = PageKind.PAGE
    step: int = 1
    redirects: int = 0  # how many redirects lead to it
    left_out: bool = False  # it only repeats other pages: remembered, not fetched


class ContentNames(NamedTuple):
    """What a processed page's content is called, and what its row says of it: `result_id` names all that is
    kept, `markdown_id` what a reader gets of it, `navigation_id` its menu, whose links are `navigation`."""

    result_id: UUID
    markdown_id: UUID | None
    navigation_id: UUID | None
    markdown_bytes: int
    heading: str
    navigation: bytes = b""


class PageResult(NamedTuple):
    """What came of one queued row. `state` is processed, failed or skipped; the last two have a `reason`.

    `page` is the converted page, `raw` its body when the job keeps it. `found` are URLs within scope; for
    `skipped: redirected` it is the one target, with step 0, or nothing when that lies out of scope.
    `url_key` is the row's; a processed page without one shares its content with no other job.
    `stale_since`: it could not be had, and its page is one of an earlier run.
    `unchanged`: it was taken from an earlier run. `contradicted`: the site had called it so, falsely.
    `names`: its content is there, under these names, and its `page` has nothing but what its row says of it.
    """

    page_id: int
    kind: PageKind
    state: PageState
    reason: PageReason = PageReason.NONE
    detail: str = ""
    http_status: int = 0
    page: Page | None = None
    raw: bytes | None = None
    redirected_to: str = ""
    bytes_fetched: int = 0
    found: tuple[FoundUrl, ...] = ()
    unchanged: bool = False
    contradicted: bool = False
    url_key: str = ""
    stale_since: datetime | None = None
    names: ContentNames | None = None


class QueuedPage(NamedTuple):
    """A queued row: what the frontier is to be given."""

    page_id: int
    url: str
    url_key: str
    kind: PageKind
    redirects: int


class Recorded(NamedTuple):
    """What a batch did. `state` is the job's afterwards, None when there is no such job any more.

    `discarded`: the job had ended or is gone, and nothing was written. `won`: the rows whose result this
    batch wrote; a result for any other row came second. `refused`: links that a limit refused just now.
    `ended`: the job ended with it, so that another of the user's may start (in its own transaction).
    `base`: the job's version just before it. `names`: what the content of pages is called that were
    processed, by page id.
    """

    state: JobState | None
    version: int
    admitted: tuple[QueuedPage, ...] = ()
    won: frozenset[int] = frozenset()
    refused: int = 0
    discarded: bool = False
    ended: bool = False
    base: int = 0
    names: Mapping[int, ContentNames] = MappingProxyType({})
