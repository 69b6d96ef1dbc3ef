"""Answers of search_docs, and of search and fetch as some clients want them: each one JSON text."""

from __future__ import annotations

import json
from typing import Any

from docspasta.tokens import estimated_tokens
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1.search_pb2 import SearchHit, SearchRequest, SearchResponse

from .answers import HEAD, quoted
from .jobs import Jobs, ToolError
from .reading import chunks_of, part_of, position_of, sections_named
from .sources import dated, source

FETCHED = 8_000  # tokens
JOB_DIGITS = 64


async def search_docs(jobs: Jobs, given: dict[str, Any]) -> str:
    """Sections that answer a query, as many as fit."""
    job = await source(jobs, given["source"]) if given.get("source") else None
    answer = await asked(jobs, given["query"], job, given["limit"])
    known: dict[str, pb.Job] = {job.job_id: job} if job is not None else {}
    shown: list[str] = []
    used = float(HEAD)
    for hit in answer.hits:
        if hit.job_id not in known:
            request = pb.GetJobRequest(job_id=hit.job_id)
            known[hit.job_id] = (await jobs.ask("GetJob", request)).job
        text = section(hit, known[hit.job_id])
        used += estimated_tokens(text.encode())
        if shown and used > given["maxTokens"]:
            break
        shown.append(within_tokens(text, given["maxTokens"] - HEAD) if not shown else text)
    left = len(answer.hits) - len(shown)
    rest = f"\n({left} more found: raise maxTokens, or read_doc their pages.)" if left else ""
    return "\n".join([*notes(answer), quoted("\n\n".join(shown)) + rest if shown else "Nothing found."])


def section(hit: SearchHit, job: pb.Job) -> str:
    """A section with its address and date."""
    path = " > ".join(hit.heading_path) or hit.title
    return f"<{address(hit)}> {path} (source {hit.job_id}, {dated(job)}, {hit.tokens} tokens)\n{hit.text}"


def within_tokens(text: str, most: int) -> str:
    """The beginning of a text that is too long."""
    tokens = estimated_tokens(text.encode())
    return text if tokens <= most else text[: int(len(text) * max(most, 50) / tokens)] + " […]"


def notes(answer: SearchResponse) -> list[str]:
    """What should be known of what was searched."""
    running = [one.job_id for one in answer.jobs if not one.complete and not one.pending]
    pending = [one.job_id for one in answer.jobs if one.pending]
    found = [f"{one} still runs: what it has was searched." for one in running]
    found += [f"{one} is still being indexed; search again in a moment." for one in pending]
    return found if answer.jobs else ["There are no sources yet; crawl_docs makes one."]


async def search(jobs: Jobs, given: dict[str, Any]) -> str:
    """{"results": [{"id", "title", "url"}]}"""
    answer = await asked(jobs, given["query"], None, 10)
    results = [
        {"id": f"{hit.job_id}:{address(hit)}", "title": " > ".join(hit.heading_path) or hit.title}
        | {"url": address(hit)}
        for hit in answer.hits
    ]
    return json.dumps({"results": results}, ensure_ascii=False)


async def fetch(jobs: Jobs, given: dict[str, Any]) -> str:
    """{"id", "title", "text", "url", "metadata"}"""
    job_id, colon, url = given["id"].partition(":")
    if not colon or not 0 < len(job_id) <= JOB_DIGITS:
        raise ToolError("id: give the id of a result of search.")
    job = (await jobs.ask("GetJob", pb.GetJobRequest(job_id=job_id))).job
    chunks = await chunks_of(jobs, job_id, await position_of(jobs, job_id, url))
    anchor = url.partition("#")[2]
    some = sections_named(chunks, anchor) if anchor else chunks
    if not some:
        raise ToolError("There is nothing to read on that page.")
    part = part_of(some, 0, FETCHED)
    metadata = {"source": job.settings.url, "version": dated(job), "complete": not part.following}
    found = {"id": given["id"], "title": some[0]["title"], "text": quoted(part.text), "url": url}
    return json.dumps({**found, "metadata": metadata}, ensure_ascii=False)


async def asked(jobs: Jobs, query: str, job: pb.Job | None, limit: int) -> SearchResponse:
    """What the search service answers."""
    request = SearchRequest(query=query, job_ids=[job.job_id] if job is not None else [], limit=limit)
    answer: SearchResponse = await jobs.ask("Search", request)
    return answer


def address(hit: SearchHit) -> str:
    """The page's address, with the section."""
    return hit.url + (f"#{hit.anchor}" if hit.anchor else "")
