"""A cluster and a jobs service in memory. They fail when told to, before what they are asked or after it."""

from __future__ import annotations

import copy
import itertools
import random
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp
from google.protobuf.message import Message

from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1 import sources_pb2 as spb
from services.operator.resource import FINALIZER, Key, Kind, Object, Resource, written
from services.operator.seen import Refusal
from services.operator.service import Gone, Refused

M = TypeVar("M", bound=Message)


class Killed(BaseException):
    """The operator ends here, as with SIGKILL."""


@dataclass
class Trouble:
    """What may go wrong: each with this likelihood. None of it with `calm`."""

    draw: random.Random = field(default_factory=lambda: random.Random(0))
    away: float = 0.0
    killed: float = 0.0
    calm: bool = False

    def maybe(self, error: Exception) -> None:
        if self.calm:
            return
        chance = self.draw.random()
        if chance < self.killed:
            raise Killed
        if chance < self.killed + self.away:
            raise error


@dataclass
class FakeCluster:
    """Resources as an API server keeps them. `now` is epoch seconds."""

    trouble: Trouble = field(default_factory=Trouble)
    now: float = 1_800_000_000.0
    objects: dict[Key, Object] = field(default_factory=dict)
    events: dict[str, Object] = field(default_factory=dict)
    uids: Any = field(default_factory=lambda: itertools.count(1))

    def create(self, kind: Kind, spec: Object, name: str = "docs", namespace: str = "team-a") -> Key:
        key = Key(kind, namespace, name)
        meta = {"name": name, "namespace": namespace, "uid": f"uid-{next(self.uids)}", "generation": 1}
        self.objects[key] = {"kind": kind, "metadata": meta, "spec": {"deletePolicy": "Delete", **spec}}
        return key

    def change(self, key: Key, **spec: Any) -> None:
        """Edit a spec, as people do."""
        given = self.objects[key]
        given["spec"] |= spec
        given["metadata"]["generation"] += 1

    def remove(self, key: Key) -> None:
        """Delete it, as people do: it stays as long as somebody's finalizer holds it."""
        meta = self.objects[key]["metadata"]
        if meta.get("finalizers"):
            meta.setdefault("deletionTimestamp", written(self.now))
        else:
            del self.objects[key]

    def told(self, key: Key) -> Resource:
        """A resource as a watch tells it."""
        return Resource.read(key.kind, copy.deepcopy(self.objects[key]))

    def _named(self, resource: Resource) -> Object | None:
        self.trouble.maybe(aiohttp.ClientConnectionError("reset"))
        given = self.objects.get(resource.key)
        return given if given and given["metadata"]["uid"] == resource.uid else None

    def _answer(self, given: Object) -> Object:
        self.trouble.maybe(aiohttp.ClientConnectionError("reset after it was done"))
        return copy.deepcopy(given)

    async def read(self, resource: Resource) -> Object | None:
        given = self._named(resource)
        return None if given is None else self._answer(given)

    async def hold(self, resource: Resource) -> Object | None:
        if (given := self._named(resource)) is None:
            return None
        if "deletionTimestamp" not in given["metadata"]:
            given["metadata"]["finalizers"] = [FINALIZER]
        return self._answer(given)

    async def release(self, resource: Resource) -> Object | None:
        if (given := self._named(resource)) is None:
            return None
        given["metadata"].pop("finalizers", None)
        if "deletionTimestamp" in given["metadata"]:
            del self.objects[resource.key]
        return self._answer(given)

    async def write_status(self, resource: Resource, status: Object) -> Object | None:
        if (given := self._named(resource)) is None:
            return None
        given["status"] = copy.deepcopy(status)
        return self._answer(given)

    async def delete(self, resource: Resource) -> None:
        if self._named(resource) is not None:
            self.remove(resource.key)
        self._answer({})

    async def tell(self, event: Object) -> None:
        self.trouble.maybe(aiohttp.ClientConnectionError("reset"))
        self.events.setdefault(event["metadata"]["name"], event)

    def reasons(self) -> list[str]:
        return [event["reason"] for event in self.events.values()]


AWAY = Refusal("Unreachable", "The jobs service does not answer (UNAVAILABLE); it is asked again.", True)


