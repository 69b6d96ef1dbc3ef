"""`docspasta sources …`: documentation that is crawled again and again."""

from __future__ import annotations

import sys
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docspasta.cli.connection import Connection, Target, connected
from docspasta.cli.exits import FAILED, NOT_WHOLE, OK, USAGE, CommandError
from docspasta.cli.output import checked_output

if TYPE_CHECKING:
    from docspasta.v1.jobs_pb2 import Job
    from docspasta.v1.sources_pb2 import (
        CreateSourceRequest,
        DiffRunsResponse,
        PageChange,
        Schedule,
        Source,
        UpdateSourceRequest,
    )


PATIENCE = 5  # failed runs in a row after which a schedule waits longer


@dataclass(frozen=True)
class When:
    """What was typed of a schedule. `remove`: the source is to have none."""

    cron: str = ""
    zone: str = ""
    every: str = ""
    remove: bool = False
    overlap: str = ""
    missed: str = ""
    start_within: str = ""

    def schedule(self, source: Source | None = None) -> Schedule | None:
        """The schedule that is meant, None for no change. Raises CommandError."""
        from docspasta.v1.sources_pb2 import Schedule

        if self.remove:
            return Schedule()
        if self.cron or self.every:
            when = Schedule(cron=self.cron, time_zone=self.zone, every_seconds=seconds_of(self.every))
            return self._with_policies(when)
        if self.zone:
            raise CommandError("--tz belongs to --cron", USAGE)
        if not (self.overlap or self.missed or self.start_within):
            return None
        if source is None or not source.HasField("schedule"):
            raise CommandError("this source has no schedule; give it one with --cron or --every", USAGE)
        changed = Schedule()
        changed.CopyFrom(source.schedule)
        return self._with_policies(changed)

    def _with_policies(self, schedule: Schedule) -> Schedule:
        """The schedule with what was typed of overlapping and missed ticks."""
        schedule.overlap = self.overlap or schedule.overlap
        schedule.missed = self.missed or schedule.missed
        within = seconds_of(self.start_within, "--start-within")
        schedule.start_within_seconds = within or schedule.start_within_seconds
        return schedule


def seconds_of(text: str, option: str = "--every") -> int:
    """`90m`, `12h` or `2d` in seconds, 0 for ''. Raises CommandError."""
    if not text:
        return 0
    unit = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}.get(text[-1:], 0)
    if not unit or not text[:-1].isdigit() or not 0 < int(text[:-1][:9]) * unit < 2**31:
        raise CommandError(f"{option} {text!r} is no time; write 90m, 12h, 2d or 1w", USAGE)
    return int(text[:-1]) * unit


def say_when(source: Source) -> None:
    """When the source is crawled next, on stderr."""
    if source.HasField("next_at"):
        told = f"{source.schedule_text}; next at {source.next_at.ToJsonString()}"
    elif source.schedule.suspended:
        told = f"{source.schedule_text}; suspended"
    else:
        told = f"Crawl it with: docspasta sources run '{source.name}'"
    print(told, file=sys.stderr)


async def add(target: Target, url: str, asked: CreateSourceRequest, settings: dict[str, Any]) -> int:
    """Make a source; its id goes to stdout."""
    from docspasta.cli.crawling import typed_origin
    from docspasta.cli.start import checked, settings_of

    asked.settings.CopyFrom(settings_of(checked(url, settings), [], **settings))
    if target.embedded:
        asked.settings.private_origin = typed_origin(asked.settings.url)
    async with connected(target, "sources add") as connection:
        made = await connection.call(lambda: connection.sources.CreateSource, asked)
    say_secret(made.webhook_secret)
    say_when(made.source)
    print(made.source.source_id)
    return OK


async def list_sources(target: Target, json_lines: bool) -> int:
    """By name: one line a source."""
    async with connected(target, "sources list") as connection:
        shown = 0
        async for source in all_sources(connection):
            shown += 1
            show_line(source, json_lines)
    if not shown and not json_lines:
        print("No sources yet. Add one with: docspasta sources add URL", file=sys.stderr)
    return OK


async def show(target: Target, name: str, json_lines: bool) -> int:
    """A source and its runs."""
    from docspasta.cli.jobs import show_line as show_job

    async with connected(target, "sources show") as connection:
        source = await find_source(connection, name)
        show_line(source, json_lines)
        if not json_lines:
            say_when(source)
            if source.skipped_because:
                at = source.skipped_at.ToJsonString()
                print(f"Skipped at {at}: {source.skipped_because}", file=sys.stderr)
            if source.failures >= PATIENCE:
                print(f"Its last {source.failures} runs failed; it waits longer.", file=sys.stderr)
            say_suspect(source, name)
            print(f"Keeps {source.keep} runs:")
            async for job in all_runs(connection, source.source_id):
                show_job(job, json_lines=False)
    return OK


