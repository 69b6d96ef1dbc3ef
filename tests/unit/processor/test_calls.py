"""ConvertPage holds a place of its user's while it lasts, and judges a head before it takes in a body."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc
import pytest

from docspasta.content import Page
from docspasta.errors import InvalidArgument, ResourceExhausted
from docspasta.identity.caller import Caller, set_caller
from docspasta.serving.interceptor import Around
from docspasta.serving.places import Places
from docspasta.v1 import processor_pb2_grpc
from docspasta.v1.page_pb2 import ConvertOptions
from docspasta.v1.processor_pb2 import ConvertHead, ConvertPageRequest
from services.processor.service import ProcessorServicer

ALICE = Caller("alice", frozenset(("read",)), "", 0)
CONTEXT: Any = None
HEAD = ConvertPageRequest(head=ConvertHead(url="https://docs.example.org/"))


class NoConversion:
    body_bytes = 8 * 1024 * 1024

    async def convert(self, user: str, bodies: Sequence[Any]) -> list[Page]:
        return [Page(url=body.url, reason="empty") for body in bodies]


class Alice:
    async def verify(self, token: str) -> Caller:
        return ALICE


def service(places: Places) -> ProcessorServicer:
    conversion: Any = NoConversion()
    return ProcessorServicer(conversion, places)


async def messages(*sent: ConvertPageRequest, read: list[int]) -> AsyncIterator[ConvertPageRequest]:
    for at, message in enumerate(sent):
        read.append(at)
        yield message


async def test_a_call_too_many_of_a_user_is_refused_and_its_body_passed_over() -> None:
    places = Places(process=9, user=1, what="calls of ConvertPage go on")
    read: list[int] = []
    set_caller(ALICE)
    endless = [ConvertPageRequest(chunk=b"x" * 1024 * 1024)] * 99
    call = service(places).ConvertPage(messages(HEAD, *endless, read=read), CONTEXT)
    with places.place("alice"), pytest.raises(ResourceExhausted, match="ConvertPage"):
        await anext(call)
    assert len(read) == 10  # its head, and one chunk more than a body may have
    for sent in ((), (ConvertPageRequest(chunk=b"x"),)):
        with pytest.raises(InvalidArgument, match="head"):  # and gives its place back
            await anext(service(places).ConvertPage(messages(*sent, read=[]), CONTEXT))
    with places.place("alice"):
        pass


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (ConvertOptions(exclude_selectors=["nav", "*|*"]), "head.options.exclude_selectors[1]"),
        (ConvertOptions(include_selectors=["["]), "head.options.include_selectors[0]"),
        (ConvertOptions(include_selectors=["p"] * 51), "head.options.include_selectors"),
        (ConvertOptions(exclude_selectors=["p" * 1_001]), "head.options.exclude_selectors[0]"),
    ],
)
async def test_selectors_are_judged_before_the_page_is_converted(options: ConvertOptions, field: str) -> None:
    head = ConvertPageRequest(head=ConvertHead(url="https://docs.example.org/", options=options))
    set_caller(ALICE)
    with pytest.raises(InvalidArgument) as refused:
        await anext(service(Places(9, 9, "calls")).ConvertPage(messages(head, read=[]), CONTEXT))
    assert [name for name, _ in refused.value.violations] == [field]


async def test_a_client_that_still_sends_reads_that_it_asked_too_often(tmp_path: Any) -> None:
    """Over a real connection, at a moment of each kind: before the body, and while it is sent."""
    verifier: Any = Alice()
    server = grpc.aio.server(interceptors=[Around(verifier, 60.0)])
    places = Places(9, 9, "calls", a_second=0.001)
    processor_pb2_grpc.add_ProcessorServiceServicer_to_server(service(places), server)
    server.add_insecure_port(f"unix:{tmp_path}/calls")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"unix:{tmp_path}/calls") as channel:
            stub = processor_pb2_grpc.ProcessorServiceStub(channel)
            for chunks in (0, 1, 30):
                for _ in range(10):
                    sent = [HEAD, *[ConvertPageRequest(chunk=b"x" * 256 * 1024)] * chunks]
                    call = stub.ConvertPage(
                        messages(*sent, read=[]), timeout=60, metadata=(("authorization", "Bearer x"),)
                    )
                    with pytest.raises(grpc.aio.AioRpcError) as refused:
                        await call.read()
                    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED, refused.value
    finally:
        await server.stop(None)
