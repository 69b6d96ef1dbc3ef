"""The ASGI application: event streams first and bare, all else through Starlette."""

from __future__ import annotations

import re
from collections.abc import Awaitable, MutableMapping
from typing import Any

import grpc
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from docspasta.errors import DocspastaError
from docspasta.settings import Gateway
from docspasta.telemetry.logs import logger

from .assets import Assets
from .context import AppState
from .edge import App, Edge, Pace, Receive, Send
from .health import Readiness
from .local_login import LocalLogin
from .login import Login
from .openapi import document
from .problems import TITLES, Problem, answer_problem, problem_response
from .routes import api_routes, health_routes, login_routes, page_routes
from .stream import EventStreams

STREAM = re.compile(r"/api/v5/jobs/([A-Za-z0-9_-]{1,64})/(stream|status)")
log = logger("gateway")


class Front:
    """Hands event streams to their endpoint and everything else to Starlette."""

    def __init__(self, rest: App, streams: EventStreams) -> None:
        self._rest, self._streams = rest, streams

    def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> Awaitable[None]:
        found = STREAM.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found and (found[2] == "stream" or accepts_events(scope)):
            return self._streams.serve(found[1], scope, receive, send)
        return self._rest(scope, receive, send)


def build_app(
    parts: AppState,
    streams: EventStreams,
    readiness: Readiness,
    settings: Gateway,
    login: Login | None = None,
    local: LocalLogin | None = None,
) -> App:
    """The whole application, with CORS and signing in only when they are configured."""
    routes = [
        *api_routes(),
        *health_routes(readiness),
        Route("/openapi.json", openapi),
        *login_routes(login, local, parts.origins),
        *page_routes(Assets()),
    ]
    rest = Starlette(
        routes=routes,
        exception_handlers={
            Problem: answer_problem,
            DocspastaError: answer_problem,
            grpc.aio.AioRpcError: answer_problem,
            HTTPException: answer_http,
            Exception: answer_unforeseen,
        },
    )
    rest.state.parts = parts
    rest.router.redirect_slashes = False
    https = settings.gateway_public_url.startswith("https://")
    front: App = with_cors(Front(rest, streams), settings.gateway_cors_origins)
    return Edge(front, Pace(settings.gateway_requests_per_second), https)


def with_cors(app: App, origins: str) -> App:
    """Let pages of the named origins use the API with their visitors' credentials."""
    allowed = [origin.strip().rstrip("/") for origin in origins.split(",") if origin.strip()]
    if not allowed:
        return app
    return CORSMiddleware(
        app,
        allow_origins=allowed,
        allow_credentials=True,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Last-Event-ID"],
        expose_headers=[
            "ETag",
            "Location",
            "Docspasta-Complete",
            "Docspasta-Pages",
            "X-Request-Id",
            "Retry-After",
        ],
    )


def accepts_events(scope: MutableMapping[str, Any]) -> bool:
    """Whether a client asked for events rather than one JSON snapshot."""
    return any(name == b"accept" and b"text/event-stream" in value for name, value in scope["headers"])


async def openapi(request: Request) -> Response:
    """GET /openapi.json"""
    return JSONResponse(document(), headers={"Cache-Control": "no-cache"})


async def answer_http(request: Request, error: Exception) -> Response:
    """Starlette's own errors (no such route, wrong method) as problems."""
    assert isinstance(error, HTTPException)
    words = {404: "There is no such address here; /openapi.json lists them.", 405: "Use another method here."}
    reason = TITLES.get(error.status_code, "error").lower().replace(" ", "-")
    detail = words.get(error.status_code, str(error.detail))
    headers = dict(error.headers or {})
    return problem_response(
        Problem(error.status_code, reason, detail, headers=headers), request.scope["request_id"]
    )


async def answer_unforeseen(request: Request, error: Exception) -> Response:
    """A mistake of ours: the log has the details, the answer has the request's id."""
    log.error("request failed", path=request.url.path, exc_info=error)
    return await answer_problem(request, error)
