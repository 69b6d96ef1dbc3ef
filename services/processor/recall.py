"""What came of a page, remembered: its result is made of the page, the scope and the settings alone.

While all three are the same, what an unchanged page comes to need not be worked out again, nor its facts and
digests: the row is written from what is remembered, and its content is there under its name. What depends on
the job's other pages (repeats, limits, depths) is asked again each time. Pure; no I/O.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any
from uuid import UUID

import zstandard

from docspasta.compression import pack, unpack
from docspasta.content import Page
from docspasta.document.facts import pack_keys, unpack_keys
from docspasta.domain import PageKind, PageState
from docspasta.queues.messages import Fetched, WaitingPage
from docspasta.store.results import ContentNames, FoundUrl, PageResult
from docspasta.urls import url_key

from .job_view import JobView

MOST_FOUND = 200  # links of a page whose result is remembered: of more they take as long as the page
LARGEST = 64 * 1024  # bytes of a remembered result
SHORT = 256  # bytes that are kept as they are
TEXTS = ("title", "description", "language", "content_hash", "likeness", "canonical", "rel_next", "rel_prev")
NUMBERS = ("words", "tokens")


def basis_of(view: JobView, *, renders: bool) -> bytes:
    """What decides the results of a job's pages, but for the pages: a digest, b'' for a job whose results are
    not remembered. `renders`: a renderer is there. The code is told by what pages are kept under."""
    if view.scope is None or view.keep_raw or not view.settings.follows or view.settings.urls:
        return b""
    decided = json.dumps([view.url, view.scope.to_json(), view.settings.to_json(), renders])
    return blake2b(decided.encode(), digest_size=16).digest()


def packed_result(result: PageResult, names: ContentNames, fetched: Fetched) -> bytes | None:
    """A processed page's result as it is remembered; None for one that is not."""
    page = result.page
    if page is None or result.state is not PageState.PROCESSED or len(result.found) > MOST_FOUND:
        return None
    if any((row.kind, row.step, row.redirects) != (PageKind.PAGE, 1, 0) for row in result.found):
        return None
    said = [
        [fetched.noindex, fetched.nofollow, result.detail],
        [getattr(page, name) for name in TEXTS],
        [getattr(page, name) for name in NUMBERS],
        [names.result_id.hex, _hex(names.markdown_id), _hex(names.navigation_id)],
        [names.markdown_bytes, names.heading],
        _places(names.navigation, result.found),
        [row.url for row in result.found],
        [place for place, row in enumerate(result.found) if row.left_out],
    ]
    data = pack(json.dumps(said, separators=(",", ":")).encode(), SHORT)
    return data if len(data) <= LARGEST else None


def read_result(data: bytes, waiting: WaitingPage, view: JobView) -> PageResult | None:
    """What came of the page when it was remembered, as the result of this row; None when that can't be used.
    The row's answer has the headers of the page that is kept."""
    try:
        said = json.loads(unpack(data, 4 * LARGEST))
        (noindex, nofollow, detail), texts, numbers, ids, (size, heading), menu, urls, left_out = said
        found = tuple(_found(urls, frozenset(left_out), view))
        navigation = pack_keys(found[place].url_key for place in menu)
        names = ContentNames(UUID(ids[0]), _uuid(ids[1]), _uuid(ids[2]), size, heading, navigation)
        page = Page(waiting.fetched.url, **dict(zip(TEXTS + NUMBERS, texts + numbers, strict=True)))
    except (ValueError, TypeError, LookupError, zstandard.ZstdError):
        return None
    fetched = waiting.fetched
    if (noindex, nofollow) != (fetched.noindex, fetched.nofollow):
        return None
    return PageResult(
        page_id=waiting.queued.page_id,
        kind=PageKind.PAGE,
        state=PageState.PROCESSED,
        detail=detail,
        http_status=fetched.http_status,
        page=page,
        bytes_fetched=fetched.bytes_fetched,
        found=found,
        unchanged=True,
        url_key=url_key(waiting.queued.url),
        names=names,
    )


def _places(navigation: bytes, found: Sequence[FoundUrl]) -> list[int]:
    """The links of a page's menu, by their places among all of its links."""
    places = {row.url_key: place for place, row in enumerate(found)}
    return [places[key] for key in unpack_keys(navigation)]


def _found(urls: Sequence[str], left_out: frozenset[int], view: JobView) -> list[FoundUrl]:
    """The links that were in scope, each made once a job."""
    known = view.recalled
    found = []
    for place, url in enumerate(urls):
        row = known.get(url)
        if row is None:
            row = known[url] = FoundUrl(url, url_key(url), left_out=place in left_out)
        found.append(row)
    return found


def _hex(name: UUID | None) -> str:
    return name.hex if name is not None else ""


def _uuid(text: Any) -> UUID | None:
    return UUID(text) if text else None
