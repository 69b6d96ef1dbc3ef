"""POST /v2/map: a crawl of one page, and every address that it found.

The start page, sitemaps and llms.txt are read as for any crawl, at the site's pace; nothing that they name is
fetched. The job is deleted when it is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import grpc
from starlette.responses import Response

from docspasta.domain import JobState, PageState
from docspasta.proto_enums import job_state_value, page_state_value
from docspasta.v1 import jobs_pb2 as pb

from ..bodies import read_object
from ..problems import Problem
from .answers import status_of
from .endpoint import Call
from .map_options import MOST, AskedMap, map_of
from .written import Written

PAUSES = (0.1, 0.2, 0.4, 0.8, 1.0)  # seconds between two looks at the job; the last again and again
FOUND = (page_state_value(PageState.QUEUED), page_state_value(PageState.PROCESSED))
FAILED = job_state_value(JobState.FAILED)
MOST_BYTES = 8 * 1024 * 1024  # of addresses in an answer


async def start(call: Call) -> Response:
    """POST /v2/map"""
    asked = map_of(await read_object(call.request))
    user = call.credential.user(call.caller.token, call.client)
    with call.state.scrapes.place(user, call.client):
        services = call.state.services
        request = pb.CreateJobRequest(settings=asked.settings, idempotency_key=uuid.uuid4().hex)
        job = (await services.ask(services.jobs.CreateJob, request, call.caller)).job
        try:
            job = await _ended(call, job, asked.seconds)
            rows, whole = await _links(call, job.job_id, MOST if asked.search else asked.limit)
        finally:
            await _forget(call, job.job_id)
    return Written(answer_of(job, rows, asked, whole=whole or len(rows) > asked.limit))


async def _ended(call: Call, job: pb.Job, seconds: float) -> pb.Job:
    """The job when it has ended, or when the time is over."""
    services, request = call.state.services, pb.GetJobRequest(job_id=job.job_id)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            for pause in _pauses():
                await asyncio.sleep(pause)
                job = (await services.ask(services.jobs.GetJob, request, call.caller)).job
                if status_of(job) != "scraping":
                    break
    return job


def _pauses() -> Iterator[float]:
    yield from PAUSES
    while True:
        yield PAUSES[-1]


async def _links(call: Call, job_id: str, limit: int) -> tuple[list[pb.Address], bool]:
    """What the job found, in the order in which it found it, and whether that is all of it."""
    services = call.state.services
    found: list[pb.Address] = []
    token, room = "", MOST_BYTES
    while True:
        asked = pb.ListAddressesRequest(job_id=job_id, page_token=token)
        answer = await services.ask(services.jobs.ListAddresses, asked, call.caller)
        found += [row for row in answer.addresses if row.kept_out_by or row.state in FOUND]
        token, room = answer.next_page_token, room - answer.ByteSize()
        if not token or len(found) >= limit or room <= 0:
            return found[:limit], not token and len(found) <= limit


def answer_of(job: pb.Job, rows: Sequence[pb.Address], asked: AskedMap, *, whole: bool) -> dict[str, Any]:
    """The answer: with `search`, what has more of its words comes first. Raises Problem when nothing was
    found."""
    if not rows or (job.progress.state == FAILED and len(rows) < 2):
        raise Problem(422, "no-links", job.error or "Nothing was found in time; give a longer timeout.")
    links = [_link(row) for row in _by_words(rows, asked.search)[: asked.limit]]
    why = [asked.warning]
    if status_of(job) == "scraping" or job.progress.state == FAILED:
        why.append("The time was over before everything was found; give a longer timeout.")
    if not whole:
        why.append("There are more links; give a higher limit.")
    warning = " ".join(filter(None, why))
    return {"success": True, "id": job.job_id, "links": links} | ({"warning": warning} if warning else {})


def _link(row: pb.Address) -> dict[str, str]:
    named = {"title": row.title, "description": row.description}
    return {"url": row.url, **{name: text for name, text in named.items() if text}}


def _by_words(rows: Sequence[pb.Address], words: Sequence[str]) -> list[pb.Address]:
    def missing(row: pb.Address) -> int:
        text = f"{row.url} {row.title} {row.description}".lower()
        return sum(word not in text for word in words)

    return sorted(rows, key=missing) if words else list(rows)


async def _forget(call: Call, job_id: str) -> None:
    """Delete the job, running or not. What fails here costs the user nothing but a job of one page."""
    services = call.state.services
    with contextlib.suppress(grpc.aio.AioRpcError):
        asked = pb.DeleteJobRequest(job_id=job_id, force=True)
        await services.ask(services.jobs.DeleteJob, asked, call.caller)
