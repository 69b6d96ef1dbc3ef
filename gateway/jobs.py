"""REST of jobs: create, list, show, steer, delete."""

from __future__ import annotations

import re
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from docspasta.v1 import jobs_pb2 as pb

from . import representations as shown
from .bodies import flag, known_parameters, page_size, read_object, words
from .context import answer, caller_of, identifier, state_of, with_cookie
from .crawl_request import crawl_settings
from .document import read_whole
from .problems import bad_field
from .services import Caller

IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
INCLUDED_MARKDOWN = 1024 * 1024
RECENT_PAGES = 10


async def create(request: Request) -> Response:
    """POST /crawl"""
    known_parameters(request)
    caller, credential = await caller_of(request)
    settings = crawl_settings(await read_object(request))
    # Without a key of the caller's own, one of ours: a call that gRPC sends twice makes one job.
    given = idempotency_key(request)
    asked = pb.CreateJobRequest(settings=settings, idempotency_key=given or uuid.uuid4().hex)
    made: pb.CreateJobResponse = await state_of(request).services.jobs("CreateJob", asked, caller)
    headers = {"Location": f"{shown.API}/jobs/{made.job.job_id}"}
    if given and made.replayed:
        headers["Idempotency-Replayed"] = "true"
    return with_cookie(request, answer(shown.job(made.job), 202, headers), credential)


def idempotency_key(request: Request) -> str:
    """The Idempotency-Key header, '' without one; quotes of a structured field are taken off."""
    key = request.headers.get("idempotency-key", "")
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if key and not IDEMPOTENCY_KEY.fullmatch(key):
        raise bad_field("Idempotency-Key", "Give 1 to 255 visible ASCII characters, such as a UUID.")
    return key


async def list_jobs(request: Request) -> Response:
    """GET /jobs"""
    known_parameters(request, "pageSize", "pageToken", "state")
    caller, _ = await caller_of(request)
    asked = pb.ListJobsRequest(
        page_size=page_size(request),
        page_token=request.query_params.get("pageToken", "")[:2048],
        states=words(request, "state", shown.JOB_STATES),
    )
    found: pb.ListJobsResponse = await state_of(request).services.jobs("ListJobs", asked, caller)
    jobs = [shown.job(row) for row in found.jobs]
    return answer({"jobs": jobs, "nextPageToken": found.next_page_token or None})


async def show(request: Request) -> Response:
    """GET /jobs/{id}"""
    known_parameters(request, "include")
    caller, _ = await caller_of(request)
    included = request.query_params.get("include", "")
    if included not in ("", "markdown"):
        raise bad_field("include", "Only include=markdown is known.")
    body = await snapshot(request, caller)
    if included:
        body["markdown"] = await included_markdown(request, body, caller)
    return answer(body)


async def snapshot(request: Request, caller: Caller) -> dict[str, Any]:
    """A job with its newest pages."""
    asked = pb.GetJobRequest(job_id=identifier(request, "job_id"), recent_pages=RECENT_PAGES)
    found: pb.GetJobResponse = await state_of(request).services.jobs("GetJob", asked, caller)
    return {**shown.job(found.job), "recentPages": [shown.page(row) for row in found.recent_pages]}


async def included_markdown(request: Request, job: dict[str, Any], caller: Caller) -> str | None:
    """The document of an ended job up to 1 MiB; None otherwise: then /markdown streams it."""
    if job["finishedAt"] is None or not 0 < job["documentBytes"] <= INCLUDED_MARKDOWN:
        return None
    return await read_whole(state_of(request).services, job["jobId"], caller, INCLUDED_MARKDOWN)


async def cancel(request: Request) -> Response:
    """POST /jobs/{id}/cancel"""
    return await steer(request, "CancelJob", pb.CancelJobRequest)


async def pause(request: Request) -> Response:
    """POST /jobs/{id}/pause"""
    return await steer(request, "PauseJob", pb.PauseJobRequest)


async def resume(request: Request) -> Response:
    """POST /jobs/{id}/resume"""
    return await steer(request, "ResumeJob", pb.ResumeJobRequest)


async def steer(request: Request, method: str, asks: Any) -> Response:
    """One of the steps that a person takes with a job; answers the job after it."""
    known_parameters(request)
    caller, _ = await caller_of(request)
    done = await state_of(request).services.jobs(method, asks(job_id=identifier(request, "job_id")), caller)
    return answer(shown.job(done.job))


async def delete(request: Request) -> Response:
    """DELETE /jobs/{id}"""
    known_parameters(request, "force")
    caller, _ = await caller_of(request)
    asked = pb.DeleteJobRequest(job_id=identifier(request, "job_id"), force=flag(request, "force"))
    await state_of(request).services.jobs("DeleteJob", asked, caller)
    return Response(status_code=204)
