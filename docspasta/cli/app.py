"""The commands and their options. What a command does is in the module it names; here is only its face."""

from __future__ import annotations

from typing import Annotated

import typer

from docspasta.cli import crawl_options
from docspasta.cli.jobs_app import jobs_app
from docspasta.cli.keys_app import keys_app
from docspasta.cli.options import Ca, DataDir, Json, Server, Token

app = typer.Typer(
    help="Turn a documentation website into one clean Markdown document.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(jobs_app, name="jobs")
app.add_typer(keys_app, name="keys")


@app.command()
def crawl(
    url: crawl_options.Url = "",
    output: crawl_options.Output = "",
    max_pages: crawl_options.MaxPages = None,
    max_depth: crawl_options.MaxDepth = None,
    include: crawl_options.Include = None,
    exclude: crawl_options.Exclude = None,
    delay: crawl_options.Delay = None,
    concurrency: crawl_options.Concurrency = None,
    header: crawl_options.Headers = None,
    include_selector: crawl_options.IncludeSelectors = None,
    exclude_selector: crawl_options.ExcludeSelectors = None,
    allow_host: crawl_options.AllowHosts = None,
    ignore_robots: crawl_options.IgnoreRobots = False,
    no_sitemaps: crawl_options.NoSitemaps = False,
    all_pages: crawl_options.AllPages = False,
    max_failures: crawl_options.MaxFailures = 10.0,
    dry_run: crawl_options.DryRun = False,
    sample: crawl_options.Sample = False,
    quiet: crawl_options.Quiet = False,
    json_lines: Json = False,
    data_dir: DataDir = None,
    server: Server = "",
    token: Token = "",
    ca: Ca = "",
) -> None:
    """Crawl a documentation site into one Markdown file; its path goes to stdout.

    Exit status: 0 done; 1 failed, no file; 2 bad usage; 3 more pages failed than --max-failures; 130 Ctrl-C.
    """
    from docspasta.cli.connection import Place
    from docspasta.cli.run import run
    from docspasta.cli.start import start

    run(
        start(
            Place(server, token, ca, data_dir),
            url,
            sample=sample,
            output=output,
            max_failures=max_failures,
            json_lines=json_lines,
            dry_run=dry_run,
            quiet=quiet,
            headers=header or [],
            settings={
                "max_pages": max_pages,
                "max_depth": max_depth,
                "include": include or [],
                "exclude": exclude or [],
                "delay": delay,
                "concurrency": concurrency,
                "include_selectors": include_selector or [],
                "exclude_selectors": exclude_selector or [],
                "allow_hosts": allow_host or [],
                "respect_robots": False if ignore_robots else None,
                "use_sitemaps": False if no_sitemaps else None,
                "all_pages": all_pages or None,
            },
        )
    )


@app.command()
def up(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the gateway; 0 picks a free one.")] = 8080,
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST[:PORT]|CIDR", help="A private address that may be crawled."),
    ] = None,
    log_level: Annotated[str, typer.Option(help="Of the processes: debug, info, warning, error.")] = "info",
    data_dir: DataDir = None,
) -> None:
    """Keep the whole stack running, with the web page and REST on http://127.0.0.1:8080."""
    from docspasta.cli.keeping import up as keep_up
    from docspasta.cli.run import run

    run(keep_up(data_dir, port, allow or [], log_level))


@app.command()
def convert(
    source: Annotated[str, typer.Argument(metavar="[FILE]", help="An HTML file; - is standard input.")] = "-",
    url: Annotated[str, typer.Option(metavar="URL", help="The page's address, for its links.")] = "",
    charset: Annotated[str, typer.Option(help="Of the Content-Type header, when it had one.")] = "",
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE|-")] = "-",
    batch: Annotated[
        str, typer.Option(metavar="LIST", help="Lines of: input path, TAB, page URL, TAB, output path.")
    ] = "",
) -> None:
    """Convert HTML to Markdown: one file, standard input, or a batch. Needs no stack."""
    from docspasta.cli.converting import convert_batch, convert_one
    from docspasta.cli.run import run_plain

    run_plain(lambda: convert_batch(batch) if batch else convert_one(source, url, output, charset))


@app.command()
def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is pending; then exit with 1.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Bring the database's schema up to date. Its owner's address is DOCSPASTA_POSTGRES_OWNER_DSN."""
    from docspasta.cli.installation import migrate as apply
    from docspasta.cli.run import run

    run(apply(data_dir, check))


@app.command()
def epoch(
    new: Annotated[bool, typer.Option("--new", help="Begin one: after a dump has been restored.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Print the database's epoch, which every cursor carries."""
    from docspasta.cli.installation import epoch as read
    from docspasta.cli.run import run

    run(read(data_dir, new))


@app.command("redis-report")
def redis_report(data_dir: DataDir = None) -> None:
    """Count what stands in Redis, by kind. Its address is DOCSPASTA_REDIS_URL, else the running stack's."""
    from docspasta.cli.redis_report import redis_report as report
    from docspasta.cli.run import run

    run(report(data_dir))


@app.command("redis-acl")
def redis_acl() -> None:
    """Print each service's Redis user: its keys, channels and commands, as a users.acl file."""
    from docspasta.queues.acl import render

    typer.echo(render(), nl=False)


@app.command()
def doctor(
    kube: Annotated[bool, typer.Option("--kube", help="Look at a release in a Kubernetes cluster.")] = False,
    namespace: Annotated[str, typer.Option(metavar="NS", help="With --kube: its namespace.")] = "default",
    release: Annotated[str, typer.Option(metavar="NAME", help="With --kube: its name.")] = "docspasta",
) -> None:
    """Say what is wrong with an installation and how to mend it; changes nothing.

    Without --kube it looks at what the DOCSPASTA_* variables name.

    Exit status: 0 nothing is wrong; 1 something is; 2 it could not be looked at.
    """
    from docspasta import doctor as surgery

    raise typer.Exit(surgery.run(kube=kube, namespace=namespace, release=release, say=typer.echo))


@app.command()
def version() -> None:
    """Say which version this is."""
    from docspasta import __version__

    typer.echo(f"docspasta {__version__}")
