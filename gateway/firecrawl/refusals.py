"""Errors in Firecrawl's form. Its clients show `error`, and tell kinds by the status."""

from __future__ import annotations

import re

from starlette.responses import JSONResponse, Response

from ..problems import Problem, problem_headers

# Kinds of failed pages that clients know by a code and a status of their own.
PAGES = {
    "dns": (400, "SCRAPE_DNS_RESOLUTION_ERROR"),
    "tls": (400, "SCRAPE_SSL_ERROR"),
    "timeout": (408, "SCRAPE_TIMEOUT"),
}
# Settings by the names that Firecrawl's clients gave them.
NAMES = {
    "includeRegex": "includePaths",
    "excludeRegex": "excludePaths",
    "maxPages": "limit",
    "maxDepth": "maxDiscoveryDepth",
    "concurrency": "maxConcurrency",
    "includeSelectors": "includeTags",
    "excludeSelectors": "excludeTags",
}


def refusal(problem: Problem) -> Response:
    """The answer for a problem."""
    usual = problem.http_status, problem.reason.replace("-", "_").upper()
    status, code = PAGES.get(problem.reason, usual)
    body = {"success": False, "error": _told(problem), "code": code}
    return JSONResponse(body, status, problem_headers(problem))


def _told(problem: Problem) -> str:
    """What was wrong, with the fields' names that the client knows."""
    return "; ".join(f"{_named(field)}: {words}" for field, words in problem.fields) or problem.detail


def _named(field: str) -> str:
    name = re.match(r"\w*", field)
    assert name is not None
    return NAMES.get(name[0], name[0]) + field[name.end() :]


def bad(detail: str) -> Problem:
    """400 with a sentence."""
    return Problem(400, "bad-request", detail)
