"""What a source shows, in the order in which it changed: the statements of feed.sql.

A row a page, or a page that is gone, numbered anew whenever it changes, so that who has read up to a number
has missed nothing. The rows follow the current run when somebody reads them, whatever became of the runs
between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from docspasta.domain import JobKey

from .connection import Connection
from .epoch import read_epoch
from .pool import Pool
from .sources import lock_source
from .statements import load


class FeedState(NamedTuple):
    """Where a feed is. `job_id` is the current run, '' for none; `current` and `shows` name a run and its
    version: the current one, and the one that the rows show. Of pages that are gone rows up to `floor` may be
    forgotten."""

    job_id: str
    current: str
    shows: str
    last: int  # number
    floor: int


class FeedRow(NamedTuple):
    """A page as the current run shows it, or one that is `gone`: then it has no ids. `hash` is that of
    its Markdown, with where its links lead, and of the anchors of its headings: 32 hex digits."""

    seq: int
    url: str
    gone: bool
    title: str
    hash: str
    page_id: int
    result_id: UUID | None
    markdown_bytes: int


class _Text(NamedTuple):
    result_id: UUID
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FeedPart:
    """Some rows, `epoch` of the database that numbered them, and what was stored of their pages, packed, by
    result and kind (markdown, facts)."""

    state: FeedState
    epoch: str
    rows: Sequence[FeedRow]
    texts: dict[tuple[UUID, str], bytes]


SQL = load("feed.sql", FeedRow)
KEPT_GONE = 1_000  # pages that are gone and still told of, beside as many as there are pages


def has_missed(state: FeedState, after: int, began: int) -> bool:
    """Whether a reader who has read up to `after` can't be told any more of a page that is gone. `began`: the
    feed's last number when the copy was begun, empty; what was gone by then it never had."""
    return after > 0 and max(after, began) < state.floor


async def read_feed(
    pool: Pool, user_id: str, source_id: str, after: int, limit: int, most_bytes: int
) -> FeedPart | None:
    """The next rows after a number, at most `limit`, with texts of at most `most_bytes` but for the first
    page's (0: without texts); None when the user has no such source.

    All of a part is of one moment, in which the feed shows the current run.
    """
    while True:
        async with pool.transaction(user_id, snapshot=True) as connection:
            state = await feed_state(connection, user_id, source_id)
            if state is None:
                return None
            if not state.job_id or state.current == state.shows:
                run = JobKey(user_id, state.job_id)
                return await _read(connection, run, source_id, state, after, limit, most_bytes)
        async with pool.transaction(user_id) as connection:
            await catch_up(connection, user_id, source_id)


async def feed_state(connection: Connection, user_id: str, source_id: str) -> FeedState | None:
    """Where a source's feed is."""
    return await SQL.feed_state.one(connection, FeedState, user_id=user_id, source_id=source_id)


async def catch_up(connection: Connection, user_id: str, source_id: str) -> None:
    """Let the feed show the current run. Without one it shows what it showed."""
    if await lock_source(connection, user_id, source_id) is None:
        return
    state = await feed_state(connection, user_id, source_id)
    if state is None or not state.job_id or state.current == state.shows:
        return
    numbered = await SQL.catch_up.execute(
        connection, user_id=user_id, source_id=source_id, job_id=state.job_id, last=state.last
    )
    floor = await SQL.forget_gone.value(connection, int, user_id=user_id, source_id=source_id, kept=KEPT_GONE)
    await SQL.note_feed.execute(
        connection,
        user_id=user_id,
        source_id=source_id,
        current=state.current,
        last=state.last + numbered,
        floor=floor or 0,
    )


async def _read(
    connection: Connection,
    run: JobKey,
    source_id: str,
    state: FeedState,
    after: int,
    limit: int,
    most_bytes: int,
) -> FeedPart:
    rows: Sequence[FeedRow] = await SQL.feed_rows.all(
        connection, FeedRow, **run._asdict(), source_id=source_id, after=after, limit=limit
    )
    texts: dict[tuple[UUID, str], bytes] = {}
    if most_bytes and run.job_id:
        rows = _within(rows, most_bytes)
        results = [row.result_id for row in rows if row.result_id is not None]
        found = await SQL.feed_texts.all(connection, _Text, **run._asdict(), results=results)
        texts = {(text.result_id, text.kind): text.data for text in found}
    return FeedPart(state, await read_epoch(connection), rows if run.job_id else [], texts)


def _within(rows: Sequence[FeedRow], most_bytes: int) -> Sequence[FeedRow]:
    """The first rows whose texts fit, one at least."""
    for at, row in enumerate(rows):
        most_bytes -= row.markdown_bytes
        if most_bytes < 0:
            return rows[: at or 1]
    return rows
