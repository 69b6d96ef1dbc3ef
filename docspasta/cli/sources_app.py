"""`docspasta sources …` and its options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from docspasta.cli import crawl_options
from docspasta.cli.option_groups import grouped
from docspasta.cli.options import Ca, DataDir, FileLinks, Json, Server, TargetOptions, Token
from docspasta.cli.sections import SectionedCommand, SectionedGroup

if TYPE_CHECKING:
    from docspasta.cli.sources import When
    from docspasta.v1.webhooks_pb2 import WebhookSettings

sources_app = typer.Typer(
    cls=SectionedGroup,
    help="Manage sources: documentation that is crawled again and again.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[
    str, typer.Argument(metavar="SOURCE", help="A source's name, its id, or the beginning of its id.")
]
MAX_KEEP = 100
Overlap = Annotated[
    str,
    typer.Option(
        metavar="skip|queue|replace", help="What a tick does while a run is under way. [default: skip]"
    ),
]
Missed = Annotated[
    str,
    typer.Option(
        metavar="once|skip", help="What to do about ticks missed while the stack was down. [default: once]"
    ),
]
StartWithin = Annotated[
    str, typer.Option(metavar="TIME", help="Skip a tick that is later than this: 30m, 2h.")
]
MaxRemoved = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=100,
        metavar="PERCENT",
        help="A run that would remove more of the pages is suspect. [default: 30]",
    ),
]
Cron = Annotated[str, typer.Option(metavar="LINE", help="When to crawl it, like '0 6 * * 1' or @daily.")]
Zone = Annotated[str, typer.Option("--tz", metavar="ZONE", help="Time zone of --cron, like Europe/Berlin.")]
Every = Annotated[str, typer.Option(metavar="TIME", help="Instead of --cron: 12h, 2d, 1w.")]


@dataclass(frozen=True)
class ScheduleOptions:
    """When a source is crawled by itself."""

    cron: Cron = ""
    zone: Zone = ""
    every: Every = ""
    overlap: Overlap = ""
    missed: Missed = ""
    start_within: StartWithin = ""

    def when(self, *, remove: bool = False) -> When:
        """What was typed; `remove`: the source is to have no schedule."""
        from docspasta.cli.sources import When

        return When(self.cron, self.zone, self.every, remove, self.overlap, self.missed, self.start_within)


@dataclass(frozen=True)
class RunOptions:
    """What becomes of a source's runs."""

    max_removed: MaxRemoved = None
    webhook: crawl_options.Webhook = ""
    webhook_secret: crawl_options.WebhookSecret = ""

    def told(self) -> WebhookSettings | None:
        """Who is told of the runs."""
        from docspasta.cli.telling import webhook_of

        return webhook_of(self.webhook, self.webhook_secret)


@sources_app.command(cls=SectionedCommand)
@grouped
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the documentation starts.")],
    schedule: ScheduleOptions,
    runs: RunOptions,
    site: crawl_options.SiteOptions,
    pace: crawl_options.PaceOptions,
    content: crawl_options.ContentOptions,
    where: TargetOptions,
    name: Annotated[
        str, typer.Option(metavar="NAME", help="A name for it. [default: its address]", show_default=False)
    ] = "",
    keep: Annotated[int, typer.Option(min=1, max=MAX_KEEP, metavar="N", help="How many runs are kept.")] = 10,
) -> None:
    """Add documentation to be crawled again and again. The source's id goes to stdout."""
    from docspasta.cli import sources
    from docspasta.cli.run import run
    from docspasta.v1.sources_pb2 import CreateSourceRequest

    asked = CreateSourceRequest(
        name=name,
        keep=keep,
        schedule=schedule.when().schedule(),
        max_removed_percent=runs.max_removed,
        webhook=runs.told(),
    )
    settings = {**site.settings(), **pace.settings(), **content.settings()}
    run(sources.add(where.target(), url, asked, settings))


@sources_app.command("list", cls=SectionedCommand)
def list_(
    json_lines: Json = False, data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = ""
) -> None:
    """List your sources by name."""
    from docspasta.cli import sources
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(sources.list_sources(Target(server, token, ca, data_dir), json_lines))


