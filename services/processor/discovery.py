"""What names further pages of a site, or shows what it answers for a page that is not there: robots.txt,
sitemaps, llms.txt, and one address that cannot exist. Pure; no I/O.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace

from docspasta.content import Page
from docspasta.domain import PageKind, PageReason, PageState
from docspasta.queues.messages import WaitingPage
from docspasta.scope import Scope, apex
from docspasta.sitemaps import MAX_NESTING, Sitemap
from docspasta.store.links import DISCOVERIES
from docspasta.store.results import FoundUrl, PageResult
from docspasta.turns import slices
from docspasta.urls import BadUrl, canonical, host, origin, path, suffix, url_key

from . import llms
from .job_view import STEP, JobView

# Where sitemaps stand when nothing names them; the next is asked for when there is none at the one before.
SITEMAP_NAMES = ("sitemap.xml", "sitemap-index.xml", "sitemap_index.xml", "wp-sitemap.xml")
# Of no words of a language: those of its address are left out when the site's answer is compared with pages.
NO_SUCH_PAGE = "docspasta-nosuchpage"
PAGE_SUFFIXES = frozenset(("html", "htm", "php", "aspx", "xhtml"))


def row(url: str, kind: PageKind, nested: int = 0) -> FoundUrl:
    """A discovery as a row of its own; `redirects` counts how deep sitemaps nest."""
    return FoundUrl(url, url_key(f"{kind} {url}"), kind, step=0, redirects=nested)


def discoveries(final_url: str, page: Page, scope: Scope, *, sitemaps: bool) -> tuple[FoundUrl, ...]:
    """What to ask for when the first real page has decided the scope: the site's, and the section's own."""
    home = origin(final_url) if apex(host(final_url)) == scope.host else f"https://{scope.host}"
    roots = dict.fromkeys((f"{home}/", f"{home}{scope.root}"))
    ending = f".{suffix(path(final_url))}" if suffix(path(final_url)) in PAGE_SUFFIXES else ""
    found = [row(f"{home}{scope.root}{NO_SUCH_PAGE}{ending}", PageKind.PROBE)]
    if sitemaps:
        found.append(row(f"{home}/robots.txt", PageKind.ROBOTS))
        found.append(row(llms.first(home, scope.root, page.llms, final_url), PageKind.LLMS))
        found += [row(f"{root}{SITEMAP_NAMES[0]}", PageKind.SITEMAP) for root in list(roots)[1:]]
        if page.sitemap:
            found.append(row(page.sitemap, PageKind.SITEMAP))
    return tuple({each.url_key: each for each in found}.values())


def result_of_discovery(
    waiting: WaitingPage, page: Page | None, sitemap: Sitemap | None, job: JobView
) -> Generator[None, None, PageResult]:
    """What a robots.txt, a sitemap, an llms.txt or the address that cannot exist came to, in steps
    (docspasta.turns): a list may be long. Finding nothing is no failure of the crawl; a list that is broken
    or cut says so in its detail."""
    fetched, kind = waiting.fetched, waiting.queued.kind
    found = yield from _found(waiting, sitemap, job)
    failed = bool(fetched.reason) and not found
    listed = (sitemap.detail or job.left_unjudged(sitemap.pages)) if sitemap is not None else ""
    detail = fetched.detail if failed else listed
    return PageResult(
        page_id=waiting.queued.page_id,
        kind=kind,
        state=PageState.FAILED if failed else PageState.PROCESSED,
        reason=PageReason(fetched.reason) if failed else PageReason.NONE,
        detail=detail,
        http_status=fetched.http_status,
        page=_traces(page) if kind is PageKind.PROBE and page is not None and not failed else None,
        found=found,
    )


def _found(
    waiting: WaitingPage, sitemap: Sitemap | None, job: JobView
) -> Generator[None, None, tuple[FoundUrl, ...]]:
    fetched, kind, url = waiting.fetched, waiting.queued.kind, waiting.queued.url
    if kind is PageKind.PROBE:
        return ()
    if kind is PageKind.ROBOTS:
        named = fetched.sitemaps or (f"{origin(url)}/{SITEMAP_NAMES[0]}",)
        return _sitemaps(named, 0)
    if fetched.redirected_to and (kind is not PageKind.LLMS or llms.is_one(fetched.redirected_to)):
        return _moved(waiting)
    if kind is PageKind.LLMS:
        return (yield from _listed_in_llms(waiting, sitemap, job))
    if sitemap is None or sitemap == Sitemap():
        return _next_name(url) if not waiting.queued.redirects else ()
    nested = waiting.queued.redirects + 1
    inside = yield from _on_known_hosts(sitemap.sitemaps if nested <= MAX_NESTING else (), url, job)
    return (*(yield from job.finding(sitemap.pages)), *_sitemaps(inside, nested))


def _traces(page: Page) -> Page:
    """What is kept of the site's page for missing addresses: what its like is known by."""
    nothing: dict[str, object] = dict.fromkeys(
        ("placements", "headings", "anchors", "links", "navigation"), ()
    )
    return replace(page, markdown="", words=0, tokens=0, **nothing)  # type: ignore[arg-type]


def _sitemaps(urls: Iterable[str], nested: int) -> tuple[FoundUrl, ...]:
    return tuple(row(url, PageKind.SITEMAP, nested) for url in dict.fromkeys(urls))


def _on_known_hosts(urls: Sequence[str], parent: str, job: JobView) -> Generator[None, None, list[str]]:
    """Of an index's sitemaps those on its own host, which the job's site named, or on a host of the scope; no
    more than a job asks for. In steps."""
    scope = job.scope
    hosts = {apex(host(parent)), *((scope.host, *scope.allow_hosts) if scope is not None else ())}
    known: list[str] = []
    for part in slices(urls, STEP):
        known += (url for url in part if apex(host(url)) in hosts)
        if len(known) >= DISCOVERIES:
            break
        yield
    return known[:DISCOVERIES]


def _listed_in_llms(
    waiting: WaitingPage, listed: Sitemap | None, job: JobView
) -> Generator[None, None, tuple[FoundUrl, ...]]:
    """What an llms.txt names, further ones included; when that is nothing of the job, the next place."""
    url, redirects, scope = waiting.queued.url, waiting.queued.redirects, job.scope
    pages = yield from job.finding(listed.pages if listed is not None else ())
    if listed is not None and scope is not None and redirects < MAX_NESTING:
        pages += tuple(
            row(each, PageKind.LLMS, redirects + 1) for each in llms.nested(listed.pages, url, scope)
        )
    if pages:
        return pages
    root = scope.root if scope is not None else "/"
    after = llms.following(url, root, led_to=bool(redirects))
    return tuple(row(each, PageKind.LLMS) for each in after)


def _next_name(url: str) -> tuple[FoundUrl, ...]:
    """The next usual name of a sitemap when nothing is found under this one."""
    folder, _, name = url.rpartition("/")
    if name not in SITEMAP_NAMES[:-1]:
        return ()
    return (row(f"{folder}/{SITEMAP_NAMES[SITEMAP_NAMES.index(name) + 1]}", PageKind.SITEMAP),)


def _moved(waiting: WaitingPage) -> tuple[FoundUrl, ...]:
    """A sitemap or llms.txt that redirects, followed like any other; within the same bound."""
    kind, redirects = waiting.queued.kind, waiting.queued.redirects + 1
    try:
        target = canonical(waiting.fetched.redirected_to, waiting.fetched.url)
    except BadUrl:
        return ()
    return (row(target, kind, redirects),) if redirects <= MAX_NESTING else ()
