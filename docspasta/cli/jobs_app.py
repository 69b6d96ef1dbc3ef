"""`docspasta jobs …` and its options."""

from __future__ import annotations

from typing import Annotated

import typer

from docspasta.cli.options import Ca, DataDir, JobId, Json, Server, Token

jobs_app = typer.Typer(help="See and steer jobs.", no_args_is_help=True)
Output = Annotated[str, typer.Option("-o", "--output", metavar="FILE|DIR/|-", help="Default: its own name.")]


@jobs_app.command("list")
def list_(
    state: Annotated[list[str] | None, typer.Option(metavar="STATE", help="Only jobs in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most this many.")] = 50,
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """List jobs, newest first."""
    from docspasta.cli import jobs
    from docspasta.cli.connection import Place
    from docspasta.cli.run import run

    run(jobs.list_jobs(Place(server, token, ca, data_dir), state or [], json_lines, limit))


@jobs_app.command()
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
    from docspasta.cli.connection import Place
    from docspasta.cli.run import run

    run(jobs.show_job(Place(server, token, ca, data_dir), job, json_lines))


@jobs_app.command()
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
    from docspasta.cli.connection import Place
    from docspasta.cli.run import run

    run(jobs.watch_job(Place(server, token, ca, data_dir), job, json_lines))


def steer(step: str, sentence: str) -> None:
    """Add one of pause, resume and cancel."""

    def command(
        job: JobId, data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = ""
    ) -> None:
        from docspasta.cli import jobs
        from docspasta.cli.connection import Place
        from docspasta.cli.run import run

        run(jobs.steer_job(Place(server, token, ca, data_dir), step, job))

    jobs_app.command(step, help=sentence)(command)


steer("pause", "Pause a job; what is being fetched is still recorded.")
steer("resume", "Go on with a paused job.")
steer("cancel", "End a job; what it has stays.")


@jobs_app.command()
def delete(
    job: Annotated[list[str], typer.Argument(metavar="JOB...", help="Ids of jobs.")],
    force: Annotated[bool, typer.Option("--force", help="Cancel a running job first.")] = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Delete jobs and everything they crawled."""
    from docspasta.cli import jobs
    from docspasta.cli.connection import Place
    from docspasta.cli.run import run

    run(jobs.delete_jobs(Place(server, token, ca, data_dir), job, force))


@jobs_app.command()
def download(
    job: JobId,
    output: Output = "",
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Write a job's document; its path goes to stdout."""
    from docspasta.cli import jobs
    from docspasta.cli.connection import Place
    from docspasta.cli.run import run

    run(jobs.download_job(Place(server, token, ca, data_dir), job, output))


@jobs_app.command()
def prune(
    older_than: Annotated[float, typer.Option(min=0, metavar="DAYS", help="Ended this long ago.")] = 7.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which.")] = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Delete jobs that ended some days ago."""
    from docspasta.cli import jobs
    from docspasta.cli.connection import Place
    from docspasta.cli.run import run

    run(jobs.prune_jobs(Place(server, token, ca, data_dir), older_than, dry_run))
