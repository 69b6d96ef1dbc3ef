"""Searches, inside the assembling process. An index is built when it is first asked for, once at a time a
job, to its end even when who asked has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from docspasta.domain import JobKey
from docspasta.store.documents import DocumentGone
from docspasta.store.pool import Pool
from docspasta.store.search import Hit, SearchIndex, build_index, newest_index, search

from .turns import Turns

BUILT_AT_ONCE = 2
FRESH = 20.0  # seconds for which a running job's index is good enough


class Searching:
    """Builds indexes and looks into them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._turns = Turns(BUILT_AT_ONCE)
        self._building: dict[JobKey, asyncio.Task[None]] = {}

    async def answer(
        self, key: JobKey, text: str, limit: int, misspelt: Sequence[str]
    ) -> tuple[dict[str, Any], list[Hit]]:
        """What was searched, and what was found. Raises DocumentGone."""
        index = await newest_index(self._pool, key)
        if stale(index):
            task = self._build(key)
            if index.build_id is None or index.state.ended:
                await asyncio.shield(task)
                index = await newest_index(self._pool, key)
        try:
            looked = await search(self._pool, key, index, text, limit, misspelt)
        except DocumentGone:  # a newer one took its place, or the job is gone, which this tells
            newest = await newest_index(self._pool, key)
            looked = await search(self._pool, key, newest, text, limit, misspelt)
        complete = index.state.ended and index.version == index.job_version
        head = {"pages": index.pages or 0, "complete": complete}
        return {**head, "unknown": looked.unknown, "query": looked.query}, looked.hits

    async def index(self, key: JobKey) -> None:
        """See to it that a job is indexed as it is now. Raises DocumentGone."""
        if stale(await newest_index(self._pool, key)):
            await asyncio.shield(self._build(key))

    def _build(self, key: JobKey) -> asyncio.Task[None]:
        task = self._building.get(key)
        if task is None:
            task = self._building[key] = asyncio.create_task(self._built(key))
            task.add_done_callback(lambda done: self._ended(key, done))
        return task

    def _ended(self, key: JobKey, done: asyncio.Task[None]) -> None:
        del self._building[key]
        if not done.cancelled():
            done.exception()  # who waits for it is told; nobody may

    async def _built(self, key: JobKey) -> None:
        async with self._turns.turn(key.user_id):
            await build_index(self._pool, key)


def stale(index: SearchIndex) -> bool:
    """Whether there is something newer to be indexed."""
    if index.build_id is None:
        return True
    if index.version == index.job_version:
        return False
    return index.state.ended or (index.age or 0.0) > FRESH
