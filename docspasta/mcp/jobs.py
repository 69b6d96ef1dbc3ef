"""The jobs service as tools call it, and trouble as agents are told of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Protocol

import grpc

PASSING = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.CANCELLED,
    }
)
SERVICES = {
    "Search": "search",
    "ListSources": "sources",
    "ListRuns": "sources",
    "DiffRuns": "sources",
    "RunSource": "sources",
}


def service_of(method: str) -> str:
    """Which service has a method: search, sources or jobs."""
    return SERVICES.get(method, "jobs")


class Jobs(Protocol):
    """Calls on behalf of one caller. Both raise grpc.aio.AioRpcError."""

    async def ask(self, method: str, request: Any) -> Any:
        """The answer of a unary RPC of any of the services."""
        ...

    def stream(self, method: str, request: Any) -> AsyncIterator[Any]:
        """The answers of a streaming RPC of JobsService."""
        ...


class ToolError(Exception):
    """A sentence for the agent: what was wrong, and what to do."""


def told(error: grpc.aio.AioRpcError) -> ToolError:
    """What an agent is told of a refusal."""
    if error.code() is grpc.StatusCode.NOT_FOUND:
        return ToolError("There is no such source or page. list_sources tells which there are.")
    if error.code() is grpc.StatusCode.UNAUTHENTICATED:
        return ToolError("The credential is no longer good. Sign in again.")
    if error.code() is grpc.StatusCode.PERMISSION_DENIED:
        return ToolError("This credential may not do that; it needs the scope write.")
    if error.code() in PASSING:
        return ToolError(f"Not just now: {error.details() or 'no answer'}. Try again in a moment.")
    if error.code() in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION):
        return ToolError(error.details() or "That can't be asked for.")
    return ToolError("Something went wrong on the server.")
