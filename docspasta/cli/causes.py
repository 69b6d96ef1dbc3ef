"""Why pages failed, closer than their reason: statuses and details, most frequent first. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from docspasta.cli.terminal_text import one_line
from docspasta.v1.page_pb2 import Page

SHOWN = 3  # causes of one reason
LONGEST = 160  # characters of a cause

Causes = Mapping[int, list[str]]


def causes_of(pages: Iterable[Page], linked_from: Mapping[str, str] = MappingProxyType({})) -> Causes:
    """For each reason (a number of PageReason) its most frequent causes, each with an address as example and,
    if it is known, the address of a page that links there (`linked_from`, by page id)."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    example: dict[tuple[int, str], Page] = {}
    for page in pages:
        if cause := cause_of(page):
            counted[page.reason][cause] += 1
            example.setdefault((page.reason, cause), page)
    return {
        reason: [
            told(cause, number, example[reason, cause], linked_from)
            for cause, number in causes.most_common(SHOWN)
        ]
        for reason, causes in counted.items()
    }


def finders(pages: Iterable[Page]) -> set[str]:
    """The ids of the pages that link to the examples."""
    first: dict[tuple[int, str], str] = {}
    for page in pages:
        first.setdefault((page.reason, cause_of(page)), page.found_on)
    return {page_id for page_id in first.values() if page_id}


def cause_of(page: Page) -> str:
    """The detail of a page, else its HTTP status; '' when neither is known."""
    detail = one_line(page.detail)[:LONGEST]
    status = f"HTTP {page.http_status}" if page.http_status and page.http_status != 200 else ""
    return detail if status in detail else f"{status}: {detail}" if detail else status


def told(cause: str, number: int, example: Page, linked_from: Mapping[str, str]) -> str:
    """`HTTP 404 (70 pages, such as https://…, linked from https://…)`."""
    shown = one_line(example.url)
    if finder := linked_from.get(example.found_on):
        shown += f", linked from {one_line(finder)}"
    return f"{cause} ({shown})" if number == 1 else f"{cause} ({number:,} pages, such as {shown})"
