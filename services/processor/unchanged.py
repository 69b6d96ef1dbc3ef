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
from docspasta.store.conversions import Kept, keep_headers, kept_of
from docspasta.store.pool import Pool
from docspasta.telemetry import metrics
from docspasta.urls import url_key

from .conversion import ROOM
from .job_view import JobView
from .lastmods import noted
from .reuse import read_kept

DOUBTED = 0.01  # share of unchanged pages that are fetched whole


class Settled(NamedTuple):
    """What is to be done with rows: those to be recorded, with the pages of the unchanged ones by page id;
    those to be fetched whole, with how they are queued; those for which there is no room in memory now."""

    rows: list[WaitingPage]
    pages: dict[int, Page]
    again: list[tuple[WaitingPage, QueuedUrl]]
    later: list[WaitingPage]


class Unchanged:
    """Settles what is unchanged, for this process."""

    def __init__(self, pool: Pool, rng: random.Random | None = None) -> None:
        self._pool = pool
        self._rng = rng or random.Random(secrets.randbits(64))  # noqa: S311

    async def settle(
        self, rows: Sequence[WaitingPage], view: JobView, source_id: str, *, trusted: bool
    ) -> Settled:
        """What becomes of `rows`, all of one job. Those that the site does not call unchanged stay as they
        are; one whose page is not kept as it was asked about is fetched whole."""
        asked = [row for row in rows if row.fetched.unchanged]
        if not asked:
            return Settled(list(rows), {}, [], [])
        user = asked[0].queued.job.user_id
        usable = await self._usable(user, source_id, asked, view) if trusted else {}
        doubted = self._doubted(sorted(usable), view)
        wanted = {page_id: kept for page_id, kept in usable.items() if page_id not in doubted}
        now, later = _within(wanted, ROOM)
        pages = await read_kept(self._pool, user, source_id, list(now.values()))
        taken = {page_id: pages[kept.url_key] for page_id, kept in now.items() if kept.url_key in pages}
        await self._keep_lastmods(user, source_id, [usable[page_id] for page_id in taken], view)
        metrics.conversions_reused.inc(len(taken))
        settled = Settled([], taken, [], [])
        for row in rows:
            page_id = row.queued.page_id
            if not row.fetched.unchanged:
                settled.rows.append(row)
            elif page_id in taken:
                settled.rows.append(row._replace(fetched=_whole(row.fetched, usable[page_id])))
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
    ) -> dict[int, Kept]:
        """What is kept of these pages, by page id, where it is what was asked about: it has the same
        validators and was made as this job wants it made."""
        keys = [url_key(row.fetched.url) for row in asked]
        kept = {row.url_key: row for row in await kept_of(self._pool, user, source_id, keys)}
        found = {
            row.queued.page_id: (row.fetched, kept.get(key)) for row, key in zip(asked, keys, strict=True)
        }
        return {
            page_id: was
            for page_id, (fetched, was) in found.items()
            if was is not None and not view.keep_raw and _is_of(was, fetched, view)
        }

    def _doubted(self, ids: Sequence[int], view: JobView) -> set[int]:
        """Those that are fetched whole: a share of them, and one of the first."""
        chosen = {page_id for page_id in ids if self._rng.random() < DOUBTED}
        if ids and not chosen and not view.doubts:
            chosen = {self._rng.choice(ids)}
        view.doubts += len(chosen)
        return chosen


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
