"""What the jobs service said of a resource's job or source in this round. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from docspasta.v1.jobs_pb2 import Job
from docspasta.v1.sources_pb2 import Source


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done. `passes`: it is worth another try; `limit`: the user's limits
    refused it."""

    reason: str  # CamelCase, for a condition
    message: str
    passes: bool
    limit: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """`gone`: the jobs service knows no such job or source (any more). `applied` and `ran`: the source has
    its resource's spec now, and began the run that was asked for."""

    job: Job | None = None
    source: Source | None = None
    gone: bool = False
    refusal: Refusal | None = None
    applied: bool = False
    ran: bool = False

    def after(self, **found: object) -> Seen:
        """The same, and what was found now."""
        return replace(self, **found)  # type: ignore[arg-type]


class Act(StrEnum):
    """The one thing to be done next."""

    NOTHING = "nothing"
    READ = "read"  # the resource anew: what a watch told may be old, and nothing is made by that
    HOLD = "hold"  # put the finalizer on: a deletion waits for us, and our successors see what we began
    RELEASE = "release"  # take it off
    CREATE = "create"  # the job or source, by the resource's UID: a second time gives the same one
    LOOK = "look"
    PAUSE = "pause"
    RESUME = "resume"
    CHANGE = "change"  # the source follows its resource
    RUN = "run"  # of the source
    REMOVE = "remove"  # the job or source
    DELETE = "delete"  # the resource itself, whose time is over
