"""No call holds the loop of jobs up for more than milliseconds, whatever is in its message or its answer.

Each goes to a real service over Postgres and Valkey that runs on this test's loop. Steps are CPU time; the
client's, on the same loop, are counted too.
"""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest

from docspasta.serving.limits import REQUEST_BYTES
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1 import search_pb2, webhooks_pb2
from docspasta.v1.page_pb2 import PageState
from tests.integration.pushes.conftest import Pusher, pusher_of, send
from tests.loop_steps import measured_steps, reference

from .conftest import DOCS, JobsService, User, crawl_some

MOST = 1.5  # times the reference, which stands for 5 ms
ROOM = REQUEST_BYTES - 1_000
GLOBS, MARKS = ["/" + "*a" * 45] * 50, ["." + "a" * 990 + str(at) for at in range(50)]

LONG = {"include": ["/" + "a" * 500] * 50, "include_selectors": ["." + "a" * 990] * 50}


def new(**settings: Any) -> pb.CreateJobRequest:
    return pb.CreateJobRequest(settings=pb.JobSettings(**{"url": DOCS, **settings}))


MESSAGES: dict[str, Any] = {
    "globs": new(include=GLOBS, exclude=GLOBS),
    "bad globs": new(include=["/" + "*a" * 450] * 50),
    "selectors": new(include_selectors=MARKS, exclude_selectors=MARKS),
    "lists of selectors": new(exclude_selectors=[",".join("a" * 300)] * 50),
    "chains of selectors": new(exclude_selectors=[">".join("a" * 400)] * 50),
    "endless globs": new(include=[""] * (ROOM // 2)),
    "endless headers": new(headers=[pb.Header()] * (ROOM // 2)),
    "a long url": new(url="https://" + "é." * (ROOM // 3)),
    "a long key": pb.CreateJobRequest(settings=pb.JobSettings(url=DOCS), idempotency_key="é" * (ROOM // 2)),
    "endless states": pb.ListJobsRequest(states=[1] * ROOM),
    "endless states of pages": pb.ListPagesRequest(states=[PageState.PAGE_STATE_QUEUED] * ROOM),
    "a long token": pb.ListPagesRequest(page_token="A" * ROOM),
    "a long query": pb.ListPagesRequest(query="é" * (ROOM // 2)),
    "checks": pb.CheckAccessRequest(checks=[pb.AccessCheck(credential="a.b.c", job_id="j")] * 1_000),
    "endless checks": pb.CheckAccessRequest(checks=[pb.AccessCheck()] * (ROOM // 2)),
    "endless ranges": pb.GetSelectionRequest(selection=pb.Selection(pages=[pb.PageRange()] * (ROOM // 2))),
    "endless jobs": search_pb2.SearchRequest(query="a", job_ids=[""] * (ROOM // 2)),
    "endless events": webhooks_pb2.CreateWebhookRequest(
        settings=webhooks_pb2.WebhookSettings(url="https://e.org/", events=[""] * (ROOM // 2))
    ),
}


async def held_up(
    monkeypatch: pytest.MonkeyPatch, work: Callable[[], Awaitable[object]], times: float = MOST
) -> str:
    """What was too long each time, '' when nothing was."""
    for _ in range(3):
        with measured_steps(monkeypatch) as steps, contextlib.suppress(grpc.aio.AioRpcError):
            await work()
        if steps.worst < times * reference():
            return ""
    return f"steps of {steps}, where {times * reference() * 1000:.1f} ms are the most"


async def test_messages(service: JobsService, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {}
    for name, message in MESSAGES.items():
        user, method = service.user(), type(message).__name__.removesuffix("Request")
        if "job_id" in message.DESCRIPTOR.fields_by_name:
            message.job_id = "j"
        said[name] = await held_up(monkeypatch, lambda: user.call(method, message))  # noqa: B023
    assert not any(said.values()), said


async def test_answers(service: JobsService, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as they may be: 500 pages with long addresses, 60 jobs."""
    job = await user.create()
    await crawl_some(service, user, job, *(f"{DOCS}{'x' * 1_500}{at}" for at in range(499)))
    for _ in range(60):
        await user.create()
    asked = {
        "ListPages": pb.ListPagesRequest(job_id=job.job_id, page_size=500),
        "GetJob": pb.GetJobRequest(job_id=job.job_id, recent_pages=100),
        "ListJobs": pb.ListJobsRequest(page_size=500),
    }
    for method, request in asked.items():
        assert await user.call(method, request)
        assert not await held_up(monkeypatch, lambda: user.call(method, request)), method  # noqa: B023


@pytest.mark.parametrize("settings", [{"include": GLOBS}, LONG], ids=["jobs", "jobs of long settings"])
async def test_a_list_of_jobs(
    service: JobsService, user: User, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part holds no more settings than a loop reads in milliseconds; all of it together is the list."""
    made = []
    for _ in range(60):
        made.append((await user.create(**settings)).job_id)
    asked, seen = pb.ListJobsRequest(page_size=500), []
    assert not await held_up(monkeypatch, lambda: user.call("ListJobs", asked))
    while True:
        answer = await user.call("ListJobs", asked)
        seen += [job.job_id for job in answer.jobs]
        if not answer.next_page_token:
            break
        asked.page_token = answer.next_page_token
    assert [job for job in reversed(seen) if job in made] == made


def page_of(pusher: Pusher) -> bytes:
    """The largest that is taken, which shrinks little."""
    text = random.Random(1).randbytes(4_900_000).hex()
    return pusher.body(f"{DOCS}{random.randrange(10**12)}", text)


def pages_of(pusher: Pusher) -> bytes:
    urls = [f"{DOCS}{random.randrange(10**12)}" for _ in range(1_000)]
    return b"\n".join(pusher.body(url, "<p>x</p>" * 900) for url in urls)


def lists_of(pusher: Pusher) -> bytes:
    return json.dumps({"jobId": pusher.job.job_id, "x": [[]] * 2_000_000}).encode()


@pytest.mark.parametrize("made", [page_of, pages_of, lists_of])
async def test_pushes(
    service: JobsService, made: Callable[[Pusher], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = {"content_type": "application/x-ndjson" if made is pages_of else "application/json"}
    pushers = [await pusher_of(service.user()) for _ in range(3)]
    bodies = [(pusher, made(pusher)) for pusher in pushers]

    async def push() -> None:
        pusher, body = bodies.pop()
        await send(pusher.user, body, pusher.user.metadata, **kind)

    # gRPC and the driver copy a body of 10 MB in one step each: that is memory's speed, and not the CPU's.
    assert not await held_up(monkeypatch, push, times=4)
