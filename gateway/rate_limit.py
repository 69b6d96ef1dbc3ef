"""Requests a second of each client, for all of /api and /mcp, and of Firecrawl's API."""

from __future__ import annotations

from collections.abc import Awaitable

from docspasta.serving.buckets import Buckets

from .asgi import App, Receive, Scope, Send
from .clients import client_of
from .problems import Problem, problem_response


class RateLimiter(Buckets):
    """A bucket for each client's requests to /api."""

    def check(self, scope: Scope) -> None:
        """Raise Problem (429) when the client of a request to /api or /mcp sends too many."""
        if scope["path"].startswith(("/api/", "/mcp", "/v1/", "/v2/")) and (
            wait := self.take(client_of(scope))
        ):
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
