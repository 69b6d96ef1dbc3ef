"""The answer to a body that is too large: the client may end its sending, so that it reads why."""

from __future__ import annotations

import asyncio
import contextlib

from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

MOST_BYTES = 16 * 1024 * 1024
SECONDS = 5.0


class RefusedBody(JSONResponse):
    """Sent at once. Then the rest of the body is dropped as it comes, `MOST_BYTES` and `SECONDS` at most, and
    the connection closes. Closed at once, a client that still sends would see a reset, and not the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            more = {"more_body": True} if message["type"] == "http.response.body" else {}
            await send({**message, **more})

        await super().__call__(scope, receive, answer)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                await _drop_the_rest(receive)
        await send({"type": "http.response.body"})


async def _drop_the_rest(receive: Receive) -> None:
    left = MOST_BYTES
    while left > 0:
        message = await receive()
        if not message.get("more_body"):  # the end of the body, or of the connection
            return
        left -= len(message["body"])
