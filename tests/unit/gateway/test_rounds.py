"""When a watched job writes to those who wait: once for each transaction, not once for each of its events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import grpc

from docspasta.domain.cursor import Cursor
from docspasta.updates.tail import Budget
from docspasta.v1.jobs_pb2 import Job, Progress, WatchJobResponse
from docspasta.v1.page_pb2 import Page
from gateway import watched_job
from gateway.credentials import Credential
from gateway.stream import follow
from gateway.subscriber import Subscriber
from gateway.watched_job import WatchedJob


class Live:
    """A live stream whose updates come one by one, with a turn of the loop between them."""

    def __init__(self, updates: list[WatchJobResponse]) -> None:
        self.updates = updates

    async def __aiter__(self) -> AsyncIterator[WatchJobResponse]:
        for update in self.updates:
            yield update
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        await asyncio.Event().wait()

    def cancel(self) -> None:
        pass


def page(version: int) -> WatchJobResponse:
    return WatchJobResponse(cursor=f"e-{version}", page=Page(page_id=str(version), version=version))


def progress(version: int) -> WatchJobResponse:
    return WatchJobResponse(cursor=f"e-{version}", progress=Progress())


class Watched:
    """A watched job at version 1 with a client that waits; `written` are the writes to it."""

    def __init__(self, updates: list[WatchJobResponse]) -> None:
        self.written: list[bytes] = []
        self.job = WatchedJob(Cursor("e", 1), False, Budget(1 << 20), self._watch, self._recheck)
        self._live = Live(updates)
        self.client = Subscriber(Credential("bearer", "x"), self._send, 1)
        self.client.wake = asyncio.get_running_loop().create_future()
        self.job.subscribers.add(self.client)

    async def _watch(self, subscriber: Subscriber, cursor: Cursor) -> Live:
        return self._live

    async def _recheck(self) -> None:
        pass

    async def _send(self, message) -> None:
        self.written.append(message["body"])

    async def reaches(self, version: int) -> None:
        self.job.start()
        async with asyncio.timeout(30):
            while self.client.version < version:
                await asyncio.sleep(0.001)
        self.job.close()


async def test_the_events_of_a_transaction_travel_in_one_write(monkeypatch):
    monkeypatch.setattr(watched_job, "PAGES_SECONDS", 3600.0)
    watched = Watched([*(page(version) for version in range(2, 12)), progress(12)])
    await watched.reaches(12)
    assert len(watched.written) == 1
    assert [watched.written[0].count(b"id: e-%d\n" % version) for version in range(2, 13)] == [1] * 11


async def test_a_page_does_not_wait_for_long_without_it():
    watched = Watched([page(2)])
    await watched.reaches(2)
    assert len(watched.written) == 1


async def test_what_came_first_does_not_hold_back_the_jobs_update(monkeypatch):
    monkeypatch.setattr(watched_job, "PAGES_SECONDS", 3600.0)
    watched = Watched([page(2), progress(3), page(4), page(5), progress(6)])
    await watched.reaches(6)
    assert b"".join(watched.written).count(b"id: ") == 5


async def test_a_cursor_of_another_history_on_an_ended_job_gets_a_reset():
    """The version of the other history may lie beyond this one's end, and says nothing about it."""
    written: list[bytes] = []

    async def send(message) -> None:
        written.append(message["body"])

    async def watch(subscriber: Subscriber, cursor: Cursor) -> Past:
        return Past([page(2), WatchJobResponse(cursor="e-3", finished=Job())])

    async def recheck() -> None:
        pass

    job = WatchedJob(Cursor("e", 3), True, Budget(1 << 20), watch, recheck)
    client = Subscriber(Credential("bearer", "x"), send, 999)
    client.generation = -1
    job.subscribers.add(client)
    async with asyncio.timeout(30):
        await follow(job, client)
    job.close()
    told = b"".join(written)
    assert told.index(b"id: e-0\nevent: reset") < told.index(b"event: url_processed") < told.index(b"id: e-3")


class Past:
    """A stream of what was, to be read to its end."""

    def __init__(self, updates: list[WatchJobResponse]) -> None:
        self.updates = updates

    async def read(self):
        return self.updates.pop(0) if self.updates else grpc.aio.EOF

    def cancel(self) -> None:
        pass
