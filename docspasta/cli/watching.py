"""Watching a job to its end over WatchJob, however often the stream breaks on the way."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from docspasta.cli.connection import Connection
from docspasta.cli.exits import CommandError
from docspasta.cli.tally import Tally

if TYPE_CHECKING:
    from docspasta.v1.jobs_pb2 import Job, WatchJobResponse

PATIENCE = 120.0  # seconds without any answer after which the watch gives up
LONGEST_PAUSE = 5.0
STILL = 3.0  # seconds without an update after which it is asked what holds the job up


async def watch(
    connection: Connection, job_id: str, tally: Tally, seen: Callable[[WatchJobResponse | None], None]
) -> Job:
    """The ended job. `tally` and then `seen` get each update; `seen` gets None when the stream breaks, and
    when it was asked why nothing comes."""
    asking = asyncio.create_task(ask_why(connection, job_id, tally, seen))
    try:
        return await follow(connection, job_id, tally, seen)
    finally:
        asking.cancel()


async def ask_why(
    connection: Connection, job_id: str, tally: Tally, seen: Callable[[WatchJobResponse | None], None]
) -> None:
    """While nothing comes, ask every few seconds what holds the job up. It is no matter when that fails."""
    import grpc

    from docspasta.v1.jobs_pb2 import GetJobRequest

    while True:
        await asyncio.sleep(STILL)
        if time.monotonic() - tally.heard < STILL or tally.lost:
            continue
        with contextlib.suppress(grpc.aio.AioRpcError):
            job = await connection.jobs.GetJob(
                GetJobRequest(job_id=job_id), metadata=await connection.credential(), timeout=STILL
            )
            tally.wait = job.job.wait if job.job.HasField("wait") else None
            seen(None)


async def follow(
    connection: Connection, job_id: str, tally: Tally, seen: Callable[[WatchJobResponse | None], None]
) -> Job:
    """The ended job, over as many streams as it takes."""
    import grpc

    tally.heard, pause = time.monotonic(), 0.1
    while tally.finished is None:
        try:
            async for update in updates(connection, job_id, tally.cursor):
                pause = 0.1
                tally.take(update, time.monotonic())
                seen(update)
        except grpc.aio.AioRpcError as error:
            if not passes(error.code()):
                raise
            if time.monotonic() - tally.heard > PATIENCE:
                raise CommandError(f"The jobs service has not answered for {PATIENCE:g} s.") from error
            tally.lost = True
            seen(None)
            await connection.recovered()
        if tally.finished is None:
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
            pause = min(pause * 2, LONGEST_PAUSE)
    return tally.finished


def passes(code: object) -> bool:
    """Whether this trouble may be over soon: the service starts again, drains, or the token has expired."""
    from grpc import StatusCode

    return code in (
        StatusCode.UNAVAILABLE,
        StatusCode.DEADLINE_EXCEEDED,
        StatusCode.RESOURCE_EXHAUSTED,
        StatusCode.INTERNAL,
        StatusCode.UNKNOWN,
        StatusCode.CANCELLED,
        StatusCode.ABORTED,
    )


async def updates(connection: Connection, job_id: str, after: str) -> AsyncIterator[WatchJobResponse]:
    """The updates of one stream."""
    from docspasta.v1.jobs_pb2 import WatchJobRequest

    request = WatchJobRequest(job_id=job_id, after=after)
    async for update in connection.jobs.WatchJob(request, metadata=await connection.credential()):
        yield update
