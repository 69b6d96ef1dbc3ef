"""A CrawlSource becomes a source, is run once at first, and follows its resource."""

from __future__ import annotations

import pytest

from docspasta.v1 import jobs_pb2 as pb
from services.operator.conditions import found, holds
from services.operator.resource import RUN_REQUEST, Key, Object
from services.operator.seen import Refusal

from .test_crawl_jobs import URL, World

SPEC = {"url": URL, "schedule": {"cron": "0 6 * * 1"}, "keep": 3, "settings": {"maxPages": 40}}


async def made(spec: Object = SPEC) -> tuple[World, Key]:
    world = World()
    key = world.cluster.create("CrawlSource", spec)
    await world.look(key)
    return world, key


async def test_a_source_is_made_and_run_once() -> None:
    world, key = await made()
    [source] = world.service.sources["team-a"].values()
    assert (source.settings.max_pages, source.keep, source.schedule.cron) == (40, 3, "0 6 * * 1")
    assert source.name == "docs uid-1"
    assert (world.status(key)["state"], len(world.service.runs)) == ("Running", 1)
    assert not holds(world.status(key), "Ready")
    world.service.end_run("team-a", source.source_id)
    await world.look(key)
    await world.look(key)
    status = world.status(key)
    assert holds(status, "Ready") and status["currentJobID"] in status["documentURL"]
    assert (status["state"], len(world.service.runs)) == ("Completed", 1)
    assert world.cluster.reasons() == ["SourceCreated", "Current"]


async def test_a_change_of_the_resource_changes_the_source() -> None:
    world, key = await made()
    world.cluster.change(key, settings={"maxPages": 7}, suspend=True)
    await world.look(key)
    [source] = world.service.sources["team-a"].values()
    assert (source.settings.max_pages, source.schedule.suspended) == (7, True)
    assert world.status(key)["appliedGeneration"] == 2


async def test_a_run_may_be_asked_for() -> None:
    world, key = await made()
    world.service.end_run("team-a", "source1")
    world.cluster.objects[key]["metadata"]["annotations"] = {RUN_REQUEST: "again"}
    await world.look(key)
    await world.look(key)
    assert world.service.runs == {"crawlsource-uid-1-first", "crawlsource-uid-1-again"}
    assert world.status(key)["lastRunRequest"] == "again"


async def test_nothing_is_run_while_it_is_suspended() -> None:
    world, key = await made({**SPEC, "suspend": True})
    assert (world.service.runs, len(world.service.sources["team-a"])) == (set(), 1)
    assert found(world.status(key), "Ready")["reason"] == "Suspended"
    world.cluster.change(key, suspend=False)
    await world.look(key)
    assert len(world.service.runs) == 1


@pytest.mark.parametrize(("schedule", "stalled"), [({}, True), ({"cron": "0 6 * * 1"}, False)])
async def test_a_first_run_that_failed(schedule: Object, stalled: bool) -> None:
    world, key = await made({"url": URL, "schedule": schedule})
    world.service.end_run("team-a", "source1", pb.JOB_STATE_FAILED)
    await world.look(key)
    assert found(world.status(key), "Ready")["reason"] == "RunFailed"
    assert holds(world.status(key), "Stalled") == stalled


async def test_a_suspect_run_is_told_and_the_current_one_stays() -> None:
    world, key = await made()
    world.service.end_run("team-a", "source1")
    world.service.sources["team-a"]["source1"].suspect_job_id = "run2"
    await world.look(key)
    ready = found(world.status(key), "Ready")
    assert (ready["status"], ready["reason"]) == ("True", "RunSuspect")
    assert "run2" in ready["message"] and world.status(key)["suspectJobID"] == "run2"


async def test_what_is_no_source_is_refused_with_a_sentence() -> None:
    world, key = await made({**SPEC, "schedule": {"cron": 3}})
    accepted = found(world.status(key), "Accepted")
    assert (accepted["status"], accepted["reason"]) == ("False", "Invalid")
    assert "cron" in accepted["message"]


async def test_a_limit_is_waited_out() -> None:
    world = World()
    key = world.cluster.create("CrawlSource", SPEC)
    world.service.refusal = Refusal("LimitReached", "You have 100 sources.", True, limit=True)
    assert (await world.look(key) or 0) > 0
    assert found(world.status(key), "Accepted")["status"] == "Unknown"
    world.service.refusal = None
    await world.look(key)
    assert holds(world.status(key), "Accepted")


async def test_a_deleted_source_goes_and_a_retained_one_stays() -> None:
    for policy, left in (("Delete", 0), ("Retain", 1)):
        world, key = await made({**SPEC, "deletePolicy": policy})
        world.cluster.remove(key)
        await world.look(key)
        assert (world.cluster.objects, len(world.service.sources["team-a"])) == ({}, left)


async def test_a_source_that_somebody_deleted_is_not_made_again() -> None:
    world, key = await made()
    del world.service.sources["team-a"]["source1"]
    await world.look(key)
    assert (world.service.sources["team-a"], world.status(key)["state"]) == ({}, "Removed")
    assert holds(world.status(key), "Stalled")
