"""A tick of a source's schedule begins one run, however many replicas look, and a skipped one says why."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import grpc

from docspasta.store.sources import due_sources
from docspasta.v1 import sources_pb2 as pb
from docspasta.v1.jobs_pb2 import CancelJobRequest, GetJobRequest, JobSettings
from services.jobs.maintenance.schedules import begin_due_runs
from services.jobs.resources import Resources
from tests.sizes import size

from .conftest import DOCS, JobsService, User, refused
from .test_sources import runs, shown


@dataclass
class Clock:
    """A clock that a test moves."""

    time: datetime

    def __call__(self) -> datetime:
        return self.time


BEGAN = (
    "SELECT count(*) AS runs FROM crawling_jobs WHERE user_id = $1 GROUP BY source_id"  # deleted ones, too
)


async def add(user: User, name: str = "", **schedule: object) -> pb.Source:
    """A new source with a schedule."""
    request = pb.CreateSourceRequest(
        name=name,
        settings=JobSettings(url=DOCS),
        schedule=pb.Schedule(**schedule),  # type: ignore[arg-type]
    )
    made: pb.Source = (await user.call("CreateSource", request)).source
    return made


def replicas(service: JobsService, count: int) -> tuple[Clock, list[Resources]]:
    """The resources of several replicas with one clock."""
    clock = Clock(datetime.now(UTC))
    return clock, [replace(service.resources, now=clock) for _ in range(count)]


async def look(service: JobsService, every: list[Resources]) -> None:
    """All replicas look at once."""
    await asyncio.gather(*(begin_due_runs(one, service.maintenance_pool) for one in every))


async def test_one_tick_begins_one_run_however_many_look(service: JobsService, user: User) -> None:
    """Each run replaces the one before, so that none is in the next one's way."""
    ticks = size("ticks of a schedule")
    hours = ticks // 5 if ticks > 50 else ticks // 2
    sources = [await add(user, f"{n}", every_seconds=3600, overlap="replace") for n in range(ticks // hours)]
    clock, every = replicas(service, 3)
    await look(service, every)
    assert not await runs(user, sources[0]), "it is not due yet"
    for hour in range(1, hours + 1):
        clock.time += timedelta(hours=1)
        await look(service, every)
        await look(service, every[: hour % 3])
        began = await service.sql(BEGAN, user.name)
        assert [row["runs"] for row in began] == [hour] * len(sources), hour
    assert len(await runs(user, sources[0])) == min(hours, 10), "so many are kept"
    clock.time += timedelta(days=3)  # away for long: what was missed begins one run together
    newest = (await shown(user, sources[0])).newest_job_id
    await look(service, every)
    await look(service, every)
    found = await runs(user, sources[0])
    assert found[1] == newest and clock.time < (await shown(user, sources[0])).next_at.ToDatetime(UTC)


async def test_a_skipped_tick_says_why_and_the_next_one_comes(service: JobsService, user: User) -> None:
    source = await add(user, cron="0 */2 * * *", time_zone="Europe/Berlin")
    assert source.schedule_text and source.HasField("next_at")
    clock, every = replicas(service, 1)
    await user.call("RunSource", pb.RunSourceRequest(source_id=source.source_id))
    clock.time += timedelta(hours=3)
    await look(service, every)
    now = await shown(user, source)
    assert (now.skipped_because, len(await runs(user, source))) == ("overlap", 1)
    assert now.next_at.ToDatetime(UTC) > clock.time
    await user.call("CancelJob", CancelJobRequest(job_id=now.newest_job_id))
    tight = replace(every[0], limits=replace(every[0].limits, open=0))
    clock.time += timedelta(hours=3)
    await look(service, [replace(tight, now=clock)])
    assert (await shown(user, source)).skipped_because == "limit"
    clock.time += timedelta(hours=3)
    await look(service, [replace(every[0], bounds=replace(every[0].bounds, max_pages=1), now=clock)])
    assert (await shown(user, source)).skipped_because == "refused"
    clock.time += timedelta(hours=3)
    await look(service, every)
    assert len(await runs(user, source)) == 2


async def test_a_tick_waits_for_the_run_under_way_or_replaces_it(service: JobsService, user: User) -> None:
    source = await add(user, every_seconds=3600, overlap="queue", start_within_seconds=7200)
    clock, every = replicas(service, 2)
    await user.call("RunSource", pb.RunSourceRequest(source_id=source.source_id))
    clock.time += timedelta(hours=1)
    await look(service, every)
    [first] = await runs(user, source)
    now = await shown(user, source)
    assert not now.skipped_because and now.next_at.ToDatetime(UTC) <= clock.time, "it waits"
    await user.call("CancelJob", CancelJobRequest(job_id=first))
    await look(service, every)
    assert len(await runs(user, source)) == 2
    asked = pb.Schedule(every_seconds=3600, overlap="replace", missed="skip")
    change = pb.UpdateSourceRequest(source_id=source.source_id, schedule=asked)
    assert (await user.call("UpdateSource", change)).source.schedule == pb.Schedule(
        every_seconds=3600, overlap="replace", missed="skip"
    )
    clock.time = (await shown(user, source)).next_at.ToDatetime(UTC)
    await look(service, every)
    third, second, _ = await runs(user, source)
    states = [(await user.call("GetJob", GetJobRequest(job_id=one))).job for one in (third, second)]
    assert [bool(job.finished_at.seconds) for job in states] == [False, True]
    clock.time += timedelta(minutes=75)  # a quarter of an hour after a tick that nobody saw
    tight = [replace(one, limits=replace(one.limits, open=0)) for one in every]
    await look(service, tight)
    assert (await shown(user, source)).skipped_because == "missed"
    clock.time = (await shown(user, source)).next_at.ToDatetime(UTC)
    await look(service, tight)  # a limit refuses the new run, so that the old one goes on
    assert (await shown(user, source)).skipped_because == "limit"
    assert not (await user.call("GetJob", GetJobRequest(job_id=third))).job.HasField("finished_at")


async def test_a_source_is_paused_and_resumed(service: JobsService, user: User) -> None:
    source, bob = await add(user, every_seconds=7200), service.user("bob")
    asked = pb.CreateSourceRequest(name="plain", settings=JobSettings(url=DOCS))
    plain = (await user.call("CreateSource", asked)).source
    for _ in range(2):
        paused = await user.call("PauseSource", pb.PauseSourceRequest(source_id=source.source_id))
        assert paused.source.schedule.suspended and not paused.source.HasField("next_at")
    for _ in range(2):
        resumed = await user.call("ResumeSource", pb.ResumeSourceRequest(source_id=source.source_id))
        assert not resumed.source.schedule.suspended and resumed.source.HasField("next_at")
    async with refused(grpc.StatusCode.FAILED_PRECONDITION, "no-schedule"):
        await user.call("PauseSource", pb.PauseSourceRequest(source_id=plain.source_id))
    async with refused(grpc.StatusCode.NOT_FOUND, "no-such-source"):
        await bob.call("PauseSource", pb.PauseSourceRequest(source_id=source.source_id))


async def test_a_schedule_is_changed_suspended_and_taken_away(service: JobsService, user: User) -> None:
    source = await add(user, every_seconds=7200)
    clock, every = replicas(service, 1)

    async def change(**schedule: object) -> pb.Source:
        asked = pb.Schedule(**schedule)  # type: ignore[arg-type]
        request = pb.UpdateSourceRequest(source_id=source.source_id, schedule=asked)
        changed: pb.Source = (await user.call("UpdateSource", request)).source
        return changed

    assert not (await change(every_seconds=7200, suspended=True)).HasField("next_at")
    clock.time += timedelta(days=1)
    await look(service, every)
    assert not await runs(user, source)
    assert (await change(cron="@weekly")).HasField("next_at")
    kept = await user.call("UpdateSource", pb.UpdateSourceRequest(source_id=source.source_id, keep=3))
    assert kept.source.schedule.cron == "@weekly" and kept.source.HasField("next_at")
    gone = await change()
    assert not gone.HasField("schedule") and not gone.HasField("next_at")
    for bad, field in (({"cron": "* * * * *"}, "cron"), ({"every_seconds": 60}, "every_seconds")):
        async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
            await change(**bad)
        assert [name for name, _ in error.__dict__["violations"]] == [f"schedule.{field}"]


async def test_a_visitor_whom_nobody_knows_has_no_schedule(service: JobsService) -> None:
    visitor = service.user(f"anon-{'0' * 16}-{'1' * 32}")
    async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
        await add(visitor, every_seconds=7200)
    assert [name for name, _ in error.__dict__["violations"]] == ["schedule"]
    source = await add(visitor)
    asked = pb.Schedule(cron="@daily")
    async with refused(grpc.StatusCode.INVALID_ARGUMENT):
        request = pb.UpdateSourceRequest(source_id=source.source_id, schedule=asked)
        await visitor.call("UpdateSource", request)


async def test_a_source_that_keeps_failing_waits_longer(service: JobsService, user: User) -> None:
    source = await add(user, every_seconds=3600)
    clock, every = replicas(service, 1)
    for _ in range(7):
        clock.time += timedelta(hours=30)
        await look(service, every)
        newest = (await shown(user, source)).newest_job_id
        await service.sql(
            "UPDATE crawling_jobs SET state = 'failed', error = 'It failed.', finished_at = now(),"
            " running_since = NULL, deadline_at = NULL, failed = failed + queued, queued = 0, discovering = 0"
            " WHERE job_id = $1",
            newest,
        )
    assert (await shown(user, source)).failures == 7
    waits = (await shown(user, source)).next_at.ToDatetime(UTC) - clock.time
    assert timedelta(hours=2) <= waits <= timedelta(hours=3)


async def test_a_user_s_many_due_sources_keep_nobody_else_s_from_their_turn(
    service: JobsService, user: User
) -> None:
    other = service.user(f"{user.name}-other")
    mine = [await add(user, f"{n}", every_seconds=3600) for n in range(3)]
    theirs = await add(other, every_seconds=3600)
    due = "UPDATE sources SET next_at = now() - $2::interval WHERE source_id = $1"
    for hours, source in enumerate([theirs, *mine], 1):  # theirs was due last
        await service.sql(due, source.source_id, timedelta(hours=hours))
    first = await due_sources(service.maintenance_pool, datetime.now(UTC), 2)
    assert {row.source_id for row in first} == {mine[-1].source_id, theirs.source_id}


async def test_a_source_whose_run_can_t_be_begun_is_put_off(service: JobsService, user: User) -> None:
    """Its time zone is gone from the replica's data; it must not be first in each round."""
    broken, whole = [await add(user, f"{n}", cron="0 */2 * * *", time_zone="UTC") for n in range(2)]
    await service.sql("UPDATE sources SET time_zone = 'Mars/Olympus' WHERE source_id = $1", broken.source_id)
    clock, every = replicas(service, 1)
    clock.time += timedelta(hours=3)
    await look(service, every)
    rows = await service.sql("SELECT source_id, next_at FROM sources WHERE user_id = $1", user.name)
    assert all(row["next_at"] > clock.time for row in rows)
    assert len(await runs(user, whole)) == 1 and not await runs(user, broken)
