"""What each tool answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import grpc

from docspasta.start import start_url
from docspasta.urls import BadUrl
from docspasta.v1 import jobs_pb2 as pb

from .answers import HEAD, MOST, quoted, within
from .arguments import checked
from .jobs import Jobs, ToolError, told
from .reading import chunks_of, part_of, position_of, sections_named
from .searching import fetch, search, search_docs
from .sources import dated, heading, line, source, sources

Answer = Callable[[Jobs, dict[str, Any]], Awaitable[str]]


async def call(jobs: Jobs, name: str, arguments: Mapping[str, Any]) -> str:
    """A tool's answer, below 10,000 tokens. Raises ToolError."""
    given = checked(name, arguments)
    try:
        return await ANSWERS[name](jobs, given)
    except grpc.aio.AioRpcError as error:
        raise told(error) from error


async def list_sources(jobs: Jobs, given: dict[str, Any]) -> str:
    """A line for each."""
    found = [line(job) async for job in sources(jobs, given.get("query", ""))]
    if not found:
        return "There are no sources" + (" like that." if given.get("query") else "; crawl_docs makes one.")
    lines, whole = within(found)
    return "\n".join(lines) + ("" if whole else f"\n({len(found) - len(lines)} more: narrow it by query)")


async def get_outline(jobs: Jobs, given: dict[str, Any]) -> str:
    """Folders and pages of a source, or headings of a page."""
    job = await source(jobs, given["source"])
    if given.get("page"):
        return await _headings(jobs, job, given["page"])
    request = pb.GetSelectionRequest(job_id=job.job_id, page_size=500, under=given.get("under", ""))
    answer = await jobs.ask("GetSelection", request)
    rows = [
        f"- {entry.position}. {entry.title or entry.path} <{entry.path}> ({entry.tokens:,} tokens)"
        if entry.page_id
        else f"- {entry.path} ({entry.pages:,} pages, {entry.tokens:,} tokens)"
        for entry in answer.entries
    ]
    lines, whole = within(rows, MOST - HEAD)
    more = "" if whole and not answer.next_page_token else "\n(There is more; name a folder as `under`.)"
    return f"{heading(job)}\nIn <{answer.under}>:\n" + "\n".join(lines) + more


async def _headings(jobs: Jobs, job: pb.Job, page: str) -> str:
    chunks = await chunks_of(jobs, job.job_id, await position_of(jobs, job.job_id, page))
    sizes: dict[tuple[str, ...], int] = {}
    anchors: dict[tuple[str, ...], str] = {}
    for chunk in chunks:
        path = tuple(chunk["headingPath"])
        sizes[path] = sizes.get(path, 0) + chunk["tokens"]
        anchors.setdefault(path, chunk["anchor"])
    rows = [
        f"{'  ' * (len(path) - 1)}- {path[-1]}"
        + (f" #{anchors[path]}" if anchors[path] else "")
        + f" ({size})"
        for path, size in sizes.items()
        if path
    ]
    lines, whole = within(rows, MOST - HEAD)
    rest = "" if whole else f"\n({len(rows) - len(lines)} more headings)"
    where = chunks[0]["url"] if chunks else page
    return f"{heading(job)}\nHeadings of <{where}>, with tokens:\n" + quoted("\n".join(lines)) + rest


async def read_doc(jobs: Jobs, given: dict[str, Any]) -> str:
    """A page, or a part of it."""
    job = await source(jobs, given["source"])
    chunks = await chunks_of(jobs, job.job_id, await position_of(jobs, job.job_id, given["page"]))
    if not chunks:
        raise ToolError("There is nothing to read on that page.")
    named = given.get("section") or given["page"].partition("#")[2]
    some = sections_named(chunks, named) if named else chunks
    if given["offset"] >= len(some):
        raise ToolError(f"offset: there are {len(some)} sections; the first is 0.")
    part = part_of(some, given["offset"], given["maxTokens"] - HEAD)
    rest = f"\nThe page goes on: read_doc with offset {part.following}." if part.following else ""
    anchor = f"#{some[0]['anchor']}" if named and some[0]["anchor"] else ""
    where = f"{some[0]['title']} <{some[0]['url']}{anchor}>, {dated(job)}"
    return f"{where}\n{quoted(part.text)}{rest}"


async def grep_docs(jobs: Jobs, given: dict[str, Any]) -> str:
    """Lines that hold a text."""
    job = await source(jobs, given["source"])
    request = pb.GrepJobRequest(
        job_id=job.job_id,
        pattern=given["pattern"],
        context=given["context"],
        limit=given["limit"],
        selection=pb.Selection(include=[given["include"]] if given.get("include") else []),
    )
    answer = await jobs.ask("GrepJob", request)
    if not answer.matches:
        seen = "" if answer.complete else " in the pages that could be looked at in time"
        return f"{heading(job)}\nNothing found{seen}."
    rows = []
    for match in answer.matches:
        anchor = f"#{match.anchor}" if match.anchor else ""
        path = " > ".join(match.heading_path)
        rows.append(f"{match.position}. <{match.url}{anchor}> {path}, line {match.line}:\n{match.text}\n")
    lines, whole = within(rows, MOST - HEAD)
    more = "" if whole and answer.complete else "\nThere is more: narrow it by pattern or include."
    return f"{heading(job)}\n" + quoted("\n".join(lines)) + more


async def crawl_docs(jobs: Jobs, given: dict[str, Any]) -> str:
    """Start a crawl."""
    try:
        url = start_url(given["url"])
    except BadUrl as error:
        raise ToolError(f"url: {error}") from error
    settings = pb.JobSettings(url=url, max_pages=given["maxPages"], include=given.get("include", []))
    job = (await jobs.ask("CreateJob", pb.CreateJobRequest(settings=settings))).job
    return f"Crawling <{job.settings.url}> as {job.job_id}. Ask crawl_status how far it is."


async def crawl_status(jobs: Jobs, given: dict[str, Any]) -> str:
    """How far a crawl is."""
    job = (await jobs.ask("GetJob", pb.GetJobRequest(job_id=given["job"]))).job
    progress = job.progress
    state = pb.JobState.Name(progress.state).removeprefix("JOB_STATE_").lower()
    lines = [
        f"{job.settings.url} ({job.job_id}): {state}",
        f"{progress.processed:,} pages done, {progress.queued:,} waiting, {progress.failed:,} failed,"
        f" {progress.skipped:,} skipped; {progress.tokens:,} tokens",
    ]
    return "\n".join([*lines, *([job.error] if job.error else [])])


ANSWERS: dict[str, Answer] = {
    "list_sources": list_sources,
    "search_docs": search_docs,
    "get_outline": get_outline,
    "read_doc": read_doc,
    "grep_docs": grep_docs,
    "crawl_docs": crawl_docs,
    "crawl_status": crawl_status,
    "search": search,
    "fetch": fetch,
}
