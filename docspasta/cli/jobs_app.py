"""`docspasta jobs …` and its options."""

from __future__ import annotations

from typing import Annotated

import typer

from docspasta.cli import export_options
from docspasta.cli.options import Ca, DataDir, FileLinks, JobId, Json, Server, Token
from docspasta.cli.sections import SectionedCommand, SectionedGroup

jobs_app = typer.Typer(cls=SectionedGroup, help="Manage jobs.", no_args_is_help=True, rich_markup_mode=None)
Output = Annotated[
    str,
    typer.Option(
        "-o", "--output", metavar="FILE|DIR/|-", help="Where to write it. [default: named after the site]"
    ),
]


@jobs_app.command("list", cls=SectionedCommand)
def list_(
    state: Annotated[list[str] | None, typer.Option(metavar="STATE", help="Only jobs in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most N jobs.")] = 50,
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """List jobs, newest first."""
    from docspasta.cli import jobs
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(jobs.list_jobs(Target(server, token, ca, data_dir), state or [], json_lines, limit))


@jobs_app.command(cls=SectionedCommand)
def show(
    job: JobId,
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Show one job."""
    from docspasta.cli import jobs
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(jobs.show_job(Target(server, token, ca, data_dir), job, json_lines))


@jobs_app.command(cls=SectionedCommand)
def watch(
    job: JobId,
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Follow a job to its end. Ctrl-C stops watching, not the job."""
    from docspasta.cli import jobs
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(jobs.watch_job(Target(server, token, ca, data_dir), job, json_lines))


def add_step(step: str, sentence: str) -> None:
    """Add one of pause, resume and cancel."""

    def command(
        job: JobId, data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = ""
    ) -> None:
        from docspasta.cli import jobs
        from docspasta.cli.connection import Target
        from docspasta.cli.run import run

        run(jobs.steer_job(Target(server, token, ca, data_dir), step, job))

    jobs_app.command(step, cls=SectionedCommand, help=sentence)(command)


add_step("pause", "Pause a job. Pages that are being fetched are still recorded.")
add_step("resume", "Resume a paused job.")
add_step("cancel", "Cancel a job and keep its pages.")


@jobs_app.command(cls=SectionedCommand)
def retry(
    job: JobId,
    output: Output = "",
    links: FileLinks = "relative",
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Retry failed pages and write the document again."""
    from docspasta.cli.connection import Target
    from docspasta.cli.crawling import retry as retry_job
    from docspasta.cli.run import run

    run(retry_job(Target(server, token, ca, data_dir), job, output, links, json_lines))


@jobs_app.command(cls=SectionedCommand)
def delete(
    job: Annotated[list[str], typer.Argument(metavar="JOB", help="Ids of jobs, or their beginnings.")],
    force: Annotated[bool, typer.Option("--force", help="Cancel a running job first.")] = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Delete jobs and everything they crawled."""
    from docspasta.cli import jobs
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(jobs.delete_jobs(Target(server, token, ca, data_dir), job, force))


@jobs_app.command(cls=SectionedCommand)
def download(
    job: JobId,
    output: Output = "",
    links: FileLinks = "relative",
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Write a job's document; its path goes to stdout."""
    from docspasta.cli import jobs
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(jobs.download_job(Target(server, token, ca, data_dir), job, output, links))


@jobs_app.command(cls=SectionedCommand)
def export(
    job: JobId,
    format: export_options.Format = "",
    output: export_options.Output = "",
    include: export_options.Include = None,
    exclude: export_options.Exclude = None,
    pages: export_options.Pages = "",
    max_tokens: export_options.MaxTokens = "",
    part: export_options.Part = None,
    tokens: export_options.Tokens = "estimate",
    no_links: export_options.NoLinks = False,
    contents: export_options.Contents = None,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Write some or all of a job's pages as a zip, parts, chunks or a skill; the path goes to stdout."""
    from docspasta.cli.connection import Target
    from docspasta.cli.export import ExportOptions, export_job
    from docspasta.cli.run import run

    options = ExportOptions(
        format,
        output,
        include or (),
        exclude or (),
        pages,
        max_tokens,
        part or 0,
        tokens,
        not no_links,
        contents,
    )
    run(export_job(Target(server, token, ca, data_dir), job, options))


@jobs_app.command(cls=SectionedCommand)
def prune(
    older_than: Annotated[
        float, typer.Option(min=0, metavar="DAYS", help="Only jobs that ended at least so many days ago.")
    ] = 7.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print which.")] = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Delete jobs that ended some days ago."""
    from docspasta.cli import jobs
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run

    run(jobs.prune_jobs(Target(server, token, ca, data_dir), older_than, dry_run))
