"""What people read in `kubectl describe` and `kubectl get events`: one event a change, told once. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from .conditions import found, holds
from .resource import GROUP, VERSION, Object, Resource

CONTROLLER = f"{GROUP}/operator"
MOST_NOTE = 1024  # of events.k8s.io/v1, in bytes
NOTED = {  # a condition that became True -> type, action
    "Complete": ("Normal", "Crawl"),
    "Ready": ("Normal", "Crawl"),
    "Failed": ("Warning", "Crawl"),
    "Stalled": ("Warning", "Crawl"),
    "Accepted": ("Normal", "Create"),
}
NOTABLE = ("Suspended", "LimitReached", "NotAuthenticated", "NotAllowed", "Unreachable", "NoToken")


def changes(resource: Resource, status: Object) -> Iterator[Object]:
    """An event for each change from the status that is there to the one that will be."""
    for type_, (kind, action) in NOTED.items():
        now = found(status, type_)
        if now.get("status") != "True" or holds(resource.status, type_):
            continue
        if type_ == "Stalled" and holds(status, "Failed"):
            continue  # told once, as Failed
        note = now["message"] or sentence(resource, status, type_)
        yield event(resource, kind, now["reason"], action, note, about=status)
    yield from _reasons(resource, status)


def _reasons(resource: Resource, status: Object) -> Iterator[Object]:
    now, before = found(status, "Reconciling"), found(resource.status, "Reconciling")
    if now.get("reason") == before.get("reason") or now.get("reason") not in NOTABLE:
        return
    normal = now["reason"] == "Suspended"
    note = now["message"] or ("It is suspended." if normal else "It is tried again.")
    yield event(resource, "Normal" if normal else "Warning", now["reason"], "Reconcile", note, about=status)


def sentence(resource: Resource, status: Object, type_: str) -> str:
    """What is said of a condition that has no message of its own."""
    if type_ == "Accepted" and resource.key.kind == "CrawlJob":
        return f"Job {status.get('jobID')} crawls {resource.spec.get('url')}."
    if type_ == "Accepted":
        return f"Source {status.get('sourceID')} is {resource.spec.get('url')}."
    return f"Its current run is job {status.get('currentJobID')}."


def event(
    resource: Resource, kind: str, reason: str, action: str, note: str, about: Object | None = None
) -> Object:
    """An event of events.k8s.io/v1. The same change has the same name, so that it is there once,
    no matter which replica tells of it."""
    key = resource.key
    what = (resource.uid, resource.generation, reason, (about or {}).get("jobID"), resource.run_request)
    mark = hashlib.sha256(repr(what).encode()).hexdigest()[:16]
    regarding = {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": key.kind,
        "namespace": key.namespace,
        "name": key.name,
        "uid": resource.uid,
    }
    return {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": f"{key.name[:200]}.{mark}", "namespace": key.namespace},
        "regarding": regarding,
        "type": kind,
        "reason": reason,
        "action": action,
        "note": note.encode()[:MOST_NOTE].decode("utf-8", "ignore"),
        "reportingController": CONTROLLER,
    }


def sent(given: Object, instance: str, now: float) -> Object:
    """The event as this replica sends it now."""
    at = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {**given, "reportingInstance": instance, "eventTime": at}