def say_secret(secret: str) -> None:
    """The secret of a new webhook, on stderr."""
    if secret:
        print(f"The webhook's secret, shown this once: {secret}", file=sys.stderr)


def say_suspect(source: Source, name: str) -> None:
    """What to do about a suspect run, on stderr."""
    if source.suspect_job_id:
        print(
            f"Suspect: run {source.suspect_job_id} would take away more than {source.max_removed_percent} % "
            f"of the pages, so it is not current. See: docspasta sources diff '{name}' --to "
            f"{source.suspect_job_id}; then: docspasta sources accept '{name}'",
            file=sys.stderr,
        )


async def accept(target: Target, name: str, run: str) -> int:
    """Let a suspect run be current."""
    from docspasta.cli.job_names import find_job
    from docspasta.v1.sources_pb2 import AcceptRunRequest

    async with connected(target, "sources accept") as connection:
        request = AcceptRunRequest(
            source_id=(await find_source(connection, name)).source_id,
            job_id=await find_job(connection, run) if run else "",
        )
        source = (await connection.call(lambda: connection.sources.AcceptRun, request)).source
    print(source.current_job_id)
    return OK


async def run_source(target: Target, name: str, output: str, links: str, detach: bool, quiet: bool) -> int:
    """Crawl a source now, and write the run's document; with `detach` only begin. The exit status."""
    from docspasta.cli.abandoned import end_abandoned
    from docspasta.cli.crawling import Crawling, CrawlOptions

    output = checked_output(output)
    async with connected(target, "sources run") as connection:
        await end_abandoned(connection)
        job = await begin(connection, (await find_source(connection, name)).source_id)
        if detach:
            print(job.job_id)
            return OK
        options = CrawlOptions(job.settings, quiet=quiet, links=links)
        crawling = Crawling(connection, options, output, job.job_id)
        crawling.say(f"Crawling {job.settings.url} (job {job.job_id})")
        status = await crawling.follow()
        if status in (OK, NOT_WHOLE) and job.previous_job_id:
            crawling.say(await since(connection, job))
            say_suspect(await find_source(connection, job.source_id), name)
        return status


async def since(connection: Connection, run: Job) -> str:
    """A line that says what changed since the run before."""
    import grpc

    from docspasta.v1.sources_pb2 import DiffRunsRequest

    request = DiffRunsRequest(
        source_id=run.source_id, from_job_id=run.previous_job_id, to_job_id=run.job_id, page_size=1
    )
    try:
        diff = await connection.call(lambda: connection.sources.DiffRuns, request)
    except grpc.aio.AioRpcError:  # the run before was deleted meanwhile
        return ""
    return f"Since the run before: {counted(diff)}"


async def named_run(connection: Connection, name: str) -> str:
    """The job that a person means by an id or its beginning; a date stays one, and '' too."""
    from docspasta.cli.job_names import find_job

    if not name or (name[:4].isdigit() and name[4:5] == "-"):
        return name
    return await find_job(connection, name)


def counted(diff: DiffRunsResponse) -> str:
    """How many pages changed in which way."""
    kinds = ("added", "changed", "moved", "removed", "failed", "stale", "unchanged")
    return ", ".join(f"{getattr(diff, kind):,} {kind}" for kind in kinds)


async def diff(target: Target, name: str, earlier: str, later: str, json_lines: bool) -> int:
    """What changed from one run of a source to another: a line a page, and counts on stderr."""
    from docspasta.v1.sources_pb2 import DiffRunsRequest

    async with connected(target, "sources diff") as connection:
        request = DiffRunsRequest(
            source_id=(await find_source(connection, name)).source_id,
            from_job_id=await named_run(connection, earlier),
            to_job_id=await named_run(connection, later),
            page_size=500,
        )
        while True:
            answer = await connection.call(lambda: connection.sources.DiffRuns, request)
            for change in answer.changes:
                show_change(change, json_lines)
            if not answer.next_page_token:
                break
            request.page_token = answer.next_page_token
    earlier_run = f"since {answer.from_job_id}" if answer.from_job_id else "first run"
    print(f"{answer.to_job_id}, {earlier_run}: {counted(answer)}", file=sys.stderr)
    return OK


