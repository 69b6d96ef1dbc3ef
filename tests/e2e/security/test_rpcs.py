"""Every RPC: forged tokens open none, and no message makes one fail with an internal error or hang."""

from __future__ import annotations

import base64
import json
import os
import random
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor

from docspasta.identity.installation import LOCAL_ISSUER
from docspasta.identity.tokens import Signer
from docspasta.serving.channel import open_channel
from services import jobs
from tests.e2e.page.site import Site
from tests.sizes import FULL, size
from tests.stack import RunningStack
from tests.unit.identity.forgeries import Issued, forged, stale

from .methods import Method, fill, leaves, methods, setting
from .people import Person, finished_job, things_of

ALL = list(methods())
OPEN = {  # an API key, or a sealed request, is its credential
    "/docspasta.v1.IdentityService/ExchangeToken",
    "/docspasta.v1.CrawlerService/SendDelivery",
}
ALLOWED = {
    *(grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION),
    *(grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.ALREADY_EXISTS),
    *(grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.ABORTED, grpc.StatusCode.CANCELLED),
}


@pytest.fixture
async def channels(running: RunningStack) -> AsyncIterator[dict[str, grpc.aio.Channel]]:
    made = {name: open_channel(address) for name, address in running.addresses.items()}
    yield made
    for channel in made.values():
        await channel.close()


@pytest.fixture(scope="module")
def things(alice: Person, site: Site) -> dict[str, str]:
    """Ids of what alice has, of a job that no other test may have deleted."""
    return things_of(alice, finished_job(alice, site.origin))


def test_all_rpcs_are_here() -> None:
    assert len(ALL) >= 20
    assert {row.process for row in ALL} == {"jobs", "crawler", "processor"}


# What this client library makes of a call that was refused before its large message was sent.
UNSENT = "Internal error from Core"


@pytest.mark.parametrize("method", ALL, ids=lambda row: row.path.rsplit("/", 1)[1])
async def test_forged_tokens_open_no_rpc(
    running: RunningStack, channels: dict[str, grpc.aio.Channel], method: Method
) -> None:
    if method.path in OPEN:
        pytest.skip("takes another credential than a token")
    key = Signer.from_pem(running.keys.settings["LOCAL_KEY"], LOCAL_ISSUER).key
    issued = Issued(key, LOCAL_ISSUER, now=int(time.time()))
    for name, token in (*stale(issued), *forged(issued)):
        if name == "lives too long for its kind" or any(not 32 < ord(letter) < 127 for letter in token):
            continue
        sent = [] if method.takes_many else [method.request()]
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await method.call(channels[method.process], sent, token, within=60)
        assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED, (name, refused.value)


@pytest.mark.parametrize("method", ALL, ids=lambda row: row.path.rsplit("/", 1)[1])
async def test_no_message_breaks_an_rpc(
    running: RunningStack, channels: dict[str, grpc.aio.Channel], job_id: str, alice: Person, method: Method
) -> None:
    """No INTERNAL, UNKNOWN or DEADLINE_EXCEEDED, whatever is sent; the seed repeats a failure."""
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(2**32)))
    print(f"SEED={seed}")
    draw = random.Random(f"{seed} {method.path}")
    token = alice.cookie.partition("=")[2]
    for _ in range(size("messages to each RPC")):
        messages = [
            fill(method.request(), draw, {"job_id": job_id}) for _ in range(3 if method.takes_many else 1)
        ]
        if method.path.endswith("/FetchPages"):
            del messages[0].urls[2:]  # each may wait for a host that is not there
        try:
            await method.call(channels[method.process], messages, token, within=60)
        except grpc.aio.AioRpcError as error:
            if error.details() == UNSENT and method.takes_many:
                continue
            assert error.code() in ALLOWED, (error.code(), error.details(), messages)
            assert "Traceback" not in (error.details() or "")


ENDS = [-(2**63), -(2**31), -1, 0, 2**31 - 1, 2**31, 2**32, 253402300800, 10**18, 2**63 - 1]
# The lists of jobs whose pages have tokens, by the words that those begin with.
SOURCES = [path.read_text() for path in Path(jobs.__path__[0]).rglob("*.py")]
KINDS = sorted({found for text in SOURCES for found in re.findall(r'(?:key_of\(|KIND = )"([\w-]+)"', text)})


def token(*key: int | str) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def forged_tokens() -> Iterator[str]:
    """What page tokens may be made to say."""
    for kind in KINDS:
        for end in (-(2**63), -1, 253402300800 * 10**6, 2**70, 2**31, 2**63 - 1)[0 if FULL else -2 :]:
            yield from (
                token(kind, end),
                token(kind, end, end),
                token(kind, end, "a"),
                token(kind, end, "\0"),
            )
            yield token(kind, 0, end)
        yield from (token(kind, 0, "\ud800"), token(kind, "a"), token(kind, "a\0"))


def values(path: Sequence[FieldDescriptor]) -> list[Any]:
    """What else one field may hold."""
    if path[-1].name == "page_token":
        return list(forged_tokens())
    kind = path[-1].cpp_type
    if kind in (FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_ENUM):
        return [end for end in ENDS if -(2**31) <= end < 2**31]
    if kind == FieldDescriptor.CPPTYPE_INT64:
        return ENDS
    if kind == FieldDescriptor.CPPTYPE_DOUBLE:
        return [5e-324, 1e308, -1e308, -0.0]
    return []


def test_all_page_tokens_are_forged() -> None:
    assert len(KINDS) >= 9, KINDS


@pytest.mark.parametrize("method", ALL, ids=lambda row: row.path.rsplit("/", 1)[1])
async def test_no_number_breaks_an_rpc(
    running: RunningStack,
    channels: dict[str, grpc.aio.Channel],
    alice: Person,
    things: dict[str, str],
    method: Method,
) -> None:
    """Each number at its ends, and each page token forged, in a message that is good but for that."""
    credential = alice.cookie.partition("=")[2]
    known = {**things, "query": "a", "pattern": "a", "url": ""}
    for path in leaves(method.request.DESCRIPTOR):
        for value in values(path):
            message = method.request()
            for name, good in known.items():
                if name in method.request.DESCRIPTOR.fields_by_name and method.process == "jobs":
                    setattr(message, name, good)
            setting(message, path, value)
            try:
                await method.call(channels[method.process], [message], credential, within=60)
            except grpc.aio.AioRpcError as error:
                assert error.code() in ALLOWED, (error.code(), error.details(), message)
