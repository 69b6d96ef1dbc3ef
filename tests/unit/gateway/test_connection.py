"""A connection of an event stream, which has given up most of itself, is a connection all the same."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.connection import Flow, Pipelined, begin_stream
from gateway.credentials import Credential
from gateway.server import build_server
from gateway.stream import follow
from gateway.subscriber import End, Subscriber

GET = b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n"


class Streams:
    """An application: each request is a stream that ends when it is told to, or when its client goes."""

    def __init__(self) -> None:
        self.gone: list[str] = []
        self.ends = asyncio.Event()
        self.slim: list[bool] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": path.encode(), "more_body": True})
        self.slim.append(begin_stream(scope, lambda: self.gone.append(path)))
        assert set(scope) == {"type", "method"}
        await self.ends.wait()
        await send({"type": "http.response.body", "body": b"."})


@contextlib.asynccontextmanager
async def served(app: Any) -> AsyncIterator[int]:
    server = build_server(app, "127.0.0.1:0", "")
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(30):
        while not server.started:
            await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await asyncio.wait_for(serving, 30)


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def until(condition: Any) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


async def begin(app: Streams, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Ask for a stream, until it has begun and given up what it does not need."""
    writer.write(GET % 1)
    await asyncio.wait_for(reader.readuntil(b"/1"), 30)
    await until(lambda: app.slim)


async def test_a_client_that_goes_away_is_noticed() -> None:
    app = Streams()
    async with served(app) as port, connected(port) as (reader, writer):
        await begin(app, reader, writer)
        writer.transport.abort()
        await until(lambda: app.gone == ["/1"])
        app.ends.set()


async def test_after_a_stream_the_next_request_is_answered() -> None:
    app = Streams()
    async with served(app) as port, connected(port) as (reader, writer):
        for number in (1, 2):
            writer.write(GET % number)
            await asyncio.wait_for(reader.readuntil(b"/%d" % number), 30)
            app.ends.set()
            await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), 30)
            app.ends.clear()
        assert app.slim == [True, True] and not app.gone
        app.ends.set()


async def test_requests_behind_a_stream_wait_for_its_end() -> None:
    app = Streams()
    async with served(app) as port, connected(port) as (reader, writer):
        await begin(app, reader, writer)
        writer.write(GET % 2)
        app.ends.set()
        await asyncio.wait_for(reader.readuntil(b"/2"), 30)


async def test_what_follows_a_stream_is_held_to_the_same_bounds() -> None:
    app = Streams()
    async with served(app) as port, connected(port) as (reader, writer):
        await begin(app, reader, writer)
        writer.write(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n")
        assert b"HTTP/1.1 414" in await asyncio.wait_for(reader.read(), 30)
        await until(lambda: app.gone)
        app.ends.set()


def test_another_server_has_no_such_connection() -> None:
    scope = {"type": "http", "method": "GET", "path": "/"}
    assert not begin_stream(scope, lambda: None)
    assert scope["path"] == "/"


def test_pipelined_requests_are_taken_first_come_first_served() -> None:
    waiting = Pipelined()
    for number in range(3):
        waiting.appendleft(number)
    assert [waiting.pop() for _ in range(3)] == [0, 1, 2] and not waiting


class Transport:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def pause_reading(self) -> None:
        self.told.append("pause")

    def resume_reading(self) -> None:
        self.told.append("resume")


async def test_all_who_wait_for_room_go_on_though_one_was_cancelled() -> None:
    flow: Any = Flow(Transport())  # type: ignore[arg-type]
    await flow.drain()
    flow.pause_writing()
    waiting = [asyncio.create_task(flow.drain()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.wait(waiting[:1])
    assert not waiting[1].done()
    flow.resume_writing()
    await asyncio.wait_for(asyncio.gather(*waiting[1:]), 30)
    await flow.drain()


def test_reading_is_paused_once() -> None:
    transport = Transport()
    flow = Flow(transport)  # type: ignore[arg-type]
    for _ in range(2):
        flow.pause_reading()
    for _ in range(2):
        flow.resume_reading()
    assert transport.told == ["pause", "resume"]


class Message(dict[str, Any]):
    """A message that says when nobody has it any more."""


class Behind:
    """A job whose past is read once, after which there is nothing new."""

    generation, epoch, ended_at = 0, "e", 0

    def __init__(self) -> None:
        self.tail: Any = type("Tail", (), {"floor": 1, "reaches": lambda self, version: True})()

    async def past(self, generation: int, version: int) -> tuple[Message, int]:
        message = Message(type="http.response.body", body=b"x" * 100, more_body=True)
        self.read = weakref.ref(message)
        return message, 1

    def message_after(self, version: int) -> None:
        return None


async def test_a_client_that_waits_keeps_nothing_of_what_it_was_told() -> None:
    job, sent = Behind(), 0

    async def send(message: Any) -> None:
        nonlocal sent
        sent += 1

    subscriber = Subscriber(Credential("bearer", "x"), send, 0)
    following = asyncio.create_task(follow(job, subscriber))  # type: ignore[arg-type]
    await until(lambda: subscriber.wake is not None)
    assert sent == 2 and job.read() is None
    subscriber.stop(End.GONE)
    await asyncio.wait_for(following, 30)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """uvicorn says that a request was invalid."""
    caplog.set_level("ERROR", "uvicorn.error")
