"""GET /jobs/{id}/stream: Server-Sent Events as a raw ASGI endpoint. It writes at the browser's pace and
buffers nothing.

An error that passes is answered with 200, `retry:` and an end, because a native EventSource gives up on any
other status.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Iterator
from functools import partial

import grpc
from starlette.requests import HTTPConnection
from starlette.responses import Response

from docspasta.domain.cursor import Cursor, parse_cursor
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger

from . import events
from .access import NOT_FOUND, UNAUTHENTICATED, Access
from .asgi import Message, Receive, Scope, Send
from .clients import client_of
from .connection import begin_stream
from .credentials import Credential, Credentials
from .hub import Hub
from .problems import Problem, not_found, problem_of, problem_response
from .queries import Watch
from .rate_limit import RateLimiter
from .replay import HistoryChanged
from .response_headers import WithHeaders
from .subscriber import End, Subscriber
from .validation import query_of
from .watched_job import WatchedJob, body

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
]
RETRY = (500, 2500)  # milliseconds: what `retry:` says at a stream's start
RETRY_TROUBLE = (1000, 5000)
# What it says at the end of one. Those of a process that drains end one by one, and so come back one by one.
COME_BACK = {End.RENEW: RETRY_TROUBLE, End.DRAIN: RETRY}
log = logger("stream")


class EventStreams:
    """The endpoint. `limit` streams in all, `per_address` from one client (address or /64)."""

    def __init__(
        self, hub: Hub, credentials: Credentials, limiter: RateLimiter, limit: int, per_address: int
    ) -> None:
        self._hub, self._credentials, self._limiter = hub, credentials, limiter
        self._limit, self._per_address = limit, per_address
        metrics.streams_limit.labels("browser").set(limit)
        self._open: Counter[str] = Counter()
        self.draining = False

    async def serve(self, job_id: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request for a job's events."""
        client = client_of(scope)
        try:
            credential, access, after = await self._admit(HTTPConnection(scope), job_id, client)
        except Exception as error:
            await self._refuse(error, scope, receive, send)
            return
        if after == access.newest and access.ended:
            await Response(status_code=204, headers={"Cache-Control": "no-store"})(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        send = send.bare if isinstance(send, WithHeaders) else send  # its work is done
        subscriber = Subscriber(credential, send, after.version if after else 0)
        self._open[client] += 1
        job = self._hub.join(job_id, access, subscriber)
        subscriber.generation = job.generation if after is None or is_known(after, access.newest) else -1
        del credential, access, after
        listener = None
        if not begin_stream(scope, partial(subscriber.stop, End.GONE)):
            listener = asyncio.create_task(_until_gone(receive, subscriber))
        try:
            await follow(job, subscriber)
        finally:
            if listener is not None:
                listener.cancel()
            self._hub.leave(job_id, job, subscriber)
            self._leave(client)

    @contextlib.contextmanager
    def place(self, client: str) -> Iterator[None]:
        """A place for one stream of another kind. Raises Problem (503)."""
        self._check_room(client)
        self._open[client] += 1
        try:
            yield
        finally:
            self._leave(client)

    def _check_room(self, client: str) -> None:
        if self.draining or self._open.total() >= self._limit or self._open[client] >= self._per_address:
            raise Problem(503, "too-many-streams", "Too many streams are open here; come back in a moment.")

    def _leave(self, client: str) -> None:
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]

    async def _admit(
        self, request: HTTPConnection, job_id: str, client: str
    ) -> tuple[Credential, Access, Cursor | None]:
        """Who watches, what the job is, and what the client has seen. Raises what refuses it."""
        self._limiter.check(request.scope)
        if request.scope["method"] not in ("GET", "HEAD"):
            raise Problem(405, "method", "Use GET.", headers={"Allow": "GET, HEAD"})
        query = query_of(Watch, request.query_params)
        after = request.headers.get("last-event-id") or query.after
        credential = await self._credentials.of(request)
        self._check_room(client)
        token = await self._credentials.token(credential)
        access = await self._hub.checks.check(token, job_id)
        if access.access == UNAUTHENTICATED:
            raise Problem(401, "unauthenticated", "The credential is not good; send a valid one.")
        if access.access == NOT_FOUND or not access.granted:
            raise not_found()
        cursor = parse_cursor(after.strip())
        if cursor is not None and is_known(cursor, access.newest):
            metrics.resume_lag.observe(access.newest.version - cursor.version)
        return credential, access, cursor

    async def _refuse(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer to a request without a stream: final, or `retry:` for what passes."""
        problem = problem_of(error)
        metrics.streams_refused.labels("browser", cause_of(problem)).inc()
        if problem.http_status >= 500 or problem.http_status == 429:
            if problem.http_status == 500:
                log.error("stream failed", error=repr(error))
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send({"type": "http.response.body", "body": events.retry(jittered(RETRY_TROUBLE))})
            return
        response = problem_response(problem, scope.get("request_id", ""))
        await response(scope, receive, send)


async def follow(job: WatchedJob, subscriber: Subscriber) -> None:
    """Write what is new, wait, and again, until the job's end or the stream's."""
    loop, send = asyncio.get_running_loop(), subscriber.send
    message: Message | None
    found = past = None
    await send(body(events.retry(jittered(RETRY))))
    while subscriber.end is None and not is_over(job, subscriber):
        if subscriber.generation == job.generation and job.tail.floor <= subscriber.version:
            found = job.message_after(subscriber.version)
            if found is not None:
                message, subscriber.version = found
                subscriber.identified = True
            elif subscriber.heartbeat_due:
                subscriber.heartbeat_due = False
                message = body(events.heartbeat(last_id(job, subscriber)))
            else:
                subscriber.wake = loop.create_future()
                await subscriber.wake
                subscriber.wake = None
                if subscriber.pending_write is not None:
                    pending_write, subscriber.pending_write = subscriber.pending_write, None
                    await pending_write
                continue
        else:
            past = await replay(job, subscriber)
            if past is None:
                continue
            message = past
        await send(message)
        found = past = message = None  # while the connection waits, a hundred events would stay here
        subscriber.written = loop.time()
    if subscriber.end is not End.GONE:
        again = COME_BACK.get(subscriber.end) if subscriber.end else None
        last = events.retry(jittered(again)) if again else b""
        await send({"type": "http.response.body", "body": last, "more_body": False})


async def replay(job: WatchedJob, subscriber: Subscriber) -> Message | None:
    """The next message for a subscriber behind the tail, or of another history."""
    try:
        if subscriber.generation != job.generation:
            raise HistoryChanged
        message, version = await job.past(subscriber.generation, subscriber.version)
    except HistoryChanged:
        subscriber.generation, subscriber.version, subscriber.identified = job.generation, 0, True
        return body(job.reset())
    except grpc.aio.AioRpcError:
        subscriber.stop(End.RENEW)
        return None
    if version == subscriber.version and message is None and not job.tail.reaches(version):
        subscriber.stop(End.RENEW)  # the replay brought nothing
    subscriber.identified = subscriber.identified or version > subscriber.version
    subscriber.version = version
    return message


def is_over(job: WatchedJob, subscriber: Subscriber) -> bool:
    """Whether the job has ended and the client has seen it all. A version of another history says nothing."""
    same = subscriber.generation == job.generation
    return same and bool(job.ended_at) and subscriber.version >= job.ended_at


def last_id(job: WatchedJob, subscriber: Subscriber) -> str:
    """The last id written to a connection, '' for none."""
    return f"{job.epoch}-{subscriber.version}" if subscriber.identified else ""


def cause_of(problem: Problem) -> str:
    """Why a stream was refused, as the metric's label."""
    if problem.http_status == 503 and problem.reason != "too-many-streams":
        return "unavailable"
    causes = {401: "unauthenticated", 404: "not_found", 503: "limit", 429: "limit"}
    return causes.get(problem.http_status, "other")


async def _until_gone(receive: Receive, subscriber: Subscriber) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    subscriber.stop(End.GONE)


def is_known(cursor: Cursor, newest: Cursor) -> bool:
    """Whether a client's cursor is of this history: same epoch, not from the future."""
    return cursor.epoch == newest.epoch and cursor.version <= newest.version


def jittered(milliseconds: tuple[int, int]) -> int:
    """A number of milliseconds between two, so that a herd spreads."""
    return random.randint(*milliseconds)  # noqa: S311
