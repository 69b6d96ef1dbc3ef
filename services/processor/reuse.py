"""Pages of a source that are not converted again, for their bytes are those of an earlier run.

What a page becomes depends on its bytes, its address, its charset, the job's options and the converter: the
digest of all of them names the conversion. Whatever follows (links in scope, repeats, the record) is done
anew from the same page, so that a run's document is what a crawl without a past has.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from types import MappingProxyType
from typing import NamedTuple

import zstandard

from docspasta.compression import pack_apart, unpack_apart
from docspasta.content import Page
from docspasta.queues.messages import Fetched
from docspasta.store.conversions import (
    Kept,
    NewConversion,
    keep_conversions,
    keep_headers,
    kept_of,
    kept_pages,
)
from docspasta.store.pool import Pool
from docspasta.telemetry import metrics
from docspasta.turns import in_turns
from docspasta.urls import url_key

from .conversion import ROOM, Conversion
from .converter import converter_version
from .lastmods import Judged, judged, noted
from .terms import terms_of
from .wire import LENGTHS, BadMessage, Body, packed, page_message, reading_page, unpacked

LARGEST = 4 * 1024 * 1024  # bytes of a page that is kept; a longer one is converted again


class Converted(NamedTuple):
    """The pages of some bodies, None for those that were not begun. `reused`: the places of those that an
    earlier run has made; `contradicted`: of those that their site had called unchanged, falsely. `judged`:
    what they say of its sitemap's lastmods. `kept`: what is kept of those that the next run may take."""

    pages: list[Page | None]
    reused: frozenset[int] = frozenset()
    contradicted: frozenset[int] = frozenset()
    judged: Judged = Judged()
    kept: Mapping[int, Kept] = MappingProxyType({})


class Reuse:
    """Converts what is new, and takes what is not from the last run."""

    def __init__(self, pool: Pool, conversion: Conversion) -> None:
        self._pool, self._conversion = pool, conversion

    async def convert(
        self,
        user: str,
        source_id: str,
        bodies: Sequence[Body],
        answers: Sequence[Fetched],
        lastmods: Mapping[str, str] = MappingProxyType({}),
    ) -> Converted:
        """As `Conversion.convert`, for pages of a run of this source; `answers` are those of the bodies,
        `lastmods` what its sitemaps say, by url_key."""
        rows = await asyncio.to_thread(lambda: [_row(*both) for both in zip(bodies, answers, strict=True)])
        kept = {
            row.url_key: row for row in await kept_of(self._pool, user, source_id, [r.url_key for r in rows])
        }
        known = await self._known(user, source_id, rows, kept)
        rows = [
            noted(row, lastmods, kept.get(row.url_key) if at in known else None)
            for at, row in enumerate(rows)
        ]
        metrics.conversions_reused.inc(len(known))
        fresh = [at for at in range(len(bodies)) if at not in known]
        converted = await self._conversion.convert(user, [bodies[at] for at in fresh]) if fresh else []
        made = {at: page for at, page in zip(fresh, converted, strict=True) if page is not None}
        doubted = {at: page for at, page in made.items() if answers[at].doubted and not page.reason}
        false = await self._contradicted(user, source_id, rows, kept, doubted)
        said = await self._judged(user, source_id, rows, kept, made, lastmods)
        await self._keep(user, source_id, [(rows[at], page) for at, page in made.items() if at not in false])
        await self._keep_headers(user, source_id, [(rows[at], kept[rows[at].url_key]) for at in known])
        pages = [known[at] if at in known else made.get(at) for at in range(len(bodies))]
        there = {at: row for at, row in enumerate(rows) if (at in known or at in made) and at not in false}
        return Converted(pages, frozenset(known), false, said, there)

    async def _known(
        self, user: str, source_id: str, rows: Sequence[Kept], kept: Mapping[str, Kept]
    ) -> dict[int, Page]:
        """The pages that are kept, by their bodies' places; as many as may be held in memory."""
        places: dict[str, int] = {}
        room = ROOM
        for at, row in enumerate(rows):
            was = kept.get(row.url_key)
            if (
                was is not None
                and was.digest == row.digest
                and was.size <= room
                and row.url_key not in places
            ):
                places[row.url_key] = at
                room -= was.size
        pages = await read_kept(self._pool, user, source_id, [kept[key] for key in places])
        return {places[key]: page for key, page in pages.items()}

    async def _contradicted(
        self,
        user: str,
        source_id: str,
        rows: Sequence[Kept],
        kept: Mapping[str, Kept],
        doubted: Mapping[int, Page],
    ) -> frozenset[int]:
        """Those of the doubted pages that are not what was kept. Other bytes are no lie if they make the same
        page: a site may call them the same (RFC 9110 8.8.1, weak validators)."""
        was = {at: kept.get(rows[at].url_key) for at in doubted}
        asked = {at: row for at, row in was.items() if row is not None and row.terms == rows[at].terms}
        pages = await read_kept(self._pool, user, source_id, list(asked.values()))
        return frozenset(
            at for at, row in asked.items() if row.url_key in pages and pages[row.url_key] != doubted[at]
        )

    async def _judged(
        self,
        user: str,
        source_id: str,
        rows: Sequence[Kept],
        kept: Mapping[str, Kept],
        made: Mapping[int, Page],
        lastmods: Mapping[str, str],
    ) -> Judged:
        """What the pages that were converted anew say of the lastmods: those that are not what was kept."""
        was = {at: kept.get(rows[at].url_key) for at, page in made.items() if not page.reason}
        asked = {
            at: row
            for at, row in was.items()
            if row is not None and row.lastmod and row.terms == rows[at].terms
        }
        pages = await read_kept(self._pool, user, source_id, list(asked.values()))
        said = [
            judged(row, lastmods.get(row.url_key))
            for at, row in asked.items()
            if row.url_key in pages and pages[row.url_key] != made[at]
        ]
        return Judged(sum(one.held for one in said), sum(one.lied for one in said))

    async def _keep(self, user: str, source_id: str, made: Iterable[tuple[Kept, Page]]) -> None:
        """Keep what may be taken by the next run."""
        good = {row.url_key: (row, page) for row, page in made if not page.reason}
        new = [await asyncio.to_thread(_new, *good[key]) for key in sorted(good)]
        if rows := [row for row in new if row is not None]:
            await keep_conversions(self._pool, user, source_id, rows)

    async def _keep_headers(self, user: str, source_id: str, same: Iterable[tuple[Kept, Kept]]) -> None:
        """Keep what the answers of known pages said anew."""
        if rows := [row._replace(size=was.size) for row, was in same if row[3:] != was[3:]]:
            await keep_headers(self._pool, user, source_id, rows)


