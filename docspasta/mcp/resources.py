"""Resources: `docspasta://SOURCE` is a source's outline, `docspasta://SOURCE/PAGE` a page or a section of it,
PAGE being its address, percent-encoded."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, unquote

from .answers import Link
from .sources import Listed, Source, dated

SCHEME = "docspasta://"
TEMPLATE = f"{SCHEME}{{source}}/{{page}}"
MOST_URI = 8_192  # characters


class Named(NamedTuple):
    """What a URI names: a source, and a page of it, '' for its outline."""

    source: str
    page: str


def address_of(source: Source, url: str, title: str) -> Link:
    """A page or a section as a resource."""
    return Link(f"{SCHEME}{source.id}/{quote(url, safe='')}", title or url, f"<{url}>, {dated(source)}")


def outline_of(one: Listed) -> Link:
    """A source as a resource."""
    source = one.source
    pages = f"{source.job.progress.processed:,} pages"
    return Link(
        SCHEME + source.id, source.title, f"Outline of <{source.job.settings.url}>, {pages}, {dated(source)}"
    )


def named_by(uri: str) -> Named | None:
    """What a URI names, None for what is no URI of ours."""
    if not uri.startswith(SCHEME) or len(uri) > MOST_URI or "\0" in uri:
        return None
    source, _, page = uri.removeprefix(SCHEME).partition("/")
    return Named(unquote(source), unquote(page)) if source else None
