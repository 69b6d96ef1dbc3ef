"""The RPC that tells who keeps a copy of a source what to change in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

from docspasta.compression import unpack_apart
from docspasta.document.facts import decode
from docspasta.errors import InvalidArgument
from docspasta.exports.chunks import chunks_of
from docspasta.exports.tokens import ESTIMATE, measure
from docspasta.identity.caller import share_of
from docspasta.store import feed as store
from docspasta.store.feed import FeedPart, FeedRow, has_missed
from docspasta.v1 import sources_pb2 as pb

from ..handler import Context, Handler
from ..paging import key_of, token_of
from .comparing import no_run_yet
from .handler import named_source, no_such_source

ROWS = 200
TEXTS = 1024 * 1024  # bytes of pages held at a time; one page may have more
PIECE = 256 * 1024  # bytes of a message


class Place(NamedTuple):
    """Where a reader stands: the number of the last line, 0 for none. `began`: the feed's last number when
    the copy was begun, empty. `epoch` is that of the database."""

    epoch: str = ""
    seq: int = 0
    began: int = 0


class Feeding(Handler):
    """What the caller's sources show, in the order in which it changed."""

    async def ReadChanges(
        self, request: pb.ReadChangesRequest, context: Context
    ) -> AsyncIterator[pb.ReadChangesResponse]:
        user_id = await self.user("read")
        source_id = named_source(request.source_id)
        place = after_line(request.after, source_id)
        with self.resources.documents.place(share_of(user_id)):
            while True:
                room = 0 if request.without_chunks else TEXTS
                part = await self._part(user_id, source_id, place.seq, room)
                check_history(part, place)
                if not part.rows:
                    return
                if not place.seq:
                    place = Place(part.epoch, 0, part.state.last)
                lines = await asyncio.to_thread(lines_of, part, source_id, place, not request.without_chunks)
                for at in range(0, len(lines), PIECE):
                    yield pb.ReadChangesResponse(chunk=lines[at : at + PIECE])
                place = place._replace(seq=part.rows[-1].seq)

    async def _part(self, user_id: str, source_id: str, after: int, room: int) -> FeedPart:
        """Some rows. Raises NotFound, FailedPrecondition before there is a completed run."""
        part = await store.read_feed(self.resources.pool, user_id, source_id, after, ROWS, room)
        if part is None:
            raise no_such_source()
        if not part.state.job_id:
            raise no_run_yet()
        return part


def lines_of(part: FeedPart, source_id: str, place: Place, chunks: bool) -> bytes:
    """A part as JSON lines, for a reader who stands at a place before it. Written piece by piece: no thread
    can interrupt a call of C for megabytes."""
    return b"".join(_lines(part, source_id, place, chunks))


def _lines(part: FeedPart, source_id: str, place: Place, chunks: bool) -> Iterator[bytes]:
    for row in part.rows:
        token = token_of("changes of", [source_id, part.epoch, row.seq, place.began])
        cursor = b"," + _json({"cursor": token})[1:] + b"\n"
        if row.gone:
            if row.seq > place.began:  # else the copy never had it
                yield _json({"op": "delete", "url": row.url})[:-1] + cursor
            continue
        named = {"url": row.url, "title": row.title, "hash": row.hash}
        ids = {"jobId": part.state.job_id, "pageId": str(row.page_id)}
        yield _json({"op": "upsert"} | named | ids)[:-1]
        if chunks:
            yield b',"chunks":['
            for at, chunk in enumerate(_chunks(part, row)):
                yield (b"," if at else b"") + _json(chunk)
            yield b"]"
        yield cursor


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _chunks(part: FeedPart, row: FeedRow) -> list[dict[str, Any]]:
    assert row.result_id is not None  # of a page that the run shows
    facts = part.texts.get((row.result_id, "facts"))
    headings = decode(unpack_apart(facts)).headings if facts is not None else ()
    markdown = unpack_apart(part.texts.get((row.result_id, "markdown"), b""))
    return list(chunks_of(row.url, row.title, markdown, headings, measure(ESTIMATE)))


def after_line(cursor: str, source_id: str) -> Place:
    """The place of a cursor, the beginning for ''. Raises InvalidArgument."""
    for types in ((str, str, int, int), (str, str, int)):  # the second of an older version
        try:
            match key_of("changes of", cursor, *types):
                case [of, str(epoch), int(seq), *began] if of == source_id and seq > 0:
                    return Place(epoch, seq, *began)
                case None:
                    return Place()
        except InvalidArgument:
            continue
    raise InvalidArgument([("after", "Not a cursor of this source; send the cursor of the last line.")])


def check_history(part: FeedPart, place: Place) -> None:
    """Raise InvalidArgument for a cursor of a database that was replaced by an older copy, and for one so old
    that not every page that is gone since is known any more."""
    begin = "begin without a cursor, and an empty copy."
    if place.seq > part.state.last or (place.epoch and place.epoch != part.epoch):
        raise InvalidArgument([("after", f"The server's data was restored since; {begin}")])
    if has_missed(part.state, place.seq, place.began):
        raise InvalidArgument([("after", f"So much changed since that not all of it is known; {begin}")])
