"""ReadPages: processed pages with their links, Markdown and kept HTML, some of them at a time.

They come in the order in which they were recorded, so that a reader of a running job who asks for what
follows misses none. Bodies are read in short transactions.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from docspasta.document.facts import decode
from docspasta.domain import JobKey, Page
from docspasta.errors import InvalidArgument
from docspasta.identity.caller import share_of
from docspasta.store import jobs as store
from docspasta.store import pages as page_store
from docspasta.turns import slices
from docspasta.v1.jobs_pb2 import Links, ReadPagesRequest, ReadPagesResponse

from .handler import Context, Handler, found, named_job
from .messages import page_message
from .paging import key_of, token_of

MOST_PAGES = 100
MOST_BYTES = 2 * 1024 * 1024  # of content; the page that goes over it is the part's last
LINKS_AT_ONCE = 500  # of a message: they may be 2 KiB each
CHUNKS_AT_ONCE = 4  # of 64 KiB: one message


class PageContents(Handler):
    """The one RPC that reads many pages with their content."""

    async def ReadPages(
        self, request: ReadPagesRequest, context: Context
    ) -> AsyncIterator[ReadPagesResponse]:
        user_id = await self.user("read")
        key = JobKey(user_id, named_job(request.job_id))
        after = next(iter(key_of("read", request.page_token, int) or ()), max(request.after_version, 0))
        size = part_size(request.page_size)
        with self.resources.documents.place(share_of(user_id)):
            async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
                found(await store.job(connection, key))
                pages = await page_store.processed_pages(connection, key, after, size + 1)
            room = MOST_BYTES
            for index, (page, result) in enumerate(pages[:size]):
                async for message in self._content(key, page, result, request):
                    room -= message.ByteSize()
                    yield message
                if room <= 0 or index + 1 == size:
                    more = index + 1 < len(pages)
                    yield ReadPagesResponse(next_page_token=token_of("read", [page.version]) if more else "")
                    return
            yield ReadPagesResponse(next_page_token="")

    async def _content(
        self, key: JobKey, page: Page, result: UUID | None, asked: ReadPagesRequest
    ) -> AsyncIterator[ReadPagesResponse]:
        yield ReadPagesResponse(page=page_message(page))
        if asked.links:
            facts = b"".join([part async for part in self._stored(key, result, "facts")])
            for urls in slices(await asyncio.to_thread(links_of, facts), LINKS_AT_ONCE):
                yield ReadPagesResponse(links=Links(urls=urls))
        if asked.markdown:
            async for part in self._stored(key, result, "markdown"):
                yield ReadPagesResponse(markdown=part)
        if asked.html:
            async for part in self._stored(key, result, "html"):
                yield ReadPagesResponse(html=part)
        if asked.raw:
            async for part in self._stored(key, result, "raw"):
                yield ReadPagesResponse(raw=part)

    async def _stored(self, key: JobKey, result: UUID | None, kind: str) -> AsyncIterator[bytes]:
        after = -1
        while True:
            async with self.resources.pool.transaction(key.user_id) as connection:
                chunks = await page_store.chunks(connection, key, result, kind, after, CHUNKS_AT_ONCE)
            if not chunks:
                return
            after = chunks[-1].seq
            yield b"".join(chunk.data for chunk in chunks)
            if len(chunks) < CHUNKS_AT_ONCE:
                return


def links_of(facts: bytes) -> list[str]:
    """The addresses that a page links to, in document order, each once."""
    return list(dict.fromkeys(url for _, _, url, _ in decode(facts).placements))


def part_size(asked: int) -> int:
    """How many pages, 100 for 0. Raises InvalidArgument out of 1..100."""
    if not 0 <= asked <= MOST_PAGES:
        raise InvalidArgument([("page_size", f"{asked} is out of range; give 1 to {MOST_PAGES}.")])
    return asked or MOST_PAGES
