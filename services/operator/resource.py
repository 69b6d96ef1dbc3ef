"""A custom resource as the API server tells it, as a record. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

GROUP, VERSION = "docspasta.dev", "v1alpha1"
RUN_REQUEST = f"{GROUP}/run"  # an annotation
FINALIZER = f"{GROUP}/job"
Kind = Literal["CrawlJob", "CrawlSource"]
KINDS: tuple[Kind, ...] = ("CrawlJob", "CrawlSource")
PLURALS = {"CrawlJob": "crawljobs", "CrawlSource": "crawlsources"}
Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """Which resource is meant."""

    kind: Kind
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A CrawlJob or a CrawlSource. `deleted_at` is when somebody deleted it (epoch seconds), None otherwise;
    `held` says whether our finalizer keeps it until its job is gone, `run_request` which run of a source
    is asked for: any text, once each."""

    key: Key
    uid: str
    generation: int
    spec: Object
    status: Object = field(default_factory=dict)
    deleted_at: float | None = None
    held: bool = False
    run_request: str = "first"

    @classmethod
    def read(cls, kind: Kind, given: Object) -> Resource:
        """The record of an object of the API server's."""
        meta = given["metadata"]
        deleted = meta.get("deletionTimestamp")
        return cls(
            key=Key(kind, meta["namespace"], meta["name"]),
            uid=meta["uid"],
            generation=meta.get("generation", 1),
            spec=given.get("spec") or {},
            status=given.get("status") or {},
            deleted_at=seconds(deleted) if deleted else None,
            held=FINALIZER in meta.get("finalizers", ()),
            run_request=str(meta.get("annotations", {}).get(RUN_REQUEST, "first"))[:128],
        )

    @property
    def keeps_job(self) -> bool:
        """Whether what it made stays when it is deleted."""
        return bool(self.spec.get("deletePolicy") == "Retain")

    @property
    def suspended(self) -> bool:
        return bool(self.spec.get("suspend"))


def seconds(text: str) -> float:
    """Epoch seconds of a time as Kubernetes writes it (RFC 3339)."""
    return datetime.fromisoformat(text).timestamp()


def written(at: float) -> str:
    """A time as Kubernetes writes it, in whole seconds."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
