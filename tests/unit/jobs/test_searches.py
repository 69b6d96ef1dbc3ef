"""Searches as handlers ask for them, over an assembler that is made up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from docspasta.errors import ResourceExhausted
from docspasta.store.documents import DocumentGone
from docspasta.store.pool import Pool
from services.jobs.documents.assembler import Assembler
from services.jobs.documents.searches import AT_ONCE, OF_USER, Searched, Searches, unknown_to_all
from services.jobs.documents.wire import Kind, Message, of_value


class FakeAssembler:
    """Answers at once, never, or that the job is gone."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.building = asyncio.Event()
        self.building.set()

    async def ask(self, *, job: list[str], **asked: Any) -> AsyncIterator[Message]:
        await self.building.wait()
        if job[1] in self.gone:
            raise DocumentGone(job[1])
        yield of_value(Kind.HEADER, {"pages": 3, "complete": True, "unknown": [], "query": "x"})


def searches(assembler: FakeAssembler, seconds: float = 5.0) -> Searches:
    return Searches(cast(Pool, None), cast(Assembler, assembler), seconds)


async def test_each_job_says_what_was_searched() -> None:
    told = await searches(FakeAssembler()).search("u", ["a", "b", "a"], "x", 10)
    assert told is not None
    assert [(one.job_id, one.pages, one.complete, one.pending) for one in told[0]] == [
        ("a", 3, True, False),
        ("b", 3, True, False),
    ]


async def test_a_job_that_is_not_there_is_no_empty_answer() -> None:
    assembler = FakeAssembler()
    assembler.gone = {"b"}
    assert await searches(assembler).search("u", ["a", "b"], "x", 10) is None


async def test_an_index_that_takes_long_is_pending() -> None:
    assembler = FakeAssembler()
    assembler.building.clear()
    told = await searches(assembler, seconds=0.01).search("u", ["a"], "x", 10)
    assert told is not None and told[0][0].pending and not told[0][0].complete


async def test_a_user_and_the_process_have_so_many_places() -> None:
    assembler = FakeAssembler()
    assembler.building.clear()
    some = searches(assembler)
    users = [f"u{number}" for number in range(AT_ONCE // OF_USER) for _ in range(OF_USER)]
    waiting = [asyncio.create_task(some.search(user, ["a"], "x", 10)) for user in users]
    await asyncio.sleep(0)
    for user in ("u0", "other"):
        with pytest.raises(ResourceExhausted):
            await some.search(user, ["a"], "x", 10)
    assembler.building.set()
    assert all(await asyncio.gather(*waiting))
    assert await some.search("other", ["a"], "x", 10)


async def test_only_words_that_no_job_has_are_corrected() -> None:
    def searched(*unknown: str, pending: bool = False) -> Searched:
        return Searched("a", 1, True, pending, [], unknown, "")

    assert unknown_to_all([]) == unknown_to_all([None]) == []
    assert unknown_to_all([searched("x", "y"), None, searched("y", "z")]) == ["y"]
    assert unknown_to_all([searched("x"), searched(pending=True)]) == []
