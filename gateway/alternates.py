"""A job's page as programs want it: `Accept: text/markdown` gives the document, and the page's Link header
tells where its other forms are (RFC 8288; llmstxt.org)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from docspasta.rest.base import API

from . import document
from .context import IDENTIFIER, caller_of, state_of
from .operation import Call
from .queries import Download

MARKDOWN, HTML = "text/markdown", "text/html"
Page = Callable[[Request], Awaitable[Response]]


def with_alternates(page: Page) -> Page:
    """The page of a job, or its document for a client who would rather have Markdown."""

    async def answer(request: Request) -> Response:
        if prefers_markdown(request.headers.get("accept", "")):
            caller, credential = await caller_of(request)
            call = Call(request, state_of(request), caller, credential, Download(), None)
            response = await document.markdown(call)
        else:
            response = await page(request)
        if IDENTIFIER.fullmatch(job := request.path_params["job_id"]):
            response.headers["Link"] = links(job)
        response.headers.add_vary_header("Accept")
        return response

    return answer


def links(job_id: str) -> str:
    """The other forms of a job's page."""
    here = f"{API}/jobs/{job_id}"
    return (
        f'<{here}/markdown>; rel="alternate"; type="{MARKDOWN}", '
        f'<{here}/export?format=llms-full>; rel="alternate"; type="text/plain", '
        f'<{here}/export?format=zip>; rel="alternate"; type="application/zip", '
        f'<{here}/export?format=llms>; rel="describedby"; type="text/plain"'
    )


def prefers_markdown(accept: str) -> bool:
    """Whether an Accept header (RFC 9110, 12.5.1) names Markdown, and HTML after it or not at all."""
    weights = dict(map(_weight, accept.lower().split(",")))
    markdown = weights.get(MARKDOWN, 0.0)
    return markdown > 0 and (markdown >= weights.get(HTML, 0.0))


def _weight(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip() for piece in part.split(";"))
    told = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    try:
        return kind, float(told)
    except ValueError:
        return kind, 0.0
