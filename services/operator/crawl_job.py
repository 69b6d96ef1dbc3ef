"""What a CrawlJob wants, and what is told of it. Pure: a resource and what was seen of its job give both.

A job that somebody paused by other means goes on, and one that somebody deleted is not made again: a crawl is
one crawl.
"""

from __future__ import annotations

from docspasta.v1 import jobs_pb2 as pb

from .conditions import Condition, found, holds, merged
from .resource import Object, Resource, seconds, written
from .seen import Act, Seen

RUNNING = (pb.JOB_STATE_QUEUED, pb.JOB_STATE_RUNNING)
ENDED = (pb.JOB_STATE_COMPLETED, pb.JOB_STATE_FAILED, pb.JOB_STATE_CANCELLED)
STATES = {
    pb.JOB_STATE_QUEUED: "Queued",
    pb.JOB_STATE_RUNNING: "Running",
    pb.JOB_STATE_PAUSED: "Suspended",
    pb.JOB_STATE_COMPLETED: "Completed",
    pb.JOB_STATE_FAILED: "Failed",
    pb.JOB_STATE_CANCELLED: "Cancelled",
}
LIMITS = {
    pb.JOB_LIMIT_PAGES: "Pages",
    pb.JOB_LIMIT_DEPTH: "Depth",
    pb.JOB_LIMIT_TIME: "Time",
    pb.JOB_LIMIT_BYTES: "Bytes",
    pb.JOB_LIMIT_USER_PAGES: "PagesOfTheDay",
}


def next_act(crawl: Resource, seen: Seen, now: float, patience: float) -> Act:
    """What is to be done next. `patience` is how long a deletion waits for the jobs service, in seconds."""
    if crawl.deleted_at is not None:
        return deletion(crawl, seen, now, patience, known=bool(crawl.status.get("jobID")))
    if expired(crawl, now):
        return Act.DELETE
    if not crawl.held:  # then no job was made yet, unless its id is known
        return Act.NOTHING if crawl.suspended and not job_id(crawl, seen) else Act.HOLD
    if seen.refusal or seen.gone:
        return Act.NOTHING
    if seen.job is None:
        return Act.LOOK if crawl.status.get("jobID") else Act.CREATE
    if crawl.suspended and seen.job.progress.state in RUNNING:
        return Act.PAUSE
    if not crawl.suspended and seen.job.progress.state == pb.JOB_STATE_PAUSED:
        return Act.RESUME
    return Act.NOTHING


def deletion(resource: Resource, seen: Seen, now: float, patience: float, known: bool) -> Act:
    """What a deleted resource needs before it may go.

    One that is held and `known` by no id may have made something all the same: making it again tells which.
    """
    if not resource.held:
        return Act.NOTHING
    if resource.keeps_job or seen.gone or (resource.deleted_at or now) + patience <= now:
        return Act.RELEASE
    if seen.refusal is not None:
        final = not known and (seen.refusal.limit or not seen.refusal.passes)  # then nothing was made
        return Act.RELEASE if final else Act.NOTHING
    return Act.REMOVE if known or seen.job or seen.source else Act.CREATE


def expired(crawl: Resource, now: float) -> bool:
    """Whether it ended longer ago than it is to be kept."""
    kept, ended = crawl.spec.get("ttlSecondsAfterFinished"), crawl.status.get("completionTime")
    return kept is not None and ended is not None and seconds(ended) + int(kept) <= now


def job_id(crawl: Resource, seen: Seen) -> str:
    """The id of its job, '' before there is one."""
    return seen.job.job_id if seen.job is not None else str(crawl.status.get("jobID", ""))


def status(crawl: Resource, seen: Seen, now: float, public_url: str) -> Object:
    """The status to be written."""
    conditions = merged(crawl.status.get("conditions", []), _conditions(crawl, seen), crawl.generation, now)
    kept = {name: value for name, value in crawl.status.items() if name not in ("conditions", "message")}
    told = {**kept, **(_told(seen.job, public_url) if seen.job is not None else {})}
    if seen.gone:
        told.pop("documentURL", None)
        told.setdefault("completionTime", written(now))
    told |= {"observedGeneration": crawl.generation, "conditions": conditions}
    told["state"] = _state(crawl, seen, conditions)
    return told


def _told(job: pb.Job, public_url: str) -> Object:
    """What a job says of itself."""
    progress = job.progress
    told: Object = {
        "jobID": job.job_id,
        "found": progress.discovered,
        "done": progress.processed,
        "failed": progress.failed,
        "skipped": progress.skipped,
        "title": job.title[:256],
        "documentBytes": job.document_bytes,
        "limitReached": LIMITS.get(progress.limit_reached, ""),
    }
    if public_url:
        told["documentURL"] = f"{public_url.rstrip('/')}/api/v5/jobs/{job.job_id}/markdown"
    if job.HasField("started_at"):
        told["startTime"] = written(job.started_at.seconds)
    if progress.state in ENDED and job.HasField("finished_at"):
        told["completionTime"] = written(job.finished_at.seconds)
    return {name: value for name, value in told.items() if value != ""}


