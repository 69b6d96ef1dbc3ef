"""The WebSocket of a crawl or a batch: each document when it is recorded, and every second how it goes.

Clients that cannot connect fall back to asking over HTTP, or crash; so what refuses one is told after the
connection was accepted: what passes by closing it, what does not by an error and a last status.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import dataclass, field
from typing import Any

import grpc
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from docspasta.telemetry.logs import logger
from docspasta.v1 import jobs_pb2 as pb

from ..asgi import Receive, Scope, Send
from ..clients import client_of
from ..context import AppState, call_context
from ..credentials import Credential, bearer
from ..problems import Problem, problem_of
from ..rate_limit import RateLimiter
from ..services import Caller
from ..stream import EventStreams
from .answers import job_status, status_of
from .contents import recorded_after
from .written import whole

PATH = re.compile(r"/v2/(?:crawl|batch/scrape)/([A-Za-z0-9_-]{1,64})")
TICK = 1.0  # seconds; who hears nothing for two asks over HTTP, and downloads everything
MORE = 0.05  # seconds until the rest of many documents is asked for
PATIENCE = 30  # ticks in a row in which no service answers
GOING_AWAY, TRY_AGAIN = 1012, 1013
log = logger("firecrawl")


class Watching:
    """The endpoint. Its connections count as event streams."""

    def __init__(self, state: AppState, streams: EventStreams, limiter: RateLimiter) -> None:
        self._state, self._streams, self._limiter = state, streams, limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = PATH.fullmatch(scope["path"])
        socket = WebSocket(scope, receive, send)
        if found is None:
            await socket.close()
            return
        protocols = scope.get("subprotocols") or [None]
        await socket.accept(protocols[0])
        with contextlib.suppress(WebSocketDisconnect):
            await self._watched(socket, found[1], protocols[0] or "")

    async def _watched(self, socket: WebSocket, job_id: str, protocol: str) -> None:
        try:
            self._limiter.check(socket.scope)
            with self._streams.place(client_of(socket.scope)):
                credential = bearer(socket.headers.get("authorization") or f"Bearer {protocol}")
                watched = _Watched(self._state, self._streams, socket, credential, job_id)
                await watched.follow()
        except WebSocketDisconnect:
            raise
        except Exception as error:
            await _refuse(socket, problem_of(error), error)


async def _refuse(socket: WebSocket, problem: Problem, error: Exception) -> None:
    if problem.http_status == 500:
        log.error("watching failed", path=socket.url.path, exc_info=error)
    if problem.http_status >= 500 or problem.http_status == 429:
        await socket.close(TRY_AGAIN)
        return
    await socket.send_json({"type": "error", "error": problem.detail})
    last = {"success": False, "status": "failed", "total": 0, "completed": 0, "data": []}
    await socket.send_json({"type": "status", "data": last})
    await socket.close()


@dataclass(slots=True)
class _Watched:
    """One job and one client that watches it."""

    state: AppState
    streams: EventStreams
    socket: WebSocket
    credential: Credential
    job_id: str
    version: int = 0  # of the last document that was read
    sent: set[str] = field(default_factory=set)  # page ids: one that moves nearer to the start comes again
    silent: int = 0  # ticks in a row without an answer

    async def follow(self) -> None:
        """Send until the job ends, the client goes, or this process does."""
        gone = asyncio.create_task(self._until_gone())
        try:
            # Never a last status: clients would not wait for the documents.
            await self._send("catchup", job_status(await self._job(), [], None) | {"status": "scraping"})
            while not gone.done():
                if self.streams.draining:
                    await self.socket.close(GOING_AWAY)
                    return
                pause = await self._step()
                if pause is None:
                    return
                await asyncio.wait({gone}, timeout=pause)
        finally:
            gone.cancel()

    async def _step(self) -> float | None:
        """Send what is new. Seconds until there may be more, None when that was the last of it."""
        try:
            job = await self._job()
            found = await self._send_new(job)
        except grpc.aio.AioRpcError as error:
            self.silent += 1
            if problem_of(error).http_status < 429 or self.silent > PATIENCE:
                raise
            return TICK
        self.silent = 0
        status = job_status(job, [], None)
        if status_of(job) == "scraping" or found:
            await self._send("status", status | {"status": "scraping"})
            return MORE if found and len(self.sent) < job.progress.processed else TICK
        await self._send("done" if status_of(job) == "completed" else "status", status)
        await self.socket.close()
        return None

    async def _job(self) -> pb.Job:
        services = self.state.services
        asked = pb.GetJobRequest(job_id=self.job_id)
        return (await services.ask(services.jobs.GetJob, asked, await self._caller())).job

    async def _send_new(self, job: pb.Job) -> int:
        """Send documents that were not sent yet, some of them when they are many; how many were read."""
        found = 0
        if job.progress.processed > len(self.sent):
            caller = await self._caller()
            async for version, document in recorded_after(self.state.services, caller, job, self.version):
                page = document["metadata"]["scrapeId"]
                if page not in self.sent:
                    await self._send("document", document)
                self.sent.add(page)
                self.version, found = version, found + 1
        return found

    async def _caller(self) -> Caller:
        """The client, as it is now: a key that was revoked is none any more."""
        token = await self.state.credentials.token(self.credential)
        return Caller(token, call_context(self.socket))

    async def _send(self, kind: str, data: dict[str, Any]) -> None:
        if self.socket.application_state is not WebSocketState.CONNECTED:
            raise WebSocketDisconnect
        await self.socket.send_text(await whole({"type": kind, "data": data}))

    async def _until_gone(self) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await self.socket.receive()
