"""What a request that fails is answered: a page for a person at a page's address, else problem+json."""

from __future__ import annotations

import html

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Match

from docspasta.telemetry.logs import logger

from .problems import TITLES, Problem, problem_headers, problem_of, problem_response
from .response_headers import is_page

NO_ROUTE = "There is no page at this address. The addresses of the API are listed in /openapi.json."
HTTP_SENTENCES = {404: NO_ROUTE, 405: "Use another method here."}
log = logger("gateway")


class ErrorAnswers:
    """Starlette's exception handlers. `template` is an HTML page with {title} and {detail}."""

    def __init__(self, template: str) -> None:
        self._template = template

    async def problem(self, request: Request, error: Exception) -> Response:
        """Our own errors, and those of gRPC."""
        return self._answer(request, problem_of(error))

    async def http(self, request: Request, error: Exception) -> Response:
        """Starlette's own: no such route, wrong method."""
        assert isinstance(error, HTTPException)
        reason = TITLES.get(error.status_code, "error").lower().replace(" ", "-")
        detail = HTTP_SENTENCES.get(error.status_code, str(error.detail))
        headers = dict(error.headers or {})
        if error.status_code == 405 and (allowed := allowed_methods(request)):
            headers["Allow"] = ", ".join(allowed)
        return self._answer(request, Problem(error.status_code, reason, detail, headers=headers))

    async def unforeseen(self, request: Request, error: Exception) -> Response:
        """A mistake of ours: the log has the details, the answer has the request's id."""
        log.error("request failed", path=request.url.path, exc_info=error)
        return await self.problem(request, error)

    def _answer(self, request: Request, problem: Problem) -> Response:
        if not wants_page(request):
            return problem_response(problem, request.scope.get("request_id", ""))
        title = TITLES.get(problem.http_status, "Error")
        page = self._template.replace("{title}", html.escape(title))
        page = page.replace("{detail}", html.escape(problem.detail))
        return HTMLResponse(page, problem.http_status, problem_headers(problem))


def allowed_methods(request: Request) -> list[str]:
    """The methods that an address takes, of all routes that it has: a route knows its own alone."""
    matching = (route for route in request.app.routes if route.matches(request.scope)[0] != Match.NONE)
    return sorted({method for route in matching for method in getattr(route, "methods", None) or ()})


def wants_page(request: Request) -> bool:
    """Whether a person's browser opens the address of a page."""
    opens = request.method in ("GET", "HEAD") and is_page(request.url.path)
    return opens and "text/html" in request.headers.get("accept", "")