async def pause(target: Target, name: str, resume: bool) -> int:
    """Let a source's schedule not count for now, or count again."""
    from docspasta.v1.sources_pb2 import PauseSourceRequest, ResumeSourceRequest

    async with connected(target, f"sources {'resume' if resume else 'pause'}") as connection:
        source_id = (await find_source(connection, name)).source_id
        if resume:
            resumed = ResumeSourceRequest(source_id=source_id)
            source = (await connection.call(lambda: connection.sources.ResumeSource, resumed)).source
        else:
            paused = PauseSourceRequest(source_id=source_id)
            source = (await connection.call(lambda: connection.sources.PauseSource, paused)).source
    say_when(source)
    print(source.source_id)
    return OK


async def remove(target: Target, name: str) -> int:
    """Delete a source; its runs stay, as jobs."""
    from docspasta.v1.sources_pb2 import DeleteSourceRequest

    async with connected(target, "sources remove") as connection:
        source = await find_source(connection, name)
        request = DeleteSourceRequest(source_id=source.source_id)
        await connection.call(lambda: connection.sources.DeleteSource, request)
    print(source.source_id)
    return OK


async def change(target: Target, name: str, asked: UpdateSourceRequest, when: When) -> int:
    """Rename a source, or keep another number of its runs."""
    async with connected(target, "sources change") as connection:
        source = await find_source(connection, name)
        asked.source_id = source.source_id
        if (schedule := when.schedule(source)) is not None:
            asked.schedule.CopyFrom(schedule)
        changed = await connection.call(lambda: connection.sources.UpdateSource, asked)
    say_secret(changed.webhook_secret)
    show_line(changed.source, json_lines=False)
    say_when(changed.source)
    return OK


async def begin(connection: Connection, source_id: str) -> Job:
    """Begin a run."""
    from docspasta.v1.sources_pb2 import RunSourceRequest

    request = RunSourceRequest(source_id=source_id, idempotency_key=uuid.uuid4().hex)
    job: Job = (await connection.call(lambda: connection.sources.RunSource, request)).job
    return job


async def all_sources(connection: Connection) -> AsyncIterator[Source]:
    """Every source of the caller, by name."""
    from docspasta.v1.sources_pb2 import ListSourcesRequest

    request = ListSourcesRequest(page_size=200)
    while True:
        answer = await connection.call(lambda: connection.sources.ListSources, request)
        for source in answer.sources:
            yield source
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


async def all_runs(connection: Connection, source_id: str) -> AsyncIterator[Job]:
    """Every run of a source, newest first."""
    from docspasta.v1.sources_pb2 import ListRunsRequest

    request = ListRunsRequest(source_id=source_id, page_size=200)
    while True:
        answer = await connection.call(lambda: connection.sources.ListRuns, request)
        for job in answer.jobs:
            yield job
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


async def find_source(connection: Connection, name: str) -> Source:
    """The source that a person means: its name, its id, or the beginning of its id.

    Raises CommandError when the caller has none of this name, or several.
    """
    found = []
    async for source in all_sources(connection):
        if name in (source.name, source.source_id):
            return source
        if name and source.source_id.startswith(name):
            found.append(source)
    if len(found) == 1:
        return found[0]
    why = f"{len(found)} ids begin with it" if found else "no source of yours has this name or id"
    raise CommandError(f"source {name!r}: {why}. See: docspasta sources list", FAILED)


def show_change(change: PageChange, json_lines: bool) -> None:
    """One change on one line of stdout."""
    from docspasta.rest import sources

    shown = sources.PageChange.of(change)
    if json_lines:
        from docspasta.cli.json_lines import print_line

        print_line(shown.to_dict())
        return
    more = f"from {shown.old_url}" if shown.old_url else str(shown.reason or "")
    if shown.kind == sources.ChangeKind.CHANGED:
        more = f"+{shown.lines_added:,} -{shown.lines_removed:,} lines"
    print("  ".join(part for part in (f"{shown.kind:<8}", shown.url, shown.title, more) if part))


def show_line(source: Source, json_lines: bool) -> None:
    """One source on one line of stdout."""
    if json_lines:
        from docspasta.cli.json_lines import print_line
        from docspasta.rest import sources

        print_line(sources.Source.of(source).to_dict())
        return
    from docspasta.cli.summary import state_word

    state, when = "never run", ""
    if source.newest_job_id:
        state = state_word(source.newest_state)
        when = source.newest_created_at.ToDatetime().strftime("%Y-%m-%d %H:%M")
    print(f"{source.source_id}  {state:<9}  {when:<16}  {source.name}  {source.settings.url}")
