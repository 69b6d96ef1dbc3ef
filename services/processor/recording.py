"""From what was fetched and what it converted to, to what is recorded. Pure; no I/O.

Links, redirect targets and sitemap entries become `found` only when the job's scope admits them; the record
decides what limits admit.
"""

from __future__ import annotations

import re
from collections.abc import Generator

from docspasta.compression import unpack
from docspasta.content import Page
from docspasta.domain import PageKind, PageReason, PageState
from docspasta.queues.messages import Fetched, WaitingPage
from docspasta.scope import apex
from docspasta.scope.noise import is_index, is_listing, is_menu, is_menu_file, lists_members
from docspasta.sitemaps import Sitemap
from docspasta.store.crawl import SeenPage
from docspasta.store.results import FoundUrl, PageResult
from docspasta.urls import BadUrl, canonical, host, path, url_key

from .discovery import result_of_discovery
from .job_view import JobView

MAX_REDIRECTS = 20  # as the crawler
LARGEST_RAW = 256 * 1024 * 1024  # bytes; above what any setting of DOCSPASTA_BODY_BYTES is for
# What a site forbids or what is no page is skipped; what went wrong has failed.
SKIPS = frozenset(
    {
        PageReason.ROBOTS,
        PageReason.OUT_OF_SCOPE,
        PageReason.DUPLICATE,
        PageReason.REDIRECTED,
        PageReason.NOT_HTML,
        PageReason.NOINDEX,
        PageReason.BYTES_LIMIT,
        PageReason.NEEDS_JAVASCRIPT,
        PageReason.EMPTY,
        PageReason.LEFT_OUT,
        PageReason.DEAD_LINK,
        PageReason.NOT_FOUND,
    }
)
LINKS_COUNT = frozenset({PageReason.NEEDS_JAVASCRIPT, PageReason.EMPTY, PageReason.NOT_HTML})
GONE = frozenset((404, 410))
PRINT = re.compile(r"(?:^|[/_.-])print(?:able|view|page|er-friendly)?(?:[/_.-]|$)", re.I)
MANY_LINKS = 30  # of an index
MOST_WORDS = 12  # beside each of them
MOST_TEASED = 50  # words beside each link of a list of posts
REPEATS = "pages like it were found before, so its links are not followed"
NOFOLLOW = "the page asks not to follow its links (nofollow); those of its menu were followed"


def result_of(
    waiting: WaitingPage, page: Page | None, sitemap: Sitemap | None, job: JobView
) -> Generator[None, None, PageResult]:
    """What came of one waiting row: exactly one of a failure, a redirect, a page, a discovery. Where nothing
    is to be fetched, nothing was found. In steps (docspasta.turns)."""
    if waiting.queued.kind is PageKind.PAGE:
        result = _result_of(waiting, page, job)
    else:
        result = yield from result_of_discovery(waiting, page, sitemap, job)
    return result if job.settings.follows else result._replace(found=())


def _result_of(waiting: WaitingPage, page: Page | None, job: JobView) -> PageResult:
    fetched = waiting.fetched
    if fetched.redirected_to:
        return _redirect(waiting, job, fetched.redirected_to)
    if fetched.reason or page is None:
        return _ended(waiting, _why(waiting, job), fetched.detail)
    if page.leads_to:
        return _stub(waiting, page, job)
    if not job.settings.urls and _is_menu_file(waiting, page, job):
        return _menu_file(waiting, page, job)
    if page.reason:
        reason = PageReason(page.reason)
        links = _links(waiting, page, job)[0] if reason in LINKS_COUNT else ()
        return _ended(waiting, reason, page.detail or fetched.detail, links)
    if reason := _unwanted(waiting, page, job):
        return _ended(waiting, reason, "", _links(waiting, page, job)[0])
    return _processed(waiting, page, job)


