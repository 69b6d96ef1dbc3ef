"""Every RPC: forged tokens open none, and no message makes one fail with an internal error or hang."""

from __future__ import annotations

import os
import random
import time
from collections.abc import AsyncIterator

import grpc
import pytest

from docspasta.identity.installation import LOCAL_ISSUER
from docspasta.identity.tokens import Signer
from docspasta.serving.channel import open_channel
from tests.sizes import size
from tests.stack import RunningStack
from tests.unit.identity.forgeries import Issued, forged, stale

from .methods import Method, fill, methods
from .people import Person

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
            await method.call(channels[method.process], sent, token, within=10)
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
            await method.call(channels[method.process], messages, token, within=20)
        except grpc.aio.AioRpcError as error:
            if error.details() == UNSENT and method.takes_many:
                continue
            assert error.code() in ALLOWED, (error.code(), error.details(), messages)
            assert "Traceback" not in (error.details() or "")
