"""What stands around the pages: front matter and title, and at the end what is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from docspasta.domain import PageReason

from .dead_links import DeadLinks
from .headings import PAGE_LEVEL, TITLE_LEVEL
from .left_out import LEFT_OUT, left_out_lines
from .paths import path_key
from .plan import Missing, Plan
from .text import escaped, heading_line, link, scalar

# No gap: what they show is in the document under another address, or was never a part of it.
NO_GAP = frozenset({"redirected", "duplicate", "out_of_scope"})
# Told by their number (Plan.no_turn): there may be a million of them, with nothing to say of each.
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


# Told together, not line by line in their place.
TOGETHER = frozenset({"dead_link", *(reason for reason in PageReason if reason.wall)})


@dataclass(frozen=True, slots=True)
class About:
    """What the document says of the job. `refused` is links by the limit that kept them out, `failed` are
    pages that could not be had, those behind walls among them."""

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
    failed: int = 0
    stale: int = 0  # pages with the text of an earlier run, for they could not be had

    @property
    def whole(self) -> bool:
        """Whether nothing is missing that the site has, as far as is known."""
        return self.complete and not (
            self.cancelled or self.failed or self.limit_reached or self.not_admitted
        )


def beginning(about: About) -> str:
    """Front matter without a date, so that the same site gives the same bytes, then the title."""
    facts: dict[str, object] = {
        "title": about.title,
        "source": about.source,
        "generator": about.generator,
        "pages": about.pages,
        "complete": about.whole,
    }
    if about.failed:
        facts["failed"] = about.failed
    if about.stale:
        facts["stale"] = about.stale
    if about.limit_reached:
        facts["limit_reached"] = about.limit_reached
    if about.not_admitted:
        facts["not_admitted"] = about.not_admitted
    lines = [f"{name}: {scalar(value)}" for name, value in facts.items()]
    return "\n".join(["---", *lines, "---", "", heading_line(TITLE_LEVEL, about.title), "", ""])


def ending(
    about: About, plan: Plan, dead: DeadLinks | None = None, repeated: Iterable[str] = ()
) -> Iterator[str]:
    """What is not in the document and why; nothing when nothing is missing. `dead` tells which pages have
    dead links, `repeated` what was left out of most pages."""
    told = sorted((m for m in plan.missing if m.reason not in NO_GAP), key=lambda m: path_key(m.url))
    lines = [*_walls(told), *_numbers(about, plan), *_broken_lists(plan)]
    lines += [_line(m) for m in told if m.reason not in TOGETHER]
    lines += _dead_links([m.url for m in told if m.reason == "dead_link"], plan, dead)
    lines += [_line(m) for m in told if PageReason(m.reason).wall]
    if lines:
        yield heading_line(PAGE_LEVEL, "What is missing") + "\n\n"
        yield from lines
    if plan.stale:
        yield ("\n" if lines else "") + heading_line(PAGE_LEVEL, "What may be out of date") + "\n\n"
        yield "These pages could not be had. Their text is that of the last time before.\n\n"
        yield from (f"- <{page.url}>, since {page.since}: {escaped(page.why)}\n" for page in plan.stale)
        lines.append("")
    if plan.left_out:
        yield ("\n" if lines else "") + heading_line(PAGE_LEVEL, "What was left out") + "\n\n"
        yield f"{LEFT_OUT}\n\n"
        yield from left_out_lines(plan.left_out)
    if texts := sorted(repeated):
        yield "\n" if lines or plan.left_out else ""
        yield heading_line(PAGE_LEVEL, "What stands on most pages") + "\n\n"
        yield "These lines begin or end most pages of the site and were left out of them.\n\n"
        yield from (f"- {escaped(text)}\n" for text in texts)


def _broken_lists(plan: Plan) -> Iterator[str]:
    for broken in plan.broken_lists:
        yield f"- <{broken.url}>: Not all pages that it lists are known: {escaped(broken.detail)}.\n"


def _walls(missing: Sequence[Missing]) -> Iterator[str]:
    """What stood before pages, by their number: the document holds less than the site."""
    for reason in PageReason:
        pages = sum(page.reason == reason for page in missing) if reason.wall else 0
        if pages:
            yield f"- {reason.sentence} ({pages} {'page' if pages == 1 else 'pages'})\n"


def _numbers(about: About, plan: Plan) -> Iterator[str]:
    for reason, sentence in NO_TURN.items():
        if pages := plan.no_turn.get(reason):
            yield f"- {sentence.format(pages)}\n"
    for limit, sentence in LIMITS.items():
        if about.refused.get(limit):
            yield f"- {sentence.format(about.refused[limit])}\n"
    if not about.complete:
        yield f"- The job has not ended. Pages that still wait for their turn: {about.queued}\n"


def _dead_links(urls: Sequence[str], plan: Plan, dead: DeadLinks | None) -> Iterator[str]:
    """Dead links, one line for each page that has some."""
    if not urls:
        return
    yield f"- Dead links of the site, which lead to no page (HTTP 404 or 410): {len(urls)}\n"
    by_page: dict[int | None, list[str]] = {}
    for url in urls:
        by_page.setdefault(dead.page_with(url) if dead is not None else None, []).append(url)
    for index in sorted(by_page, key=lambda index: -1 if index is None else index):
        where = "the site's menus or lists"
        if index is not None:
            where = _page(plan, index)
        yield f"  - in {where}: {', '.join(f'<{url}>' for url in by_page[index])}\n"


def _page(plan: Plan, index: int) -> str:
    entry = plan.entry(index)
    return link(entry.title, "#" + entry.anchor)


def _line(page: Missing) -> str:
    status = f" (HTTP {page.http_status})" if page.reason == "http_status" else ""
    return f"- <{page.url}>: {PageReason(page.reason).sentence}{status}\n"
