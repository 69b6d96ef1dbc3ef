"""Every error's HTTP form: problem+json (RFC 9457), and the one table from gRPC status to HTTP status.

A problem says what was wrong, which field, and what to do; never a traceback.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import grpc
from starlette.responses import JSONResponse, Response

from docspasta import errors
from docspasta.rest import problem as rest
from docspasta.serving import status

HTTP_STATUS: dict[grpc.StatusCode, int] = {
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.OUT_OF_RANGE: 400,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ABORTED: 409,
    grpc.StatusCode.FAILED_PRECONDITION: 409,
    grpc.StatusCode.ALREADY_EXISTS: 422,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.INTERNAL: 500,
    grpc.StatusCode.UNKNOWN: 500,
    grpc.StatusCode.DATA_LOSS: 500,
    grpc.StatusCode.UNIMPLEMENTED: 501,
    grpc.StatusCode.CANCELLED: 503,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
}
TITLES = {
    400: "Invalid request",
    401: "Authentication required",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "No such representation",
    408: "The request took too long",
    409: "Not possible in this state",
    413: "The request is too large",
    414: "The address is too long",
    415: "Unsupported content type",
    422: "Unprocessable request",
    421: "Unknown host name",
    429: "Too many requests",
    431: "The request's headers are too large",
    500: "Internal error",
    501: "Not implemented",
    503: "Temporarily unavailable",
    504: "Timed out",
}
MAX_FIELDS = 10  # of the fields that a problem names
MAX_DETAIL = 4000  # characters
INTERNAL = "Something went wrong on our side; ask again later, and name the request id if it stays."


class Problem(Exception):
    """An error that already knows its HTTP status. `reason` is a stable lower-case word for programs."""

    def __init__(
        self,
        http_status: int,
        reason: str,
        detail: str,
        *,
        fields: Sequence[tuple[str, str]] = (),
        retry_after: float = 0.0,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.http_status, self.reason, self.detail = http_status, reason, detail
        self.fields, self.retry_after, self.headers = tuple(fields), retry_after, headers or {}


def bad_field(field: str, sentence: str) -> Problem:
    """400 about one field, in JSON's words."""
    return Problem(400, "invalid-argument", f"{field}: {sentence}", fields=[(field, sentence)])


def not_found() -> Problem:
    """The one 404: another user's thing and one that does not exist look alike."""
    return Problem(404, "not-found", "There is no such thing here; look at the address again.")


def camel_case(path: str) -> str:
    """A field of the proto in JSON's words: `include_selectors[0]` is `includeSelectors[0]`, and those of
    ConvertPage's head are a scrape's own."""
    name = path.removeprefix("head.").removeprefix("options.")
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def problem_of(error: BaseException) -> Problem:
    """What HTTP says about an error. Raises nothing; the unknown becomes a 500 without details."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, grpc.aio.AioRpcError):
        return _of_call(error)
    if isinstance(error, errors.DocspastaError):
        return _of_error(error, HTTP_STATUS[status.code_of(error)])
    return Problem(500, "internal", INTERNAL)


def _of_call(call: grpc.aio.AioRpcError) -> Problem:
    http_status = HTTP_STATUS.get(call.code(), 500)
    if http_status == 500:
        return Problem(500, "internal", INTERNAL)
    if call.code() not in status.ERRORS or _without_words(call):
        return Problem(
            http_status, "unavailable", "A part of Docspasta did not answer; ask again.", retry_after=1
        )
    return _of_error(status.error_of(call), http_status)


def _without_words(call: grpc.aio.AioRpcError) -> bool:
    """Whether gRPC itself made this status, whose text speaks of sockets and addresses."""
    trailing = dict(call.trailing_metadata() or ())
    return call.code() is grpc.StatusCode.UNAVAILABLE and status.DETAILS_KEY not in trailing


def _of_error(error: errors.DocspastaError, http_status: int) -> Problem:
    if http_status == 404:
        return not_found()
    fields: list[tuple[str, str]] = []
    if isinstance(error, errors.InvalidArgument):
        fields = [(camel_case(field), sentence) for field, sentence in error.violations]
    detail = "; ".join(f"{field}: {sentence}" for field, sentence in fields) or error.message
    retry_after = error.retry_after or (1.0 if http_status in (429, 503) else 0.0)
    return Problem(http_status, error.reason, detail, fields=fields, retry_after=retry_after)


def problem_body(problem: Problem, request_id: str) -> dict[str, Any]:
    """The JSON object of a problem (RFC 9457, 3). What a service says is bounded here too."""
    errors = [rest.FieldProblem(field=field, detail=words) for field, words in problem.fields[:MAX_FIELDS]]
    body = rest.Problem(
        type=f"urn:docspasta:problem:{problem.reason}",
        title=TITLES.get(problem.http_status, "Error"),
        status=problem.http_status,
        detail=problem.detail[:MAX_DETAIL],
        request_id=request_id,
        errors=errors or None,
    )
    return body.model_dump(exclude_none=True)


def problem_response(problem: Problem, request_id: str = "") -> Response:
    """The response of a problem."""
    return JSONResponse(
        problem_body(problem, request_id),
        problem.http_status,
        problem_headers(problem),
        media_type="application/problem+json",
    )


def problem_headers(problem: Problem) -> dict[str, str]:
    """The headers of a problem's response, in whatever form its body is."""
    headers = dict(problem.headers)
    if problem.retry_after:
        headers["Retry-After"] = str(max(1, math.ceil(problem.retry_after)))
    if problem.http_status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="docspasta"'
    return headers | {"Cache-Control": "no-store"}
