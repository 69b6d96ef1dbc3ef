"""A client that is refused because its body is too large may end its sending, so that it reads why."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable

from .asgi import App, Message, Receive, Scope, Send

MOST_BYTES = 16 * 1024 * 1024
SECONDS = 5.0


class RefusedBodies:
    """Keeps a connection open behind an answer 413 until the rest of the body has come, and drops it;
    `MOST_BYTES` and `SECONDS` at most. Closed at once, a client that still sends would see a reset, and not
    the answer."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            return self._app(scope, receive, send)
        exchange = _Exchange(receive, send)
        return self._app(scope, exchange.receive, exchange.send)


class _Exchange:
    """One request: whether its body has come, and whether it is refused."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._came = self._refused = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._came = not message.get("more_body")  # the end of the body, or of the connection
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._refused = message["status"] == 413
        last = message["type"] == "http.response.body" and not message.get("more_body")
        if not (last and self._refused) or self._came:
            return await self._send(message)
        await self._send({**message, "more_body": True})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                await self._drop_the_rest()
        await self._send({"type": "http.response.body"})

    async def _drop_the_rest(self) -> None:
        left = MOST_BYTES
        while left > 0 and not self._came:
            left -= len((await self.receive()).get("body", b""))
