"""What to try next when a crawl found nothing, or less than was meant. Pure, but for a look at which
browser is installed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from docspasta.chromium import HOW, find
from docspasta.domain import PageReason
from docspasta.proto_enums import page_reason
from docspasta.v1.jobs_pb2 import Job


def hints(job: Job) -> list[str]:
    """Sentences for a job that has ended, each with an option or a command; often there is none."""
    browser = find(os.environ.get("DOCSPASTA_RENDERER_CHROMIUM", ""))
    if drawn_elsewhere := needs_browser(job, installed=bool(browser)):
        return [drawn_elsewhere]
    if job.progress.processed:
        return only_the_start(job)
    found = (HINTS.get(page_reason(row.reason)) for row in sorted(job.reasons, key=lambda row: -row.pages))
    return [hint for hint in (make(job) for make in found if make is not None) if hint][:1]


def needs_browser(job: Job, *, installed: bool) -> str:
    """For pages that a browser would draw, on a machine that has none; '' where it has."""
    pages = sum(row.pages for row in job.reasons if page_reason(row.reason) is PageReason.NEEDS_JAVASCRIPT)
    if not pages or installed or job.settings.render == "never":
        return ""
    which = "1 page exists" if pages == 1 else f"{pages:,} pages exist"
    return f"{which} only in a browser. Docspasta draws such pages where one is installed: {HOW}."


def only_the_start(job: Job) -> list[str]:
    """--include that matched no link looks like a site of one page."""
    if job.settings.include and job.progress.processed == job.progress.discovered == 1:
        globs = " ".join(f"--include '{glob}'" for glob in job.settings.include)
        return [
            f"Only the start page was found: no link matches {globs}. Globs match a whole path, like "
            "'/guide/**'; --dry-run lists the links of the start page."
        ]
    return []


def check_spelling(job: Job) -> str:
    """For a name without an address."""
    return f"Check the spelling of {urlsplit(job.settings.url).hostname}."


def other_scheme(job: Job) -> str:
    """For a site that https cannot reach."""
    parts = urlsplit(job.settings.url)
    if parts.scheme != "https":
        return f"Is the site running? Nothing answers at {parts.netloc}."
    return f"Try http: docspasta crawl {parts._replace(scheme='http').geturl()}"


def by_status(job: Job) -> str:
    """For a start page with an error status, which the job's error names."""
    named = STATUS.search(job.error)
    status = int(named[1]) if named else 0
    if status == 429:
        return SLOWER
    if status == 401:
        return SIGN_IN
    return "The fault is the site's own: try again later." if status >= 500 else look_at_the_page(job)


def look_at_the_page(job: Job) -> str:
    """For a start page that is not there."""
    return f"Open {job.settings.url} in a browser: does the start page exist, and without signing in?"


def look_for_text(job: Job) -> str:
    """For a start page without text."""
    return f"Open {job.settings.url} in a browser: does it show text, and not in a frame or a picture?"


def always(sentence: str) -> Callable[[Job], str]:
    """The same for each job."""
    return lambda _: sentence


STATUS = re.compile(r"\bHTTP (\d{3})\b")
SLOWER = "Try again later, more slowly: --delay 2 --concurrency 1"
SIGN_IN = (
    "If you may read the site, pass your session on: --header 'Cookie: …' or --header 'Authorization: …'"
)
HINTS: dict[PageReason, Callable[[Job], str]] = {
    PageReason.DNS: check_spelling,
    PageReason.CONNECTION: other_scheme,
    PageReason.TIMEOUT: other_scheme,
    PageReason.TLS: other_scheme,
    PageReason.HTTP_STATUS: by_status,
    PageReason.NOT_FOUND: look_at_the_page,
    PageReason.EMPTY: look_for_text,
    PageReason.ROBOTS: always("If the site is yours, add --ignore-robots."),
    PageReason.SIGN_IN: always(SIGN_IN),
    PageReason.CONSENT: always(SIGN_IN),
    PageReason.RATE_LIMITED: always(SLOWER),
    PageReason.MAINTENANCE: always("Try again later."),
    PageReason.LEFT_OUT: always("To keep pages that only list or repeat others, add --all."),
    PageReason.FORBIDDEN_ADDRESS: always(
        "Private addresses are crawled when you type them yourself, or with: docspasta up --allow HOST:PORT"
    ),
}
