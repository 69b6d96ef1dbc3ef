"""Conditions after Kubernetes' API conventions and kstatus, each with a reason and a sentence. Pure.

`Reconciling` and `Stalled` are what Argo CD and Flux judge health by: the first means that it is under way,
the second that it will not go on by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from .resource import Object, written

MOST_MESSAGE = 1024  # characters, of the 32,768 that the API allows
Status = bool | None  # None: Unknown


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, before it is known since when it is so."""

    type: str
    status: Status
    reason: str
    message: str = ""

    @property
    def word(self) -> str:
        return {True: "True", False: "False", None: "Unknown"}[self.status]


def merged(before: list[Object], wanted: list[Condition], generation: int, now: float) -> list[Object]:
    """The conditions to be written: a time changes only when a condition's status does."""
    old = {one["type"]: one for one in before}
    return [_written(one, old.get(one.type), generation, now) for one in wanted]


def _written(one: Condition, old: Object | None, generation: int, now: float) -> Object:
    same = old is not None and old["status"] == one.word
    return {
        "type": one.type,
        "status": one.word,
        "reason": one.reason,
        "message": one.message[:MOST_MESSAGE],
        "observedGeneration": generation,
        "lastTransitionTime": old["lastTransitionTime"] if old is not None and same else written(now),
    }


def found(status: Object, type_: str) -> Object:
    """A condition of a status, {} without one."""
    return next((one for one in status.get("conditions", ()) if one["type"] == type_), {})


def holds(status: Object, type_: str) -> bool:
    """Whether a condition is True."""
    return bool(found(status, type_).get("status") == "True")
