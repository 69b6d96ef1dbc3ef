"""A receiver of webhooks on loopback that behaves as it is told, and notes what it got."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

from tests.ports import free_port


@dataclass
class Got:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    answered: int = 0

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def type(self) -> str:
        return str(json.loads(self.body)["type"])

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)["data"]
        return found

    def verified(self, secret: str) -> None:
        """Raises unless `standardwebhooks` believes it; its clock is the real one."""
        Webhook(secret).verify(self.body, self.headers)


Behaviour = Callable[[Got], int | str]
Misbehaviour = Callable[[web.Request, Got], Awaitable[web.StreamResponse]]


@dataclass
class Receiver:
    """`behave` maps a request to a status, or to one of: reset, silent, redirect, drip, large, closed."""

    port: int = 0
    behave: Behaviour = lambda got: 204
    got: list[Got] = field(default_factory=list)
    slow: float = 0.0  # seconds before each answer
    at_once: int = 0
    most_at_once: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def accepted(self) -> Counter[str]:
        """How often each message was answered with 2xx."""
        return Counter(got.message_id for got in self.got if 200 <= got.answered < 300)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        got = Got(request.path, dict(request.headers), await request.read())
        got.headers = {name.lower(): value for name, value in got.headers.items()}
        self.got.append(got)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.slow)
        finally:
            self.at_once -= 1
        told = self.behave(got)
        if isinstance(told, int):
            got.answered = told
            headers = {"Retry-After": "120"} if told == 429 else {}
            return web.Response(status=told, text=f"answer {told}\0", headers=headers)
        misbehave: Misbehaviour = getattr(self, f"_{told}")
        return await misbehave(request, got)

    async def _reset(self, request: web.Request, got: Got) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _silent(self, request: web.Request, got: Got) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    async def _redirect(self, request: web.Request, got: Got) -> web.StreamResponse:
        got.answered = 302
        return web.Response(status=302, headers={"Location": f"{self.url}/elsewhere"})

    async def _drip(self, request: web.Request, got: Got) -> web.StreamResponse:
        response = web.StreamResponse(status=200)
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x")
            await asyncio.sleep(0.5)
        return response

    async def _large(self, request: web.Request, got: Got) -> web.StreamResponse:
        got.answered = 200
        return web.Response(body=b"y" * 5_000_000)


@asynccontextmanager
async def receiving(receiver: Receiver | None = None) -> AsyncIterator[Receiver]:
    """A receiver, listening while the block lasts. One that is given again listens on its port again."""
    receiver = receiver or Receiver()
    receiver.port = receiver.port or free_port()
    app = web.Application(client_max_size=1 << 20)
    app.router.add_route("*", "/{path:.*}", receiver.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", receiver.port, reuse_address=True)
    await site.start()
    try:
        yield receiver
    finally:
        await runner.cleanup()
