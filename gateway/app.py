"""The ASGI application. A request passes, from the outside in: CORS, response headers, allowed hosts; then
the one decision whether it asks for an event stream; then the rate limit, each in its own form."""

from __future__ import annotations

import re
from collections.abc import Awaitable

import grpc
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from docspasta.errors import DocspastaError
from docspasta.telemetry.logs import logger

from .allowed_hosts import AllowedHosts, own_names
from .asgi import App, Receive, Scope, Send
from .assets import Assets
from .context import AppState
from .health import Readiness
from .local_login import LocalLogin
from .login import Login
from .openapi import document
from .problems import TITLES, Problem, answer_problem, problem_response
from .rate_limit import RateLimited, RateLimiter
from .response_headers import ResponseHeaders
from .routes import api_routes, health_routes, login_routes, page_routes
from .stream import EventStreams

STREAM = re.compile(r"/api/v5/jobs/([A-Za-z0-9_-]{1,64})/(stream|status)")
log = logger("gateway")


def build_app(
    state: AppState,
    streams: EventStreams,
    limiter: RateLimiter,
    readiness: Readiness,
    login: Login | None = None,
    local: LocalLogin | None = None,
) -> App:
    """The whole application. CORS and signing in are there only when they are configured."""
    settings = state.settings
    rest = build_rest(state, readiness, login, local)
    app: App = Dispatch(streams, RateLimited(rest, limiter))
    names = own_names(settings.gateway_public_url, settings.gateway_listen, settings.gateway_hosts)
    app = AllowedHosts(app, names)
    app = ResponseHeaders(app, https=settings.gateway_public_url.startswith("https://"))
    return with_cors(app, settings.gateway_cors_origins)


class Dispatch:
    """Hands event streams to their endpoint, bare, and everything else to Starlette."""

    def __init__(self, streams: EventStreams, rest: App) -> None:
        self._streams, self._rest = streams, rest

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        job_id = streamed_job(scope) if scope["type"] == "http" else None
        if job_id is not None:
            return self._streams.serve(job_id, scope, receive, send)
        return self._rest(scope, receive, send)


def streamed_job(scope: Scope) -> str | None:
    """The job whose event stream a request asks for; None when it asks for something else.

    /stream is always one, /status for a client that accepts events and else one JSON snapshot.
    """
    found = STREAM.fullmatch(scope["path"])
    if found and (found[2] == "stream" or accepts_events(scope)):
        return found[1]
    return None


def accepts_events(scope: Scope) -> bool:
    """Whether a client asked for events rather than one JSON snapshot."""
    return any(name == b"accept" and b"text/event-stream" in value for name, value in scope["headers"])


def build_rest(
    state: AppState, readiness: Readiness, login: Login | None, local: LocalLogin | None
) -> Starlette:
    """Everything but event streams."""
    rest = Starlette(
        routes=[
            *api_routes(),
            *health_routes(readiness),
            Route("/openapi.json", openapi),
            *login_routes(login, local, state.cookies, state.origins),
            *page_routes(Assets()),
        ],
        exception_handlers={
            Problem: answer_problem,
            DocspastaError: answer_problem,
            grpc.aio.AioRpcError: answer_problem,
            HTTPException: answer_http,
            Exception: answer_unforeseen,
        },
    )
    rest.state.parts = state
    rest.router.redirect_slashes = False
    return rest


def with_cors(app: App, origins: str) -> App:
    """Let pages of the named origins use the API with their visitors' credentials. It is outermost, so that
    they can read refusals too."""
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


async def openapi(request: Request) -> Response:
    """GET /openapi.json"""
    return JSONResponse(document(), headers={"Cache-Control": "no-cache"})


async def answer_http(request: Request, error: Exception) -> Response:
    """Starlette's own errors (no such route, wrong method) as problems."""
    assert isinstance(error, HTTPException)
    words = {404: "There is no such address here; /openapi.json lists them.", 405: "Use another method here."}
    reason = TITLES.get(error.status_code, "error").lower().replace(" ", "-")
    detail = words.get(error.status_code, str(error.detail))
    problem = Problem(error.status_code, reason, detail, headers=dict(error.headers or {}))
    return problem_response(problem, request.scope["request_id"])


async def answer_unforeseen(request: Request, error: Exception) -> Response:
    """A mistake of ours: the log has the details, the answer has the request's id."""
    log.error("request failed", path=request.url.path, exc_info=error)
    return await answer_problem(request, error)
