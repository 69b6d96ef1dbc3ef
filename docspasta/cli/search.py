"""`docspasta search`: the sections that answer a query."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from docspasta.cli.connection import Target, connected
from docspasta.cli.exits import OK, USAGE, CommandError

if TYPE_CHECKING:
    from docspasta.v1.search_pb2 import SearchHit, SearchResponse

SECONDS = 60.0  # the first search of a job builds its index


async def search(
    target: Target, query: str, job: str, source: str, limit: int, json_lines: bool, text: bool
) -> int:
    """Print what is found, best first. Nothing found is no failure."""
    import grpc

    from docspasta.cli.job_names import find_job
    from docspasta.cli.sources import find_source
    from docspasta.v1.search_pb2 import SearchRequest

    async with connected(target, "search") as connection:
        named = [await find_job(connection, job)] if job else []
        source_id = (await find_source(connection, source)).source_id if source else ""
        asked = SearchRequest(query=query, job_ids=named, source_id=source_id, limit=limit)
        try:
            answer = await connection.call(lambda: connection.search.Search, asked, timeout=SECONDS)
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
                raise CommandError(error.details() or "that can't be searched for", USAGE) from error
            raise
    for line in json_of(answer) if json_lines else lines_of(answer, text):
        print(line)
    for warning in warnings(answer):
        print(warning, file=sys.stderr)
    return OK


def json_of(answer: SearchResponse) -> list[str]:
    """A line of JSON for each, as REST has it."""
    from docspasta.rest.search import SearchHit

    return [SearchHit.of(hit).to_json().decode() for hit in answer.hits]


def lines_of(answer: SearchResponse, text: bool) -> list[str]:
    """For people: address, headings, snippet, or with `text` the whole section."""
    from docspasta.cli.terminal_text import one_line, printable

    shown = []
    for hit in answer.hits:
        body = hit.text if text else "".join(part.text for part in hit.snippet)
        title = " > ".join(hit.heading_path) or hit.title
        lines = "".join(f"    {line}\n" for line in printable(body).split("\n"))
        shown.append(f"{one_line(address(hit))}\n  {one_line(title)}\n{lines}")
    return shown


def address(hit: SearchHit) -> str:
    """The page's address, with the section."""
    return hit.url + (f"#{hit.anchor}" if hit.anchor else "")


def warnings(answer: SearchResponse) -> list[str]:
    """What should be known of what was searched."""
    found = [] if answer.hits else ["Nothing found."]
    if answer.corrected_query:
        found.append(f"No section has all of these words; searched for: {answer.corrected_query}")
    if not answer.jobs:
        found.append("There is nothing to search yet; crawl a site first.")
    for job in answer.jobs:
        if job.pending:
            found.append(f"{job.job_id} is still being indexed; search again in a moment.")
        elif not job.complete:
            found.append(f"{job.job_id} still runs; {job.pages:,} pages of it were searched.")
    return found
