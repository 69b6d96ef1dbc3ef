"""The errors that cross a border. Few, and each a sentence for people.

    DocspastaError
    ├── InvalidArgument      a field is wrong; carries (field, sentence) pairs
    ├── Unauthenticated      no credential, or one that is not believed
    ├── PermissionDenied     a good credential without the scope
    ├── NotFound             no such thing for this caller (someone else's is the same)
    ├── AlreadyExists        the idempotency key was used for another request
    ├── Aborted              the same request is in progress; ask again
    ├── FailedPrecondition   not in this state; `reason` names the case (job-running, no-content-yet ...)
    ├── ResourceExhausted    a limit bites; `retry_after` seconds
    └── Unavailable          trouble that passes; `retry_after` seconds

They become gRPC status in docspasta/serving/status.py and HTTP status in the gateway's one table.
"""

from __future__ import annotations

from collections.abc import Sequence


class DocspastaError(Exception):
    """A sentence for people; `reason` is a stable lower-case word for programs."""

    reason = "error"

    def __init__(self, message: str, *, reason: str = "", retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or type(self).reason
        self.retry_after = retry_after


class InvalidArgument(DocspastaError):
    """`violations`: (field in the proto's words, what was wrong and what to do)."""

    reason = "invalid-argument"

    def __init__(self, violations: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in violations))
        self.violations = tuple(violations)


class Unauthenticated(DocspastaError):
    reason = "unauthenticated"


class PermissionDenied(DocspastaError):
    reason = "permission-denied"


class NotFound(DocspastaError):
    reason = "not-found"


class AlreadyExists(DocspastaError):
    reason = "idempotency-key-reused"


class Aborted(DocspastaError):
    reason = "in-progress"


class FailedPrecondition(DocspastaError):
    reason = "failed-precondition"


class ResourceExhausted(DocspastaError):
    reason = "limit-reached"


class Unavailable(DocspastaError):
    reason = "unavailable"
