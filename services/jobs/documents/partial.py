"""What a running job's document is by now, assembled for one reader and no faster than it reads.

Such a reader holds a plan in the assembling process. So there are few at once, and one that stalls is cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing

from docspasta.errors import Unavailable
from docspasta.identity.caller import share_of
from docspasta.serving.places import Places
from docspasta.store.documents import DocumentHeader
from docspasta.store.outline import rows_of

from .assembler import Failed, Lost
from .outline_part import OutlinePart
from .wire import Kind, Message

AT_ONCE, OF_USER = 8, 2
STALLED = 60.0  # seconds in which a reader has to take a chunk
Answer = AsyncGenerator[Message]


def places() -> Places:
    """Places of readers of running jobs' documents."""
    return Places(AT_ONCE, OF_USER, "documents of running jobs are read")


async def read(answer: Answer, readers: Places, user_id: str) -> AsyncGenerator[DocumentHeader | bytes]:
    """The header of a document, then its bytes; nothing when the user has no such job. Raises as `paced`."""
    async with aclosing(paced(answer, readers, user_id)) as messages:
        async for message in messages:
            yield DocumentHeader(**message.value) if message.kind is Kind.HEADER else message.data


async def paced(answer: Answer, readers: Places, user_id: str) -> Answer:
    """The messages of an answer, at the pace of a reader who has one of the places; none when the user has no
    such job.

    Raises ResourceExhausted; Unavailable for a reader that stalls, and when the assembling process is lost.
    """
    loop = asyncio.get_running_loop()
    cutting: asyncio.Task[None] | None = None
    held = ExitStack()

    def cut() -> None:
        nonlocal cutting
        held.close()
        cutting = loop.create_task(answer.aclose())

    with held:
        held.enter_context(readers.place(share_of(user_id)))
        try:
            async for message in translated(answer):
                if message.kind is Kind.NOTHING:
                    return
                timer = loop.call_later(STALLED, cut)
                yield message
                timer.cancel()
                if cutting is not None:
                    raise Unavailable("The document was read too slowly; ask again.", retry_after=1.0)
        finally:
            await answer.aclose()


async def fill_outline(answer: Answer, readers: Places, user_id: str, part: OutlinePart) -> bool:
    """Fill a part of the outline; whether the user has such a job."""
    included = 0
    with readers.place(share_of(user_id)):
        try:
            async for message in translated(answer):
                if message.kind is Kind.NOTHING:
                    return False
                if message.kind is Kind.HEADER:
                    included = message.value
                elif part.add(rows_of(message.data)):
                    break
        finally:
            await answer.aclose()
    part.end(included)
    return True


async def translated(answer: Answer) -> Answer:
    """The same messages; a loss is Unavailable."""
    try:
        async for message in answer:
            yield message
    except Lost as error:
        raise Unavailable("The document was cut short; ask again.", retry_after=1.0) from error
    except Failed as error:
        raise Unavailable("The document could not be assembled; ask again.", retry_after=5.0) from error
