"""The jobs that this process watches, and the rounds in which it asks whether it still may.

A job is watched from its first subscriber until a moment after its last, so that a client that comes right
back finds the newest events still here.
"""

from __future__ import annotations

import asyncio
import random

import grpc

from docspasta.domain.cursor import Cursor
from docspasta.telemetry.logs import logger
from docspasta.telemetry.metrics import subscribers as open_streams
from docspasta.updates.tail import Budget
from docspasta.v1.jobs_pb2 import WatchJobRequest, WatchJobResponse

from .access import NOT_FOUND, UNAUTHENTICATED, Access, AccessChecks
from .credentials import Credentials
from .services import Caller, Services
from .subscriber import End, Subscriber
from .watched_job import REFUSED, WatchedJob

TAILS_BYTES = 256 * 1024 * 1024
CHECK_SECONDS = 30.0
UNCONFIRMED_SECONDS = 55.0
LINGER_SECONDS = 5.0
log = logger("hub")


class Hub:
    """`start` and `close` it; `join` and `leave` it with a subscriber."""

    def __init__(self, services: Services, credentials: Credentials, heartbeat: float) -> None:
        self._services, self._credentials, self._heartbeat = services, credentials, heartbeat
        self.checks = AccessChecks(services)
        self.jobs: dict[str, WatchedJob] = {}
        self._lingering: dict[str, asyncio.TimerHandle] = {}
        self._budget = Budget(TAILS_BYTES)
        self._rounds: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin the rounds of re-checking and of heartbeats."""
        rounds = (self._recheck_loop(), self._heartbeat_loop())
        self._rounds = [asyncio.create_task(each) for each in rounds]

    async def close(self) -> None:
        """End the rounds and every watched job."""
        for task in self._rounds:
            task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)
        for job_id in list(self.jobs):
            self._forget(job_id)
        await self.checks.close()

    @property
    def subscribers(self) -> list[Subscriber]:
        """Everyone on every job."""
        return [subscriber for job in self.jobs.values() for subscriber in job.subscribers]

    def join(self, job_id: str, access: Access, subscriber: Subscriber) -> WatchedJob:
        """Watch a job to which `subscriber` was just granted access."""
        timer = self._lingering.pop(job_id, None)
        if timer is not None:
            timer.cancel()
        job = self.jobs.get(job_id)
        if job is None:
            job = self.jobs[job_id] = self._watched(job_id, access)
        elif job.epoch != access.newest.epoch:
            job.renew(access.newest, ended=access.ended)
        elif not access.ended:
            job.ended_at = 0  # it had ended, and was opened again
        job.subscribers.add(subscriber)
        job.start()
        open_streams.inc()
        return job

    def leave(self, job_id: str, job: WatchedJob, subscriber: Subscriber) -> None:
        """Remove a subscriber, and soon a job that nobody watches."""
        job.subscribers.discard(subscriber)
        open_streams.dec()
        if not job.subscribers and self.jobs.get(job_id) is job:
            loop = asyncio.get_running_loop()
            self._lingering[job_id] = loop.call_later(LINGER_SECONDS, self._forget, job_id)

    async def drain(self, seconds: float) -> None:
        """Ask every client to reconnect, to another process, spread over `seconds`. Then cut those that do
        not read."""
        loop, leaving = asyncio.get_running_loop(), self.subscribers
        for subscriber in leaving:
            loop.call_later(random.uniform(0, seconds * 0.9), subscriber.stop, End.DRAIN)  # noqa: S311
        if leaving:
            await asyncio.wait({subscriber.task for subscriber in leaving}, timeout=seconds)
        for subscriber in self.subscribers:
            subscriber.task.cancel()

    def _forget(self, job_id: str) -> None:
        timer = self._lingering.pop(job_id, None)
        if timer is not None:
            timer.cancel()
        self.jobs.pop(job_id).close()

    def _watched(self, job_id: str, access: Access) -> WatchedJob:
        async def watch(
            subscriber: Subscriber, cursor: Cursor
        ) -> grpc.aio.UnaryStreamCall[WatchJobRequest, WatchJobResponse]:
            token = await self._credentials.token(subscriber.credential)
            request = WatchJobRequest(job_id=job_id, after=str(cursor))
            return self._services.stream(self._services.jobs.WatchJob, request, Caller(token, {}))

        async def recheck() -> None:
            await self._recheck(job_id, job)

        job = WatchedJob(access.newest, access.ended, self._budget, watch, recheck)
        return job

    async def _heartbeat_loop(self) -> None:
        """One timer for all: a timer a stream would need more memory than everything else of it here."""
        loop, each = asyncio.get_running_loop(), min(1.0, self._heartbeat / 10)
        while True:
            await asyncio.sleep(each)
            self._beat(loop.time() - self._heartbeat + each / 2)

    def _beat(self, before: float) -> None:
        for job in self.jobs.values():
            for subscriber in job.subscribers:
                subscriber.beat(before)

    # May they still watch?

    async def _recheck_loop(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS * random.uniform(0.7, 1.0))  # noqa: S311
            await self._recheck_all()

    async def _recheck_all(self) -> None:
        rounds = [self._recheck(job_id, job) for job_id, job in self.jobs.items() if job.subscribers]
        await asyncio.gather(*rounds)

    async def _recheck(self, job_id: str, job: WatchedJob) -> None:
        """Check each credential once, and end the streams of those that may not watch any more."""
        held: dict[str, list[Subscriber]] = {}
        for subscriber in job.subscribers:
            held.setdefault(subscriber.credential.secret, []).append(subscriber)
        await asyncio.gather(*(self._recheck_one(job_id, same) for same in held.values()))

    async def _recheck_one(self, job_id: str, same: list[Subscriber]) -> None:
        now = asyncio.get_running_loop().time()
        try:
            token = await self._credentials.token(same[0].credential)
            access = (await self.checks.check(token, job_id)).access
        except grpc.aio.AioRpcError as error:
            access = UNAUTHENTICATED if error.code() in REFUSED else 0
        for subscriber in same:
            if access in (NOT_FOUND, UNAUTHENTICATED):
                subscriber.stop(End.REFUSED)
            elif access:
                subscriber.confirmed = now
            elif now - subscriber.confirmed > UNCONFIRMED_SECONDS:
                subscriber.stop(End.RENEW)