async def read_kept(pool: Pool, user: str, source_id: str, rows: Sequence[Kept]) -> dict[str, Page]:
    """The pages of these rows by their url_key, but for those that were replaced or can't be read."""
    if not rows:
        return {}
    stored = await kept_pages(pool, user, source_id, rows)
    # All at once: a turn of a thread costs more than unpacking a page.
    wholes = await asyncio.to_thread(lambda: [_unpacked(row.page) for row in stored])
    read = [(row.url_key, await page_of(whole)) for row, whole in zip(stored, wholes, strict=True)]
    return {key: page for key, page in read if page is not None}


def digest_of(body: Body) -> bytes:
    """What names a conversion: of equal digests the pages are equal."""
    digest = blake2b(converter_version(), digest_size=32)
    digest.update(repr((body.url, body.charset, body.coding, body.options, len(body.body))).encode())
    digest.update(body.body)
    return digest.digest()


def _row(body: Body, answer: Fetched) -> Kept:
    """What would be kept of a body, but for its size."""
    digest, terms = digest_of(body), terms_of(body.url, body.options)
    headers = (*answer.validators, answer.noindex, answer.nofollow)
    return Kept(url_key(body.url), digest, 0, terms, *headers)


def _new(row: Kept, page: Page) -> NewConversion | None:
    """A page as it is kept, None when it is too long for that."""
    if len(page.markdown) > LARGEST:
        return None
    data = packed(page_message(page, 0.0))
    return NewConversion(*row._replace(size=len(data)), pack_apart(data, 0)) if len(data) <= LARGEST else None


def _unpacked(data: bytes) -> bytes:
    """A kept page's bytes, b'' for what can't be unpacked."""
    try:
        return unpack_apart(data)
    except zstandard.ZstdError:
        return b""


async def page_of(whole: bytes) -> Page | None:
    """The page that was kept, None when it can't be read: then it is converted again."""
    try:
        header, payload = LENGTHS.unpack_from(whole)
        end = LENGTHS.size + header
        message = unpacked(whole[LENGTHS.size : end], whole[end : end + payload])
        page, _ = await in_turns(reading_page(message))
    except (BadMessage, struct.error):
        return None
    return page
