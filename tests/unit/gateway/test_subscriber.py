"""A write that begins in the hub's step and ends in the connection's own task, however long it waits."""

from __future__ import annotations

import asyncio

import pytest

from gateway.credentials import Credential
from gateway.stream import body, follow
from gateway.subscriber import End, PendingWrite, Subscriber


class Connection:
    """A `send` that waits while `room` is clear, twice a message, as a server under pressure may."""

    def __init__(self) -> None:
        self.room, self.sent, self.cancelled = asyncio.Event(), [], False
        self.room.set()

    async def send(self, message) -> None:
        try:
            if not self.room.is_set():
                await self.room.wait()
                self.room.clear()
                await self.room.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        self.sent.append(message["body"])


async def waiting(connection: Connection) -> Subscriber:
    subscriber = Subscriber(Credential("bearer", "x"), connection.send, 3)
    subscriber.wake = asyncio.get_running_loop().create_future()
    return subscriber


async def test_a_client_that_reads_is_written_to_at_once():
    connection = Connection()
    subscriber = await waiting(connection)
    assert subscriber.push(body(b"a"), 5, 1.0)
    assert connection.sent == [b"a"] and subscriber.version == 5 and subscriber.pending_write is None
    assert not subscriber.wake.done()


async def test_one_that_does_not_read_is_left_to_its_own_task():
    connection = Connection()
    subscriber = await waiting(connection)
    connection.room.clear()
    assert subscriber.push(body(b"a"), 5, 1.0) and subscriber.wake.done()
    assert not subscriber.push(body(b"b"), 6, 1.0)  # one at a time: what comes meanwhile is read later
    finishing = asyncio.create_task(finish(subscriber.pending_write))
    for _ in range(2):
        await asyncio.sleep(0)
        assert not finishing.done()
        connection.room.set()
        await asyncio.sleep(0)
    await asyncio.wait_for(finishing, 30)
    assert connection.sent == [b"a"]


async def test_cancelling_the_task_cancels_the_write():
    connection = Connection()
    subscriber = await waiting(connection)
    connection.room.clear()
    subscriber.push(body(b"a"), 5, 1.0)
    finishing = asyncio.create_task(finish(subscriber.pending_write))
    await asyncio.sleep(0)
    finishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await finishing
    assert connection.cancelled and connection.sent == []


@pytest.mark.parametrize(("end", "longest"), [(End.DRAIN, 2500), (End.RENEW, 5000)])
async def test_a_stream_that_a_draining_process_ends_comes_back_soon(end: End, longest: int) -> None:
    waits = []
    for _ in range(200):
        connection = Connection()
        subscriber = Subscriber(Credential("bearer", "x"), connection.send, 3)
        subscriber.stop(end)
        await follow(None, subscriber)
        waits.append(int(connection.sent[-1].split()[1]))
    assert longest / 2 < max(waits) <= longest


async def test_nobody_writes_to_a_stream_that_ends():
    connection = Connection()
    subscriber = await waiting(connection)
    subscriber.stop(End.RENEW)
    assert not subscriber.push(body(b"a"), 5, 1.0) and connection.sent == []


async def finish(pending_write: PendingWrite) -> None:
    await pending_write
