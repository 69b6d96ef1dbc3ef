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

from .allowed_hosts import AllowedHosts, own_names
from .asgi import App, Receive, Scope, Send
from .assets import Assets
from .context import AppState
from .errors import ErrorAnswers
from .firecrawl.endpoint import FirecrawlEndpoint
from .firecrawl.routes import routes as firecrawl_routes
from .firecrawl.watching import Watching
from .health import Readiness
from .local_login import LocalLogin
from .login import Login
from .mcp import McpEndpoint, Protocol
from .openapi import document
from .problems import Problem
from .rate_limit import RateLimited, RateLimiter
from .refused_body import RefusedBodies
from .response_headers import ResponseHeaders
from .routes import api_routes, health_routes, login_routes, page_routes
from .stream import EventStreams

STREAM = re.compile(r"/api/v5/jobs/([A-Za-z0-9_-]{1,64})/(stream|status)")


def build_app(
    state: AppState,
    streams: EventStreams,
    limiter: RateLimiter,
    readiness: Readiness,
    login: Login | None = None,
    local: LocalLogin | None = None,
    protocol: Protocol | None = None,
) -> App:
    """The whole application. CORS and signing in are there only when they are configured."""
    settings = state.settings
    rest = build_rest(state, readiness, login, local, settings.gateway_sample)
    answers: App = rest if protocol is None else McpEndpoint(rest, state, protocol)
    answers = RateLimited(answers, limiter)
    if settings.gateway_firecrawl:
        watching = Watching(state, streams, limiter)
        answers = FirecrawlEndpoint(answers, firecrawl_routes(state), watching, limiter)
    app: App = Dispatch(streams, answers)
    names = own_names(settings.gateway_public_url, settings.gateway_listen, settings.gateway_hosts)
    app = AllowedHosts(RefusedBodies(app), names)
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
    state: AppState, readiness: Readiness, login: Login | None, local: LocalLogin | None, sample: str = ""
) -> Starlette:
    """Everything but event streams."""
    assets = Assets(sample=sample, login="/login" if login else "")
    errors = ErrorAnswers(assets.text("error.html"))
    rest = Starlette(
        routes=[
            *api_routes(),
            *health_routes(readiness),
            Route("/openapi.json", openapi),
            *login_routes(login, local, state.cookies, state.origins),
            *page_routes(assets),
        ],
        exception_handlers={
            Problem: errors.problem,
            DocspastaError: errors.problem,
            grpc.aio.AioRpcError: errors.problem,
            HTTPException: errors.http,
            Exception: errors.unforeseen,
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
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
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
