"""CreateJob: accepted at once, idempotent, limited, and told to the frontier."""

from __future__ import annotations

import asyncio

import grpc
import pytest
from google.protobuf.json_format import MessageToDict

from docspasta.identity.sealing import Sealing
from docspasta.v1.jobs_pb2 import (
    CancelJobRequest,
    CreateJobRequest,
    GetJobRequest,
    Header,
    Job,
    JobSettings,
    JobState,
)

from .conftest import DOCS, KEYS, JobsService, User, refused, running_service

RUNNING, QUEUED = JobState.JOB_STATE_RUNNING, JobState.JOB_STATE_QUEUED


async def test_a_job_is_accepted_and_its_start_page_is_queued(service: JobsService, user: User) -> None:
    job = await user.create("https://docs.example.org/guide")
    assert job.progress.state == RUNNING
    assert (job.progress.discovered, job.progress.queued) == (1, 1)
    counts = await service.queues.frontier.jobs.counts(user.key(job))
    assert (counts.state, counts.queued) == ("open", 1)
    assert await user.get(job) == job or (await user.get(job)).running_seconds > job.running_seconds
    assert job.cursor.endswith("-1") and job.HasField("started_at") and not job.HasField("expires_at")


async def test_what_was_asked_is_told_to_the_frontier(service: JobsService, user: User) -> None:
    headers = [Header(name="X-Key", value="top-secret")]
    origin = "http://127.0.0.1:8123"
    job = await user.create(
        origin + "/", private_origin=origin, delay=0.5, concurrency=3, headers=headers, respect_robots=False
    )
    (taken,) = await service.queues.frontier.claim(10, 30)
    crawl = taken.crawl
    assert (crawl.delay, crawl.concurrency, crawl.respect_robots) == (0.5, 3, False)
    assert (crawl.start_origin, crawl.private_origin) == (origin, origin)
    sealing = Sealing.from_base64(KEYS["DOCSPASTA_SEALING_KEY"])
    assert sealing.open(user.name, job.job_id, crawl.headers) == [("X-Key", "top-secret")]
    assert service.resources.reconciler.tickets.good(
        taken.queued.ticket,
        user.name,
        job.job_id,
        taken.queued.page_id,
        (await service.sql("SELECT url_key FROM crawled_pages"))[0][0],
    )


async def test_no_header_value_is_kept_in_the_clear_or_returned(service: JobsService, user: User) -> None:
    job = await user.create(headers=[Header(name="Authorization", value="top-secret")], key="k")
    assert list(job.header_names) == ["Authorization"]
    assert "top-secret" not in str(job) and "top-secret" not in str(await user.get(job))
    row = (await service.sql("SELECT * FROM crawling_jobs"))[0]
    assert b"top-secret" not in bytes(row["sealed_headers"]) and "top-secret" not in str(dict(row))
    await user.call("CancelJob", CancelJobRequest(job_id=job.job_id))
    assert (await service.sql("SELECT sealed_headers FROM crawling_jobs"))[0][0] is None


async def test_bad_settings_name_their_fields(user: User) -> None:
    async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
        await user.create("ftp://x/", max_pages=0, include_selectors=["div >"])
    assert [field for field, _ in error.violations] == ["url", "max_pages", "include_selectors[0]"]


async def test_a_server_takes_no_private_origin(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, embedded=False) as service:
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
            await service.user().create("http://127.0.0.1:8000/", private_origin="http://127.0.0.1:8000")
        assert [field for field, _ in error.violations] == ["private_origin", "url"]


async def test_the_same_key_gives_the_same_job(service: JobsService, user: User) -> None:
    request = CreateJobRequest(settings=JobSettings(url=DOCS, max_pages=5), idempotency_key="once")
    first, second = await user.call("CreateJob", request), await user.call("CreateJob", request)
    assert (first.replayed, second.replayed) == (False, True)
    assert first.job.job_id == second.job.job_id
    assert len(await service.sql("SELECT 1 FROM crawling_jobs")) == 1


