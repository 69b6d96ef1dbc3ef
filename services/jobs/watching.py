"""WatchJob: a job's updates after a cursor, then those to come. A process reads a job once for all watchers.

A reader holds an integer. It ends with OK after `finished`; with UNAVAILABLE, to be opened again, when this
process drains, the stream is old or its credential has expired (a caller without a newer one is refused);
with NOT_FOUND when the job is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator

import asyncpg

from docspasta.domain import JobKey
from docspasta.domain.cursor import Cursor, parse_cursor
from docspasta.errors import ResourceExhausted, Unavailable
from docspasta.identity import Caller
from docspasta.queues.doorbell import Doorbell
from docspasta.settings import Jobs
from docspasta.store import watch as store
from docspasta.store.pool import Pool
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger
from docspasta.updates.tail import Budget
from docspasta.v1.jobs_pb2 import WatchJobResponse

from .watch_reads import reset
from .watched_job import Renewed, WatchedJob

SLICE = 64  # updates a reader takes at once
LINGER_SECONDS = 2.0
BELL_SECONDS = 1.0  # what the doorbell may be late before the poll's find counts
UNKNOWN_EPOCH = "The cursor is of another history of this installation; the whole state follows."
FROM_THE_FUTURE = "The cursor is newer than the job; the whole state follows."
log = logger("watch")


class Watching:
    """`start` it, `watch` with it, `drain` it, `close` it. `maintenance`: that role's pool."""

    def __init__(self, pool: Pool, maintenance: Pool, doorbell: Doorbell, settings: Jobs) -> None:
        self._pool, self._maintenance, self._doorbell = pool, maintenance, doorbell
        self._settings = settings
        self._budget = Budget(settings.jobs_tails_bytes)
        metrics.streams_limit.labels("watch").set(settings.jobs_watchers)
        self.jobs: dict[JobKey, WatchedJob] = {}
        self._lingering: dict[JobKey, asyncio.TimerHandle] = {}
        self._readers: set[Reader] = set()
        self._closing: set[asyncio.Task[None]] = set()  # they still leave the doorbell
        self._poll: asyncio.Task[None] | None = None
        self._draining = False
        self._idle = asyncio.Event()
        self._idle.set()

    def start(self) -> None:
        """Begin the slow poll."""
        self._poll = asyncio.create_task(self._poll_for_ever())

    async def drain(self, seconds: float) -> None:
        """End every stream so that its client opens another elsewhere, spread over `seconds`."""
        self._draining = True
        for reader in self._readers:
            reader.ends_at = min(reader.ends_at, time.time() + random.uniform(0, seconds))  # noqa: S311
        for job in self.jobs.values():
            job.rouse()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds + 1):
                await self._idle.wait()

    async def close(self) -> None:
        """Free everything. Nothing listens to the doorbell afterwards."""
        if self._poll is not None:
            self._poll.cancel()
            await asyncio.gather(self._poll, return_exceptions=True)
        for key in list(self.jobs):
            self._forget(key)
        if self._closing:
            await asyncio.wait(self._closing)

    async def watch(self, caller: Caller, job_id: str, after: str) -> AsyncIterator[WatchJobResponse]:
        """The updates of a job. `after` is a cursor, '' for the whole state."""
        if self._draining:
            metrics.streams_refused.labels("watch", "unavailable").inc()
            raise Unavailable("this process is about to stop; ask again", retry_after=0.5)
        if len(self._readers) >= self._settings.jobs_watchers:
            metrics.streams_refused.labels("watch", "limit").inc()
            raise ResourceExhausted("too many streams are open here; ask again later", retry_after=2)
        job = self._join(JobKey(caller.user_id, job_id))
        reader = Reader(job, caller, self._settings.max_connection_age, self._settings.identity_leeway)
        self._readers.add(reader)
        self._idle.clear()
        metrics.watchers.inc()
        try:
            async for update in reader.updates(parse_cursor(after)):
                yield update
        finally:
            metrics.watchers.dec()
            self._readers.discard(reader)
            if not self._readers:
                self._idle.set()
            self._leave(job)

    def _join(self, key: JobKey) -> WatchedJob:
        timer = self._lingering.pop(key, None)
        if timer is not None:
            timer.cancel()
        job = self.jobs.get(key)
        if job is None or job.gone or job.broken:
            if job is not None:
                self._end(job)
            job = self.jobs[key] = self._watched(key)
        job.readers += 1
        return job

    def _leave(self, job: WatchedJob) -> None:
        job.readers -= 1
        if job.readers == 0 and self.jobs.get(job.key) is job:
            loop = asyncio.get_running_loop()
            linger = 0.0 if job.gone else LINGER_SECONDS
            self._lingering[job.key] = loop.call_later(linger, self._forget, job.key)

    def _forget(self, key: JobKey) -> None:
        timer = self._lingering.pop(key, None)
        if timer is not None:
            timer.cancel()
        self._end(self.jobs.pop(key))

    def _end(self, job: WatchedJob) -> None:
        task = job.close()
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _watched(self, key: JobKey) -> WatchedJob:
        async def read(after: int, limit: int) -> store.Changes | None:
            return await store.changes(self._pool, key, after, limit)

        settings = self._settings
        return WatchedJob(
            key, read, self._doorbell, settings.jobs_tail_bytes, self._budget, settings.jobs_keep
        )

    # The slow poll

    async def _poll_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.jobs_poll_interval * random.uniform(0.5, 1.5))  # noqa: S311
            try:
                await self.poll()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                log.warning("the slow poll could not read", error=str(error))

    async def poll(self) -> None:
        """Ask once where all watched jobs stand, and let those look that the doorbell has not reached."""
        watched = {key: job for key, job in self.jobs.items() if not job.ended_at}
        if not watched:
            return
        known = {name: job.tail.last for name, job in watched.items()}
        newest = await store.newest_versions(self._maintenance, watched)
        for name, job in watched.items():
            if newest.get(name, 0) < known[name]:
                job.look()  # gone, or the history is another one: a failover lost commits
        behind = [name for name, job in watched.items() if is_behind(job, newest.get(name, 0))]
        if not behind:
            return
        await asyncio.sleep(BELL_SECONDS)
        for name in behind:
            job = watched[name]
            if is_behind(job, newest[name]):
                metrics.found_by_poll.inc()
                job.look()


