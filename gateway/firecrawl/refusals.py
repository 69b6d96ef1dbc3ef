"""Errors in Firecrawl's form. Its clients show `error`, and tell kinds by the status."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from ..problems import Problem, problem_headers

# Kinds of failed pages that clients know by a code and a status of their own.
PAGES = {
    "dns": (400, "SCRAPE_DNS_RESOLUTION_ERROR"),
    "tls": (400, "SCRAPE_SSL_ERROR"),
    "timeout": (408, "SCRAPE_TIMEOUT"),
}


def refusal(problem: Problem) -> Response:
    """The answer for a problem."""
    usual = problem.http_status, problem.reason.replace("-", "_").upper()
    status, code = PAGES.get(problem.reason, usual)
    body = {"success": False, "error": problem.detail, "code": code}
    return JSONResponse(body, status, problem_headers(problem))


def bad(detail: str) -> Problem:
    """400 with a sentence."""
    return Problem(400, "bad-request", detail)
