"""A refused delivery is passed over to its end, and no further than a delivery may be large."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from docspasta.errors import InvalidArgument
from docspasta.serving.room import Room
from docspasta.v1.pushes_pb2 import PushHeader, PushPagesRequest
from services.jobs.pushing import PushesServicer

CONTEXT: Any = None
HEADER = PushPagesRequest(header=PushHeader(content_type="text/html", webhook_signature="v1,x"))
MEBIBYTE = PushPagesRequest(chunk=b"x" * 1024 * 1024)


async def sent(messages: list[PushPagesRequest], read: list[int]) -> AsyncIterator[PushPagesRequest]:
    for at, message in enumerate(messages):
        read.append(at)
        yield message


@pytest.mark.parametrize(
    ("messages", "taken"),
    [
        ([HEADER, HEADER, *[MEBIBYTE] * 3], 5),  # refused at the second; read to the end
        ([MEBIBYTE, HEADER], 2),
        ([HEADER, *[MEBIBYTE] * 99], 1 + 11 + 11),  # eleven are too many; eleven more, and no further
        ([], 0),
    ],
)
async def test_a_client_that_still_sends_is_let_finish(messages: list[PushPagesRequest], taken: int) -> None:
    resources: Any = SimpleNamespace(pushes=Room(2**30, 2**30, "pushed pages"))
    read: list[int] = []
    with pytest.raises(InvalidArgument):
        await PushesServicer(resources).PushPages(sent(messages, read), CONTEXT)
    assert len(read) == taken