def is_behind(job: WatchedJob, newest: int) -> bool:
    """Whether a job has moved and its reader neither knows nor is about to."""
    return not job.looking and newest > job.tail.last


class Reader:
    """One stream's place in a watched job."""

    def __init__(self, job: WatchedJob, caller: Caller, age: float, leeway: float) -> None:
        self._job = job
        self._version = self._generation = 0
        self._expires_at = caller.expires_at + leeway
        self.ends_at = time.time() + age * random.uniform(0.75, 0.95)  # noqa: S311

    async def updates(self, after: Cursor | None) -> AsyncIterator[WatchJobResponse]:
        """What is new, for as long as the job, the stream and the credential last."""
        job = self._job
        await job.ready()
        self._generation = job.generation
        detail = await self._resume(after)
        if detail:
            yield reset(job.epoch, detail)
        if job.ended_at and self._version >= job.ended_at:
            await job.look_for_retry()
        while not (job.ended_at and self._version >= job.ended_at):
            self._check_times()
            try:
                updates, version = await job.after(self._generation, self._version, SLICE)
            except Renewed:
                self._generation, self._version = job.generation, 0
                yield reset(job.epoch, UNKNOWN_EPOCH)
                continue
            for update in updates:
                yield update
            if version == self._version and not updates:
                await self._wait(job)
            self._version = version

    async def _resume(self, after: Cursor | None) -> str:
        """Take a client's place; what a reset says when it cannot be taken, else ''."""
        if after is None:
            return ""
        if after.epoch != self._job.epoch:
            return UNKNOWN_EPOCH
        try:
            newest = self._job.tail.last
            if after.version > newest and after.version > await self._job.newest():
                return FROM_THE_FUTURE
        except Renewed:
            self._generation = self._job.generation
            return UNKNOWN_EPOCH
        self._version = after.version
        return ""

    def _check_times(self) -> None:
        now = time.time()
        if now >= self._expires_at:
            raise Unavailable("the credential has expired; come back with a new one", reason="renew")
        if now >= self.ends_at:
            raise Unavailable("this stream is renewed; open it again where it ended", reason="renew")

    async def _wait(self, job: WatchedJob) -> None:
        """Wait for a change, at most as long as the stream may last."""
        left = min(self._expires_at, self.ends_at) - time.time()
        await asyncio.wait([job.changed()], timeout=max(left, 0.0))
