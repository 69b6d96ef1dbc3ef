"""Requests a second of each client, for all of /api and /mcp."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from .asgi import App, Receive, Scope, Send
from .clients import client_of
from .problems import Problem, problem_response

CLIENTS = 50_000


class RateLimiter:
    """A bucket for each client, of twice the rate, that refills at the rate. A rate of 0 lets all pass."""

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._now = rate, now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> float:
        """0.0 when the request may pass, else seconds to wait."""
        if not self._rate:
            return 0.0
        now = self._now()
        left, seen = self._buckets.pop(client, (2 * self._rate, now))
        left = min(2 * self._rate, left + (now - seen) * self._rate)
        passes = left >= 1
        self._buckets[client] = (left - 1 if passes else left, now)
        if len(self._buckets) > CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if passes else (1 - left) / self._rate

    def check(self, scope: Scope) -> None:
        """Raise Problem (429) when the client of a request to /api or /mcp sends too many."""
        if scope["path"].startswith(("/api/", "/mcp")) and (wait := self.take(client_of(scope))):
            raise Problem(429, "too-many-requests", "Too many requests; wait a moment.", retry_after=wait)


class RateLimited:
    """Answers 429 in the place of `app`. Event streams ask the limiter themselves: they answer otherwise."""

    def __init__(self, app: App, limiter: RateLimiter) -> None:
        self._app, self._limiter = app, limiter

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        try:
            self._limiter.check(scope)
        except Problem as problem:
            return problem_response(problem, scope.get("request_id", ""))(scope, receive, send)
        return self._app(scope, receive, send)
