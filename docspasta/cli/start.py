"""From `crawl`'s options to a crawl: what can be refused at once is refused before anything starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docspasta.cli.connection import Target
from docspasta.cli.exits import USAGE, CommandError

if TYPE_CHECKING:
    from docspasta.v1.jobs_pb2 import JobSettings


async def start(
    target: Target,
    url: str,
    *,
    sample: bool,
    headers: list[str],
    settings: dict[str, Any],
    **wanted: Any,
) -> int:
    """Check what was typed and crawl."""
    from docspasta.cli.crawling import CrawlOptions, crawl

    if sample == bool(url):
        raise CommandError("name one URL to crawl, or --sample for the bundled sample site", USAGE)
    if sample and not target.embedded:
        raise CommandError("--sample is served by this machine; it cannot be crawled with --server", USAGE)
    if sample:
        settings = {
            **settings,
            "delay": settings["delay"] or 0.0,
            "concurrency": settings["concurrency"] or 16,
        }
        wanted = {**wanted, "output": wanted["output"] or "sample.md"}
    else:
        url = checked(url, settings)
    return await crawl(target, CrawlOptions(settings_of(url, headers, **settings), **wanted), sample)


def checked(url: str, settings: dict[str, Any]) -> str:
    """The URL that was meant. A URL or a glob that the jobs service would refuse is refused at once."""
    from docspasta.globs import BadGlob, check_globs
    from docspasta.start import start_url
    from docspasta.urls import BadUrl

    try:
        check_globs(settings["include"])
        check_globs(settings["exclude"])
        return start_url(url, routes=bool(settings.get("hash_routes")))
    except (BadUrl, BadGlob) as error:
        raise CommandError(str(error), USAGE) from error


def settings_of(url: str, headers: list[str], **values: Any) -> JobSettings:
    """The settings of a job. None and '' leave a default; a header is `Name: value`."""
    from docspasta.v1.jobs_pb2 import Header, JobSettings

    given = {name: value for name, value in values.items() if value not in (None, [])}
    return JobSettings(
        url=url, headers=[Header(name=n, value=v) for n, v in map(split_header, headers)], **given
    )


def split_header(text: str) -> tuple[str, str]:
    """`Name: value` apart."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise CommandError(
            f"--header {text!r} is not a header; write it like 'Authorization: Bearer …'", USAGE
        )
    return name.strip(), value.strip()