@dataclass
class FakeService:
    """Jobs and sources of namespaces, as the jobs service keeps them."""

    trouble: Trouble = field(default_factory=Trouble)
    jobs: dict[str, dict[str, pb.Job]] = field(default_factory=dict)  # by namespace
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    sources: dict[str, dict[str, spb.Source]] = field(default_factory=dict)
    refusal: Refusal | None = None  # of whatever is created
    made: int = 0
    runs: set[str] = field(default_factory=set)

    def _called(self) -> None:
        self.trouble.maybe(Refused(AWAY))

    def _found(self, namespace: str, job_id: str) -> pb.Job:
        if job_id not in self.jobs.get(namespace, {}):
            raise Gone
        return self.jobs[namespace][job_id]

    async def create_job(self, namespace: str, request: pb.CreateJobRequest) -> pb.Job:
        self._called()
        key = namespace, request.idempotency_key
        if key not in self.keys:
            if self.refusal:
                raise Refused(self.refusal)
            self.made += 1
            job = pb.Job(job_id=f"job{self.made}", settings=request.settings)
            job.progress.state = pb.JOB_STATE_RUNNING
            job.started_at.FromSeconds(1_800_000_000)
            self.jobs.setdefault(namespace, {})[job.job_id] = job
            self.keys[key] = job.job_id
        self._called()
        return self._copy(self._found(namespace, self.keys[key]))

    async def job(self, namespace: str, job_id: str) -> pb.Job:
        self._called()
        return self._copy(self._found(namespace, job_id))

    async def pause(self, namespace: str, job_id: str) -> pb.Job:
        return self._stepped(namespace, job_id, pb.JOB_STATE_PAUSED)

    async def resume(self, namespace: str, job_id: str) -> pb.Job:
        return self._stepped(namespace, job_id, pb.JOB_STATE_RUNNING)

    def _stepped(self, namespace: str, job_id: str, state: pb.JobState.ValueType) -> pb.Job:
        self._called()
        job = self._found(namespace, job_id)
        if job.progress.state not in (pb.JOB_STATE_RUNNING, pb.JOB_STATE_QUEUED, pb.JOB_STATE_PAUSED):
            raise Refused(Refusal("NotNow", "The job has ended.", True))
        job.progress.state = state
        self._called()
        return self._copy(job)

    async def delete_job(self, namespace: str, job_id: str) -> None:
        self._called()
        self._found(namespace, job_id)
        del self.jobs[namespace][job_id]
        self.keys = {key: known for key, known in self.keys.items() if known != job_id}
        self._called()

    def end(self, namespace: str, job_id: str, state: pb.JobState.ValueType = pb.JOB_STATE_COMPLETED) -> None:
        """The crawl ends, as crawls do."""
        job = self.jobs[namespace][job_id]
        if job.progress.state in (pb.JOB_STATE_RUNNING, pb.JOB_STATE_QUEUED):
            job.progress.state = state
            job.progress.discovered = job.progress.processed = 12
            job.finished_at.FromSeconds(1_800_000_060)

    async def create_source(self, namespace: str, request: spb.CreateSourceRequest) -> spb.Source:
        self._called()
        mine = self.sources.setdefault(namespace, {})
        if not (found := next((one for one in mine.values() if one.name == request.name), None)):
            if self.refusal:
                raise Refused(self.refusal)
            self.made += 1
            found = spb.Source(source_id=f"source{self.made}", name=request.name, keep=request.keep)
            self._apply(found, request)
            mine[found.source_id] = found
        self._called()
        return self._copy(found)

    def _apply(self, found: spb.Source, request: Any) -> None:
        found.settings.CopyFrom(request.settings)
        found.schedule.CopyFrom(request.schedule)
        found.schedule_text = request.schedule.cron and f"By {request.schedule.cron}."

    async def source(self, namespace: str, source_id: str) -> spb.Source:
        self._called()
        if source_id not in self.sources.get(namespace, {}):
            raise Gone
        return self._copy(self.sources[namespace][source_id])

    async def update_source(self, namespace: str, request: spb.UpdateSourceRequest) -> spb.Source:
        await self.source(namespace, request.source_id)
        self._apply(self.sources[namespace][request.source_id], request)
        self._called()
        return self._copy(self.sources[namespace][request.source_id])

    async def run_source(self, namespace: str, request: spb.RunSourceRequest) -> None:
        await self.source(namespace, request.source_id)
        if request.idempotency_key not in self.runs:
            self.runs.add(request.idempotency_key)
            source = self.sources[namespace][request.source_id]
            source.newest_job_id, source.newest_state = f"run{len(self.runs)}", pb.JOB_STATE_RUNNING
            source.newest_created_at.FromSeconds(1_800_000_000)
        self._called()

    async def delete_source(self, namespace: str, source_id: str) -> None:
        await self.source(namespace, source_id)
        del self.sources[namespace][source_id]
        self._called()

    def end_run(
        self, namespace: str, source_id: str, state: pb.JobState.ValueType = pb.JOB_STATE_COMPLETED
    ) -> None:
        source = self.sources[namespace][source_id]
        source.newest_state = state
        if state == pb.JOB_STATE_COMPLETED:
            source.current_job_id = source.newest_job_id

    def _copy(self, message: M) -> M:
        copied = type(message)()
        copied.CopyFrom(message)
        return copied
