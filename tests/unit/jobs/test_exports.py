"""Exports as handlers ask for them, over assembling processes that are made up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

from docspasta.domain import JobKey
from docspasta.exports.formats import Format, Wanted
from docspasta.exports.selection import Selection
from docspasta.exports.tokens import ESTIMATE, O200K
from services.jobs.documents.assembler import Assembler
from services.jobs.documents.exports import Exports
from services.jobs.documents.wire import Message


class FakeAssembler:
    """Notes how tokens are counted in what it is asked for, and has no job."""

    def __init__(self) -> None:
        self.counted: list[str] = []
        self.ended = False

    async def ask(self, *, wanted: dict[str, Any], **asked: Any) -> AsyncIterator[Message]:
        self.counted.append(wanted["tokens"])
        for message in ():
            yield message

    def end(self) -> None:
        self.ended = True


async def test_a_vocabulary_is_loaded_in_a_process_that_nobody_else_waits_for() -> None:
    """Loading it holds a whole interpreter for most of a second."""
    assembler, counting = FakeAssembler(), FakeAssembler()
    exports = Exports(cast(Assembler, assembler), cast(Assembler, counting))
    for tokens in ESTIMATE, O200K, ESTIMATE:
        wanted = Wanted(Format.CHUNKS, tokens=tokens)
        assert await exports.open(JobKey("u", "j"), wanted, Selection()) is None
    assert (assembler.counted, counting.counted) == ([ESTIMATE, ESTIMATE], [O200K])
    exports.close()
    assert counting.ended and not assembler.ended
