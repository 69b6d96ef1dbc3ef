"""One watched job of this process: one live reader behind the doorbell, a bounded tail, shared catch-up.

SUBSCRIBE, then read, then wait: whatever commits after the read rings. Positions come only from rows that
were read, never from the bell.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from math import inf

import asyncpg

from docspasta.domain import JobKey, JobState
from docspasta.errors import NotFound, Unavailable
from docspasta.queues.doorbell import Doorbell
from docspasta.store.watch import Changes
from docspasta.telemetry.logs import logger
from docspasta.updates.shared_reads import SharedReads
from docspasta.updates.tail import Budget, Run, Tail
from docspasta.v1.jobs_pb2 import WatchJobResponse

from .handler import no_such_job
from .watch_reads import run_of

READ_ROWS = 500
BACKOFF = (0.2, 5.0)
PAUSE = 0.005  # seconds between two reads of a busy job: what commits meanwhile comes with the next
PROGRESS = 0.5  # seconds from one progress to the next: a busy job's pages would each bring one
TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
log = logger("watch")

Read = Callable[[int, int], Awaitable[Changes | None]]


class Renewed(Exception):
    """The job's history is another one now; look again."""


class WatchedJob:
    """`read(after, limit)` reads the record. Readers wait on `changed()` and read with `after`."""

    def __init__(
        self,
        key: JobKey,
        read: Read,
        doorbell: Doorbell,
        tail_bytes: int,
        budget: Budget,
        keep_seconds: float,
    ) -> None:
        self.key = key
        self.readers = 0
        self.epoch, self.generation = "", 0
        self.ended_at = 0
        self.gone = False  # deleted, or not this user's
        self.broken = False  # the reader itself failed, which nobody foresaw
        self.looking = False
        self.live_reads = 0
        self._read, self._doorbell, self._keep_seconds = read, doorbell, keep_seconds
        self._tail_bytes, self._budget = tail_bytes, budget
        self.tail: Tail[WatchJobResponse] = Tail(0, tail_bytes, budget)
        self._catch_up: SharedReads[WatchJobResponse] = SharedReads(self._read_run)
        self._told_at, self._told_state = -inf, JobState.QUEUED
        self._telling: asyncio.TimerHandle | None = None
        self._look = asyncio.Event()
        self._first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._run())

    async def ready(self) -> None:
        """Wait for the first read. Raises NotFound, or Unavailable when the record cannot be read."""
        await asyncio.shield(self._first)

    def close(self) -> asyncio.Task[None]:
        """Free everything; the task that ends then."""
        self._task.cancel()
        if self._telling is not None:
            self._telling.cancel()
        self._catch_up.close()
        self.tail.close()
        if not self._first.done():
            self._first.cancel()
        return self._task

    # What readers ask

    async def after(self, generation: int, version: int, most: int) -> tuple[list[WatchJobResponse], int]:
        """At most `most` updates above `version`, and the version reached.

        Raises Renewed when `generation` is another history's, NotFound, Unavailable.
        """
        if self.gone:
            raise no_such_job()
        if self.broken:
            raise Unavailable("watching failed; open the stream again", retry_after=1)
        if generation != self.generation:
            raise Renewed
        if self.tail.reaches(version):
            return self.tail.after(version, most)
        run = await self._catch_up.after(version)
        if generation != self.generation:
            raise Renewed
        items, reached = run.after(version, most)
        if run.early is not None and items and items[0] is run.items[0]:
            items = [run.early, *items]
        return items, reached

    def changed(self) -> asyncio.Future[None]:
        """Done at the next change; shared by all who wait."""
        return self._changed

    def rouse(self) -> None:
        """Let all who wait look again."""
        waiting, self._changed = self._changed, asyncio.get_running_loop().create_future()
        waiting.set_result(None)

    def look(self) -> None:
        """Read the record soon, whatever the doorbell says."""
        self._look.set()

    async def newest(self) -> int:
        """The job's version by a read of its own: is a cursor from the future?"""
        found = await self._read_record(self.tail.last, 1)
        return found.job.version

    async def look_for_retry(self) -> None:
        """An ended job may have been opened again since it was read last. Then it is followed again."""
        if await self.newest() > self.ended_at and self._task.done():
            self.ended_at = 0
            self._task = asyncio.create_task(self._run())

    # The live reader

    async def _run(self) -> None:
        try:
            async with self._doorbell.listen(self.key) as bell:
                listening = asyncio.create_task(self._listen(bell))
                try:
                    await self._follow()
                finally:
                    listening.cancel()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.exception("watching failed", job_id=self.key.job_id)
            self.broken = True
            self._fail(Unavailable(f"watching failed ({type(error).__name__}); ask again", retry_after=1))

    async def _listen(self, bell: object) -> None:
        while True:
            await bell.ringing()  # type: ignore[attr-defined]
            self.look()

    async def _follow(self) -> None:
        """Read, wait, and again, until the job has ended or is gone."""
        delay = BACKOFF[0]
        while True:
            self._look.clear()
            self.looking = True
            try:
                await self._take_all()
                delay = BACKOFF[0]
            except NotFound as error:
                self.gone = True
                self._fail(error)
                return
            except (Unavailable, Renewed) as error:
                if isinstance(error, Unavailable):
                    self._fail(error)
                await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311
                delay = min(2 * delay, BACKOFF[1])
                continue
            finally:
                self.looking = False
            if self.ended_at:
                return
            await asyncio.sleep(PAUSE)
            await self._look.wait()

    async def _take_all(self) -> None:
        """Read until the job's newest version is reached."""
        if not self._first.done():
            self._begin(await self._read_record(2**62, 1))
            self._first.set_result(None)
            return
        whole = False
        while not whole:
            self.live_reads += 1
            found = await self._read_record(self.tail.last, READ_ROWS)
            whole = found.whole
            run = run_of(found, self.tail.last, self._keep_seconds, progress=self._tells_progress(found))
            for version, update in zip(run.versions, run.items, strict=True):
                self.tail.append(version, update, update.ByteSize() + 200)
            self.ended_at = run.ended_at
            if run.items:
                self.rouse()

    def _tells_progress(self, found: Changes) -> bool:
        """Whether this read tells the job's progress, or one a little later. A step is told at once."""
        if not found.whole or found.job.version <= self.tail.last:
            return True
        loop = asyncio.get_running_loop()
        due = self._told_at + PROGRESS
        if found.job.state is self._told_state and loop.time() < due:
            if self._telling is None or self._telling.when() < due:
                self._telling = loop.call_at(due, self.look)
            return False
        self._told_at, self._told_state = loop.time(), found.job.state
        return True

    def _begin(self, found: Changes) -> None:
        """Stand where the job stands now: what is older is caught up with."""
        version = found.job.version
        self.epoch = found.epoch
        self.tail.close()
        self.tail = Tail(version, self._tail_bytes, self._budget)
        self.ended_at = version if found.job.ended else 0

    async def _read_run(self, after: int) -> Run[WatchJobResponse]:
        return run_of(await self._read_record(after, READ_ROWS), after, self._keep_seconds)

    async def _read_record(self, after: int, limit: int) -> Changes:
        """One snapshot. Raises NotFound, Unavailable, and Renewed when it is of another history."""
        generation, known = self.generation, self.tail.last
        try:
            found = await self._read(after, limit)
        except TROUBLE as error:
            raise Unavailable("the record cannot be read for the moment; ask again", retry_after=1) from error
        if found is None:
            self.gone = True
            self.rouse()
            raise no_such_job()
        if generation != self.generation:
            raise Renewed  # a read of the old history came in late
        if self.epoch and (found.epoch != self.epoch or found.job.version < known):
            self.generation += 1
            self._catch_up.forget()
            self._begin(found)
            self.rouse()
            raise Renewed
        return found

    def _fail(self, error: Exception) -> None:
        """Tell who waits for the first read; later trouble passes unseen."""
        if not self._first.done():
            self._first.set_exception(error)
            self._first.exception()
            if not (self.gone or self.broken):
                self._first = asyncio.get_running_loop().create_future()
        self.rouse()
