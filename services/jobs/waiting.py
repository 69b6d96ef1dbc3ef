"""Why a job does not move: its turn has not come, nothing was pushed, or the site failed and is asked again.

The record knows the turns, the frontier the next try. What can't be asked is left unsaid.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from docspasta.domain import Job, JobState, PageReason
from docspasta.proto_enums import page_reason_value
from docspasta.queues.frontier import Frontier
from docspasta.queues.lifecycle import Retrying
from docspasta.reconciler import PASSING
from docspasta.store.jobs import Place
from docspasta.urls import host
from docspasta.v1.jobs_pb2 import Wait

from .messages import timestamp

SLOW = 4  # times its usual delay, from which on it is told that a host is asked slowly
PAUSE = 5  # seconds beyond the job's own delay, from which on a host's pause is told
PUSHES = "Waiting for pages that are pushed to it; it ends when it is finished, or at its deadline."
PATIENCE = 0.5  # seconds that an answer waits for the frontier


async def waits_of(frontier: Frontier, jobs: Sequence[Job], places: Sequence[Place]) -> dict[str, Wait]:
    """What holds each of the jobs up, by job id. `places` are the user's running and queued jobs in order."""
    waits = {job.key.job_id: turn(job, places) for job in jobs if job.state is JobState.QUEUED}
    running = [job for job in jobs if job.state is JobState.RUNNING]
    try:
        async with asyncio.timeout(PATIENCE):
            found = await asyncio.gather(*(held_up(frontier, job) for job in running))
    except PASSING:
        return waits
    return waits | {
        job.key.job_id: wait for job, wait in zip(running, found, strict=True) if wait is not None
    }


async def held_up(frontier: Frontier, job: Job) -> Wait | None:
    """What a running job waits for: more pages, or at its site a page that is tried again, or a pace that was
    slowed."""
    if job.takes_pushes and not job.counts.outstanding:
        return Wait(cause=Wait.CAUSE_PUSHES, message=PUSHES)
    if not job.settings.follows:
        return None
    if retried := await frontier.jobs.retrying(job.key, hosts_of(job)):
        return site(retried)
    name = host(job.current_url or job.url)
    seconds, factor = await frontier.hosts.next_start(name)
    if factor >= SLOW and seconds > 1:
        return slowed(name, time.time() + seconds, factor)
    return on_hold(name, time.time() + seconds) if seconds > PAUSE + (job.settings.delay or 0) else None


def hosts_of(job: Job) -> set[str]:
    """The hosts where a job is likely to wait: its start page's, and that of the page last recorded."""
    return {host(url) for url in (job.url, job.current_url) if url}


def turn(job: Job, places: Sequence[Place]) -> Wait:
    """How many jobs run, and how many start before this one."""
    running = sum(place.state is JobState.RUNNING for place in places)
    queued = [place.job_id for place in places if place.state is JobState.QUEUED]
    ahead = queued.index(job.key.job_id) if job.key.job_id in queued else 0
    crawls = "1 of your crawls is" if running == 1 else f"{running} of your crawls are"
    order = (
        "this one is next"
        if not ahead
        else f"{ahead} more {'starts' if ahead == 1 else 'start'} before this one"
    )
    return Wait(
        cause=Wait.CAUSE_TURN,
        message=f"Waiting: {crawls} running, and {order}.",
        running=running,
        ahead=ahead,
    )


def site(wait: Retrying) -> Wait:
    """What the site did, and when it is asked again."""
    reason = PageReason(wait.reason) if wait.reason in set(PageReason) else PageReason.INTERNAL
    return Wait(
        cause=Wait.CAUSE_SITE,
        message=sentence(wait, reason),
        host=wait.host,
        http_status=wait.http_status,
        reason=page_reason_value(reason),
        attempts=wait.attempts,
        until=timestamp(datetime.fromtimestamp(wait.until, UTC)),
    )


def slowed(name: str, until: float, factor: int) -> Wait:
    """The host answered badly a while ago; each good answer halves what that costs."""
    return Wait(
        cause=Wait.CAUSE_SITE,
        message=f"{name} had errors, so requests to it are {factor} times as far apart.",
        host=name,
        until=timestamp(datetime.fromtimestamp(until, UTC)),
    )


def on_hold(name: str, until: float) -> Wait:
    """The host asked to be left alone: for a page of another job, or by its robots.txt."""
    return Wait(
        cause=Wait.CAUSE_SITE,
        message=f"{name} asked for a pause between requests.",
        host=name,
        until=timestamp(datetime.fromtimestamp(until, UTC)),
    )


def sentence(wait: Retrying, reason: PageReason) -> str:
    """`docs.example.org asked us to slow down (HTTP 429).`"""
    if wait.http_status == 429:
        return f"{wait.host} asked us to slow down (HTTP 429)."
    if wait.http_status >= 500:
        return f"{wait.host} has trouble (HTTP {wait.http_status})."
    return f"{wait.host}: {reason.sentence}"
