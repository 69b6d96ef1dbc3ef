"""One job as this process watches it: one live WatchJob stream, a tail of encoded events, shared replays.

Each event is encoded once, for all subscribers. A subscriber reads at its own pace (`message_after`). When
the tail has moved past it, older events are replayed to it and to others at about the same place (`past`).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import grpc

from docspasta.domain.cursor import Cursor, parse_cursor
from docspasta.telemetry.logs import logger
from docspasta.updates.shared_reads import SharedReads
from docspasta.updates.tail import Budget, Run, Tail
from docspasta.v1.jobs_pb2 import WatchJobRequest, WatchJobResponse

from . import events
from .replay import HistoryChanged, ReplayStreams
from .subscriber import Subscriber

TAIL_BYTES = 2 * 1024 * 1024
MESSAGES = 32  # kept for subscribers at the same version
SLICE = 100  # events joined for one write
PAUSE = (0.002, 0.025)  # seconds between two rounds of waking subscribers
PAGES_SECONDS = 0.02  # that a page waits at most for the job's own update, which closes its transaction
BACKOFF = (0.1, 3.0)
REFUSED = (
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.NOT_FOUND,
)

log = logger("hub")
Message = MutableMapping[str, Any]
Watch = Callable[
    [Subscriber, Cursor], Awaitable["grpc.aio.UnaryStreamCall[WatchJobRequest, WatchJobResponse]"]
]


class WatchedJob:
    """`watch(subscriber, cursor)` opens a stream with that subscriber's credential.

    `recheck()` asks at once whether the subscribers may still watch.
    """

    def __init__(
        self,
        newest: Cursor,
        ended: bool,
        budget: Budget,
        watch: Watch,
        recheck: Callable[[], Awaitable[None]],
    ) -> None:
        self.subscribers: set[Subscriber] = set()
        self.epoch, self.generation = newest.epoch, 0
        self.ended_at = newest.version if ended else 0
        self.reads_live = 0  # streams opened, for tests and metrics
        self._budget, self._watch, self._recheck = budget, watch, recheck
        self.tail: Tail[bytes] = Tail(newest.version, TAIL_BYTES, budget)
        self.replays = ReplayStreams(self._open_replay, lambda: self.tail.floor, self.renew)
        self._reads: SharedReads[bytes] = SharedReads(self._read_past)
        self._messages: dict[int, tuple[Message, int]] = {}
        self._next_round, self._round = 0.0, None
        self._live: asyncio.Task[None] | None = None

    _round: asyncio.TimerHandle | None

    def start(self) -> None:
        """Open the live stream, unless the job has ended: then there is only the past."""
        if (self._live is None or self._live.done()) and not self.ended_at:
            self._live = asyncio.create_task(self._follow())

    def close(self) -> None:
        """Free everything."""
        for task in (self._live, self._round):
            if task is not None:
                task.cancel()
        self._reads.close()
        self.replays.close()
        self.tail.close()

    # What subscribers read

    def message_after(self, version: int) -> tuple[Message, int] | None:
        """The ASGI message with the next events above `version`, and the version it reaches; None when there
        is nothing new. Only for versions that the tail reaches; one message for all at the same version."""
        if version >= self.tail.last:
            return None
        known = self._messages.get(version)
        if known is None:
            if len(self._messages) >= MESSAGES:
                self._messages.clear()
            items, reached = self.tail.after(version, SLICE)
            known = self._messages[version] = body(b"".join(items)), reached
        return known

    async def past(self, generation: int, version: int) -> tuple[Message | None, int]:
        """The next events above a `version` that the tail has left behind.

        Raises HistoryChanged when the history is no longer that of `generation`, grpc.aio.AioRpcError when
        jobs cannot be asked.
        """
        run = await self._reads.after(version)
        if generation != self.generation:
            raise HistoryChanged
        self.ended_at = run.ended_at or self.ended_at
        items, reached = run.after(version, SLICE)
        early = run.early if run.early and (not items or items[0] is run.items[0]) else b""
        data = early + b"".join(items)
        return (body(data) if data else None), reached

    async def _read_past(self, start: int) -> Run[bytes]:
        generation = self.generation
        run = await self.replays.read(start)
        if generation != self.generation:
            raise HistoryChanged  # what was read is of another history, and must not be kept for this one
        return run

    def renew(self, newest: Cursor, *, ended: bool = False, live: bool = False) -> None:
        """Another history holds from `newest` on. Subscribers find out when they look.

        `live`: the live stream itself says so, and goes on; otherwise it is opened again.
        """
        self.epoch, self.ended_at = newest.epoch, newest.version if ended else 0
        self.generation += 1
        self.tail.close()
        self.tail = Tail(newest.version, TAIL_BYTES, self._budget)
        self._messages.clear()
        self._reads.forget()
        self.replays.close()
        if not live and self._live is not None:
            self._live.cancel()
            self._live = None
            self.start()
        self._changed()

    def reset(self) -> bytes:
        """The event for a subscriber of another history: its id is the beginning of this one."""
        return events.reset(f"{self.epoch}-0")

    # The live stream

    async def _follow(self) -> None:
        """Keep one stream open while anyone subscribes, whatever happens to jobs meanwhile."""
        delay = BACKOFF[0]
        while not self.ended_at:
            subscriber = random.choice(tuple(self.subscribers)) if self.subscribers else None  # noqa: S311
            try:
                if subscriber is not None:
                    async for _ in self._updates(subscriber):
                        delay = BACKOFF[0]
            except grpc.aio.AioRpcError as error:
                if error.code() in REFUSED:
                    await self._recheck()
            except Exception:
                log.exception("watching failed")
            if not self.ended_at:
                await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311
                delay = min(delay * 2, BACKOFF[1])

    async def _updates(self, subscriber: Subscriber) -> AsyncIterator[None]:
        call = await self._watch(subscriber, Cursor(self.epoch, self.tail.last))
        self.reads_live += 1
        try:
            async for update in call:
                self._take(update)
                yield
        finally:
            call.cancel()

    def _take(self, update: WatchJobResponse) -> None:
        """Encode an update and put it at the tail's end."""
        cursor = parse_cursor(update.cursor)
        if cursor is None:
            return  # an early progress: the live stream fell behind and catches up
        if update.HasField("reset") or cursor.epoch != self.epoch:
            self.renew(cursor, live=True)
        elif cursor.version > self.tail.last:
            data = events.event_of(update)
            self.tail.append(cursor.version, data, len(data) + 100)
        if update.HasField("finished"):
            self.ended_at = cursor.version
        self._messages.clear()
        self._changed(0.0 if update.WhichOneof("update") != "page" else PAGES_SECONDS)

    async def _open_replay(self, version: int) -> grpc.aio.UnaryStreamCall[WatchJobRequest, WatchJobResponse]:
        if not self.subscribers:
            raise HistoryChanged  # nobody is left to read on behalf of
        subscriber = random.choice(tuple(self.subscribers))  # noqa: S311
        return await self._watch(subscriber, Cursor(self.epoch, version))

    # Waking subscribers

    def _changed(self, within: float = 0.0) -> None:
        """Wake all subscribers in at most `within` seconds, or when the last round is long enough ago. The
        time between two rounds is as long as a round takes: what arrives meanwhile goes into one write."""
        loop = asyncio.get_running_loop()
        due = max(loop.time() + within, self._next_round)
        if self._round is not None:
            if self._round.when() <= due:
                return
            self._round.cancel()
        self._round = loop.call_at(due, self._wake_all)

    def _wake_all(self) -> None:
        loop = asyncio.get_running_loop()
        self._round = None
        started = loop.time()
        for subscriber in self.subscribers:
            if not self._push(subscriber, started):
                subscriber.wake_up()
        loop.call_soon(self._all_woken, started)

    def _push(self, subscriber: Subscriber, now: float) -> bool:
        """Write what is new to one who waits at the tail; False when it has to look itself."""
        version = subscriber.version
        if subscriber.generation != self.generation or version < self.tail.floor:
            return False
        found = self.message_after(version)
        if found is None:
            return not self.ended_at
        return subscriber.push(*found, now) and found[1] == self.tail.last and not self.ended_at

    def _all_woken(self, started: float) -> None:
        now = asyncio.get_running_loop().time()
        self._next_round = now + min(max(now - started, PAUSE[0]), PAUSE[1])


def body(data: bytes) -> Message:
    """A part of a response's body, as ASGI wants it."""
    return {"type": "http.response.body", "body": data, "more_body": True}
