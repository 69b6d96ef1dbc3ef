"""What stands around the pages: front matter, title, contents, and at the end what is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docspasta.domain import PageReason

from .headings import PAGE_LEVEL, TITLE_LEVEL
from .paths import path_key
from .plan import Missing, Plan
from .text import heading_line, link, scalar

# No gap: what they show is in the document under another address, or was never a part of it.
NO_GAP = frozenset({"redirected", "duplicate", "out_of_scope"})
# Told by their number: there may be a million of them, with nothing to say of each.
NO_TURN = {
    "cancelled": "Pages that had no turn before the job was cancelled: {}",
    "deadline": "Pages that had no turn before the job's time was over: {}",
    "bytes_limit": "Pages that had no turn before the job's limit of fetched bytes was reached: {}",
}
LIMITS = {
    "pages": "Links that the job's limit of pages kept out: {}",
    "depth": "Links that the job's limit of depth kept out: {}",
    "user_pages": "Links that the limit of pages a day kept out: {}",
}


@dataclass(frozen=True, slots=True)
class About:
    """What the document says of the job. `refused` is links by the limit that kept them out."""

    title: str
    source: str
    generator: str
    complete: bool
    pages: int
    queued: int
    limit_reached: str
    not_admitted: int
    refused: dict[str, int]
    cancelled: bool = False  # ended, but not by having crawled what it found


def beginning(about: About) -> str:
    """Front matter without a date, so that the same site gives the same bytes, then the title."""
    facts: dict[str, object] = {
        "title": about.title,
        "source": about.source,
        "generator": about.generator,
        "pages": about.pages,
        "complete": about.complete and not about.cancelled,
    }
    if about.limit_reached:
        facts["limit_reached"] = about.limit_reached
    if about.not_admitted:
        facts["not_admitted"] = about.not_admitted
    lines = [f"{name}: {scalar(value)}" for name, value in facts.items()]
    return "\n".join(["---", *lines, "---", "", heading_line(TITLE_LEVEL, about.title), "", ""])


def contents(plan: Plan) -> Iterator[str]:
    """The list of pages in reading order, in pieces."""
    yield heading_line(PAGE_LEVEL, "Contents") + "\n\n"
    for index in range(len(plan)):
        entry = plan.entry(index)
        yield f"- {link(entry.title, '#' + entry.anchor)}\n"
    yield "\n"


def ending(about: About, missing: Sequence[Missing]) -> Iterator[str]:
    """What is not in the document and why; nothing when nothing is missing."""
    told = sorted((m for m in missing if m.reason not in NO_GAP), key=lambda m: path_key(m.url))
    lines = [*_numbers(about, told), *(_line(m) for m in told if m.reason not in NO_TURN)]
    if lines:
        yield heading_line(PAGE_LEVEL, "What is missing") + "\n\n"
        yield from lines


def _numbers(about: About, missing: Sequence[Missing]) -> Iterator[str]:
    for reason, sentence in NO_TURN.items():
        pages = sum(page.reason == reason for page in missing)
        if pages:
            yield f"- {sentence.format(pages)}\n"
    for limit, sentence in LIMITS.items():
        if about.refused.get(limit):
            yield f"- {sentence.format(about.refused[limit])}\n"
    if not about.complete:
        yield f"- The job has not ended. Pages that still wait for their turn: {about.queued}\n"


def _line(page: Missing) -> str:
    status = f" (HTTP {page.http_status})" if page.reason == "http_status" else ""
    return f"- <{page.url}>: {PageReason(page.reason).sentence}{status}\n"
