"""Pages that their site calls unchanged (HTTP 304): taken from what the source has kept of them.

A site's word is not taken for granted. Some of these pages, chosen at random, are fetched whole; where one is
another than was kept, nothing of that source is asked for conditionally any more (Reuse, `distrust`).
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from typing import NamedTuple

from docspasta.content import Page
from docspasta.queues.messages import WHOLE, Asking, Fetched, QueuedUrl, WaitingPage
from docspasta.store.conversions import Kept, KeptResult, keep_headers, unchanged_of
from docspasta.store.pool import Pool
from docspasta.store.results import PageResult
from docspasta.telemetry import metrics
from docspasta.urls import url_key

from .conversion import ROOM
from .job_view import JobView
from .lastmods import noted
from .recall import basis_of, read_result
from .reuse import read_kept


class Settled(NamedTuple):
    """What is to be done with rows: those to be recorded, with the pages of the unchanged ones by page id;
    those to be fetched whole, with how they are queued; those for which there is no room in memory now.
    `recalled`: what came of further unchanged ones, which is remembered. `kept`: what is kept of both."""

    rows: list[WaitingPage]
    pages: dict[int, Page]
    again: list[tuple[WaitingPage, QueuedUrl]]
    later: list[WaitingPage]
    recalled: dict[int, PageResult]
    kept: dict[int, Kept]


class Unchanged:
    """Settles what is unchanged, for this process."""

    def __init__(self, pool: Pool, rng: random.Random | None = None, *, renders: bool = False) -> None:
        self._pool, self._renders = pool, renders
        self._rng = rng or random.Random(secrets.randbits(64))  # noqa: S311

    async def settle(
        self, rows: Sequence[WaitingPage], view: JobView, source_id: str, *, trusted: bool
    ) -> Settled:
        """What becomes of `rows`, all of one job. Those that the site does not call unchanged stay as they
        are; one whose page is not kept as it was asked about is fetched whole."""
        asked = [row for row in rows if row.fetched.unchanged]
        if not asked:
            return Settled(list(rows), {}, [], [], {}, {})
        user = asked[0].queued.job.user_id
        found = await self._usable(user, source_id, asked, view) if trusted else {}
        usable = {page_id: was.kept for page_id, was in found.items()}
        doubted = view.doubts.choose({page_id: kept.size for page_id, kept in usable.items()}, self._rng)
        there = {
            row.queued.page_id: row._replace(fetched=_whole(row.fetched, usable[row.queued.page_id]))
            for row in asked
            if row.queued.page_id in usable and row.queued.page_id not in doubted
        }
        recalled = _recalled(there, found, view)
        wanted = {page_id: usable[page_id] for page_id in there if page_id not in recalled}
        now, later = _within(wanted, ROOM)
        pages = await read_kept(self._pool, user, source_id, list(now.values()))
        taken = {page_id: pages[kept.url_key] for page_id, kept in now.items() if kept.url_key in pages}
        same = {page_id: usable[page_id] for page_id in (*taken, *recalled)}
        await self._keep_lastmods(user, source_id, list(same.values()), view)
        metrics.conversions_reused.inc(len(same))
        settled = Settled([], taken, [], [], recalled, same)
        for row in rows:
            page_id = row.queued.page_id
            if not row.fetched.unchanged:
                settled.rows.append(row)
            elif page_id in same:
                settled.rows.append(there[page_id])
            elif page_id in later:
                settled.later.append(row)
            else:
                asking = Asking(doubted=True) if page_id in doubted else WHOLE
                settled.again.append((row, row.queued._replace(asking=asking)))
        return settled

    async def _keep_lastmods(self, user: str, source_id: str, same: Sequence[Kept], view: JobView) -> None:
        """Keep what sitemaps say of these pages by now."""
        noted_now = [(row, noted(row, view.lastmods, row)) for row in same]
        if rows := [now for was, now in noted_now if now.lastmod != was.lastmod]:
            await keep_headers(self._pool, user, source_id, rows)

    async def _usable(
        self, user: str, source_id: str, asked: Sequence[WaitingPage], view: JobView
    ) -> dict[int, KeptResult]:
        """What is kept of these pages, by page id, where it is what was asked about: it has the same
        validators and was made as this job wants it made."""
        keys = [url_key(row.fetched.url) for row in asked]
        basis = basis_of(view, renders=self._renders) if view.recalls else b""
        rows = await unchanged_of(self._pool, user, source_id, keys, basis)
        kept = {row.kept.url_key: row for row in rows}
        found = {
            row.queued.page_id: (row.fetched, kept.get(key)) for row, key in zip(asked, keys, strict=True)
        }
        return {
            page_id: was
            for page_id, (fetched, was) in found.items()
            if was is not None and not view.keep_raw and _is_of(was.kept, fetched, view)
        }


def _recalled(
    there: dict[int, WaitingPage], found: dict[int, KeptResult], view: JobView
) -> dict[int, PageResult]:
    """What came of these rows' pages, by page id, as far as it is remembered."""
    read = {
        page_id: read_result(found[page_id].result, row, view)
        for page_id, row in there.items()
        if found[page_id].result and view.recalls
    }
    return {page_id: result for page_id, result in read.items() if result is not None}


def _is_of(kept: Kept, fetched: Fetched, view: JobView) -> bool:
    same = (kept.etag, kept.last_modified) == (fetched.etag, fetched.last_modified)
    # A 304 may leave these headers out; one that is there counts.
    tags = not (fetched.noindex or fetched.nofollow)
    tags = tags or (kept.noindex, kept.nofollow) == (fetched.noindex, fetched.nofollow)
    return same and tags and kept.terms == view.terms_of(fetched.url)


def _whole(fetched: Fetched, kept: Kept) -> Fetched:
    """What would have been fetched, but for the body."""
    return fetched._replace(
        http_status=200, reason="", detail="", noindex=kept.noindex, nofollow=kept.nofollow
    )


def _within(wanted: dict[int, Kept], room: int) -> tuple[dict[int, Kept], set[int]]:
    """As many of these as fit into `room` bytes, at least one; and the others."""
    now: dict[int, Kept] = {}
    for page_id, kept in wanted.items():
        if now and kept.size > room:
            continue
        now[page_id] = kept
        room -= kept.size
    return now, wanted.keys() - now.keys()
