"""What each tool answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import grpc

from docspasta.v1 import jobs_pb2 as pb

from .answers import HEAD, MOST, Answer, quoted, within
from .arguments import checked
from .changes import changes
from .crawls import Tell, crawl_docs, crawl_status, refresh_source
from .jobs import Jobs, ToolError, told
from .reading import chunks_of, part_of, position_of, sections_named
from .resources import address_of
from .searching import fetch, search, search_docs
from .sources import Source, dated, heading, line, listed, unread
from .versions import chosen

Given = dict[str, Any]


async def silent(done: float, total: float, words: str) -> None:
    """Nobody asked for progress."""


async def call(jobs: Jobs, name: str, arguments: Mapping[str, Any], tell: Tell = silent) -> Answer:
    """A tool's answer, below 10,000 tokens. Raises ToolError."""
    given = checked(name, arguments)
    try:
        if name in CRAWLS:
            return Answer(await CRAWLS[name](jobs, given, tell))
        found = await ANSWERS[name](jobs, given)
    except grpc.aio.AioRpcError as error:
        raise told(error) from error
    return Answer(found) if isinstance(found, str) else found


async def list_sources(jobs: Jobs, given: Given) -> str:
    """A line for each."""
    query = given.get("query", "")
    some = await listed(jobs, query)
    found = [*map(line, some), *await unread(jobs, query, some)]
    if not found:
        return "There are no sources" + (" like that." if query else "; crawl_docs makes one.")
    lines, whole = within(found, MOST - HEAD)
    rest = "" if whole else f"\n({len(found) - len(lines)} more: narrow it by query)"
    return quoted("\n".join(lines)) + rest  # titles are the sites' words


async def get_outline(jobs: Jobs, given: Given) -> str:
    """Folders and pages of a source, or headings of a page."""
    found = await chosen(jobs, given["source"], given.get("version", ""))
    if given.get("page"):
        return await _headings(jobs, found, given["page"])
    request = pb.GetSelectionRequest(job_id=found.job.job_id, page_size=500, under=given.get("under", ""))
    answer = await jobs.ask("GetSelection", request)
    rows = [
        f"- {entry.position}. {entry.title or entry.path} <{entry.path}> ({entry.tokens:,} tokens)"
        if entry.page_id
        else f"- {entry.path} ({entry.pages:,} pages, {entry.tokens:,} tokens)"
        for entry in answer.entries
    ]
    lines, whole = within(rows, MOST - HEAD)
    more = "" if whole and not answer.next_page_token else "\n(There is more; name a folder as `under`.)"
    return f"{heading(found)}\nIn <{answer.under}>:\n" + quoted("\n".join(lines)) + more


async def _headings(jobs: Jobs, found: Source, page: str) -> str:
    job_id = found.job.job_id
    chunks = await chunks_of(jobs, job_id, await position_of(jobs, job_id, page))
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
    return f"{heading(found)}\nHeadings of <{where}>, with tokens:\n" + quoted("\n".join(lines)) + rest


async def read_doc(jobs: Jobs, given: Given) -> Answer:
    """A page, or a part of it."""
    found = await chosen(jobs, given["source"], given.get("version", ""))
    job_id = found.job.job_id
    chunks = await chunks_of(jobs, job_id, await position_of(jobs, job_id, given["page"]))
    if not chunks:
        raise ToolError("There is nothing to read on that page.")
    named = given.get("section") or given["page"].partition("#")[2]
    some = sections_named(chunks, named) if named else chunks
    if given["offset"] >= len(some):
        raise ToolError(f"offset: there are {len(some)} sections; the first is 0.")
    part = part_of(some, given["offset"], given["maxTokens"] - HEAD)
    rest = f"\nThe page goes on: read_doc with offset {part.following}." if part.following else ""
    anchor = f"#{some[0]['anchor']}" if named and some[0]["anchor"] else ""
    where = f"<{some[0]['url']}{anchor}>, source {found.id}, {dated(found)}"
    link = address_of(found, some[0]["url"] + anchor, some[0]["title"])
    return Answer(f"{where}\n{quoted(part.text)}{rest}", [link])


async def grep_docs(jobs: Jobs, given: Given) -> str:
    """Lines that hold a text."""
    found = await chosen(jobs, given["source"], given.get("version", ""))
    request = pb.GrepJobRequest(
        job_id=found.job.job_id,
        pattern=given["pattern"],
        context=given["context"],
        limit=given["limit"],
        selection=pb.Selection(include=[given["include"]] if given.get("include") else []),
    )
    answer = await jobs.ask("GrepJob", request)
    if not answer.matches:
        seen = "" if answer.complete else " in the pages that could be looked at in time"
        return f"{heading(found)}\nNothing found{seen}."
    rows = []
    for match in answer.matches:
        anchor = f"#{match.anchor}" if match.anchor else ""
        path = " > ".join(match.heading_path)
        rows.append(f"{match.position}. <{match.url}{anchor}> {path}, line {match.line}:\n{match.text}\n")
    lines, whole = within(rows, MOST - HEAD)
    more = "" if whole and answer.complete else "\nThere is more: narrow it by pattern or include."
    return f"{heading(found)}\n" + quoted("\n".join(lines)) + more


ANSWERS: dict[str, Callable[[Jobs, Given], Awaitable[str | Answer]]] = {
    "list_sources": list_sources,
    "search_docs": search_docs,
    "get_outline": get_outline,
    "read_doc": read_doc,
    "grep_docs": grep_docs,
    "changes": changes,
    "search": search,
    "fetch": fetch,
}
CRAWLS: dict[str, Callable[[Jobs, Given, Tell], Awaitable[str]]] = {
    "crawl_docs": crawl_docs,
    "refresh_source": refresh_source,
    "crawl_status": crawl_status,
}
