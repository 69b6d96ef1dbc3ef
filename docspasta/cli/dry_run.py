"""`docspasta crawl --dry-run`: reads the start page as a job would, and says what a crawl would follow.

The job behind it has one page and is deleted afterwards.
"""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from docspasta.cli.connection import Connection
from docspasta.cli.exits import FAILED, OK, CommandError
from docspasta.cli.json_lines import print_line
from docspasta.cli.saying import say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from docspasta.content import Page
    from docspasta.scope import Scope
    from docspasta.v1.jobs_pb2 import Job, JobSettings

REFUSALS = {
    "host": "on another host",
    "excluded": "kept out by --exclude",
    "not_included": "not named by --include",
    "suffix": "files that are no pages",
    "section": "outside this section of the site",
    "version": "of another version or language",
    "trap": "addresses that never end",
    "noise": "left out as repeating or only listing others; --all keeps them",
}


async def dry_run(connection: Connection, settings: JobSettings, json_lines: bool = False) -> int:
    """The links that a crawl would follow on stdout, the others counted on stderr.

    With `json_lines` a line for each link: whether it would be followed, and why not.
    """
    async with one_page_job(connection, settings) as job:
        page = await start_page(connection, job)
    scope = scope_of(settings, page)
    verdicts = [(link.url, str(scope.refuses(link.url))) for link in page.links]
    for url, refusal in verdicts:
        if json_lines:
            print_line({"event": "link", "url": url, "followed": not refusal, "refusal": refusal or None})
        elif not refusal:
            print(url)
    show(page, scope, Counter(refusal for _, refusal in verdicts), job)
    return OK


@asynccontextmanager
async def one_page_job(connection: Connection, settings: JobSettings) -> AsyncIterator[Job]:
    """A job of the start page alone, ended; deleted with the block."""
    from docspasta.cli.jobs import delete_job
    from docspasta.cli.tally import Tally
    from docspasta.cli.watching import watch
    from docspasta.v1.jobs_pb2 import CreateJobRequest, JobSettings

    alone = JobSettings()
    alone.CopyFrom(settings)
    alone.max_pages, alone.keep_raw = 1, True
    job = (await connection.call(lambda: connection.jobs.CreateJob, CreateJobRequest(settings=alone))).job
    try:
        yield await watch(connection, job.job_id, Tally(), lambda update: None)
    finally:
        await delete_job(connection, job.job_id, force=True)


async def start_page(connection: Connection, job: Job) -> Page:
    """The one page of the job, read from its kept HTML."""
    from docspasta.cli.summary import nothing_sentence
    from docspasta.content import read_page
    from docspasta.v1.jobs_pb2 import GetPageMarkdownRequest, ListPagesRequest
    from docspasta.v1.page_pb2 import PageState

    if not job.progress.processed:
        raise CommandError(nothing_sentence(job), FAILED)
    request = ListPagesRequest(job_id=job.job_id, states=[PageState.PAGE_STATE_PROCESSED])
    row = (await connection.call(lambda: connection.jobs.ListPages, request)).pages[0]
    body = bytearray()
    raw = GetPageMarkdownRequest(job_id=job.job_id, page_id=row.page_id, raw=True)
    async for part in connection.jobs.GetPageMarkdown(raw, metadata=await connection.credential()):
        body += part.chunk
    return read_page(bytes(body), row.url)


def scope_of(settings: JobSettings, page: Page) -> Scope:
    """The scope that the job would decide from this page."""
    from docspasta.scope import ScopeSettings, decide
    from docspasta.urls import canonical

    chosen = ScopeSettings(
        tuple(settings.include),
        tuple(settings.exclude),
        tuple(settings.allow_hosts),
        all_pages=settings.all_pages,
    )
    return decide(
        canonical(settings.url), page.url, page.navigation, [link.url for link in page.links], chosen
    )


def show(page: Page, scope: Scope, refused: Counter[str], job: Job) -> None:
    """What was decided, on stderr."""
    lines = [
        f"Start page: {page.title or page.url} ({page.url})",
        f"Scope: {scope.host}{scope.root}",
        f"{refused.pop('', 0):,} links would be followed",
        *(f"{count:,} {REFUSALS.get(why, why)}" for why, count in refused.most_common()),
    ]
    if job.progress.not_admitted:
        lines.append(f"{job.progress.not_admitted:,} addresses are known in all, sitemaps included")
    say(*lines)
