"""Answers of search_docs, and of search and fetch as some clients want them: each one JSON text."""

from __future__ import annotations

import json
from typing import Any

from docspasta.tokens import estimated_tokens
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1.search_pb2 import SearchHit, SearchRequest, SearchResponse

from .answers import HEAD, Answer, quoted
from .jobs import Jobs, ToolError
from .reading import chunks_of, part_of, position_of, sections_named
from .resources import address_of
from .sources import Source, dated, kept_sources, of_job
from .versions import chosen

FETCHED = 8_000  # tokens
MOST_LINKS = 10
JOB_DIGITS = 64


async def search_docs(jobs: Jobs, given: dict[str, Any]) -> Answer:
    """Sections that answer a query, as many as fit."""
    named, version = given.get("source", ""), given.get("version", "")
    source = await chosen(jobs, named, version) if named or version else None
    answer = await asked(jobs, given["query"], source, given["limit"])
    found = [(hit, one) for hit, one in zip(answer.hits, await sources_of(jobs, answer), strict=True)]
    shown: list[str] = []
    used = float(HEAD)
    for hit, one in found:
        text = section(hit, one)
        used += estimated_tokens(text.encode())
        if shown and used > given["maxTokens"]:
            break
        shown.append(within_tokens(text, given["maxTokens"] - HEAD) if not shown else text)
    left = len(found) - len(shown)
    rest = f"\n({left} more found: raise maxTokens, or read_doc their pages.)" if left else ""
    links = [address_of(one, address(hit), heading_path(hit)) for hit, one in found[: len(shown)]]
    text = quoted("\n\n".join(shown)) + rest if shown else "Nothing found."
    return Answer("\n".join([*notes(answer), text]), links[:MOST_LINKS])


async def sources_of(jobs: Jobs, answer: SearchResponse) -> list[Source]:
    """The source of each hit."""
    known: dict[str, Source] = {}
    kept = await kept_sources(jobs) if answer.hits else []
    for hit in answer.hits:
        if hit.job_id not in known:
            request = pb.GetJobRequest(job_id=hit.job_id)
            known[hit.job_id] = of_job((await jobs.ask("GetJob", request)).job, kept)
    return [known[hit.job_id] for hit in answer.hits]


def section(hit: SearchHit, source: Source) -> str:
    """A section with its address, its version and its date."""
    told = f"source {source.id}, {dated(source)}, {hit.tokens} tokens"
    return f"<{address(hit)}> {heading_path(hit)} ({told})\n{hit.text}"


def heading_path(hit: SearchHit) -> str:
    """The headings that a section stands under."""
    return " > ".join(hit.heading_path) or hit.title


def within_tokens(text: str, most: int) -> str:
    """The beginning of a text that is too long."""
    tokens = estimated_tokens(text.encode())
    return text if tokens <= most else text[: int(len(text) * max(most, 50) / tokens)] + " […]"


def notes(answer: SearchResponse) -> list[str]:
    """What should be known of what was searched."""
    running = [one.job_id for one in answer.jobs if not one.complete and not one.pending]
    pending = [one.job_id for one in answer.jobs if one.pending]
    found = [
        f"No section has all of these words; searched for: {one}" for one in [answer.corrected_query] if one
    ]
    found += [f"{one} still runs: what it has was searched." for one in running]
    found += [f"{one} is still being indexed; search again in a moment." for one in pending]
    return found if answer.jobs else ["There are no sources yet; crawl_docs makes one."]


async def search(jobs: Jobs, given: dict[str, Any]) -> str:
    """{"results": [{"id", "title", "url"}]}"""
    answer = await asked(jobs, given["query"], None, 10)
    results = [
        {"id": f"{hit.job_id}:{address(hit)}", "title": heading_path(hit)} | {"url": address(hit)}
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
    source = of_job(job, await kept_sources(jobs))
    metadata = {"source": job.settings.url, "version": dated(source), "complete": not part.following}
    found = {"id": given["id"], "title": some[0]["title"], "text": quoted(part.text), "url": url}
    return json.dumps({**found, "metadata": metadata}, ensure_ascii=False)


async def asked(jobs: Jobs, query: str, source: Source | None, limit: int) -> SearchResponse:
    """What the search service answers."""
    named = [source.job.job_id] if source is not None else []
    request = SearchRequest(query=query, job_ids=named, limit=limit)
    answer: SearchResponse = await jobs.ask("Search", request)
    return answer


def address(hit: SearchHit) -> str:
    """The page's address, with the section."""
    return hit.url + (f"#{hit.anchor}" if hit.anchor else "")
