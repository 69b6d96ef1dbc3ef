"""The commands and their options. What a command does is in the module it names; here is only its face."""

from __future__ import annotations

from typing import Annotated

import typer

from docspasta.cli.config import ConfiguredCommand
from docspasta.cli.crawl_options import (
    ContentOptions,
    PolitenessOptions,
    ResultOptions,
    ScopeOptions,
    Url,
)
from docspasta.cli.jobs_app import jobs_app
from docspasta.cli.keys_app import keys_app
from docspasta.cli.option_groups import grouped
from docspasta.cli.options import Ca, DataDir, Json, Server, TargetOptions, Token
from docspasta.cli.push_options import EXAMPLES as PUSH_EXAMPLES
from docspasta.cli.push_options import Paths, PushOptions
from docspasta.cli.sections import SectionedCommand, SectionedGroup
from docspasta.cli.sources_app import sources_app
from docspasta.cli.webhooks_app import webhooks_app

ADMIN = "Administration"
EXAMPLES = """Examples:
  docspasta crawl https://docs.example.org/guide/            one Markdown file
  docspasta crawl docs.example.org -o pages/                 one file per page
  docspasta crawl localhost:8000 --delay 0 --concurrency 16  a site of your own
  docspasta crawl URL --include '/guide/**' --max-pages 500  a part of a site
  docspasta crawl URL --split 100k --no-links                parts that fit into a model
"""
STATUSES = """
Exit status:
  0    done
  1    failed; no file was written
  2    wrong usage
  3    the file is written, but too many pages failed, or a limit that you did not set cut the crawl
  130  interrupted; the partial document is in NAME.partial.md
"""

app = typer.Typer(
    cls=SectionedGroup,
    help="Turn a documentation website into one clean Markdown document.",
    epilog=EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,  # importing rich would double the time of --help
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def print_version(wanted: bool) -> None:
    """For --version."""
    if wanted:
        version()
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Turn a documentation website into one clean Markdown document."""


app.add_typer(jobs_app, name="jobs")
app.add_typer(keys_app, name="keys")
app.add_typer(sources_app, name="sources")
app.add_typer(webhooks_app, name="webhooks")


@app.command(cls=ConfiguredCommand, epilog=EXAMPLES + STATUSES)
@grouped
def crawl(
    result: ResultOptions,
    scope: ScopeOptions,
    politeness: PolitenessOptions,
    content: ContentOptions,
    where: TargetOptions,
    url: Url = "",
) -> None:
    """Crawl a documentation site into one Markdown file. The file's path goes to stdout."""
    from docspasta.cli.run import run
    from docspasta.cli.start import start

    run(
        start(
            where.target(),
            url,
            sample=scope.sample,
            headers=politeness.header or [],
            fresh=politeness.fresh,
            settings={**scope.settings(), **politeness.settings(), **content.settings()},
            output=result.output,
            taking=result.taking(),
            max_failures=result.max_failures,
            json_lines=result.json_lines,
            dry_run=scope.dry_run,
            quiet=result.quiet,
            webhook=result.told(),
            links=result.links,
        )
    )


@app.command(cls=SectionedCommand, epilog=PUSH_EXAMPLES + STATUSES)
@grouped
def push(
    paths: Paths,
    scope: PushOptions,
    result: ResultOptions,
    content: ContentOptions,
    where: TargetOptions,
) -> None:
    """Turn built pages into one Markdown file, without a web server."""
    from docspasta.cli.crawling import CrawlOptions
    from docspasta.cli.pushing import push as push_pages
    from docspasta.cli.run import run
    from docspasta.cli.start import settings_of

    options = CrawlOptions(
        settings_of("", [], **scope.settings(), **content.settings()),
        result.output,
        result.taking(),
        result.max_failures,
        result.json_lines,
        quiet=result.quiet,
        webhook=result.told(),
        links=result.links,
    )
    run(push_pages(where.target(), paths, scope.base, options))


@app.command(cls=SectionedCommand)
def up(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page and REST; 0 picks a free one.")
    ] = 8080,
    host: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Address to listen on; 0.0.0.0 lets anyone on the network in."),
    ] = "127.0.0.1",
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST[:PORT]|CIDR", help="A private address that may be crawled."),
    ] = None,
    log_level: Annotated[str, typer.Option(help="Log level: debug, info, warning or error.")] = "info",
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in a browser, signed in.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Run the whole stack until Ctrl-C, with the web page and REST on http://127.0.0.1:8080."""
    from docspasta.cli.run import run
    from docspasta.cli.up import up as keep_up

    run(keep_up(data_dir, host, port, allow or [], log_level, open_browser))


