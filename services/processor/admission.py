"""Which of the addresses that a batch found its job's scope admits: asked once each, before results are made.

Without globs an answer takes microseconds, and the event loop's other tasks have their turn in between. Globs
are a user's own, and may be made to cost: they are matched in a parsing process, in that user's CPU seconds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Iterator, Sequence

from docspasta.content import Page
from docspasta.queues.messages import WaitingPage
from docspasta.sitemaps import Sitemap
from docspasta.turns import in_turns
from docspasta.urls import BadUrl, canonical

from .conversion import TOO_COSTLY, Conversion
from .job_view import JobView

PART_CHARACTERS = 64 * 1024  # of URLs in one question to a parsing process
# The same where regular expressions decide: the costliest that a job may have take 0.3 CPU seconds for it.
REGEX_CHARACTERS = 8 * 1024


async def admit_all(view: JobView, user: str, urls: Sequence[str], conversion: Conversion) -> None:
    """Have the view's answers to all of `urls`."""
    if view.scope is None or not view.scope.has_patterns:
        await in_turns(admitting(view, urls))
        return
    scope = view.scope.to_json()
    for part in await in_turns(
        unknown(view, urls, REGEX_CHARACTERS if view.scope.has_regex else PART_CHARACTERS)
    ):
        for url, why in zip(part, await conversion.refusals(user, scope, part), strict=True):
            view.note(url, why)
            if why == TOO_COSTLY:
                view.unjudged.add(url)


def admitting(view: JobView, urls: Iterable[str]) -> Generator[None, None, None]:
    """Ask the view for each, in steps."""
    for url in urls:
        view.admit(url)
        yield


def unknown(view: JobView, urls: Iterable[str], most: int) -> Generator[None, None, list[list[str]]]:
    """Those that the view has no answer to, in parts of about `most` characters. In steps."""
    parts: list[list[str]] = []
    room = 0
    for url in dict.fromkeys(urls):
        if url not in view.admitted:
            if room < len(url):
                parts.append([])
                room = most
            parts[-1].append(url)
            room -= len(url)
        yield
    return parts


def targets(rows: Iterable[WaitingPage], *, routes: bool = False) -> Iterator[str]:
    """Where those rows redirect to that do. `routes` as canonical has it."""
    for fetched in (row.fetched for row in rows):
        if fetched.redirected_to:
            with contextlib.suppress(BadUrl):
                yield canonical(fetched.redirected_to, fetched.url, routes=routes)


def addresses(pages: Iterable[Page], lists: Iterable[Sitemap]) -> Iterator[str]:
    """All addresses that pages and lists name, which the scope is asked for."""
    for page in pages:
        yield from (link.url for link in page.links)
        yield from page.navigation
        yield from page.frames
        yield from (url for url in (page.rel_next, page.rel_prev, page.refresh, page.leads_to) if url)
    for listed in lists:
        yield from listed.pages
