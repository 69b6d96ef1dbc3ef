"""The RPC that writes what changed from one run of a source to another as Markdown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from docspasta.changelog import changed, heading, item, link, opening
from docspasta.identity.caller import share_of
from docspasta.store import diff as store
from docspasta.store import sources
from docspasta.store.diff import Change, PageChange
from docspasta.v1 import sources_pb2 as pb

from ..handler import Context, Handler
from .comparing import runs_of
from .handler import found_source, named_source
from .texts import each_text

ORDER = (Change.ADDED, Change.MOVED, Change.CHANGED, Change.REMOVED, Change.FAILED, Change.STALE)
AT_ONCE = 500  # changes
PIECE = 256 * 1024  # bytes of a message


class Writing(Handler):
    """What changed in the caller's sources, for people."""

    async def WriteDiff(
        self, request: pb.WriteDiffRequest, context: Context
    ) -> AsyncIterator[pb.WriteDiffResponse]:
        user_id = await self.user("read")
        with self.resources.documents.place(share_of(user_id)):
            async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
                source = found_source(
                    await sources.source(connection, user_id, named_source(request.source_id))
                )
                runs = await runs_of(connection, source, request)
                counts = await store.counts(connection, user_id, runs)
            named = {str(kind): pages for kind, pages in counts.items()}
            yield pb.WriteDiffResponse(chunk=opening(source.name, *runs, named).encode())
            for kind in ORDER:
                if counts.get(kind):
                    async for text in self._written(user_id, runs, kind):
                        data = text.encode()
                        for at in range(0, len(data), PIECE):
                            yield pb.WriteDiffResponse(chunk=data[at : at + PIECE])

    async def _written(self, user_id: str, runs: tuple[str, str], kind: Change) -> AsyncIterator[str]:
        """What changed in one way, by address, some pages at a time."""
        yield heading(kind)
        after = ""
        while True:
            async with self.resources.pool.transaction(user_id) as connection:
                found = await store.changes_of_kind(connection, user_id, runs, kind, after, AT_ONCE)
            if kind is Change.CHANGED:
                async for change, old, new in each_text(self.resources.pool, user_id, found):
                    yield await asyncio.to_thread(changed, change.title, change.url, old, new)
            elif found:
                yield "".join(map(listed, found))
            if len(found) < AT_ONCE:
                return
            after = found[-1].url


def listed(change: PageChange) -> str:
    """A page that is new, gone or somewhere else, in a list."""
    match change.kind:
        case Change.MOVED:
            return item(change.title, change.url, f", from {link(change.old_url, change.old_url)}")
        case Change.FAILED:
            return item(change.title, change.url, f": {change.reason.sentence}" if change.reason else "")
        case Change.STALE if change.stale_since is not None:
            return item(change.title, change.url, f", since {change.stale_since:%Y-%m-%d %H:%M} UTC")
        case _:
            return item(change.title, change.url)
