"""Crawls and batches: started, asked for, cancelled."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from starlette.responses import JSONResponse, Response

from docspasta.domain import JobState
from docspasta.proto_enums import job_state_value
from docspasta.v1 import jobs_pb2 as pb

from ..bodies import read_object
from ..jobs import idempotency_key
from ..problems import Problem
from . import answers
from .contents import MEANT, documents, failures
from .endpoint import Call
from .options import Asked, batch_of, crawl_of
from .written import Written

DOCUMENTS = 100  # in one answer
BATCH_BODY = 512 * 1024
OPEN = [job_state_value(state) for state in JobState if not state.ended]


async def start_crawl(call: Call) -> Response:
    """POST /v2/crawl"""
    asked = crawl_of(await read_object(call.request))
    return JSONResponse(await _start(call, asked, "/v2/crawl"))


async def start_batch(call: Call) -> Response:
    """POST /v2/batch/scrape"""
    body = await read_object(call.request, BATCH_BODY)
    asked = await asyncio.to_thread(batch_of, body)  # a thousand addresses take a second, if made for it
    answer = await _start(call, asked, "/v2/batch/scrape")
    return JSONResponse(answer | {"invalidURLs": list(asked.invalid_urls)})


async def _start(call: Call, asked: Asked, where: str) -> dict[str, Any]:
    key = call.request.headers.get("x-idempotency-key", "") or idempotency_key(call.request)
    request = pb.CreateJobRequest(
        settings=asked.settings, idempotency_key=key or uuid.uuid4().hex, webhook=asked.webhook
    )
    services = call.state.services
    made = await services.ask(services.jobs.CreateJob, request, call.caller)
    job_id = made.job.job_id
    base = (call.state.settings.gateway_public_url or str(call.request.base_url)).rstrip("/")
    answer: dict[str, Any] = {"success": True, "id": job_id, "url": f"{base}{where}/{job_id}"}
    if made.webhook_secret:
        answer["webhookSecret"] = made.webhook_secret  # shown once: it verifies X-Firecrawl-Signature
    return answer | ({"warning": asked.warning} if asked.warning else {})


async def show(call: Call) -> Response:
    """GET /v2/crawl/{id} and /v2/batch/scrape/{id}

    Clients ask a running job every two seconds and follow every `next` each time: without a cursor it has no
    documents yet. `next` is a path, so that it is right behind any proxy, and is there only when a further
    document is.
    """
    services, query = call.state.services, call.request.query_params
    asked = pb.GetJobRequest(job_id=call.job_id)
    job = (await services.ask(services.jobs.GetJob, asked, call.caller)).job
    after = query.get("after", "")
    if not after and answers.status_of(job) == "scraping":
        return JSONResponse(answers.job_status(job, [], None))
    limit = _limit(query.get("limit", ""))
    found, following = await documents(services, call.caller, job, after, limit)
    rest = f"{call.request.url.path}?after={following}" + (f"&limit={limit}" if limit < DOCUMENTS else "")
    return Written(answers.job_status(job, found, rest if following else None))


def _limit(text: str) -> int:
    return (
        min(max(int(text), 1), DOCUMENTS)
        if text.isascii() and text.isdigit() and len(text) < 9
        else DOCUMENTS
    )


async def cancel(call: Call) -> Response:
    """DELETE /v2/crawl/{id} and /v2/batch/scrape/{id}. 409 for a job that has ended."""
    services = call.state.services
    found = await services.ask(services.jobs.GetJob, pb.GetJobRequest(job_id=call.job_id), call.caller)
    if answers.status_of(found.job) != "scraping":
        raise Problem(409, "ended", "The job has ended already.")
    await services.ask(services.jobs.CancelJob, pb.CancelJobRequest(job_id=call.job_id), call.caller)
    return JSONResponse({"status": "cancelled"})


async def errors_of_crawl(call: Call) -> Response:
    """GET /v2/crawl/{id}/errors"""
    return Written(await failures(call.state.services, call.caller, call.job_id, MEANT))


async def errors_of_batch(call: Call) -> Response:
    """GET /v2/batch/scrape/{id}/errors: what became of every address that has no document."""
    return Written(await failures(call.state.services, call.caller, call.job_id, ()))


async def active(call: Call) -> Response:
    """GET /v2/crawl/active"""
    services = call.state.services
    asked = pb.ListJobsRequest(page_size=50, states=OPEN)
    listed = await services.ask(services.jobs.ListJobs, asked, call.caller)
    return JSONResponse({"success": True, "crawls": [answers.active(job) for job in listed.jobs]})
