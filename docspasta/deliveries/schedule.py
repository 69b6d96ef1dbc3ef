"""When a delivery is tried again: the schedule that Standard Webhooks recommends, 75 h 35 m in all."""

from __future__ import annotations

MINUTE, HOUR = 60.0, 3600.0
# Seconds before each try, counted from the end of the one before.
WAITS = (0.0, 5.0, 5 * MINUTE, *(hours * HOUR for hours in (0.5, 2, 5, 10, 14, 20, 24)))
MAX_TRIES = len(WAITS)
JITTER = 0.1  # share of a wait by which it may be longer: what failed together does not come back together
MAX_RETRY_AFTER = 24 * HOUR


def wait_after(spent: int, retry_after: float, spread: float) -> float | None:
    """Seconds until the next try when `spent` tries have failed; None when all are spent.

    `retry_after` is what the receiver asked for (0: nothing): it may lengthen a wait, never shorten it.
    `spread` is a random number from 0 to 1.
    """
    if spent >= MAX_TRIES:
        return None
    return max(WAITS[spent] * (1 + JITTER * spread), min(retry_after, MAX_RETRY_AFTER))
