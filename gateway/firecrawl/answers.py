"""Jobs and pages as Firecrawl's clients read them. Pure."""

from __future__ import annotations

from typing import Any

from docspasta.rest.words import JOB_STATES, PAGE_STATES, moment, reason_of
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1.page_pb2 import Page

from .written import Text


def status_of(job: pb.Job) -> str:
    """scraping, completed, failed or cancelled: a job that waits or is paused is scraping,
    for clients know no other word."""
    state = JOB_STATES.get(job.progress.state)
    return state.value if state is not None and state.ended else "scraping"


def job_status(
    job: pb.Job, documents: list[dict[str, Any]], following: str | None, warning: str | None = None
) -> dict[str, Any]:
    """A job with some of its documents. Failed pages are counted by neither number, as Firecrawl does."""
    counts = job.progress
    answer: dict[str, Any] = {
        "success": True,
        "status": status_of(job),
        "total": counts.processed + counts.queued,
        "completed": counts.processed,
        "creditsUsed": counts.processed,
        "expiresAt": moment(job, "expires_at") or moment(job, "created_at"),
        "data": documents,
    }
    if following:
        answer["next"] = following
    if warning or job.error:
        answer["warning"] = warning or job.error
    return answer


def document(
    page: Page,
    markdown: Text | str,
    links: list[str],
    html: Text | None = None,
    raw: Text | None = None,
) -> dict[str, Any]:
    """A page with its content. `html` and `raw` are told where they were asked for."""
    found: dict[str, Any] = {"markdown": markdown, "links": links, "metadata": metadata(page)}
    if html is not None:
        found["html"] = html
    if raw is not None:
        found["rawHtml"] = raw
    return found


def metadata(page: Page) -> dict[str, Any]:
    """What is known of a page. `proxyUsed` and `cacheState` have few words, and clients refuse others."""
    return {
        "title": page.title,
        "description": page.description,
        "language": page.language,
        "sourceURL": page.url,
        "url": page.url,
        "statusCode": page.http_status or 200,
        "contentType": "text/html",
        "scrapeId": page.page_id,
        "proxyUsed": "basic",
        "cacheState": "miss",
        "creditsUsed": 1,
    }


def page_error(page: Page) -> dict[str, Any]:
    """Why a page failed."""
    reason = reason_of(page.reason)
    leads = f"It leads to {page.redirected_to}." if page.redirected_to else ""
    words = " ".join(filter(None, [reason.sentence if reason else "", page.detail, leads]))
    return {
        "id": page.page_id,
        "url": page.url,
        "error": words or PAGE_STATES.get(page.state, "failed"),
        "code": reason.value.upper() if reason else "FAILED",
        "timestamp": moment(page, "finished_at"),
    }


def active(job: pb.Job) -> dict[str, Any]:
    """A job that has not ended, in the list of those."""
    return {
        "id": job.job_id,
        "teamId": "docspasta",
        "url": job.settings.url,
        "created_at": moment(job, "created_at"),
        "options": {"limit": job.settings.max_pages},
    }
