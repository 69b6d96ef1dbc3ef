"""Pages as they were recorded, put together again from what the record keeps of them.

What a page was converted from does not matter here: its own bytes, its Markdown, or what a browser drew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from docspasta.content import Page
from docspasta.content.page import Heading, Link
from docspasta.document.edges import Block
from docspasta.document.facts import taken_apart, unpack_keys
from docspasta.domain import JobKey
from docspasta.store.pool import Pool
from docspasta.store.shown import ShownPage, addresses_of, what_they_say

Said = Mapping[tuple[UUID, str], bytes]


class _Parts(NamedTuple):
    """What a page says, read. `links` and `menu` are url_keys."""

    markdown: str
    html: bytes
    facts: bytes
    first: Sequence[Block]
    last: Sequence[Block]
    links: Sequence[str]
    menu: Sequence[str]


async def recorded_pages(pool: Pool, job: JobKey, shown: Iterable[ShownPage]) -> dict[str, Page]:
    """The pages that a job shows, by url_key, with the links that were in scope; without those whose content
    was taken away meanwhile."""
    rows = list(shown)
    said = await what_they_say(pool, job, rows)
    there = [row for row in rows if (row.result_id, "facts") in said]
    # In a thread: a long page takes as long to read as ten steps of the loop.
    parts = await asyncio.to_thread(lambda: {row.url_key: _parts(row, said) for row in there})
    keys = (key for part in parts.values() for key in (*part.links, *part.menu))
    urls = await addresses_of(pool, job, keys)
    return {row.url_key: _page(row, parts[row.url_key], urls) for row in there}


def _parts(row: ShownPage, said: Said) -> _Parts:
    facts, first, last, links = taken_apart(said[row.result_id, "facts"])
    menu = said.get((row.navigation_id, "navigation"), b"") if row.navigation_id else b""
    markdown = said.get((row.result_id, "markdown"), b"").decode("utf-8", "replace")
    html = said.get((row.result_id, "html"), b"")
    return _Parts(markdown, html, facts, first, last, links, unpack_keys(menu))


def _page(row: ShownPage, parts: _Parts, urls: Mapping[str, str]) -> Page:
    menu = [urls[key] for key in parts.menu if key in urls]
    links = [Link(urls[key]) for key in parts.links if key in urls]
    return Page(
        url=row.url,
        title=row.title,
        description=row.description,
        language=row.language,
        canonical=row.canonical_url,
        rel_next=row.rel_next,
        rel_prev=row.rel_prev,
        markdown=parts.markdown,
        headings=(Heading(1, row.heading, "", 0),) if row.heading else (),
        links=(*links, *(Link(url, navigation=True) for url in menu)),
        navigation=tuple(menu),
        content_hash=row.content_hash,
        likeness=row.likeness,
        first=tuple(parts.first),
        last=tuple(parts.last),
        words=row.words,
        tokens=row.tokens,
        heading=row.heading,
        facts=parts.facts,
        html=parts.html,
    )