@app.command(cls=SectionedCommand)
def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What to look for, in plain words.")],
    job: Annotated[
        str, typer.Option("--job", metavar="JOB", help="Search only this job. [default: all sites]")
    ] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="NAME", help="Search only this source's current run.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=50, metavar="N", help="At most N sections.")] = 10,
    text: Annotated[bool, typer.Option("--text", help="Print whole sections, not snippets.")] = False,
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Search what was crawled for the sections that answer best."""
    from docspasta.cli.connection import Target
    from docspasta.cli.run import run
    from docspasta.cli.search import search as look

    run(look(Target(server, token, ca, data_dir), query, job, source, limit, json_lines, text))


@app.command(cls=SectionedCommand)
def mcp(data_dir: DataDir = None, server: Server = "", token: Token = "", ca: Ca = "") -> None:
    """Serve what was crawled to an agent: the Model Context Protocol on stdin and stdout."""
    from docspasta.cli.connection import Target
    from docspasta.cli.mcp import serve
    from docspasta.cli.run import run

    run(serve(Target(server, token, ca, data_dir)))


@app.command(cls=SectionedCommand)
def convert(
    source: Annotated[str, typer.Argument(metavar="FILE", help="An HTML file; - is standard input.")] = "-",
    url: Annotated[str, typer.Option(metavar="URL", help="The page's address, for its links.")] = "",
    charset: Annotated[str, typer.Option(help="Charset of the Content-Type header, if it had one.")] = "",
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE|-")] = "-",
    batch: Annotated[
        str,
        typer.Option(metavar="LIST", help="A file of lines: input path, TAB, page URL, TAB, output path."),
    ] = "",
) -> None:
    """Convert HTML files to Markdown: one file, standard input, or a batch. Needs no stack."""
    from docspasta.cli.convert import convert_batch, convert_one
    from docspasta.cli.run import run_plain

    run_plain(lambda: convert_batch(batch) if batch else convert_one(source, url, output, charset))


@app.command(cls=SectionedCommand, rich_help_panel=ADMIN)
def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Only list pending migrations; exit with 1 if there are any.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Bring the database schema up to date (uses DOCSPASTA_POSTGRES_OWNER_DSN, or this machine's)."""
    from docspasta.cli.installation import migrate as apply
    from docspasta.cli.run import run

    run(apply(data_dir, check))


@app.command(cls=SectionedCommand, rich_help_panel=ADMIN)
def epoch(
    new: Annotated[bool, typer.Option("--new", help="Start a new one, after restoring a dump.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Print the database's epoch, which is part of every cursor."""
    from docspasta.cli.installation import epoch as read
    from docspasta.cli.run import run

    run(read(data_dir, new))


@app.command("redis-report", cls=SectionedCommand, rich_help_panel=ADMIN)
def redis_report(data_dir: DataDir = None) -> None:
    """Count Redis keys by type (uses DOCSPASTA_REDIS_URL, or the running stack)."""
    from docspasta.cli.redis_report import redis_report as report
    from docspasta.cli.run import run

    run(report(data_dir))


@app.command("redis-acl", cls=SectionedCommand, rich_help_panel=ADMIN)
def redis_acl() -> None:
    """Print each service's Redis user: its keys, channels and commands, as a users.acl file."""
    from docspasta.queues.acl import render

    typer.echo("Add a password to each service's line: >PASSWORD, or # and its SHA-256 in hex.", err=True)
    typer.echo(render(), nl=False)


@app.command(cls=SectionedCommand, rich_help_panel=ADMIN)
def doctor(
    kube: Annotated[bool, typer.Option("--kube", help="Examine a release in a Kubernetes cluster.")] = False,
    namespace: Annotated[str, typer.Option(metavar="NS", help="With --kube: its namespace.")] = "default",
    release: Annotated[str, typer.Option(metavar="NAME", help="With --kube: its name.")] = "docspasta",
) -> None:
    """Diagnose an installation and suggest fixes (read-only).

    Without --kube it examines what the DOCSPASTA_* variables name.

    Exit status: 0 nothing is wrong; 1 something is; 2 it could not be examined.
    """
    from docspasta import doctor as surgery

    raise typer.Exit(surgery.run(kube=kube, namespace=namespace, release=release, say=typer.echo))


@app.command(cls=SectionedCommand, rich_help_panel=ADMIN)
def version() -> None:
    """Show the version, and whether the conversion is compiled."""
    from docspasta import __version__
    from docspasta.compiled import conversion

    typer.echo(f"docspasta {__version__} (conversion {conversion()})")
