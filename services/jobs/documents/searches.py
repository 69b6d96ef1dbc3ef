"""Searches as handlers ask for them: answered by the assembling process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from contextlib import aclosing
from typing import NamedTuple

from docspasta.domain import JobKey
from docspasta.errors import Unavailable
from docspasta.identity.caller import share_of
from docspasta.search.passages import Passage
from docspasta.search.snippets import Part
from docspasta.serving.places import Places
from docspasta.store.documents import DocumentGone
from docspasta.store.pool import Pool
from docspasta.store.search import Hit, jobs_to_search

from .assembler import Assembler
from .partial import translated

AT_ONCE, OF_USER = 16, 4
MOST_JOBS = 20
SECONDS = 45.0  # that a search waits for an index; building it goes on


class Searched(NamedTuple):
    """What was searched of a job, and what was found; `pending`: its index is still being built. `unknown`
    are words of the query that it does not have, `query` is what was looked for."""

    job_id: str
    pages: int
    complete: bool
    pending: bool
    hits: Sequence[Hit]
    unknown: Sequence[str] = ()
    query: str = ""


class Searches:
    """What the assembling process finds. `seconds` is what a search waits for an index."""

    def __init__(self, pool: Pool, assembler: Assembler, seconds: float = SECONDS) -> None:
        self._pool, self._assembler, self._seconds = pool, assembler, seconds
        self._places = Places(AT_ONCE, OF_USER, "searches are made")

    async def search(
        self, user_id: str, job_ids: Sequence[str], query: str, limit: int
    ) -> tuple[list[Searched], bool] | None:
        """What each job says, and whether there were jobs; None when one that was named is not there.

        Raises ResourceExhausted, Unavailable.
        """
        with self._places.place(share_of(user_id)):
            named = list(dict.fromkeys(job_ids)) or await jobs_to_search(self._pool, user_id, MOST_JOBS)
            keys = [JobKey(user_id, one) for one in named]
            told = await self._all(keys, query, limit)
            if misspelt := unknown_to_all(told):
                told = await self._all(keys, query, limit, misspelt)
        if job_ids and None in told:
            return None
        return [one for one in told if one is not None], bool(named)

    async def index(self, key: JobKey) -> None:
        """Index a job that has ended, unless it is indexed or gone. Raises Unavailable."""
        with contextlib.suppress(DocumentGone):
            async for _ in translated(self._assembler.ask(call="index", job=list(key))):
                pass

    async def _all(
        self, keys: Sequence[JobKey], query: str, limit: int, misspelt: Sequence[str] = ()
    ) -> list[Searched | None]:
        return await asyncio.gather(*(self._one(key, query, limit, misspelt) for key in keys))

    async def _one(self, key: JobKey, query: str, limit: int, misspelt: Sequence[str]) -> Searched | None:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._asked(key, query, limit, misspelt)
        except TimeoutError:
            return Searched(key.job_id, 0, False, True, [])
        except DocumentGone:
            return None

    async def _asked(self, key: JobKey, query: str, limit: int, misspelt: Sequence[str]) -> Searched:
        asked = {"query": query, "limit": limit, "misspelt": list(misspelt)}
        answer = self._assembler.ask(call="search", job=list(key), **asked)
        async with aclosing(translated(answer)) as messages:
            first = await anext(messages, None)
            if first is None:
                raise Unavailable("The search was cut short; ask again.", retry_after=1.0)
            hits = [hit_of(*message.value) async for message in messages]
        head = first.value
        return Searched(
            key.job_id, head["pages"], head["complete"], False, hits, head["unknown"], head["query"]
        )


def unknown_to_all(told: Sequence[Searched | None]) -> list[str]:
    """The words of the query that none of the jobs has; none while one is still being indexed."""
    some = [one for one in told if one is not None]
    if not some or any(one.pending for one in some):
        return []
    return [word for word in some[0].unknown if all(word in one.unknown for one in some)]


def hit_of(passage: list[object], score: float, parts: list[tuple[str, bool]]) -> Hit:
    """A hit as the process sends it."""
    return Hit(Passage(*passage), score, [Part(*part) for part in parts])  # type: ignore[arg-type]