async def test_another_body_under_the_same_key_is_refused(user: User) -> None:
    await user.create(key="once", headers=[Header(name="A", value="1")])
    async with refused(grpc.StatusCode.ALREADY_EXISTS, "idempotency-key-reused"):
        await user.create(key="once", headers=[Header(name="A", value="2")])


async def test_a_key_is_its_users_own_and_lasts_a_day(service: JobsService, user: User) -> None:
    job = await user.create(key="once")
    assert (await service.user("bob").create(key="once")).job_id != job.job_id
    await service.sql("UPDATE crawling_jobs SET created_at = now() - interval '24 hours 1 second'")
    assert (await user.create("https://other.example.org/", key="once")).job_id != job.job_id


async def test_racing_requests_with_one_key_make_one_job(service: JobsService, user: User) -> None:
    request = CreateJobRequest(settings=JobSettings(url=DOCS), idempotency_key="race")

    async def ask() -> str:
        for _ in range(200):
            try:
                return str((await user.call("CreateJob", request)).job.job_id)
            except grpc.aio.AioRpcError as error:
                assert error.code() is grpc.StatusCode.ABORTED, error.details()
        raise AssertionError("in progress for ever")

    answers = await asyncio.gather(*(ask() for _ in range(24)))
    assert len(set(answers)) == 1
    assert len(await service.sql("SELECT 1 FROM crawling_jobs")) == 1


async def test_a_key_in_progress_is_aborted(service: JobsService, user: User) -> None:
    async with service.pool.transaction(user.name) as connection:
        from docspasta.store.jobs import try_idempotency_key

        assert await try_idempotency_key(connection, user.name, "slow")
        async with refused(grpc.StatusCode.ABORTED, "in-progress") as error:
            await user.create(key="slow")
        assert error.retry_after == 1


async def test_a_key_that_cannot_be_one(user: User) -> None:
    for key in ("x" * 256, "a\nb"):
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
            await user.create(key=key)
        assert error.violations[0][0] == "idempotency_key"


async def test_more_jobs_than_places_wait_and_start_in_turn(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, jobs_running_per_user=2) as service:
        user = service.user("ann")
        jobs = [await user.create() for _ in range(4)]
        assert [job.progress.state for job in jobs] == [RUNNING, RUNNING, QUEUED, QUEUED]
        assert (await service.queues.frontier.jobs.counts(user.key(jobs[2]))).total == 0
        other = await service.user("bob").create()
        assert other.progress.state == RUNNING
        await user.call("CancelJob", CancelJobRequest(job_id=jobs[0].job_id))
        assert [(await user.get(job)).progress.state for job in jobs[1:]] == [RUNNING, RUNNING, QUEUED]
        assert (await service.queues.frontier.jobs.counts(user.key(jobs[2]))).total == 1


async def test_racing_creations_never_run_more_than_allowed(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, jobs_running_per_user=3) as service:
        user = service.user("ann")
        await asyncio.gather(*(user.create() for _ in range(20)))
        rows = await service.sql("SELECT state, count(*) FROM crawling_jobs GROUP BY state ORDER BY state")
        assert [tuple(row) for row in rows] == [("queued", 17), ("running", 3)]


async def test_too_many_jobs_is_an_answer_with_a_time(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, jobs_open_per_user=2) as service:
        user = service.user("ann")
        jobs = [await user.create() for _ in range(2)]
        async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-jobs") as error:
            await user.create()
        assert error.retry_after == 60 and "2" in error.message
        await service.user("bob").create()
        await user.call("CancelJob", CancelJobRequest(job_id=jobs[0].job_id))
        await user.create()


