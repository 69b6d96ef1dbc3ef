"""How often a client may ask for something, in this process: a bucket for each. No I/O."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

CLIENTS = 50_000


class Buckets:
    """A bucket for each client, of twice the rate, that refills at the rate. A rate of 0 lets all pass."""

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._now = rate, now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, cost: float = 1.0) -> float:
        """0.0 when the request may pass, else seconds to wait. One that costs more than is there passes, too,
        and the next waits until that is paid."""
        if not self._rate:
            return 0.0
        now = self._now()
        left, seen = self._buckets.pop(client, (2 * self._rate, now))
        left = min(2 * self._rate, left + (now - seen) * self._rate)
        passes = left >= 1
        self._buckets[client] = (left - cost if passes else left, now)
        if len(self._buckets) > CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if passes else (1 - left) / self._rate
