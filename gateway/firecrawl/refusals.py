"""Errors in Firecrawl's form. Its clients show `error`, and tell kinds by the status."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from ..problems import Problem, problem_headers


def refusal(problem: Problem) -> Response:
    """The answer for a problem."""
    body = {"success": False, "error": problem.detail, "code": problem.reason.replace("-", "_").upper()}
    return JSONResponse(body, problem.http_status, problem_headers(problem))


def bad(detail: str) -> Problem:
    """400 with a sentence."""
    return Problem(400, "bad-request", detail)
