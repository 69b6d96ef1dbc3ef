"""What a CrawlSource wants, and what is told of it. Pure.

Its source is run once as soon as it is made, then by its schedule, and again when the annotation RUN_REQUEST
gets another value.
"""

from __future__ import annotations

from docspasta.v1 import sources_pb2 as pb

from .conditions import Condition, merged
from .crawl_job import RUNNING, STATES, deletion
from .resource import Object, Resource, written
from .seen import Act, Seen

SKIPPED = {
    "overlap": "a run was under way",
    "limit": "a limit was reached",
    "refused": "it was refused",
    "missed": "it was missed",
}


def next_act(source: Resource, seen: Seen, now: float, patience: float) -> Act:
    """What is to be done next. `patience` is how long a deletion waits for the jobs service, in seconds."""
    if source.deleted_at is not None:
        return deletion(source, seen, now, patience, known=bool(source.status.get("sourceID")))
    if not source.held:
        return Act.HOLD
    if seen.refusal or seen.gone:
        return Act.NOTHING
    if seen.source is None:
        return Act.LOOK if source.status.get("sourceID") else Act.CREATE
    if not seen.applied and source.status.get("appliedGeneration") != source.generation:
        return Act.CHANGE
    if not source.suspended and not seen.ran and source.status.get("lastRunRequest") != source.run_request:
        return Act.RUN
    return Act.NOTHING


def status(source: Resource, seen: Seen, now: float, public_url: str) -> Object:
    """The status to be written."""
    told: Object = {k: v for k, v in source.status.items() if k != "conditions"}
    if seen.source is not None:
        told = {**_told(seen.source, public_url), **_marks(source, seen)}
    if seen.gone:
        told = {
            name: told[name] for name in ("appliedGeneration", "lastRunRequest", "sourceID") if name in told
        }
        told["state"] = "Removed"
    told.setdefault("state", "Pending")
    told["observedGeneration"] = source.generation
    wanted = _conditions(source, seen)
    told["conditions"] = merged(source.status.get("conditions", []), wanted, source.generation, now)
    return told


def _marks(source: Resource, seen: Seen) -> Object:
    """How far the source follows its resource."""
    applied = source.generation if seen.applied else source.status.get("appliedGeneration")
    ran = source.run_request if seen.ran else source.status.get("lastRunRequest")
    marks = {"appliedGeneration": applied, "lastRunRequest": ran}
    return {name: value for name, value in marks.items() if value is not None}


def _told(given: pb.Source, public_url: str) -> Object:
    """What a source says of itself."""
    told: Object = {
        "sourceID": given.source_id,
        "currentJobID": given.current_job_id,
        "newestJobID": given.newest_job_id,
        "suspectJobID": given.suspect_job_id,
        "state": STATES.get(given.newest_state, "Pending"),
        "schedule": given.schedule_text[:256],
    }
    if public_url and given.current_job_id:
        told["documentURL"] = f"{public_url.rstrip('/')}/api/v5/jobs/{given.current_job_id}/markdown"
    if given.HasField("newest_created_at") and given.newest_job_id:
        told["lastRunTime"] = written(given.newest_created_at.seconds)
    if given.HasField("next_at"):
        told["nextRunTime"] = written(given.next_at.seconds)
    return {name: value for name, value in told.items() if value != ""}


def _conditions(source: Resource, seen: Seen) -> list[Condition]:
    if seen.gone:
        why = "The source was deleted; delete this resource, or make another one."
        return _four(False, "SourceRemoved", why, stalled=True)
    refusal = seen.refusal
    if refusal is not None and seen.source is None:
        had = source.status.get("currentJobID")
        accepted = True if source.status.get("sourceID") else None if refusal.passes else False
        return _four(bool(had), refusal.reason, refusal.message, accepted, refusal.passes, not refusal.passes)
    if seen.source is None:
        return _four(False, "Pending", "Its source is about to be made.", None, going=True)
    if refusal is not None:
        ready = bool(seen.source.current_job_id)
        return _four(ready, refusal.reason, refusal.message, True, refusal.passes, not refusal.passes)
    return _of_source(source, seen.source)


def _of_source(source: Resource, given: pb.Source) -> list[Condition]:
    ready = bool(given.current_job_id)
    if given.newest_state in RUNNING:
        return _four(ready, "Running", "", True, going=True)
    skipped = SKIPPED.get(given.skipped_because, "")
    note = f"The last time that its schedule said, no run began: {skipped}." if skipped else ""
    if given.suspect_job_id:
        note = f"Job {given.suspect_job_id} would take away many of its pages: accept it, or crawl again."
        return _four(ready, "RunSuspect", note, True)
    if ready:
        return _four(True, "Current", note, True)
    if source.suspended:
        return _four(False, "Suspended", "It is suspended, and no run of it was completed.", True)
    if not given.newest_job_id:
        return _four(False, "Pending", note or "No run of it has begun.", True, going=True)
    why = "No run of it was completed, and the newest failed."
    return _four(
        False, "RunFailed", why, True, going=bool(given.schedule_text), stalled=not given.schedule_text
    )


def _four(
    ready: bool,
    reason: str,
    message: str,
    accepted: bool | None = True,
    going: bool = False,
    stalled: bool = False,
) -> list[Condition]:
    """All four, always, so that every one can be waited for."""
    return [
        Condition("Accepted", accepted, "SourceCreated" if accepted else reason, "" if accepted else message),
        Condition("Reconciling", going, reason, message if going else ""),
        Condition("Stalled", stalled, reason, message if stalled else ""),
        Condition("Ready", ready, reason, message),
    ]
