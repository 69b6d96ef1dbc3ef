"""Short-lived WatchJob streams that replay older events, for subscribers behind the tail; at most two a job.

A stream is read for a run of events. Then it is kept for a moment, in case the next run is wanted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import grpc

from docspasta.domain.cursor import UNKNOWN, Cursor, parse_cursor
from docspasta.updates.tail import Run
from docspasta.v1.jobs_pb2 import WatchJobRequest, WatchJobResponse

from . import events

RUN = 500  # events of one run
KEPT = 2  # streams waiting at their place
KEPT_SECONDS = 2.0

Call = grpc.aio.UnaryStreamCall[WatchJobRequest, WatchJobResponse]


class HistoryChanged(Exception):
    """The job's history is another one now; look again."""


class ReplayStreams:
    """`open_at(version)` opens a stream. `target()` is where the tail begins; nothing is replayed beyond it.

    `renewed(cursor)` is called when jobs answers that the history is another one.
    """

    def __init__(
        self,
        open_at: Callable[[int], Awaitable[Call]],
        target: Callable[[], int],
        renewed: Callable[[Cursor], None],
    ) -> None:
        self._open_at, self._target, self._renewed = open_at, target, renewed
        self._kept: dict[int, tuple[Call, asyncio.TimerHandle]] = {}

    async def read(self, start: int) -> Run[bytes]:
        """The run of events that follows `start`. Raises grpc.aio.AioRpcError when there is none."""
        call = self._take(start) or await self._open_at(start)
        run: Run[bytes] = Run(start, start)
        try:
            while len(run.items) < RUN and run.end < max(self._target(), start + 1):
                update = await call.read()
                if update is grpc.aio.EOF:
                    break
                self._add(run, update)  # type: ignore[arg-type]  # grpc types EOF as object
        except grpc.aio.AioRpcError:
            call.cancel()
            if not run.items:
                raise
            return run  # what arrived is good; the rest is read again
        except BaseException:
            call.cancel()
            raise
        if run.end < self._target() and not run.ended_at:
            self._keep(run.end, call)
        else:
            call.cancel()
        return run

    def close(self) -> None:
        """Cut the streams that wait."""
        for version in list(self._kept):
            self._drop(version)

    def _add(self, run: Run[bytes], update: WatchJobResponse) -> None:
        cursor = parse_cursor(update.cursor)
        if update.HasField("reset"):
            self._renewed(cursor or UNKNOWN)
            raise HistoryChanged
        data = events.event_of(update)
        if cursor is None:
            run.early = data
            return
        if cursor.version > run.end:
            run.versions.append(cursor.version)
            run.items.append(data)
            run.end = cursor.version
        if update.HasField("finished"):
            run.ended_at = cursor.version

    def _take(self, start: int) -> Call | None:
        kept = self._kept.pop(start, None)
        if kept is None:
            return None
        kept[1].cancel()
        return kept[0]

    def _keep(self, version: int, call: Call) -> None:
        self._drop(version)
        while len(self._kept) >= KEPT:
            self._drop(next(iter(self._kept)))
        timer = asyncio.get_running_loop().call_later(KEPT_SECONDS, self._drop, version)
        self._kept[version] = (call, timer)

    def _drop(self, version: int) -> None:
        kept = self._kept.pop(version, None)
        if kept is not None:
            kept[1].cancel()
            kept[0].cancel()
