"""Shared replay: at most two readers a job, each shared by watchers whose cursors are close together.

`read(version)` brings the run that follows a version; how it reads is the caller's.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from .tail import Run

T = TypeVar("T")
READERS = 2
CLOSE = 400  # versions: a watcher this close behind a reader waits for its run instead of reading itself
KEPT = 4  # runs
KEPT_SECONDS = 2.0


class SharedReads(Generic[T]):
    """The replay of one job."""

    def __init__(self, read: Callable[[int], Awaitable[Run[T]]]) -> None:
        self._read = read
        self._waiting: dict[int, list[asyncio.Future[Run[T]]]] = {}
        self._reading: dict[int, asyncio.Task[None]] = {}
        self._kept: deque[Run[T]] = deque(maxlen=KEPT)
        self._forgetting: asyncio.TimerHandle | None = None
        self._closed = False

    async def after(self, version: int) -> Run[T]:
        """The run that covers `version`. Raises what `read` raised."""
        for run in self._kept:
            if run.covers(version):
                return run
        future: asyncio.Future[Run[T]] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(version, []).append(future)
        self._start()
        try:
            return await future
        finally:
            self._leave(version, future)

    def forget(self) -> None:
        """Drop what was read: the epoch has changed, or nobody needs it."""
        self._kept.clear()

    def close(self) -> None:
        """Cut every read and cancel those that wait."""
        self._closed = True
        self._kept.clear()
        if self._forgetting:
            self._forgetting.cancel()
        for task in self._reading.values():
            task.cancel()
        for futures in self._waiting.values():
            for future in futures:
                future.cancel()

    def _leave(self, version: int, future: asyncio.Future[Run[T]]) -> None:
        waiting = self._waiting.get(version)
        if waiting and future in waiting:
            waiting.remove(future)
            if not waiting:
                del self._waiting[version]

    def _start(self) -> None:
        """Start readers for those who wait and are close to none."""
        for version in list(self._waiting):
            if self._closed or len(self._reading) >= READERS:
                return
            if not any(start <= version < start + CLOSE for start in self._reading):
                first = min(v for v in self._waiting if v > version - CLOSE)
                if first not in self._reading:
                    self._reading[first] = asyncio.create_task(self._bring(first))

    async def _bring(self, start: int) -> None:
        try:
            run = await self._read(start)
        except Exception as error:
            self._fail(start, error)
        else:
            self._give(run)
        finally:
            self._reading.pop(start, None)
            self._start()

    def _give(self, run: Run[T]) -> None:
        self._kept.appendleft(run)
        if self._forgetting:
            self._forgetting.cancel()
        self._forgetting = asyncio.get_running_loop().call_later(KEPT_SECONDS, self._kept.clear)
        for version in [v for v in self._waiting if run.covers(v) or v == run.start]:
            for future in self._waiting.pop(version):
                if not future.done():
                    future.set_result(run)

    def _fail(self, start: int, error: Exception) -> None:
        for version in [v for v in self._waiting if start <= v < start + CLOSE]:
            for future in self._waiting.pop(version):
                if not future.done():
                    future.set_exception(error)
