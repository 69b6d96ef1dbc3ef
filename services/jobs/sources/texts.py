"""Both texts of pages that changed, some of them at a time."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

from docspasta.compression import unpack_apart
from docspasta.store import diff as store
from docspasta.store.diff import PageChange
from docspasta.store.pool import Pool

TEXTS = 1024 * 1024  # bytes of Markdown held at a time; one page may have more
PART = 256 * 1024  # bytes that are decoded at once


async def each_text(
    pool: Pool, user_id: str, found: Sequence[PageChange]
) -> AsyncIterator[tuple[PageChange, str, str]]:
    """Each change with the page's text before and after it, '' where it is not there or was deleted."""
    ids = [page_id for change in found for page_id in ids_of(change)]
    async with pool.transaction(user_id) as connection:
        sizes = await store.page_sizes(connection, user_id, ids)
    for some in batches(found, sizes):
        wanted = [page_id for change in some for page_id in ids_of(change)]
        async with pool.transaction(user_id) as connection:
            packed = await store.page_texts(connection, user_id, wanted)
        texts = await asyncio.to_thread(unpacked, packed)
        for change in some:
            yield change, texts.get(change.old_page_id, ""), texts.get(change.page_id, "")


def ids_of(change: PageChange) -> Iterator[int]:
    """The pages whose texts are compared. One that moved has the same."""
    if change.kind is not store.Change.MOVED:
        yield from (page_id for page_id in (change.old_page_id, change.page_id) if page_id)


def batches(found: Iterable[PageChange], sizes: dict[int, int]) -> Iterator[list[PageChange]]:
    """Changes whose texts fit together."""
    held: list[PageChange] = []
    room = TEXTS
    for change in found:
        size = sum(sizes.get(page_id, 0) for page_id in ids_of(change))
        if held and size > room:
            yield held
            held, room = [], TEXTS
        held.append(change)
        room -= size
    if held:
        yield held


def unpacked(packed: dict[int, bytes]) -> dict[int, str]:
    """The texts of some pages."""
    return {page_id: decoded(unpack_apart(data)) for page_id, data in packed.items()}


def decoded(data: bytes) -> str:
    """A text, decoded in parts: in between other threads have their turn."""
    parts = (data[at : at + PART] for at in range(0, len(data), PART))
    return "".join(codecs.iterdecode(parts, "utf-8", "replace"))
