"""What every route starts with: the parts of this process, the caller, checked path parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from docspasta.settings import Gateway

from .credentials import Credential, Credentials, set_cookie
from .origins import Origins
from .problems import not_found
from .services import Caller, Services

IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class AppState:
    """What `__main__` built and the routes share."""

    settings: Gateway
    services: Services
    credentials: Credentials
    origins: Origins


def state_of(request: HTTPConnection) -> AppState:
    """The parts of this process."""
    found: AppState = request.app.state.parts
    return found


async def caller_of(request: Request) -> tuple[Caller, Credential]:
    """Who asks. A change by cookie must come from this site's own pages.

    Raises Unauthenticated, Problem (403) or, for a refused API key, grpc.aio.AioRpcError.
    """
    here = state_of(request)
    credential = await here.credentials.of(request)
    if request.method not in ("GET", "HEAD") and credential.by_cookie:
        here.origins.check_change(request, strict=credential.kind == "cookie")
    token = await here.credentials.token(credential)
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


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer, never kept by caches: it is one caller's."""
    return JSONResponse(body, status, {"Cache-Control": "no-store", **(headers or {})})


def with_cookie(request: Request, response: Response, credential: Credential) -> Response:
    """`response`, giving a new anonymous caller its cookie."""
    set_cookie(request, response, credential)
    return response