def _processed(waiting: WaitingPage, page: Page, job: JobView) -> PageResult:
    found, detail = _links(waiting, page, job)
    result = PageResult(
        page_id=waiting.queued.page_id,
        kind=PageKind.PAGE,
        state=PageState.PROCESSED,
        detail=detail or page.detail or job.left_unjudged(link.url for link in page.links),
        http_status=waiting.fetched.http_status,
        page=page,
        raw=unpack(waiting.fetched.body, LARGEST_RAW) if job.keep_raw else None,
        bytes_fetched=waiting.fetched.bytes_fetched,
        found=found,
        url_key=url_key(waiting.queued.url),
    )
    return result if follows(result, job) else result._replace(found=(), detail=REPEATS)


def follows(result: PageResult, job: JobView) -> bool:
    """Whether the links of a processed page are followed: not where it only repeats others."""
    page = result.page
    if page is None or not job.settings.follows or job.settings.urls:
        return True
    seen = SeenPage(result.page_id, result.url_key, page.content_hash, page.likeness, None, None)
    return job.repeats.follow(seen, [row.url_key for row in result.found])


def _why(waiting: WaitingPage, job: JobView) -> PageReason:
    """Why there is no page. A missing page is a dead link, unless it is the one that was asked for."""
    fetched = waiting.fetched
    if (
        fetched.reason == PageReason.HTTP_STATUS
        and fetched.http_status in GONE
        and job.scope is not None
        and not job.settings.urls
    ):
        return PageReason.DEAD_LINK
    return PageReason(fetched.reason or "internal")


def _unwanted(waiting: WaitingPage, page: Page, job: JobView) -> PageReason:
    """Why a page that is there is not wanted, NONE if it is; its links are."""
    noindex = page.noindex or waiting.fetched.noindex
    if noindex and job.settings.respect_noindex:
        return PageReason.NOINDEX
    if job.settings.all_pages or job.settings.urls or _is_start(waiting, job):
        return PageReason.NONE
    where = path(waiting.queued.url)
    if job.settings.push and job.scope is not None and job.scope.noise(waiting.queued.url):
        return PageReason.LEFT_OUT  # a crawl would not have followed a link to it
    if is_menu(where) or (noindex and PRINT.search(where)):
        return PageReason.LEFT_OUT
    title = page.heading or page.title
    if len(page.links) >= MANY_LINKS and page.words < MOST_WORDS * len(page.links) and is_index(where, title):
        return PageReason.LEFT_OUT
    return PageReason.LEFT_OUT if _teases(page) and is_listing(where, title) else PageReason.NONE


def _teases(page: Page) -> bool:
    """Whether a page holds little but links and some words about where each leads."""
    links = page.markdown.count("](")
    return links > 0 and page.words < MOST_TEASED * links and "```" not in page.markdown


def _is_start(waiting: WaitingPage, job: JobView) -> bool:
    return url_key(waiting.queued.url) in (job.scope.start_keys if job.scope is not None else ())


def _is_menu_file(waiting: WaitingPage, page: Page, job: JobView) -> bool:
    if _is_start(waiting, job):
        return False
    where = path(waiting.queued.url)
    if not job.settings.all_pages and (page.is_menu or lists_members(where, page.generator)):
        return True
    return is_menu_file(where) and not page.title and not page.headings


def _menu_file(waiting: WaitingPage, page: Page, job: JobView) -> PageResult:
    """A menu that stands in a file of its own: its links are wanted and their order is the site's; it is no
    page."""
    menu = Page(page.url, navigation=tuple(link.url for link in page.links))
    return _ended(waiting, PageReason.LEFT_OUT, "", job.links(menu.navigation))._replace(page=menu)


def state_of(reason: PageReason) -> PageState:
    """The state of a page that ended for this reason."""
    return PageState.SKIPPED if reason in SKIPS else PageState.FAILED


