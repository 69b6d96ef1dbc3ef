"""ConvertPage holds a place of its user's while it lasts, before it takes in a body."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from docspasta.errors import InvalidArgument, ResourceExhausted
from docspasta.identity.caller import Caller, set_caller
from docspasta.serving.places import Places
from docspasta.v1.processor_pb2 import ConvertPageRequest
from services.processor.service import ProcessorServicer


class NoConversion:
    body_bytes = 1000


async def test_a_call_too_many_of_a_user_is_refused_before_its_body_is_read() -> None:
    places = Places(process=9, user=1, what="calls of ConvertPage go on")
    conversion: Any = NoConversion()
    context: Any = None
    service, read = ProcessorServicer(conversion, places), []

    async def body() -> AsyncIterator[ConvertPageRequest]:
        read.append(True)
        yield ConvertPageRequest(chunk=b"x")

    set_caller(Caller("alice", frozenset(("read",)), "", 0))
    with places.place("alice"), pytest.raises(ResourceExhausted, match="ConvertPage"):
        await anext(service.ConvertPage(body(), context))
    assert not read
    with pytest.raises(InvalidArgument, match="head"):  # and gives its place back
        await anext(service.ConvertPage(body(), context))
    with places.place("alice"):
        pass
