"""REST of jobs: create, list, show, pause, resume, cancel, retry, delete."""

from __future__ import annotations

import re
import uuid

import grpc
from starlette.requests import Request
from starlette.responses import Response

from docspasta.proto_enums import job_state_value
from docspasta.rest.base import API
from docspasta.rest.jobs import Job, Jobs, JobSnapshot, StartedJob
from docspasta.rest.requests import CrawlRequest
from docspasta.v1 import jobs_pb2 as pb

from .context import json_response
from .document import read_whole
from .operation import Call
from .problems import bad_field
from .queries import DeleteJob, ListJobs, NoQuery, ShowJob, Watch

IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
INCLUDED_MARKDOWN = 1024 * 1024  # bytes
RECENT_PAGES = 10


async def create(call: Call[NoQuery, CrawlRequest]) -> Response:
    """POST /crawl"""
    # Without a key of the caller's own, one of ours: a call that gRPC sends twice makes one job.
    given = idempotency_key(call.request)
    asked = pb.CreateJobRequest(
        settings=call.body.settings(),
        idempotency_key=given or uuid.uuid4().hex,
        push=call.body.push.settings() if call.body.push else None,
        webhook=call.body.webhook.settings() if call.body.webhook else None,
        reuse=call.body.reuse or False,
    )
    made = await call.ask(call.services.jobs.CreateJob, asked)
    headers = {"Location": f"{API}/jobs/{made.job.job_id}"}
    if given and made.replayed:
        headers["Idempotency-Replayed"] = "true"
    response = json_response(StartedJob.made(made), 202, headers)
    call.state.credentials.give_cookie(call.request, response, call.credential)
    return response


def idempotency_key(request: Request) -> str:
    """The Idempotency-Key header, '' without one; quotes of a structured field are taken off."""
    key = request.headers.get("idempotency-key", "")
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if key and not IDEMPOTENCY_KEY.fullmatch(key):
        raise bad_field("Idempotency-Key", "Give 1 to 255 visible ASCII characters, such as a UUID.")
    return key


async def list_jobs(call: Call[ListJobs, None]) -> Response:
    """GET /jobs"""
    asked = pb.ListJobsRequest(
        page_size=call.query.page_size,
        page_token=call.query.page_token,
        states=map(job_state_value, call.query.state),
    )
    return json_response(Jobs.of(await call.ask(call.services.jobs.ListJobs, asked)))


async def show(call: Call[ShowJob, None]) -> Response:
    """GET /jobs/{id}"""
    found = await read_job(call)
    markdown = await included_markdown(call, found.job) if call.query.include else None
    return json_response(JobSnapshot.answered(found, markdown))


async def status(call: Call[Watch, None]) -> Response:
    """GET /jobs/{id}/status without Accept: text/event-stream: one snapshot."""
    return json_response(JobSnapshot.answered(await read_job(call)), headers={"Vary": "Accept"})


async def read_job(call: Call[ShowJob, None] | Call[Watch, None]) -> pb.GetJobResponse:
    """A job with its newest pages."""
    asked = pb.GetJobRequest(job_id=call.id("job_id"), recent_pages=RECENT_PAGES)
    return await call.ask(call.services.jobs.GetJob, asked)


async def included_markdown(call: Call[ShowJob, None], job: pb.Job) -> str | None:
    """The document of an ended job up to 1 MiB; None otherwise: then /markdown streams it."""
    if not job.HasField("finished_at") or not 0 < job.document_bytes <= INCLUDED_MARKDOWN:
        return None
    try:
        return await read_whole(call.services, job.job_id, call.caller, INCLUDED_MARKDOWN)
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.FAILED_PRECONDITION:  # no page was processed
            return None
        raise


async def cancel(call: Call[NoQuery, None]) -> Response:
    """POST /jobs/{id}/cancel"""
    done = await call.ask(call.services.jobs.CancelJob, pb.CancelJobRequest(job_id=call.id("job_id")))
    return json_response(Job.of(done.job))


async def pause(call: Call[NoQuery, None]) -> Response:
    """POST /jobs/{id}/pause"""
    done = await call.ask(call.services.jobs.PauseJob, pb.PauseJobRequest(job_id=call.id("job_id")))
    return json_response(Job.of(done.job))


async def resume(call: Call[NoQuery, None]) -> Response:
    """POST /jobs/{id}/resume"""
    done = await call.ask(call.services.jobs.ResumeJob, pb.ResumeJobRequest(job_id=call.id("job_id")))
    return json_response(Job.of(done.job))


async def retry(call: Call[NoQuery, None]) -> Response:
    """POST /jobs/{id}/retry"""
    done = await call.ask(call.services.jobs.RetryJob, pb.RetryJobRequest(job_id=call.id("job_id")))
    return json_response(Job.of(done.job))


async def delete(call: Call[DeleteJob, None]) -> Response:
    """DELETE /jobs/{id}"""
    asked = pb.DeleteJobRequest(job_id=call.id("job_id"), force=call.query.force)
    await call.ask(call.services.jobs.DeleteJob, asked)
    return Response(status_code=204)
