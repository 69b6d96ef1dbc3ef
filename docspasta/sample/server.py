"""Serves the sample site on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from docspasta.sample.site import Answer, answers

NOT_FOUND = Answer(404, b"<h1>Not found</h1>", {"Content-Type": "text/html; charset=utf-8"})


@asynccontextmanager
async def serving(port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve while the block runs; gives the origin, `http://127.0.0.1:PORT`. Port 0 picks a free one."""
    site: dict[str, Answer] = {}

    async def answer(request: web.BaseRequest) -> web.Response:
        found = site.get(request.path, NOT_FOUND)
        return web.Response(status=found.status, body=found.body, headers=found.headers)

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        listener = web.TCPSite(runner, host, port)
        await listener.start()
        origin = f"http://{host}:{runner.addresses[0][1]}"
        site.update(answers(origin))
        yield origin
    finally:
        await runner.cleanup()
