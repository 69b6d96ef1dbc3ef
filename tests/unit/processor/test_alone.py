"""Calls with one answer (a list, a scope's refusals) share parsing processes as pages do: short at first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.processor.conversion import LOSSES_A_PAGE, QUICK, TOO_COSTLY, Conversion
from services.processor.parsing_process import Lost
from services.processor.wire import Body, Message, refused_message

SECONDS = 10.0


class Process:
    """A parsing process that needs so many CPU seconds, or that something else ends each time."""

    def __init__(self, needs: float, killed: bool = False) -> None:
        self.needs, self.killed = needs, killed
        self.given: list[float] = []

    async def ask(self, user: str, message: Message, answers: int, wall: float) -> AsyncIterator[Message]:
        self.given.append(message.header["seconds"])
        if self.killed or self.needs > self.given[-1]:
            raise Lost("gone", overtime=not self.killed)
        yield refused_message(["excluded", ""], self.needs)


def conversion(process: Process) -> Conversion:
    made = Conversion(1, SECONDS, 2**20, 2**20)
    held: Any = process
    made.slots._idle[:] = [held]
    return made


@pytest.mark.parametrize(
    ("needs", "given"), [(QUICK / 2, [QUICK]), (QUICK * 2, [QUICK, SECONDS]), (SECONDS * 2, [QUICK, SECONDS])]
)
async def test_what_takes_long_waits_for_a_turn_among_such(needs: float, given: list[float]) -> None:
    process = Process(needs)
    asked = conversion(process)
    refused = await asked.refusals("mallory", "{}", ["a", "b"])
    assert process.given == given
    # Nothing is left to the event loop: a scope that costs so much would hold it up.
    assert refused == (("excluded", "") if needs < SECONDS else (TOO_COSTLY, TOO_COSTLY))
    assert asked.slots.used("mallory") > (0 if needs < QUICK else QUICK)


async def test_a_process_that_something_ends_is_tried_again_but_not_without_end() -> None:
    process = Process(0.1, killed=True)
    assert await conversion(process).refusals("ann", "{}", ["a"]) == (TOO_COSTLY,)
    assert process.given == [QUICK] * LOSSES_A_PAGE


async def test_a_list_that_takes_too_long_lists_nothing() -> None:
    process = Process(SECONDS * 2)
    listed = await conversion(process).listing("mallory", Body(b"", "https://a.example/llms.txt"), llms=True)
    assert not listed.complete and not listed.pages
    assert process.given == [QUICK, SECONDS]
