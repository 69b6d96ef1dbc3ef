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

MOST_BYTES = 1_800  # of what is told of wrong fields
LONGEST_FIELD, LONGEST = 200, 600  # bytes of a field's name, and of what is said of it


class DocspastaError(Exception):
    """A sentence for people; `reason` is a stable lower-case word for programs."""

    reason = "error"

    def __init__(self, message: str, *, reason: str = "", retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or type(self).reason
        self.retry_after = retry_after


class InvalidArgument(DocspastaError):
    """`violations`: (field in the proto's words, what was wrong and what to do). They travel in the metadata
    of a call, which is bounded: what is more than MOST_BYTES of UTF-8 is cut, or counted."""

    reason = "invalid-argument"

    def __init__(self, violations: Sequence[tuple[str, str]]) -> None:
        self.violations: tuple[tuple[str, str], ...] = ()
        left = MOST_BYTES
        for field, sentence in violations:
            told = _cut(field, LONGEST_FIELD), _cut(sentence, LONGEST)
            left -= sum(len(text.encode()) + 2 for text in told)
            if left < 0:
                break
            self.violations = (*self.violations, told)
        more = len(violations) - len(self.violations)
        message = "; ".join(f"{field}: {sentence}" for field, sentence in self.violations)
        super().__init__(message + (f" And {more:,} more." if more else ""))


def _cut(text: str, most: int) -> str:
    """The beginning of a text, in at most so many bytes of UTF-8; a lone surrogate is a question mark."""
    raw = text[:most].encode("utf-8", "replace")
    return raw[:most].decode("utf-8", "ignore") + ("…" if len(raw) > most or len(text) > most else "")


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
