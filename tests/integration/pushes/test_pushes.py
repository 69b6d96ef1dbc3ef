"""Deliveries into the record: who may, what the same again does, what is refused with nothing changed."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import time
from typing import Any

import grpc
import jwt
import pytest

from docspasta.queues.messages import WaitingPage
from docspasta.store import pushes as store
from docspasta.store.results import PageResult
from docspasta.v1.jobs_pb2 import (
    CancelJobRequest,
    GetPageRequest,
    JobLimit,
    JobState,
    RetryJobRequest,
    Wait,
)
from docspasta.v1.pushes_pb2 import PushedPage
from services.jobs import pushing
from services.jobs.pushing import PUSHED_BYTES_OF_A_USER, SIGNED
from tests.integration.jobs.conftest import DOCS, JobsService, pages_of, record, refused
from tests.integration.store.crawls import processed

from .conftest import CURRENT, NEXT, PUBLIC, Pusher, pusher_of, send, standard

ACCEPTED, KNOWN = PushedPage.OUTCOME_ACCEPTED, PushedPage.OUTCOME_KNOWN
PRECONDITION, UNAUTHENTICATED = grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.UNAUTHENTICATED


async def everything(service: JobsService) -> list[Any]:
    """All that a delivery may change."""
    tables = ("crawling_jobs", "crawled_pages", "pushed_pages", "pushed_messages")
    return [await service.sql(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]


async def waiting(service: JobsService) -> list[WaitingPage]:
    """What a processor would be given now."""
    found: list[WaitingPage] = []
    service.queues.pages.look_everywhere()
    while claimed := await service.queues.pages.claim(100, 2**30, 60):
        found += claimed
    return found


async def recorded(service: JobsService, pusher: Pusher, pages: list[WaitingPage]) -> None:
    """What a processor does with pages, but for the conversion."""
    results: list[PageResult] = [processed(page.queued.page_id, page.queued.url) for page in pages]
    await record(service, pusher.user, pusher.job, results)
    await service.queues.pages.complete(pages)


async def test_a_pushed_page_reaches_the_processors_and_ends_with_the_job(
    service: JobsService, pusher: Pusher
) -> None:
    answer = await pusher.push(f"{DOCS}a")
    assert [(page.url, page.outcome) for page in answer.pages] == [(f"{DOCS}a", ACCEPTED)]
    [page] = await waiting(service)
    assert (page.queued.url, page.fetched.body, page.fetched.content_type) == (
        *(f"{DOCS}a", b"<h1>A</h1>"),
        "text/html",
    )
    await recorded(service, pusher, [page])
    job = await pusher.user.get(pusher.job)
    assert job.progress.state == JobState.JOB_STATE_RUNNING, "a push job ended with nothing queued"
    assert job.wait.cause == Wait.CAUSE_PUSHES and "finished" in job.wait.message
    await service.maintenance.round()
    assert (await pusher.user.get(pusher.job)).progress.state == JobState.JOB_STATE_RUNNING
    assert await service.sql("SELECT 1 FROM pushed_pages WHERE body IS NOT NULL") == []
    assert (await pusher.finish()).progress.state == JobState.JOB_STATE_COMPLETED


async def test_when_a_page_was_fetched_is_shown_as_its_sender_says(
    service: JobsService, pusher: Pusher
) -> None:
    """A batch may say it of some; the same page with another time is the same page."""
    said = {"a": "2026-11-29T13:00:00+01:00", "b": None, "c": "2026-11-29T12:00:00Z", "d": "2026-11-29"}
    for name, time_ in said.items():
        beside = {"fetched_at": time_} if time_ and name != "c" else {}
        body = b"<p>x</p>" if beside else pusher.body(f"{DOCS}{name}")
        if name == "c":
            body = body.replace(b'"html"', b'"fetchedAt": "2026-11-29T12:00:00Z", "html"')
        kind = {"content_type": "text/html", "job_id": pusher.job.job_id, "url": f"{DOCS}{name}"} | beside
        answer = await send(pusher.user, body, pusher.user.metadata, **(kind if beside else {}))
        assert [page.outcome for page in answer.pages] == [ACCEPTED]
        asked = GetPageRequest(job_id=pusher.job.job_id, page_id=answer.pages[0].page_id)
        shown = await pusher.user.call("GetPage", asked)
        found = shown.fetched_at.ToJsonString() if shown.HasField("fetched_at") else None
        assert found == (time_ and ("2026-11-29T00:00:00Z" if name == "d" else "2026-11-29T12:00:00Z"))
    assert (await pusher.push(f"{DOCS}c")).pages[0].outcome == KNOWN


async def test_a_finished_job_ends_with_its_last_page(service: JobsService, pusher: Pusher) -> None:
    await pusher.push(f"{DOCS}a")
    assert (await pusher.finish()).progress.state == JobState.JOB_STATE_RUNNING
    async with refused(PRECONDITION, "job-finished"):
        await pusher.push(f"{DOCS}b")
    await recorded(service, pusher, await waiting(service))
    assert (await pusher.finish()).progress.state == JobState.JOB_STATE_COMPLETED


async def test_the_same_again_does_nothing_and_another_is_refused(
    service: JobsService, pusher: Pusher
) -> None:
    await pusher.signed(f"{DOCS}a")
    before = await everything(service)
    again = await pusher.signed(f"{DOCS}a")
    assert again.replayed and [page.outcome for page in again.pages] == [KNOWN]
    by_url = await pusher.push(f"{DOCS}a")
    assert not by_url.replayed and [page.outcome for page in by_url.pages] == [KNOWN]
    async with refused(PRECONDITION, "message-id-reused"):
        await pusher.signed(f"{DOCS}b")
    async with refused(PRECONDITION, "page-differs"):
        await pusher.push(f"{DOCS}a", "<h1>B</h1>")
    assert await everything(service) == before
    assert len(await waiting(service)) == 1
    await service.sql("SELECT 1")
    await pusher.user.call("CancelJob", CancelJobRequest(job_id=pusher.job.job_id))
    assert (await pusher.signed(f"{DOCS}a")).replayed, "the same delivery after the end"


async def test_many_at_once_make_each_page_once(service: JobsService, pusher: Pusher) -> None:
    urls = [f"{DOCS}{number}" for number in range(8)]
    pushes = [pusher.signed(url, message_id=f"msg_{url[-1]}") for url in urls for _ in range(4)]
    batches = [
        send(
            pusher.user,
            b"\n".join(pusher.body(url) for url in (urls if turn % 2 else urls[::-1])),
            pusher.user.metadata,
            content_type="application/x-ndjson",
        )
        for turn in range(6)
    ]
    answers = await asyncio.gather(*pushes, *batches)
    accepted = [page.url for answer in answers for page in answer.pages if page.outcome == ACCEPTED]
    assert sorted(accepted) == sorted(urls)
    assert sorted(page.queued.url for page in await waiting(service)) == sorted(urls)
    assert (await pusher.user.get(pusher.job)).progress.queued == len(urls)


async def test_signatures_of_both_schemes_are_believed(service: JobsService, pusher: Pusher) -> None:
    for number, key in enumerate((CURRENT, NEXT)):
        body = pusher.body(f"{DOCS}{number}")
        now = int(time.time())
        digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).decode()
        claims = {"iss": "Upstash", "sub": f"{PUBLIC}/api/v5/process", "exp": now + 300, "nbf": now}
        token = jwt.encode(claims | {"jti": f"jwt_{number}", "body": digest}, key, "HS256")
        answer = await send(pusher.user, body, (), upstash_signature=token)
        assert [page.outcome for page in answer.pages] == [ACCEPTED]
        async with refused(UNAUTHENTICATED, "bad-signature"):
            await send(pusher.user, body, (), upstash_signature=token, address="/api/v5/process?x=1")
    packed = gzip.compress(pusher.body(f"{DOCS}z"))
    signature = standard_of_bytes(pusher.secret, packed)
    assert (await send(pusher.user, packed, (), content_encoding="gzip", **signature)).pages


def standard_of_bytes(secret: str, body: bytes) -> dict[str, str]:
    """standardwebhooks signs text; the scheme signs bytes."""
    now = str(int(time.time()))
    import hmac

    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"msg_z.{now}.".encode() + body, hashlib.sha256)
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook_id": "msg_z", "webhook_timestamp": now, "webhook_signature": signature}


async def test_what_nobody_signed_changes_nothing(service: JobsService, pusher: Pusher) -> None:
    before = await everything(service)
    other = await pusher_of(service.user("bob"))
    body = pusher.body(f"{DOCS}a")
    forged: list[dict[str, str]] = [
        {},
        standard(other.secret, "msg_1", body),
        standard(pusher.secret, "msg_1", body, at=time.time() - 400),
        standard(pusher.secret, "msg_1", body + b" "),
        {"upstash_signature": "a.b.c"},
    ]
    for header in forged:
        async with refused(UNAUTHENTICATED):
            await send(pusher.user, body, (), **header)
    lost = body.replace(pusher.job.job_id.encode(), b"nowhere")
    async with refused(UNAUTHENTICATED):
        await send(pusher.user, lost, (), **standard(pusher.secret, "msg_1", lost))
    async with refused(grpc.StatusCode.NOT_FOUND):
        await send(other.user, body, other.user.metadata)
    async with refused(grpc.StatusCode.PERMISSION_DENIED):
        await send(pusher.user, body, service.user("ann", "read").metadata)
    assert (await everything(service))[1:] == before[1:]


async def test_a_job_that_crawls_or_has_ended_takes_nothing(service: JobsService, pusher: Pusher) -> None:
    crawl = await pusher.user.create()
    async with refused(PRECONDITION, "job-crawls"):
        await Pusher(pusher.user, crawl, "").push(f"{DOCS}a")
    async with refused(PRECONDITION, "job-crawls"):
        await Pusher(pusher.user, crawl, "").finish()
    await pusher.push(f"{DOCS}a")
    await pusher.user.call("CancelJob", CancelJobRequest(job_id=pusher.job.job_id))
    async with refused(PRECONDITION, "job-ended"):
        await pusher.push(f"{DOCS}b")
    async with refused(PRECONDITION, "job-pushed"):
        await pusher.user.call("RetryJob", RetryJobRequest(job_id=pusher.job.job_id))
    assert await service.sql("SELECT 1 FROM pushed_pages WHERE body IS NOT NULL") == []


async def test_a_lost_redis_and_a_jobs_that_died_lose_no_page(service: JobsService, pusher: Pusher) -> None:
    """The bodies come from the record again, and no row is given to the crawlers."""
    for name in "abc":
        await pusher.push(f"{DOCS}{name}", f"<h1>{name}</h1>" + "x" * 20_000)
    await service.queues.client.flushall()
    for _ in range(3):
        await service.maintenance.round()
    frontier = service.queues.frontier
    assert (await frontier.jobs.counts(pusher.user.key(pusher.job))).queued == 0
    pages = await waiting(service)
    assert sorted(page.queued.url for page in pages) == [f"{DOCS}{name}" for name in "abc"]
    assert all(page.fetched.bytes_fetched > 20_000 for page in pages)
    await recorded(service, pusher, pages)
    assert (await pusher.finish()).progress.processed == 3


async def test_a_limit_keeps_pages_out_and_says_so(service: JobsService) -> None:
    pusher = await pusher_of(service.user("ann"), max_pages=1)
    assert (await pusher.push(f"{DOCS}a")).pages[0].outcome == ACCEPTED
    assert (await pusher.push(f"{DOCS}b")).pages[0].outcome == PushedPage.OUTCOME_REFUSED
    job = await pusher.user.get(pusher.job)
    assert (job.progress.not_admitted, job.progress.discovered) == (1, 1)
    assert len(await pages_of(service, pusher.user, pusher.job)) == 1


async def test_bodies_on_their_way_hold_one_share(service: JobsService, pusher: Pusher) -> None:
    """One user's, and one for all that are only signed: neither takes the other's."""
    room = service.resources.pushes
    with room.place("ann") as ann, room.place(SIGNED) as signed:
        ann.grow(PUSHED_BYTES_OF_A_USER)
        async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-at-once"):
            await pusher.push(f"{DOCS}a")
        assert (await pusher.signed(f"{DOCS}a")).pages
        signed.grow(PUSHED_BYTES_OF_A_USER)
        async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-at-once"):
            await pusher.signed(f"{DOCS}b", message_id="msg_b")
        assert (await (await pusher_of(service.user("bob"))).push(f"{DOCS}b")).pages
    assert (await pusher.push(f"{DOCS}c")).pages


async def test_what_waits_is_bounded_for_a_user_over_all_jobs(
    service: JobsService, pusher: Pusher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the record, where a small page counts as 4 KiB; and before that in Redis."""
    other, bob = await pusher_of(pusher.user), await pusher_of(service.user("bob"))
    monkeypatch.setattr(store, "MOST_WAITING", 2 * 4096)
    await pusher.push(f"{DOCS}a")
    await other.push(f"{DOCS}a")
    async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "pushes-waiting"):
        await other.push(f"{DOCS}b")
    await bob.push(f"{DOCS}a")

    monkeypatch.setattr(store, "MOST_WAITING", 2**30)
    monkeypatch.setattr(pushing, "WAITING_OF_A_SHARE", 0)
    for own in (pusher, other, bob):
        async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "pushes-waiting"):
            await own.push(f"{DOCS}c")
    pages = await waiting(service)
    await recorded(service, bob, [page for page in pages if page.queued.job.job_id == bob.job.job_id])
    await bob.push(f"{DOCS}c")


