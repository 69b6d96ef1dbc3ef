"""What every request shares: the parts of this process, who asks, and checked path parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from docspasta.rest.base import Answer
from docspasta.serving.room import Room
from docspasta.settings import Gateway

from .cookies import Cookies
from .credentials import Credential, Credentials
from .origins import Origins
from .problems import not_found
from .scrape_limits import ScrapeLimits
from .services import Caller, Services

IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class AppState:
    """What process.py built and the operations share."""

    settings: Gateway
    services: Services
    credentials: Credentials
    cookies: Cookies
    origins: Origins
    scrapes: ScrapeLimits
    pushes: Room


def state_of(request: HTTPConnection) -> AppState:
    """The parts of this process."""
    found: AppState = request.app.state.parts
    return found


async def caller_of(request: Request) -> tuple[Caller, Credential]:
    """Who asks. A change by cookie must come from this site's own pages.

    Raises Unauthenticated, Problem (403) or, for a refused API key, grpc.aio.AioRpcError.
    """
    state = state_of(request)
    credential = await state.credentials.of(request)
    if request.method not in ("GET", "HEAD") and credential.by_cookie:
        state.origins.check_change(request, strict=credential.kind == "cookie")
    token = await state.credentials.token(credential)
    return Caller(token, call_context(request)), credential


def call_context(request: HTTPConnection) -> dict[str, str]:
    """What ties the logs of all processes to this request."""
    context = {"x-request-id": str(request.scope.get("request_id", ""))}
    if traceparent := request.headers.get("traceparent", "")[:64]:
        context["traceparent"] = re.sub(r"[^0-9a-f-]", "", traceparent)
    return context


def identifier(request: HTTPConnection, name: str) -> str:
    """A job's, page's or key's id from the path. What cannot be one is not found, like any other."""
    value: str = request.path_params[name]
    if not IDENTIFIER.fullmatch(value):
        raise not_found()
    return value


def json_response(answer: Answer, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer. Caches never keep it: it is one caller's."""
    return Response(
        answer.to_json(),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        media_type="application/json",
    )
