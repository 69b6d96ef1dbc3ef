"""Why pages failed, closer than their reason: statuses and details, most frequent first. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from docspasta.cli.terminal_text import one_line
from docspasta.v1.page_pb2 import Page

SHOWN = 3  # causes of one reason
LONGEST = 160  # characters of a cause

Causes = Mapping[int, list[str]]


def causes_of(pages: Iterable[Page]) -> Causes:
    """For each reason (a number of PageReason) its most frequent causes, each with an address as example."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    example: dict[tuple[int, str], str] = {}
    for page in pages:
        if cause := cause_of(page):
            counted[page.reason][cause] += 1
            example.setdefault((page.reason, cause), page.url)
    return {
        reason: [told(cause, number, example[reason, cause]) for cause, number in causes.most_common(SHOWN)]
        for reason, causes in counted.items()
    }


def cause_of(page: Page) -> str:
    """The detail of a page, else its HTTP status; '' when neither is known."""
    detail = one_line(page.detail)[:LONGEST]
    status = f"HTTP {page.http_status}" if page.http_status and page.http_status != 200 else ""
    return detail if status in detail else f"{status}: {detail}" if detail else status


def told(cause: str, number: int, url: str) -> str:
    """`HTTP 404 (70 pages, such as https://…)`."""
    shown = one_line(url)
    return f"{cause} ({shown})" if number == 1 else f"{cause} ({number:,} pages, such as {shown})"
