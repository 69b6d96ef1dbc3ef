"""One try of a delivery: what came of it, and what that means."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

HEAD_BYTES = 1024  # of an answer, as they are kept
ANSWER_BYTES = 64 * 1024  # of an answer, as they are read
TRY_SECONDS = 15.0  # from the first packet to the answer's last byte


class Outcome(StrEnum):
    """What a try means for its delivery."""

    DELIVERED = "delivered"
    GONE = "gone"  # 410: the receiver wants no more
    FAILED = "failed"


class DeliveryState(StrEnum):
    """How a delivery stands. FAILED: all tries are spent, or the receiver wants no more."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Tried(NamedTuple):
    """What came of a try. `status` is 0 without an answer; then `error` says why (timeout, connection, dns,
    tls, forbidden_address …) and `detail` in a sentence."""

    status: int = 0
    milliseconds: int = 0
    error: str = ""
    detail: str = ""
    head: str = ""  # the first bytes of the answer
    retry_after: float = 0.0  # seconds that the receiver asked for

    @property
    def outcome(self) -> Outcome:
        """Only 2xx is a success; a redirect is a failure, for nobody signed for another address."""
        if self.error or not 200 <= self.status < 300:
            return Outcome.GONE if self.status == 410 else Outcome.FAILED
        return Outcome.DELIVERED
