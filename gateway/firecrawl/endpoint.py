"""Who answers /v1 and /v2: every error in Firecrawl's form, and only bearer credentials count."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from docspasta.errors import Unauthenticated
from docspasta.telemetry.logs import logger

from ..asgi import App, Receive, Scope, Send
from ..clients import client_of
from ..context import AppState, call_context
from ..credentials import Credential
from ..problems import Problem, problem_of
from ..rate_limit import RateLimiter
from ..services import Caller
from .refusals import refusal

PATHS = ("/v1/", "/v2/")
log = logger("firecrawl")


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose caller is known."""

    request: Request
    state: AppState
    caller: Caller
    credential: Credential

    @property
    def job_id(self) -> str:
        """The job that the path names."""
        return str(self.request.path_params["job_id"])

    @property
    def client(self) -> str:
        """The client's address."""
        return client_of(self.request.scope)


Answering = Callable[[Call], Awaitable[Response]]


def route(state: AppState, path: str, method: str, answer: Answering) -> Route:
    """A route whose errors have Firecrawl's form."""

    async def serve(request: Request) -> Response:
        try:
            response = await answer(await _call(request, state))
        except Exception as error:
            problem = problem_of(error)
            if problem.http_status == 500:
                log.error("request failed", path=request.url.path, exc_info=error)
            response = refusal(problem)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return Route(path, serve, methods=[method])


async def _call(request: Request, state: AppState) -> Call:
    state.origins.check_change(request, strict=False)
    if "authorization" not in request.headers:
        raise Unauthenticated("No API key was sent; send `Authorization: Bearer dsp_…`.")
    credential = await state.credentials.of(request)
    caller = Caller(await state.credentials.token(credential), call_context(request))
    return Call(request, state, caller, credential)


class FirecrawlEndpoint:
    """/v1 and /v2, in Firecrawl's form to the last refusal; everything else goes to `rest`."""

    def __init__(self, rest: App, routes: list[Route], watching: App, limiter: RateLimiter) -> None:
        self._rest, self._watching, self._limiter = rest, watching, limiter
        self._app = Starlette(routes=routes, exception_handlers={HTTPException: _no_route})
        self._app.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._watching(scope, receive, send)
            return
        if scope["type"] != "http" or not scope["path"].startswith(PATHS):
            await self._rest(scope, receive, send)
            return
        try:
            self._limiter.check(scope)
        except Problem as problem:
            await refusal(problem)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = "This part of Firecrawl's API is not served; docs/firecrawl.md lists what is."
    if error.status_code == 405:
        detail = "Use another method here."
    return refusal(Problem(error.status_code, "not-served", detail))
