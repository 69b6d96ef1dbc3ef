"""A CrawlJob becomes one job, says how it goes, and takes its job along when it is deleted."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from docspasta.v1 import jobs_pb2 as pb
from services.operator.conditions import found, holds
from services.operator.reconcile import Reconciler
from services.operator.resource import Key, Object
from services.operator.seen import Refusal

from .fakes import FakeCluster, FakeService, Trouble

URL = "https://docs.example.org/"
TYPES = ["Accepted", "Reconciling", "Stalled", "Complete", "Failed"]


@dataclass
class World:
    """A cluster, a jobs service, and the operator between them."""

    cluster: FakeCluster = field(default_factory=FakeCluster)
    service: FakeService = field(default_factory=FakeService)

    def operator(self) -> Reconciler:
        clock = lambda: self.cluster.now  # noqa: E731
        return Reconciler(self.cluster, self.service, "https://d.example.org/", 5.0, 300.0, clock)

    async def look(self, key: Key) -> float | None:
        return await self.operator().look(self.cluster.told(key))

    def status(self, key: Key) -> Object:
        return self.cluster.objects[key].get("status", {})

    def conditions(self, key: Key) -> dict[str, str]:
        return {one["type"]: one["status"] for one in self.status(key)["conditions"]}

    def jobs(self, namespace: str = "team-a") -> dict[str, pb.Job]:
        return self.service.jobs.get(namespace, {})


async def test_a_crawl_from_its_beginning_to_its_end() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL, "settings": {"maxPages": 40}})
    assert await world.look(key) == 5.0
    [job] = world.jobs().values()
    assert (job.settings.url, job.settings.max_pages) == (URL, 40)
    status = world.status(key)
    assert (status["state"], status["jobID"], status["observedGeneration"]) == ("Running", job.job_id, 1)
    assert status["documentURL"] == f"https://d.example.org/api/v5/jobs/{job.job_id}/markdown"
    assert world.conditions(key) == dict(zip(TYPES, ["True", "True", "False", "False", "False"], strict=True))
    world.service.end("team-a", job.job_id)
    assert await world.look(key) is None
    status = world.status(key)
    assert (status["state"], status["done"], status["found"]) == ("Completed", 12, 12)
    assert status["completionTime"] == "2027-01-15T08:01:00Z"
    assert world.conditions(key) == dict(zip(TYPES, ["True", "False", "False", "True", "False"], strict=True))
    assert world.cluster.reasons() == ["JobCreated", "CrawlCompleted"]


async def test_a_look_at_what_has_not_changed_writes_nothing() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    await world.look(key)
    before = world.status(key)
    world.cluster.now += 60
    await world.look(key)
    assert world.status(key) is before


async def test_a_transition_time_is_that_of_the_change() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    await world.look(key)
    world.cluster.now += 60
    world.service.end("team-a", "job1")
    await world.look(key)
    times = {one["type"]: one["lastTransitionTime"] for one in world.status(key)["conditions"]}
    assert times["Accepted"] == times["Stalled"] == "2027-01-15T08:00:00Z"
    assert times["Complete"] == times["Reconciling"] == "2027-01-15T08:01:00Z"


@pytest.mark.parametrize(
    ("state", "word"), [(pb.JOB_STATE_FAILED, "Failed"), (pb.JOB_STATE_CANCELLED, "Cancelled")]
)
async def test_a_crawl_that_failed_is_stalled_and_failed(state: pb.JobState, word: str) -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    await world.look(key)
    world.service.end("team-a", "job1", state)
    await world.look(key)
    assert world.status(key)["state"] == word
    assert world.conditions(key) == dict(zip(TYPES, ["True", "False", "True", "False", "True"], strict=True))
    assert world.cluster.reasons() == ["JobCreated", f"Crawl{word}"]


async def test_suspended_and_resumed() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL, "suspend": True})
    assert await world.look(key) is None
    assert (world.status(key)["state"], world.jobs()) == ("Suspended", {})
    assert world.conditions(key)["Reconciling"] == "False"
    world.cluster.change(key, suspend=False)
    await world.look(key)
    assert world.status(key)["state"] == "Running"
    world.cluster.change(key, suspend=True)
    await world.look(key)
    assert world.status(key)["state"] == "Suspended"
    assert world.jobs()["job1"].progress.state == pb.JOB_STATE_PAUSED
    world.cluster.change(key, suspend=False)
    await world.look(key)
    assert world.jobs()["job1"].progress.state == pb.JOB_STATE_RUNNING
    assert world.service.made == 1


@pytest.mark.parametrize("settings", [{"maxPages": "many"}, {"headers": 3}, {"nonsense": 1}])
async def test_what_is_no_crawl_is_refused_with_a_sentence(settings: Object) -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL, "settings": settings})
    assert await world.look(key) is None
    accepted = found(world.status(key), "Accepted")
    assert (accepted["status"], accepted["reason"]) == ("False", "Invalid")
    assert next(iter(settings)) in accepted["message"]
    assert world.conditions(key)["Stalled"] == "True"
    assert world.status(key)["state"] == "Failed"


async def test_a_limit_is_waited_out() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    world.service.refusal = Refusal("LimitReached", "You have 1,000 open jobs.", True, limit=True)
    assert (await world.look(key) or 0) > 0
    assert found(world.status(key), "Accepted")["status"] == "Unknown"
    assert found(world.status(key), "Reconciling")["message"] == "You have 1,000 open jobs."
    world.service.refusal = None
    await world.look(key)
    assert world.status(key)["state"] == "Running"
    assert world.cluster.reasons() == ["LimitReached", "JobCreated"]


async def test_the_jobs_service_away_is_told_and_waited_for() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    await world.look(key)
    world.service.trouble = Trouble(away=1.0)
    first = await world.look(key)
    world.cluster.now += 600
    later = await world.look(key)
    assert first is not None and later is not None and first < 10 < later
    assert found(world.status(key), "Reconciling")["reason"] == "Unreachable"
    assert holds(world.status(key), "Accepted")


async def test_what_ended_stays_ended_while_the_jobs_service_is_away() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    await world.look(key)
    world.service.end("team-a", "job1")
    await world.look(key)
    before = world.status(key)
    world.service.trouble = Trouble(away=1.0)
    await world.look(key)
    assert world.status(key) == before


async def test_a_deleted_resource_takes_its_job_along() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    await world.look(key)
    world.cluster.remove(key)
    assert key in world.cluster.objects  # it waits for us
    assert await world.look(key) is None
    assert (world.cluster.objects, world.jobs()) == ({}, {})


async def test_a_job_may_be_kept() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL, "deletePolicy": "Retain"})
    await world.look(key)
    world.cluster.remove(key)
    world.service.trouble = Trouble(away=1.0)  # it is not even asked
    await world.look(key)
    assert (world.cluster.objects, list(world.jobs())) == ({}, ["job1"])


async def test_a_deletion_does_not_wait_for_ever() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    await world.look(key)
    world.cluster.remove(key)
    world.service.trouble = Trouble(away=1.0)
    assert (await world.look(key)) is not None
    assert key in world.cluster.objects
    world.cluster.now += 299
    assert (await world.look(key)) is not None
    world.cluster.now += 2
    assert (await world.look(key)) is None
    assert world.cluster.objects == {}
    assert "LeftBehind" in world.cluster.reasons()


async def test_a_job_that_was_made_by_an_operator_that_died_is_found_by_its_successor() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    resource = world.cluster.told(key)
    await world.cluster.hold(resource)
    await world.service.create_job("team-a", _request(world, key))
    world.cluster.remove(key)  # nobody knows the job's id
    await world.look(key)
    assert (world.cluster.objects, world.jobs(), world.service.made) == ({}, {}, 1)


async def test_a_refused_resource_can_be_deleted() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    world.service.refusal = Refusal("LimitReached", "Too many.", True, limit=True)
    await world.look(key)
    world.cluster.remove(key)
    assert await world.look(key) is None
    assert world.cluster.objects == {}


async def test_a_job_that_somebody_deleted_is_not_made_again() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    await world.look(key)
    await world.service.delete_job("team-a", "job1")
    await world.look(key)
    await world.look(key)
    assert (world.jobs(), world.service.made) == ({}, 1)
    status = world.status(key)
    assert (status["state"], "documentURL" in status) == ("Failed", False)
    assert found(status, "Failed")["reason"] == "JobRemoved"


async def test_a_completed_job_that_is_kept_no_more_stays_completed() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL})
    await world.look(key)
    world.service.end("team-a", "job1")
    await world.look(key)
    await world.service.delete_job("team-a", "job1")
    await world.look(key)
    assert holds(world.status(key), "Complete")
    assert (world.status(key)["state"], "documentURL" in world.status(key)) == ("Completed", False)


async def test_its_time_after_its_end() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL, "ttlSecondsAfterFinished": 3600})
    await world.look(key)
    world.cluster.now += 60
    world.service.end("team-a", "job1")
    assert await world.look(key) == 3601.0
    world.cluster.now += 3600
    await world.look(key)
    assert "deletionTimestamp" in world.cluster.objects[key]["metadata"]
    await world.look(key)
    assert (world.cluster.objects, world.jobs()) == ({}, {})


async def test_two_namespaces_are_two_users() -> None:
    world = World()
    for namespace in ("team-a", "team-b"):
        await world.look(world.cluster.create("CrawlJob", {"url": URL}, namespace=namespace))
    assert [list(world.jobs(name)) for name in ("team-a", "team-b")] == [["job1"], ["job2"]]


async def test_a_resource_made_again_under_its_name_is_another_crawl() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL, "deletePolicy": "Retain"})
    await world.look(key)
    world.cluster.remove(key)
    await world.look(key)
    world.cluster.create("CrawlJob", {"url": URL, "deletePolicy": "Retain"})
    await world.look(key)
    assert list(world.jobs()) == ["job1", "job2"]


def _request(world: World, key: Key) -> pb.CreateJobRequest:
    from services.operator.asking import create_job

    return create_job(world.cluster.told(key))


def test_a_crawl_that_takes_unchanged_pages_is_asked_for() -> None:
    world = World()
    key = world.cluster.create("CrawlJob", {"url": URL, "settings": {"reuse": True}})
    assert _request(world, key).reuse
