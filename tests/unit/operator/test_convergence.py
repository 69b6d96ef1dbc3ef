"""Whatever happens on the way (kills, both services away, edits, deletions, two operators), the end is the
same: each resource has one job and tells its state, and nothing is left of what was deleted."""

from __future__ import annotations

import random

import aiohttp
import pytest

from docspasta.v1 import jobs_pb2 as pb
from services.operator.conditions import holds
from services.operator.resource import Key
from tests.sizes import size

from .fakes import FakeCluster, FakeService, Killed, Trouble
from .test_crawl_jobs import URL, World

SEEDS = size("operator histories")
NAMESPACES = ("team-a", "team-b")


@pytest.mark.parametrize("first", range(0, SEEDS, 50))
async def test_the_state_converges(first: int) -> None:
    for seed in range(first, min(first + 50, SEEDS)):
        await history(seed)


async def history(seed: int) -> None:
    """One random history, then calm, then what must hold."""
    draw = random.Random(seed)
    trouble = Trouble(draw, away=draw.choice((0.0, 0.1, 0.4)), killed=draw.choice((0.0, 0.1, 0.3)))
    world = World(FakeCluster(trouble), FakeService(trouble))
    for _ in range(draw.randint(5, 40)):
        await happens(world, draw)
    trouble.calm = True
    for _ in range(4):
        world.cluster.now += 1
        for key in list(world.cluster.objects):
            await look(world, key, draw)
    check(world, seed)


async def happens(world: World, draw: random.Random) -> None:
    """One thing: somebody does something, a crawl ends, or the operator looks."""
    keys = list(world.cluster.objects)
    key = draw.choice(keys) if keys else None
    what = draw.random()
    if key is None or what < 0.1:
        name, namespace = draw.choice("abc"), draw.choice(NAMESPACES)
        kind = draw.choice(("CrawlJob", "CrawlSource"))
        if Key(kind, namespace, name) not in world.cluster.objects:
            world.cluster.create(kind, {"url": URL, "suspend": draw.random() < 0.3}, name, namespace)
    elif what < 0.2:
        world.cluster.remove(key)
    elif what < 0.3:
        world.cluster.change(key, suspend=draw.random() < 0.5)
    elif what < 0.4:
        jobs = world.jobs(key.namespace)
        if jobs:
            state = draw.choice((pb.JOB_STATE_COMPLETED, pb.JOB_STATE_FAILED))
            world.service.end(key.namespace, draw.choice(list(jobs)), state)
    else:
        world.cluster.now += draw.random() * 5
        await look(world, key, draw)


async def look(world: World, key: Key, draw: random.Random) -> None:
    """An operator looks: perhaps at what is out of date, and perhaps it is killed or fails on the way."""
    if key not in world.cluster.objects:
        return
    resource = world.cluster.told(key)
    stale = not world.cluster.trouble.calm and draw.random() < 0.2
    try:
        await world.operator().look(resource)
        if stale and key in world.cluster.objects:  # another operator, or this one from an old watch
            await world.operator().look(resource)
    except (Killed, aiohttp.ClientError):
        pass


def check(world: World, seed: int) -> None:
    """What must hold in the end."""
    told = f"seed {seed}"
    wanted: dict[str, list[str]] = {name: [] for name in NAMESPACES}
    sources: dict[str, list[str]] = {name: [] for name in NAMESPACES}
    for key, given in world.cluster.objects.items():
        assert "deletionTimestamp" not in given["metadata"], told
        status = given["status"]
        assert status["observedGeneration"] == given["metadata"]["generation"], told
        if key.kind == "CrawlSource":
            sources[key.namespace].append(status["sourceID"])
            check_source(world, key, told)
        elif "jobID" in status:
            wanted[key.namespace].append(status["jobID"])
            check_job(world, key, told)
        else:
            assert status["state"] == "Suspended", told
    for namespace in NAMESPACES:
        assert sorted(wanted[namespace]) == sorted(world.jobs(namespace)), told
        assert sorted(sources[namespace]) == sorted(world.service.sources.get(namespace, {})), told


def check_job(world: World, key: Key, told: str) -> None:
    status, given = world.status(key), world.cluster.objects[key]
    state = world.jobs(key.namespace)[status["jobID"]].progress.state
    suspended = given["spec"].get("suspend", False)
    assert holds(status, "Complete") == (state == pb.JOB_STATE_COMPLETED), told
    assert holds(status, "Failed") == (state == pb.JOB_STATE_FAILED), told
    if state in (pb.JOB_STATE_RUNNING, pb.JOB_STATE_PAUSED):
        assert (state == pb.JOB_STATE_PAUSED) == suspended, told


def check_source(world: World, key: Key, told: str) -> None:
    status, given = world.status(key), world.cluster.objects[key]
    source = world.service.sources[key.namespace][status["sourceID"]]
    assert source.schedule.suspended == given["spec"].get("suspend", False), told
    assert status["appliedGeneration"] == given["metadata"]["generation"], told
    assert holds(status, "Accepted"), told
    if not source.schedule.suspended:
        assert status["lastRunRequest"] == "first", told
        assert source.newest_job_id, told