def _ended(
    waiting: WaitingPage, reason: PageReason, detail: str, found: tuple[FoundUrl, ...] = ()
) -> PageResult:
    return PageResult(
        page_id=waiting.queued.page_id,
        kind=waiting.queued.kind,
        state=state_of(reason),
        reason=reason,
        detail=detail,
        http_status=waiting.fetched.http_status,
        bytes_fetched=waiting.fetched.bytes_fetched,
        found=found,
    )


def _stub(waiting: WaitingPage, page: Page, job: JobView) -> PageResult:
    """A page that only leads on is a redirect. A start page that leads to another host ends the crawl: what
    is there may be anything, so a person has to ask for it."""
    asked = {apex(host(waiting.fetched.url)), *map(apex, job.settings.allow_hosts)}
    elsewhere = job.settings.follows and apex(host(page.leads_to)) not in asked
    if job.scope is None and not job.settings.urls and elsewhere:
        where = f"it leads to {page.leads_to}, on another host: start there"
        return _ended(waiting, PageReason.OTHER_HOST, where)
    result = _redirect(waiting, job, page.leads_to)
    others = [url for url in page.frames if url != page.leads_to]
    return result._replace(found=(*result.found, *job.links(others))) if result.found else result


def _redirect(waiting: WaitingPage, job: JobView, location: str) -> PageResult:
    """The page is skipped and its target admitted in its place, at the same depth."""
    fetched, redirects = waiting.fetched, waiting.queued.redirects + 1
    try:
        target = canonical(location, fetched.url, routes=job.settings.hash_routes)
    except BadUrl as error:
        detail = f"redirects to an address that is not taken: {error}"
        return _ended(waiting, PageReason.BAD_URL, detail)
    if redirects > MAX_REDIRECTS:
        detail = f"more than {MAX_REDIRECTS} redirects, to {target}"
        return _ended(waiting, PageReason.REDIRECT_LIMIT, detail)
    if url_key(target) == url_key(waiting.queued.url):
        return _ended(waiting, PageReason.REDIRECT_LIMIT, "the page redirects to itself")
    if job.settings.urls or not job.settings.follows:  # what was asked for, or pushed, may lead anywhere
        found = FoundUrl(target, url_key(target), step=0, redirects=redirects)
        return _ended(waiting, PageReason.REDIRECTED, "", (found,))._replace(redirected_to=target)
    if job.scope is not None and ((admitted := job.admit(target)) is None or admitted.left_out):
        ended = _ended(waiting, PageReason.OUT_OF_SCOPE, f"redirects to {target}")
        return ended._replace(redirected_to=target)
    found = FoundUrl(target, url_key(target), step=0, redirects=redirects)
    return _ended(waiting, PageReason.REDIRECTED, "", (found,))._replace(redirected_to=target)


def _links(waiting: WaitingPage, page: Page, job: JobView) -> tuple[tuple[FoundUrl, ...], str]:
    """The page's links that are in scope, in document order, and what to say of those that are not followed.

    A page that asks for nofollow is obeyed where its menu leads on; where its other links are the only ones,
    it would end the crawl, so they are followed.
    """
    beside = [url for url in (page.rel_next, page.rel_prev, page.refresh) if url]
    every = [link.url for link in page.links if link.navigation or not link.nofollow]
    found = job.links([*every, *beside])
    if not (page.nofollow or waiting.fetched.nofollow):
        return found, ""
    menu = job.links([*(link.url for link in page.links if link.navigation), *beside])
    own = url_key(waiting.queued.url)
    if not any(row.url_key != own for row in menu):
        return found, ""
    return menu, NOFOLLOW if len(menu) < len(found) else ""


def was_fetched(fetched: Fetched) -> bool:
    """Whether there is a body to convert."""
    return not fetched.reason and not fetched.redirected_to


def contradicts(fetched: Fetched) -> bool:
    """Whether a page is not there that was called unchanged just before."""
    return fetched.doubted and (bool(fetched.redirected_to) or fetched.http_status in GONE)