@sources_app.command(cls=SectionedCommand)
def show(
    source: Name,
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Show a source and its runs."""
    from docspasta.cli import sources
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(sources.show(Target(server, token, ca, data_dir), source, json_lines))


@sources_app.command("run", cls=SectionedCommand)
def run_(
    source: Name,
    output: crawl_options.Output = "",
    links: FileLinks = "relative",
    detach: Annotated[
        bool,
        typer.Option("--detach", help="Only start it; the job's id goes to stdout. Needs --server or up."),
    ] = False,
    quiet: crawl_options.Quiet = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Crawl a source now and write its document, as crawl does."""
    from docspasta.cli import sources
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(sources.run_source(Target(server, token, ca, data_dir), source, output, links, detach, quiet))


@sources_app.command(cls=SectionedCommand)
def diff(
    source: Name,
    earlier: Annotated[
        str, typer.Option("--from", metavar="JOB|DATE", help="A run. [default: the completed run before]")
    ] = "",
    later: Annotated[
        str, typer.Option("--to", metavar="JOB|DATE", help="A run. [default: the current one]")
    ] = "",
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Write a document for people, with what changed on each page.")
    ] = False,
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Show what changed between two runs: pages added, changed, moved, removed, failed."""
    from docspasta.cli import sources
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    target = Target(server, token, ca, data_dir)
    if markdown:
        from docspasta.cli.source_diff import diff_document

        run(diff_document(target, source, earlier, later))
    else:
        run(sources.diff(target, source, earlier, later, json_lines))


@sources_app.command(cls=SectionedCommand)
def changes(
    source: Name,
    after: Annotated[
        str, typer.Option(metavar="CURSOR", help="The cursor of the last line that you have.")
    ] = "",
    no_chunks: Annotated[
        bool, typer.Option("--no-chunks", help="Leave out the text: only addresses, titles and hashes.")
    ] = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Follow a source: a JSON line for each page to add, replace or delete."""
    from docspasta.cli import source_changes
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(source_changes.changes(Target(server, token, ca, data_dir), source, after, no_chunks))


@sources_app.command(cls=SectionedCommand)
def accept(
    source: Name,
    job: Annotated[
        str, typer.Option("--run", metavar="JOB", help="A suspect run. [default: the newest one]")
    ] = "",
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Accept a suspect run, one that would remove many pages."""
    from docspasta.cli import sources
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(sources.accept(Target(server, token, ca, data_dir), source, job))


@sources_app.command(cls=SectionedCommand)
@grouped
def change(
    source: Name,
    schedule: ScheduleOptions,
    runs: RunOptions,
    where: TargetOptions,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="A new name.")] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, max=MAX_KEEP, metavar="N", help="How many runs are kept.")
    ] = None,
    no_schedule: Annotated[bool, typer.Option("--no-schedule", help="Remove its schedule.")] = False,
) -> None:
    """Change a source: its name, its schedule, how many runs it keeps."""
    from docspasta.cli import sources
    from docspasta.cli.run import run
    from docspasta.v1.sources_pb2 import UpdateSourceRequest

    asked = UpdateSourceRequest(
        name=name, keep=keep, max_removed_percent=runs.max_removed, webhook=runs.told()
    )
    run(sources.change(where.target(), source, asked, schedule.when(remove=no_schedule)))


@sources_app.command(cls=SectionedCommand)
def pause(
    source: Name, data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = ""
) -> None:
    """Pause a source's schedule."""
    from docspasta.cli import sources
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(sources.pause(Target(server, token, ca, data_dir), source, resume=False))


@sources_app.command(cls=SectionedCommand)
def resume(
    source: Name, data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = ""
) -> None:
    """Resume a source's schedule."""
    from docspasta.cli import sources
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(sources.pause(Target(server, token, ca, data_dir), source, resume=True))


@sources_app.command(cls=SectionedCommand)
def remove(
    source: Name, data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = ""
) -> None:
    """Delete a source. Its runs stay, as jobs."""
    from docspasta.cli import sources
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(sources.remove(Target(server, token, ca, data_dir), source))