async def test_an_address_has_a_share_above_its_anonymous_users(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    """However many users one address makes, and however many of them ask at once."""
    here, there = "anon-00000000000000aa", "anon-00000000000000bb"
    async with running_service(database, redis_url, jobs_open_per_address=5) as service:
        users = [service.user(f"{here}-{number:032x}") for number in range(20)]
        answers = await asyncio.gather(*(user.create() for user in users), return_exceptions=True)
        made = [(user, job) for user, job in zip(users, answers, strict=True) if isinstance(job, Job)]
        assert len(made) == 5
        async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-jobs") as error:
            await users[0].create()
        assert "signing in" in error.message and error.retry_after == 60
        await service.user(f"{there}-{0:032x}").create()
        await service.user("ann").create()
        owner, job = made[0]
        await owner.call("CancelJob", CancelJobRequest(job_id=job.job_id))
        await users[0].create()


async def test_an_address_has_a_share_of_the_day(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    """As much as four users: who makes a new user for each job gets no further."""
    here, there = "anon-00000000000000ac", "anon-00000000000000bc"
    async with running_service(database, redis_url, jobs_pages_per_user_day=10) as service:
        users = [service.user(f"{here}-{number:032x}") for number in range(6)]
        for user in users[:5]:
            await user.create()
        await service.sql(f"UPDATE usage_daily SET pages = 8 WHERE user_id LIKE '{here}-%'")
        async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-pages") as error:
            await users[5].create()
        assert 0 < error.retry_after <= 86_400 and "40" in error.message
        await service.user(f"{there}-{0:032x}").create()
        await service.user("ann").create()


async def test_too_many_pages_a_day_is_an_answer_with_a_time(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, jobs_pages_per_user_day=10) as service:
        user = service.user("ann")
        job = await user.create()
        assert (await service.sql("SELECT day_page_limit FROM crawling_jobs"))[0][0] == 10
        await service.sql("UPDATE usage_daily SET pages = 10 WHERE user_id = 'ann'")
        async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-pages") as error:
            await user.create()
        assert 0 < error.retry_after <= 86_400
        await user.call("GetJob", GetJobRequest(job_id=job.job_id))


async def test_a_days_bytes_bind_the_job_and_are_an_answer(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, jobs_bytes_per_user_day=1000) as service:
        user = service.user("ann")
        assert (await user.create()).settings.max_bytes == 1000
        await service.sql("UPDATE usage_daily SET bytes_fetched = 400")
        assert (await user.create()).settings.max_bytes == 600
        assert (await user.create(max_bytes=50)).settings.max_bytes == 50
        await service.sql("UPDATE usage_daily SET bytes_fetched = 1000")
        async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-bytes") as error:
            await user.create()
        assert 0 < error.retry_after <= 86_400


async def test_too_many_requests_is_an_answer_with_a_time(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, jobs_requests_per_second=1.0) as service:
        user, request = service.user("ann"), GetJobRequest(job_id="none")
        codes = []
        for _ in range(6):
            try:
                await user.call("GetJob", request)
            except grpc.aio.AioRpcError as error:
                codes.append(error.code())
        assert codes[0] is grpc.StatusCode.NOT_FOUND
        assert codes[-1] is grpc.StatusCode.RESOURCE_EXHAUSTED
        async with refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "too-many-requests") as error:
            await user.call("GetJob", request)
        assert 0 < error.retry_after <= 1.1
        async with refused(grpc.StatusCode.NOT_FOUND):
            await service.user("bob").call("GetJob", request)


@pytest.mark.parametrize(("now", "waits"), [(0, 0), (500, 500), (1000, 0)])
async def test_the_rate_refills_steadily(service: JobsService, now: int, waits: int) -> None:
    from docspasta.errors import ResourceExhausted
    from services.jobs.request_rate import RequestRate

    rate = RequestRate(service.queues.client, 1.0, service.queues.outage)
    if now:
        for _ in range(2):
            await rate.spend("u1", "1000000")
    try:
        await rate.spend("u1", str(1_000_000 + now))
    except ResourceExhausted as error:
        assert error.retry_after * 1000 == waits
    else:
        assert waits == 0


async def test_settings_come_back_as_they_were_taken(user: User) -> None:
    given = {
        "max_pages": 7,
        "max_depth": 0,
        "include": ["/a/**"],
        "exclude_selectors": [".ad"],
        "keep_raw": True,
    }
    job = await user.create(**given)
    kept = MessageToDict(job.settings, preserving_proto_field_name=True)
    assert given.items() <= kept.items()
    assert kept["url"] == DOCS and kept["max_seconds"] == 21_600 and "headers" not in kept


async def test_a_reader_may_not_create(service: JobsService) -> None:
    async with refused(grpc.StatusCode.PERMISSION_DENIED):
        await service.user("ann", "read").create()