def _state(crawl: Resource, seen: Seen, conditions: list[Object]) -> str:
    if seen.job is not None:
        return STATES.get(seen.job.progress.state, "Unknown")
    if holds({"conditions": conditions}, "Stalled"):
        return str(crawl.status.get("state", "Failed")) if _over(crawl) else "Failed"
    if crawl.suspended and not crawl.status.get("jobID"):
        return "Suspended"
    return str(crawl.status.get("state", "Pending"))


def _over(crawl: Resource) -> bool:
    return holds(crawl.status, "Complete") or holds(crawl.status, "Failed")


def _conditions(crawl: Resource, seen: Seen) -> list[Condition]:
    if seen.job is not None:
        return _of_job(seen.job)
    if seen.gone:
        return _of_lost(crawl)
    if seen.refusal is not None:
        return _of_refusal(crawl, seen)
    if crawl.suspended:
        waits = "It is suspended and makes no job until it is not."
        return _five(None, "Suspended", waits, going=False)
    return _five(None, "Pending", "Its job is about to be made.", going=True)


def _five(
    accepted: bool | None,
    reason: str,
    message: str,
    going: bool,
    stalled: bool = False,
    complete: bool = False,
    failed: bool = False,
) -> list[Condition]:
    """All five, always, so that every one can be waited for."""
    why = {True: "JobCreated", False: reason, None: reason}[accepted]
    return [
        Condition("Accepted", accepted, why, "" if accepted else message),
        Condition("Reconciling", going, reason, message if going else ""),
        Condition("Stalled", stalled, reason, message if stalled else ""),
        Condition("Complete", complete, reason, message if complete else ""),
        Condition("Failed", failed, reason, message if failed else ""),
    ]


def _of_job(job: pb.Job) -> list[Condition]:
    state = job.progress.state
    if state == pb.JOB_STATE_COMPLETED:
        return _five(True, "CrawlCompleted", counted(job), going=False, complete=True)
    if state == pb.JOB_STATE_FAILED:
        why = job.error or "Not one page could be read."
        return _five(True, "CrawlFailed", why, going=False, stalled=True, failed=True)
    if state == pb.JOB_STATE_CANCELLED:
        why = "Somebody cancelled the job."
        return _five(True, "CrawlCancelled", why, going=False, stalled=True, failed=True)
    if state == pb.JOB_STATE_PAUSED:
        return _five(True, "Suspended", "", going=False)
    waits = job.wait.message if job.HasField("wait") else ""
    reason = "Queued" if state == pb.JOB_STATE_QUEUED else "Running"
    return _five(True, reason, waits, going=True)


def _of_lost(crawl: Resource) -> list[Condition]:
    """Its job is not there any more: it ended and was kept for its time, or somebody deleted it."""
    if holds(crawl.status, "Complete"):
        return _five(
            True, "JobRemoved", "It was completed; its job is not kept any more.", False, complete=True
        )
    why = "Its job was deleted; delete this resource, or make another one to crawl again."
    return _five(True, "JobRemoved", why, going=False, stalled=True, failed=True)


def _of_refusal(crawl: Resource, seen: Seen) -> list[Condition]:
    refusal = seen.refusal
    assert refusal is not None
    if _over(crawl):  # what ended stays ended, whether or not it can be looked at just now
        return [_as_was(crawl, name) for name in ("Accepted", "Reconciling", "Stalled", "Complete", "Failed")]
    if refusal.passes:
        accepted = True if crawl.status.get("jobID") else None
        return _five(accepted, refusal.reason, refusal.message, going=True)
    return _five(False, refusal.reason, refusal.message, going=False, stalled=True)


def _as_was(crawl: Resource, type_: str) -> Condition:
    old = found(crawl.status, type_)
    status = {"True": True, "False": False}.get(old.get("status", ""))
    return Condition(type_, status, old.get("reason", "Unknown"), old.get("message", ""))


def counted(job: pb.Job) -> str:
    """How many pages, as a sentence."""
    progress = job.progress
    failed = f", {progress.failed:,} failed" if progress.failed else ""
    limit = LIMITS.get(progress.limit_reached)
    cut = f"; a limit cut it ({limit}), {progress.not_admitted:,} links were left out" if limit else ""
    return f"{progress.processed:,} pages{failed}{cut}."
