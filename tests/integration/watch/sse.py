"""A client of event streams, as strict as the promise: what it is told twice, late or never is an error.

`Parser` follows WHATWG HTML 9.2.6; `Follower` is what a browser's page would hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

TERMINAL = ("job_completed", "job_failed", "job_cancelled")


@dataclass
class Event:
    """A dispatched event. `id` is its own, None when it carried none."""

    name: str
    data: Any
    id: str | None


class Parser:
    """Bytes to events. `last_id` is what a browser would send as Last-Event-ID."""

    def __init__(self, last_id: str = "") -> None:
        self.last_id, self.retry = last_id, 0
        self._buffer = b""
        self._clear()

    def _clear(self) -> None:
        self._id: str | None = None
        self._name = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that `chunk` completes."""
        self._buffer += chunk
        *lines, self._buffer = self._buffer.split(b"\n")
        events = []
        for line in lines:
            event = self._line(line.decode())
            if event is not None:
                events.append(event)
        return events

    def _line(self, line: str) -> Event | None:
        if line:
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "id":
                self._id = value
            elif name == "event":
                self._name = value
            elif name == "data":
                self._data.append(value)
            elif name == "retry":
                self.retry = int(value)
            return None
        if self._id is not None:
            self.last_id = self._id
        event = None
        if self._data:
            event = Event(self._name, json.loads("\n".join(self._data)), self._id)
        self._clear()
        return event


@dataclass
class Follower:
    """What a client holds after its events, over any number of connections."""

    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)
    ended: dict[str, Any] | None = None
    epoch: str = ""
    version: int = -1
    resets: int = 0
    events: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def last_id(self) -> str:
        """The id of the last event that was applied."""
        return f"{self.epoch}-{self.version}" if self.version >= 0 else ""

    def apply(self, event: Event) -> None:
        """Take an event; a broken promise is noted in `wrong`."""
        self.events += 1
        if event.name == "reset":
            assert event.id is not None
            self.epoch, self.version = event.id.rsplit("-", 1)[0], 0
            self.pages, self.versions, self.progress, self.ended = {}, {}, {}, None
            self.resets += 1
            return
        if self.ended is not None:
            self.wrong.append(f"{event.name} after the end")
        if event.id is not None:
            epoch, version = event.id.rsplit("-", 1)
            if self.version >= 0 and (epoch != self.epoch or int(version) <= self.version):
                self.wrong.append(f"{event.name} {event.id} after {self.last_id}")
            self.epoch, self.version = epoch, int(version)
        elif event.name != "progress":
            self.wrong.append(f"{event.name} without an id")
        self._take(event)

    def _take(self, event: Event) -> None:
        if event.name == "progress":
            self.progress = event.data
        elif event.name in TERMINAL:
            self.ended = self.progress = event.data
        else:
            if self.pages.get(event.data["pageId"]) == event.data:
                self.wrong.append(f"{event.name} {event.id} says what was known")
            self.pages[event.data["pageId"]] = event.data
            self.versions[event.data["pageId"]] = self.version

    def differences(self, truth: dict[str, Any]) -> list[str]:
        """How what is held differs from what the database holds."""
        found = list(self.wrong)
        for page_id, (url, state, reason, version) in truth["pages"].items():
            held = self.pages.get(page_id)
            if held is None:
                found.append(f"page {page_id} (version {version}) was never seen")
            elif (held["url"], held["state"], held.get("reason") or "") != (url, state, reason):
                found.append(f"page {page_id} is held as {held}, not {state} {reason}")
            elif self.versions[page_id] != version:
                found.append(f"page {page_id} was seen at {self.versions[page_id]}, not {version}")
        extra = self.pages.keys() - truth["pages"].keys()
        found += [f"page {page_id} is held but is none" for page_id in extra]
        held_counts = {name: self.progress.get(name) for name in truth["counts"]}
        if held_counts != truth["counts"] or self.progress.get("state") != truth["state"]:
            found.append(f"counts {held_counts} {self.progress.get('state')}, not {truth['counts']}")
        if self.version != truth["version"]:
            found.append(f"at version {self.version}, not {truth['version']}")
        return found


@dataclass
class Answer:
    """The head of a response, and its body as it comes."""

    status: int
    headers: dict[str, str]
    reader: asyncio.StreamReader

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body's bytes, chunked coding taken off; ends at its end or when the connection is cut."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
            if "content-length" in self.headers:
                yield await self.reader.readexactly(int(self.headers["content-length"]))
                return
            while size := int((await self.reader.readline()).strip() or b"0", 16):
                yield (await self.reader.readexactly(size + 2))[:-2]


@contextlib.asynccontextmanager
async def request(address: str, path: str, token: str = "", **headers: str) -> AsyncIterator[Answer]:
    """A GET over a connection of its own, which is cut when the block ends."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        lines = [f"GET {path} HTTP/1.1", f"Host: {address}"]
        lines += [f"Authorization: Bearer {token}"] if token else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        yield await head(reader)
    finally:
        writer.transport.abort()


async def head(reader: asyncio.StreamReader) -> Answer:
    """Status and headers of a response."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
    return Answer(int(lines[0].split()[1]), headers, reader)


def stream_path(job_id: str, after: str = "") -> str:
    """The address of a job's stream."""
    return f"/api/v5/jobs/{job_id}/stream" + (f"?after={after}" if after else "")


async def follow(address: str, job_id: str, token: str, follower: Follower) -> int:
    """One connection, from where the follower stands to its end; the status."""
    async with request(address, stream_path(job_id), token, **last_event_id(follower.last_id)) as answer:
        if answer.status == 200:
            await read_events(answer, follower)
        return answer.status


async def read_events(answer: Answer, follower: Follower) -> None:
    """Apply what comes until the response ends."""
    parser = Parser(follower.last_id)
    async for chunk in answer.chunks():
        for event in parser.feed(chunk):
            follower.apply(event)


async def follow_to_the_end(address: str, job_id: str, token: str, follower: Follower) -> None:
    """As a browser does: come back until the terminal event, or until 204 says that it was seen."""
    while follower.ended is None:
        try:
            status = await follow(address, job_id, token, follower)
        except (OSError, asyncio.IncompleteReadError):
            status = 0
        if status == 204:
            break
        assert status in (0, 200), status
        await asyncio.sleep(0.02)


def last_event_id(cursor: str) -> dict[str, str]:
    """The header of a client that has seen something."""
    return {"Last_Event_ID": cursor} if cursor else {}