async def test_a_bomb_and_a_mistake_are_named(service: JobsService, pusher: Pusher) -> None:
    before = await everything(service)
    bomb = gzip.compress(b" " * (11 * 1024 * 1024))
    for body, header in (
        (bomb, {"content_encoding": "gzip"}),
        (b"x", {"content_encoding": "gzip, gzip"}),
        (pusher.body("ftp://x/"), {}),
        (b"%PDF", {"content_type": "application/pdf"}),
    ):
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as said:
            await send(pusher.user, body, pusher.user.metadata, **header)
        assert said.violations[0][1]  # type: ignore[attr-defined]
    assert await everything(service) == before


async def test_the_deadline_ends_a_job_that_nobody_finished(service: JobsService, pusher: Pusher) -> None:
    await pusher.push(f"{DOCS}a")
    await recorded(service, pusher, await waiting(service))
    await pusher.push(f"{DOCS}b")
    await service.sql("UPDATE crawling_jobs SET deadline_at = now()")
    await service.maintenance.round()
    ended = (await pusher.user.get(pusher.job)).progress
    assert (ended.state, ended.limit_reached) == (JobState.JOB_STATE_COMPLETED, JobLimit.JOB_LIMIT_TIME)
    assert (ended.processed, ended.skipped, ended.queued) == (1, 1, 0)
    assert await service.sql("SELECT 1 FROM pushed_pages WHERE body IS NOT NULL") == []
    async with refused(PRECONDITION, "job-ended"):
        await pusher.push(f"{DOCS}c")
