"""An endpoint's breaker: while its receiver is away, deliveries wait unspent and single probes go out.

closed     deliveries go out; 5 failures in a row, or half of at least 10 tries within 5 minutes, open it
open       nothing goes out for 1 minute, then 5, then 30
half-open  one delivery goes out as a probe: if it arrives the breaker closes, if not it opens again
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

FAILURES = 5  # in a row
WINDOW = timedelta(minutes=5)
WINDOW_TRIES = 10
RESTS = (60.0, 300.0, 1800.0)  # seconds
GIVE_UP = timedelta(days=5)  # without one success
MAX_THROTTLE = 3600.0  # seconds that a Retry-After holds back an endpoint's other deliveries


class Health(NamedTuple):
    """How an endpoint's receiver does. `openings` counts the times that the breaker opened since it was last
    closed; `rests_until` holds back every delivery (None: nothing does)."""

    failures: int = 0  # in a row
    failing_since: datetime | None = None
    openings: int = 0
    rests_until: datetime | None = None
    window_since: datetime | None = None
    window_tries: int = 0
    window_failures: int = 0

    @property
    def closed(self) -> bool:
        """Whether deliveries go out as they are due, and not one at a time."""
        return self.openings == 0


def after_success(health: Health, now: datetime) -> Health:
    """One try arrived: the breaker is closed."""
    return _counted(health, now, failed=False)._replace(
        failures=0, failing_since=None, openings=0, rests_until=None
    )


def after_failure(health: Health, now: datetime, *, probe: bool, retry_after: float = 0.0) -> Health:
    """One try failed. A try that was under way when the breaker opened opens it no further."""
    health = _counted(health, now, failed=True)
    health = health._replace(
        failures=health.failures + 1,
        failing_since=health.failing_since or now,
        rests_until=health.rests_until,
    )
    if probe or (health.closed and _must_open(health)):
        rest = RESTS[min(health.openings, len(RESTS) - 1)]
        health = health._replace(openings=health.openings + 1, rests_until=now + timedelta(seconds=rest))
    if retry_after:
        asked = now + timedelta(seconds=min(retry_after, MAX_THROTTLE))
        health = health._replace(rests_until=max(asked, health.rests_until or asked))
    return health


def must_give_up(health: Health, now: datetime) -> bool:
    """Whether nothing has arrived for so long that the endpoint is disabled."""
    return health.failing_since is not None and now - health.failing_since >= GIVE_UP


def _must_open(health: Health) -> bool:
    many = health.window_tries >= WINDOW_TRIES and health.window_failures * 2 >= health.window_tries
    return health.failures >= FAILURES or many


def _counted(health: Health, now: datetime, *, failed: bool) -> Health:
    """The same with one try more in the window, which begins anew when it is over."""
    if health.window_since is None or now - health.window_since >= WINDOW:
        health = health._replace(window_since=now, window_tries=0, window_failures=0)
    return health._replace(
        window_tries=health.window_tries + 1, window_failures=health.window_failures + failed
    )
