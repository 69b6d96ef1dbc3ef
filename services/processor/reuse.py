"""Pages of a source that are not converted again, for their bytes are those of an earlier run.

What a page becomes depends on its bytes, its address, its charset, the job's options and the converter: the
digest of all of them names the conversion. Whatever follows (links in scope, repeats, the record) is done
anew from the same page, so that a run's document is what a crawl without a past has.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import zstandard

from docspasta.compression import pack_apart, unpack_apart
from docspasta.content import Page
from docspasta.store.conversions import Kept, NewConversion, keep_conversions, kept_of, kept_pages
from docspasta.store.pool import Pool
from docspasta.telemetry import metrics
from docspasta.turns import in_turns
from docspasta.urls import url_key

from .conversion import ROOM, Conversion
from .converter import converter_version
from .wire import LENGTHS, BadMessage, Body, packed, page_message, reading_page, unpacked

LARGEST = 512 * 1024  # bytes of a page that is kept; a longer one is converted again


class Reuse:
    """Converts what is new, and takes what is not from the last run."""

    def __init__(self, pool: Pool, conversion: Conversion) -> None:
        self._pool, self._conversion = pool, conversion

    async def convert(self, user: str, source_id: str, bodies: Sequence[Body]) -> list[Page | None]:
        """As `Conversion.convert`, for pages of a run of this source."""
        digests = await asyncio.to_thread(lambda: [digest_of(body) for body in bodies])
        known = await self._known(user, source_id, bodies, digests)
        metrics.conversions_reused.inc(len(known))
        fresh = [at for at in range(len(bodies)) if at not in known]
        converted = await self._conversion.convert(user, [bodies[at] for at in fresh]) if fresh else []
        made = dict(zip(fresh, converted, strict=True))
        await self._keep(user, source_id, [(bodies[at], digests[at], page) for at, page in made.items()])
        return [known[at] if at in known else made[at] for at in range(len(bodies))]

    async def _known(
        self, user: str, source_id: str, bodies: Sequence[Body], digests: Sequence[bytes]
    ) -> dict[int, Page]:
        """The pages that are kept, by their bodies' places; as many as may be held in memory."""
        keys = [url_key(body.url) for body in bodies]
        kept = {row.url_key: row for row in await kept_of(self._pool, user, source_id, keys)}
        places: dict[str, int] = {}
        wanted: list[Kept] = []
        room = ROOM
        for at, (key, digest) in enumerate(zip(keys, digests, strict=True)):
            row = kept.get(key)
            if row is not None and row.digest == digest and row.size <= room and key not in places:
                places[key] = at
                wanted.append(row)
                room -= row.size
        if not wanted:
            return {}
        rows = await kept_pages(self._pool, user, source_id, wanted)
        read = [(places[row.url_key], await page_of(row.page)) for row in rows]
        return {at: page for at, page in read if page is not None}

    async def _keep(self, user: str, source_id: str, made: Iterable[tuple[Body, bytes, Page | None]]) -> None:
        """Keep what may be taken by the next run."""
        good = {url_key(body.url): (digest, page) for body, digest, page in made if page and not page.reason}
        new = [await asyncio.to_thread(_new, key, *good[key]) for key in sorted(good)]
        if rows := [row for row in new if row is not None]:
            await keep_conversions(self._pool, user, source_id, rows)


def digest_of(body: Body) -> bytes:
    """What names a conversion: of equal digests the pages are equal."""
    digest = blake2b(converter_version(), digest_size=32)
    digest.update(repr((body.url, body.charset, body.coding, body.options, len(body.body))).encode())
    digest.update(body.body)
    return digest.digest()


def _new(key: str, digest: bytes, page: Page) -> NewConversion | None:
    """A page as it is kept, None when it is too long for that."""
    if len(page.markdown) > LARGEST:
        return None
    data = packed(page_message(page, 0.0))
    return NewConversion(key, digest, len(data), pack_apart(data, 0)) if len(data) <= LARGEST else None


async def page_of(data: bytes) -> Page | None:
    """The page that was kept, None when it can't be read: then it is converted again."""
    try:
        whole = await asyncio.to_thread(unpack_apart, data)
        header, payload = LENGTHS.unpack_from(whole)
        end = LENGTHS.size + header
        message = unpacked(whole[LENGTHS.size : end], whole[end : end + payload])
        page, _ = await in_turns(reading_page(message))
    except (BadMessage, zstandard.ZstdError, struct.error):
        return None
    return page
