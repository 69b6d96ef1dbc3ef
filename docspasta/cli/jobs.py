"""`docspasta jobs …`: list, show, watch, control and delete jobs."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from docspasta.cli.connection import Connection, Target, connected
from docspasta.cli.exits import FAILED, OK, USAGE, CommandError
from docspasta.cli.job_names import find_job
from docspasta.cli.saying import say

if TYPE_CHECKING:
    from google.protobuf.timestamp_pb2 import Timestamp

    from docspasta.cli.causes import Causes
    from docspasta.v1.jobs_pb2 import Job
    from docspasta.v1.page_pb2 import Page

HEADER = (
    f"{'JOB':<24}  {'CREATED':<16}  {'STATE':<9}  {'DONE':>7}/{'FOUND':<7}  URL"  # for people, not for pipes
)
FINDERS = 12  # pages whose addresses are asked for, to say where broken links are


async def list_jobs(target: Target, states: list[str], json_lines: bool, limit: int) -> int:
    """Newest first: one line a job."""
    wanted = [state_number(state) for state in states]
    async with connected(target, "jobs list") as connection:
        shown = 0
        async for job in all_jobs(connection, wanted):
            if shown == limit:
                break
            if not shown and not json_lines and sys.stdout.isatty():
                print(HEADER)
            shown += 1
            show_line(job, json_lines)
        if not shown and not json_lines:
            print("No jobs yet. Start one with: docspasta crawl URL", file=sys.stderr)
    return OK


async def all_jobs(connection: Connection, states: list[Any]) -> AsyncIterator[Job]:
    """Every job of the caller in these states (none: all), newest first."""
    from docspasta.v1.jobs_pb2 import ListJobsRequest

    request = ListJobsRequest(page_size=100, states=states)
    while True:
        answer = await connection.call(lambda: connection.jobs.ListJobs, request)
        for job in answer.jobs:
            yield job
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


def state_number(word: str) -> Any:
    """The state of a lower snake word."""
    from docspasta.v1.jobs_pb2 import JobState

    words = {name.removeprefix("JOB_STATE_").lower(): number for name, number in JobState.items() if number}
    if word not in words:
        raise CommandError(f"--state {word!r} is none of {', '.join(words)}", USAGE)
    return words[word]


def show_line(job: Job, json_lines: bool) -> None:
    """One job on one line of stdout."""
    if json_lines:
        from docspasta.cli.json_lines import job_object, print_line

        print_line(job_object(job))
        return
    from docspasta.cli.summary import state_word

    progress = job.progress
    print(
        f"{job.job_id}  {moment(job.created_at)}  {state_word(progress.state):<9}  "
        f"{progress.processed:>7,}/{progress.discovered:<7,}  {job.settings.url}"
    )


def moment(at: Timestamp) -> str:
    """A time as this machine's clock shows it: `2026-11-29 13:26`."""
    return at.ToDatetime(tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M")


async def show_job(target: Target, job_id: str, json_lines: bool) -> int:
    """A job's settings, counts and reasons."""
    from docspasta.cli.summary import state_word, summary

    async with connected(target, "jobs show") as connection:
        job = await get_job(connection, await find_job(connection, job_id))
        causes = await causes_of_job(connection, job)
    if json_lines:
        show_line(job, json_lines)
        return OK
    print(f"Job {job.job_id}: {state_word(job.progress.state)}")
    print(f"URL {job.settings.url}")
    for name in ("created_at", "started_at", "finished_at", "expires_at"):
        if job.HasField(name):
            label = name.removesuffix("_at").capitalize()
            print(f"{label} {moment(getattr(job, name))}")
    say(*filter(None, [job.error]), *summary(job, causes), to=sys.stdout)
    return OK


async def get_job(connection: Connection, job_id: str) -> Job:
    """One job. Raises NOT_FOUND."""
    from docspasta.v1.jobs_pb2 import GetJobRequest

    job: Job = (await connection.call(lambda: connection.jobs.GetJob, GetJobRequest(job_id=job_id))).job
    return job


async def failed_pages(connection: Connection, job: Job) -> Sequence[Page]:
    """Up to 500 pages of a job that failed, and as many that robots.txt refused; of a job without any result
    all that were skipped."""
    from docspasta.v1.jobs_pb2 import ListPagesRequest
    from docspasta.v1.page_pb2 import PageReason, PageState

    async def listed(state: PageState.ValueType) -> Sequence[Page]:
        request = ListPagesRequest(job_id=job.job_id, page_size=500, states=[state])
        return (await connection.call(lambda: connection.jobs.ListPages, request)).pages

    robots = PageReason.PAGE_REASON_ROBOTS
    pages = list(await listed(PageState.PAGE_STATE_FAILED)) if job.progress.failed else []
    if not job.progress.processed:
        return pages + list(await listed(PageState.PAGE_STATE_SKIPPED))
    if any(row.reason == robots for row in job.reasons):
        pages += [page for page in await listed(PageState.PAGE_STATE_SKIPPED) if page.reason == robots]
    return pages


async def causes_of_job(connection: Connection, job: Job) -> Causes:
    """Why pages of a job failed, with examples and what links to them."""
    import grpc

    from docspasta.cli.causes import causes_of, finders
    from docspasta.v1.jobs_pb2 import GetPageRequest

    pages = await failed_pages(connection, job)
    linked_from: dict[str, str] = {}
    for page_id in sorted(finders(pages))[:FINDERS]:
        request = GetPageRequest(job_id=job.job_id, page_id=page_id)
        try:
            linked_from[page_id] = (await connection.call(lambda: connection.jobs.GetPage, request)).page.url
        except grpc.aio.AioRpcError as error:  # a sitemap is no page
            if error.code() is not grpc.StatusCode.NOT_FOUND:
                raise
    return causes_of(pages, linked_from)


async def watch_job(target: Target, job_id: str, json_lines: bool) -> int:
    """Follow a job to its end, or until Ctrl-C, which leaves the job alone."""
    from docspasta.cli.summary import nothing_sentence, summary
    from docspasta.cli.tally import Tally
    from docspasta.cli.terminal import display
    from docspasta.cli.watching import watch
    from docspasta.v1.jobs_pb2 import JobState

    async with connected(target, "jobs watch") as connection:
        job_id = await find_job(connection, job_id)
        tally = Tally(before=(await get_job(connection, job_id)).running_seconds)
        with display(quiet=json_lines) as shown:

            def seen(update: Any) -> None:
                shown.show(tally)
                if json_lines and update is not None:
                    from docspasta.cli.json_lines import print_line, update_object

                    print_line(update_object(update))

            job = await watch(connection, job_id, tally, seen)
    if not json_lines:
        say(*(summary(job) if job.progress.processed else [nothing_sentence(job)]))
    return OK if job.progress.state == JobState.JOB_STATE_COMPLETED else FAILED


async def steer_job(target: Target, step: str, job_id: str) -> int:
    """Pause, resume or cancel a job."""
    from docspasta.cli.summary import state_word

    async with connected(target, f"jobs {step}") as connection:
        job = await step_job(connection, step, await find_job(connection, job_id))
    print(f"{job.job_id} {state_word(job.progress.state)}")
    return OK


async def step_job(connection: Connection, step: str, job_id: str) -> Job:
    """Ask for one step; the job after it."""
    from docspasta.v1.jobs_pb2 import CancelJobRequest, PauseJobRequest, ResumeJobRequest

    if step == "pause":
        paused = await connection.call(lambda: connection.jobs.PauseJob, PauseJobRequest(job_id=job_id))
        return paused.job
    if step == "resume":
        resumed = await connection.call(lambda: connection.jobs.ResumeJob, ResumeJobRequest(job_id=job_id))
        return resumed.job
    cancelled = await connection.call(lambda: connection.jobs.CancelJob, CancelJobRequest(job_id=job_id))
    return cancelled.job


async def cancel_job(connection: Connection, job_id: str) -> Job:
    """Cancel a job; the job as it ended."""
    return await step_job(connection, "cancel", job_id)


async def delete_jobs(target: Target, job_ids: list[str], force: bool) -> int:
    """Delete jobs and what they crawled."""
    async with connected(target, "jobs delete") as connection:
        for job_id in [await find_job(connection, name) for name in job_ids]:
            await delete_job(connection, job_id, force)
            print(job_id)
    return OK


async def delete_job(connection: Connection, job_id: str, force: bool = False) -> None:
    """Delete one job; `force` cancels a running one first."""
    from docspasta.v1.jobs_pb2 import DeleteJobRequest

    await connection.call(lambda: connection.jobs.DeleteJob, DeleteJobRequest(job_id=job_id, force=force))


async def prune_jobs(target: Target, older_than_days: float, dry_run: bool) -> int:
    """Delete ended jobs that ended long enough ago."""
    from docspasta.cli.summary import ENDED, counted

    before = time.time() - older_than_days * 86400
    async with connected(target, "jobs prune") as connection:
        old = [job async for job in all_jobs(connection, list(ENDED)) if job.finished_at.seconds <= before]
        for job in old:
            if not dry_run:
                await delete_job(connection, job.job_id)
            show_line(job, json_lines=False)
    word = "would be deleted" if dry_run else "deleted"
    print(f"{counted(len(old), 'job')} {word}", file=sys.stderr)
    return OK


async def download_job(target: Target, job_id: str, output: str, links: str) -> int:
    """Write a job's document: whole when it has ended, what there is when it has not."""
    from docspasta.cli.delivery import delivered
    from docspasta.cli.output import checked_output
    from docspasta.v1.jobs_pb2 import JobState

    output = checked_output(output)
    async with connected(target, "jobs download") as connection:
        job = await get_job(connection, await find_job(connection, job_id))
        whole = job.progress.state == JobState.JOB_STATE_COMPLETED
        path = await delivered(connection, job, output, partial=not whole, links=links)
    if path != "-":
        print(path)
    if not whole:
        print("The job is not complete, so the document isn't, either.", file=sys.stderr)
    return OK
