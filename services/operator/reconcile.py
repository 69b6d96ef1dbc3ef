"""One look at a resource: what it wants is done, step by step, and its status told.

It may end anywhere and begin again from the start: each step gives the same when it is done twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol

from docspasta.errors import InvalidArgument
from docspasta.telemetry.logs import logger
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1 import sources_pb2 as sources

from . import asking, crawl_job, crawl_source, events
from .resource import Object, Resource, seconds
from .seen import Act, Refusal, Seen
from .service import Gone, Refused, refusal_of_spec

MOST_STEPS = 8
LONGEST = 300.0  # seconds between two tries of what is refused
log = logger("operator")


class Told(Protocol):
    """What a look writes to the cluster (cluster.Cluster)."""

    async def read(self, resource: Resource) -> Object | None: ...
    async def hold(self, resource: Resource) -> Object | None: ...
    async def release(self, resource: Resource) -> Object | None: ...
    async def write_status(self, resource: Resource, status: Object) -> Object | None: ...
    async def delete(self, resource: Resource) -> None: ...
    async def tell(self, event: Object) -> None: ...


class Asked(Protocol):
    """What a look asks of the jobs service (service.JobsService)."""

    async def create_job(self, namespace: str, request: pb.CreateJobRequest) -> pb.Job: ...
    async def job(self, namespace: str, job_id: str) -> pb.Job: ...
    async def pause(self, namespace: str, job_id: str) -> pb.Job: ...
    async def resume(self, namespace: str, job_id: str) -> pb.Job: ...
    async def delete_job(self, namespace: str, job_id: str) -> None: ...
    async def create_source(self, namespace: str, request: sources.CreateSourceRequest) -> sources.Source: ...
    async def source(self, namespace: str, source_id: str) -> sources.Source: ...
    async def update_source(self, namespace: str, request: sources.UpdateSourceRequest) -> sources.Source: ...
    async def run_source(self, namespace: str, request: sources.RunSourceRequest) -> None: ...
    async def delete_source(self, namespace: str, source_id: str) -> None: ...


class Reconciler:
    """`poll` is how often a job that goes on is looked at, `patience` how long a deletion waits for the jobs
    service, both in seconds; `clock` is epoch seconds."""

    def __init__(
        self,
        cluster: Told,
        service: Asked,
        public_url: str,
        poll: float,
        patience: float,
        clock: Callable[[], float],
    ) -> None:
        self._cluster, self._service, self._public_url = cluster, service, public_url
        self._poll, self._patience, self._clock = poll, patience, clock

    async def look(self, resource: Resource) -> float | None:
        """Do what the resource wants. Seconds until it is to be looked at again, None for no time.

        Raises what the cluster raises (cluster.TROUBLE).
        """
        rules = crawl_job if resource.key.kind == "CrawlJob" else crawl_source
        seen, fresh = Seen(), False
        for _ in range(MOST_STEPS):
            act = rules.next_act(resource, seen, self._clock(), self._patience)
            if act is Act.NOTHING:
                break
            if act is Act.CREATE and not fresh:
                act = Act.READ
            if act in (Act.READ, Act.HOLD, Act.RELEASE, Act.DELETE):
                changed = await self._in_cluster(act, resource, seen)
                if changed is None:
                    return None
                resource, fresh = changed, True
            else:
                seen = await self._in_service(act, resource, seen)
        if resource.deleted_at is not None and not resource.held:
            return None
        await self._tell(resource, rules.status(resource, seen, self._clock(), self._public_url))
        return self._again(resource, seen)

    async def _in_cluster(self, act: Act, resource: Resource, seen: Seen) -> Resource | None:
        """Do what is done to the resource itself: it as it is now, None when there is no more to do."""
        if act in (Act.HOLD, Act.READ):
            ask = self._cluster.hold if act is Act.HOLD else self._cluster.read
            found = await ask(resource)
            return Resource.read(resource.key.kind, found) if found is not None else None
        if act is Act.DELETE:
            await self._cluster.delete(resource)
        else:
            await self._release(resource, seen)
        return None

    async def _release(self, resource: Resource, seen: Seen) -> None:
        if not (seen.gone or resource.keeps_job) and resource.status.get(
            "jobID", resource.status.get("sourceID")
        ):
            note = "The jobs service could not be told in time: what this resource made may still be there."
            await self._cluster.tell(events.event(resource, "Warning", "LeftBehind", "Delete", note))
            log.warning(
                "left behind",
                kind=resource.key.kind,
                namespace=resource.key.namespace,
                name=resource.key.name,
            )
        await self._cluster.release(resource)

    async def _in_service(self, act: Act, resource: Resource, seen: Seen) -> Seen:
        try:
            return await self._asked(act, resource, seen)
        except Gone:
            return seen.after(gone=True, job=None, source=None)
        except Refused as refused:
            return seen.after(refusal=refused.refusal)
        except InvalidArgument as error:
            return seen.after(refusal=refusal_of_spec(error))

    async def _asked(self, act: Act, resource: Resource, seen: Seen) -> Seen:
        if resource.key.kind == "CrawlJob":
            return await self._of_job(act, resource, seen)
        return await self._of_source(act, resource, seen)

    async def _of_job(self, act: Act, crawl: Resource, seen: Seen) -> Seen:
        service, namespace, job_id = self._service, crawl.key.namespace, crawl_job.job_id(crawl, seen)
        match act:
            case Act.CREATE:
                return seen.after(job=await service.create_job(namespace, asking.create_job(crawl)))
            case Act.LOOK:
                return seen.after(job=await service.job(namespace, job_id))
            case Act.PAUSE:
                return seen.after(job=await service.pause(namespace, job_id))
            case Act.RESUME:
                return seen.after(job=await service.resume(namespace, job_id))
        await service.delete_job(namespace, job_id)
        return seen.after(gone=True, job=None)

    async def _of_source(self, act: Act, source: Resource, seen: Seen) -> Seen:
        service, namespace = self._service, source.key.namespace
        source_id = seen.source.source_id if seen.source else source.status.get("sourceID", "")
        match act:
            case Act.CREATE:
                made = await service.create_source(namespace, asking.create_source(source))
                return seen.after(source=made)
            case Act.LOOK:
                return seen.after(source=await service.source(namespace, source_id))
            case Act.CHANGE:
                changed = await service.update_source(namespace, asking.update_source(source, source_id))
                return seen.after(source=changed, applied=True)
            case Act.RUN:
                await service.run_source(namespace, asking.run_source(source, source_id))
                return seen.after(source=await service.source(namespace, source_id), ran=True)
        await service.delete_source(namespace, source_id)
        return seen.after(gone=True, source=None)

    async def _tell(self, resource: Resource, status: Object) -> None:
        """Events first: a replica that dies between the two makes the same events again, which is once."""
        if status == resource.status:
            return
        for event in events.changes(resource, status):
            await self._cluster.tell(event)
        await self._cluster.write_status(resource, status)

    def _again(self, resource: Resource, seen: Seen) -> float | None:
        """When it is to be looked at again, unless something happens to it before."""
        if resource.key.kind == "CrawlJob" and (left := self._left(resource, seen)) is not None:
            return left
        if seen.refusal is not None and not seen.refusal.passes:
            return None
        if seen.refusal is not None or resource.deleted_at is not None:
            return _backoff(resource, seen.refusal, self._clock(), self._poll)
        job, source = seen.job, seen.source
        going = (job is not None and job.progress.state in crawl_job.RUNNING) or (
            source is not None and source.newest_state in crawl_job.RUNNING
        )
        return self._poll if going else None

    def _left(self, crawl: Resource, seen: Seen) -> float | None:
        """Seconds until its time is over, for one that ended."""
        kept, job = crawl.spec.get("ttlSecondsAfterFinished"), seen.job
        if kept is None or job is None or job.progress.state not in crawl_job.ENDED:
            return None
        return max(0.0, job.finished_at.seconds + int(kept) - self._clock()) + 1.0


def _backoff(resource: Resource, refusal: Refusal | None, now: float, poll: float) -> float:
    """The longer something is refused, the more seldom it is tried, and not by all at once."""
    since = resource.deleted_at
    for one in resource.status.get("conditions", ()):
        if one["type"] == "Reconciling" and refusal is not None and one["reason"] == refusal.reason:
            since = seconds(one["lastTransitionTime"])
    waited = max(0.0, now - since) if since is not None else 0.0
    return min(LONGEST, max(poll, waited / 4)) * (0.75 + random.random() / 2)  # noqa: S311
