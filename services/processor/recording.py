"""From what was fetched and what it converted to, to what is recorded. Pure; no I/O.

One `JobView` a batch: what the processor may know of the job. Links, redirect targets and sitemap entries
become `found` only when the scope admits them; the record decides what limits admit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from docspasta.content import Options, Page
from docspasta.domain import JobSettings, PageKind, PageReason, PageState
from docspasta.queues.messages import Fetched, WaitingPage
from docspasta.scope import Scope, ScopeSettings, decide
from docspasta.sitemaps import MAX_NESTING, Sitemap
from docspasta.store.results import FoundUrl, PageResult
from docspasta.urls import BadUrl, canonical, origin, url_key

MAX_REDIRECTS = 5
NO_MARKDOWN = {"needs_javascript": "skipped", "empty": "skipped", "not_html": "skipped"}


@dataclass(slots=True)
class JobView:
    """A job as the processor sees it. `scope` is None until the first real page decided it; `admitted`
    remembers the scope's answers."""

    url: str
    settings: JobSettings
    scope: Scope | None
    keep_raw: bool
    admitted: dict[str, FoundUrl | None] = field(default_factory=dict)

    @classmethod
    def of(cls, url: str, settings: JobSettings, scope: str | None, keep_raw: bool) -> JobView:
        """From the rules that the store has of the job; `scope` is JSON."""
        return cls(url, settings, Scope.from_json(scope) if scope else None, keep_raw)

    @property
    def options(self) -> Options:
        """How the job's pages are converted."""
        return Options(
            include_selectors=self.settings.include_selectors,
            exclude_selectors=self.settings.exclude_selectors,
        )

    @property
    def uses_sitemaps(self) -> bool:
        return self.settings.use_sitemaps

    @property
    def respects_noindex(self) -> bool:
        return self.settings.respect_noindex

    def decide(self, page: Page) -> None:
        """Let the first real page decide the scope."""
        settings = self.settings
        asked = ScopeSettings(settings.include, settings.exclude, settings.allow_hosts)
        links = [link.url for link in page.links]
        self.scope = decide(self.url, page.url, page.navigation, links, asked)

    def admit(self, url: str) -> FoundUrl | None:
        """`url` as a link one step away, None when it is out of scope."""
        if url not in self.admitted:
            inside = self.scope is not None and self.scope.admits(url)
            self.admitted[url] = FoundUrl(url, url_key(url)) if inside else None
        return self.admitted[url]


def result_of(waiting: WaitingPage, page: Page | None, sitemap: Sitemap | None, job: JobView) -> PageResult:
    """What came of one waiting row: exactly one of a failure, a redirect, a page, a discovery."""
    fetched, kind = waiting.fetched, waiting.queued.kind
    if kind is not PageKind.PAGE:
        return _discovery(waiting, sitemap, job)
    if fetched.redirected_to:
        return _redirect(waiting, job)
    if fetched.reason or page is None:
        return _ended(waiting, _state_of(fetched.reason), fetched.reason or "internal", fetched.detail)
    if page.reason:
        links = _links(waiting, page, job) if page.reason in NO_MARKDOWN else ()
        return _ended(waiting, NO_MARKDOWN.get(page.reason, "failed"), page.reason, page.detail, links)
    if (page.noindex or fetched.noindex) and job.respects_noindex:
        return _ended(waiting, "skipped", "noindex", "", _links(waiting, page, job))
    return PageResult(
        page_id=waiting.queued.page_id,
        kind=PageKind.PAGE,
        state=PageState.PROCESSED,
        http_status=fetched.http_status,
        page=page,
        raw=fetched.body if job.keep_raw else None,
        bytes_fetched=fetched.bytes_fetched,
        found=_links(waiting, page, job),
    )


# What a site forbids or what is no page is skipped; what went wrong has failed.
SKIPS = ("robots", "out_of_scope", "duplicate", "redirected", "not_html", "noindex", "bytes_limit")


def _state_of(reason: str) -> str:
    return "skipped" if reason in SKIPS else "failed"


def _ended(
    waiting: WaitingPage, state: str, reason: str, detail: str, found: tuple[FoundUrl, ...] = ()
) -> PageResult:
    return PageResult(
        page_id=waiting.queued.page_id,
        kind=waiting.queued.kind,
        state=PageState(state),
        reason=PageReason(reason),
        detail=detail,
        http_status=waiting.fetched.http_status,
        bytes_fetched=waiting.fetched.bytes_fetched,
        found=found,
    )


def _redirect(waiting: WaitingPage, job: JobView) -> PageResult:
    """The page is skipped and its target admitted in its place, at the same depth."""
    fetched, redirects = waiting.fetched, waiting.queued.redirects + 1
    try:
        target = canonical(fetched.redirected_to, fetched.url)
    except BadUrl as error:
        return _ended(waiting, "failed", "bad_url", f"redirects to an address that is not taken: {error}")
    if redirects > MAX_REDIRECTS:
        return _ended(
            waiting, "failed", "redirect_limit", f"more than {MAX_REDIRECTS} redirects, to {target}"
        )
    if url_key(target) == url_key(waiting.queued.url):
        return _ended(waiting, "failed", "redirect_limit", "the page redirects to itself")
    found = FoundUrl(target, url_key(target), step=0, redirects=redirects)
    if job.scope is not None and not job.scope.admits(target):
        return PageResult(
            page_id=waiting.queued.page_id,
            kind=PageKind.PAGE,
            state=PageState.SKIPPED,
            reason=PageReason.OUT_OF_SCOPE,
            detail=f"redirects to {target}",
            http_status=fetched.http_status,
            redirected_to=target,
        )
    return PageResult(
        page_id=waiting.queued.page_id,
        kind=PageKind.PAGE,
        state=PageState.SKIPPED,
        reason=PageReason.REDIRECTED,
        http_status=fetched.http_status,
        redirected_to=target,
        bytes_fetched=fetched.bytes_fetched,
        found=(found,),
    )


def _links(waiting: WaitingPage, page: Page, job: JobView) -> tuple[FoundUrl, ...]:
    """The page's links that are in scope, in document order; of a nofollow page only its navigation."""
    keep_all = not (page.nofollow or waiting.fetched.nofollow)
    urls = [link.url for link in page.links if (keep_all and not link.nofollow) or link.navigation]
    urls += [url for url in (page.rel_next, page.rel_prev, page.refresh) if url]
    return _within(urls, job)


def _within(urls: Iterable[str], job: JobView) -> tuple[FoundUrl, ...]:
    found = (job.admit(url) for url in dict.fromkeys(urls))
    return tuple(row for row in found if row is not None)


def _discovery(waiting: WaitingPage, sitemap: Sitemap | None, job: JobView) -> PageResult:
    """robots.txt, a sitemap or llms.txt: found nothing is no failure of the crawl."""
    fetched, kind = waiting.fetched, waiting.queued.kind
    found: tuple[FoundUrl, ...] = ()
    if kind is PageKind.ROBOTS:
        found = _sitemaps(fetched.sitemaps or (f"{origin(waiting.queued.url)}/sitemap.xml",), 0)
    elif sitemap is not None:
        nested = waiting.queued.redirects + 1
        found = _within(sitemap.pages, job)
        if nested <= MAX_NESTING:
            found += _sitemaps(sitemap.sitemaps, nested)
    if fetched.redirected_to and kind is not PageKind.ROBOTS:
        found = _moved(waiting)
    failed = bool(fetched.reason) and not found
    return PageResult(
        page_id=waiting.queued.page_id,
        kind=kind,
        state=PageState.FAILED if failed else PageState.PROCESSED,
        reason=PageReason(fetched.reason) if failed else PageReason.NONE,
        detail=fetched.detail if failed else "",
        http_status=fetched.http_status,
        found=found,
    )


def _sitemaps(urls: Sequence[str], nested: int) -> tuple[FoundUrl, ...]:
    """Sitemaps as rows of their own; `redirects` counts how deep they nest."""
    return tuple(
        FoundUrl(url, url_key(f"{PageKind.SITEMAP} {url}"), PageKind.SITEMAP, step=0, redirects=nested)
        for url in dict.fromkeys(urls)
    )


def _moved(waiting: WaitingPage) -> tuple[FoundUrl, ...]:
    """A sitemap or llms.txt that redirects, followed like any other; within the same bound."""
    kind, redirects = waiting.queued.kind, waiting.queued.redirects + 1
    try:
        target = canonical(waiting.fetched.redirected_to, waiting.fetched.url)
    except BadUrl:
        return ()
    if redirects > MAX_NESTING:
        return ()
    return (FoundUrl(target, url_key(f"{kind} {target}"), kind, step=0, redirects=redirects),)


def discoveries(final_url: str) -> tuple[FoundUrl, ...]:
    """What may name further pages of the site that the first real page stands on: robots.txt, llms.txt."""
    home = origin(final_url)
    rows = ((f"{home}/robots.txt", PageKind.ROBOTS), (f"{home}/llms.txt", PageKind.LLMS))
    return tuple(FoundUrl(url, url_key(f"{kind} {url}"), kind, step=0) for url, kind in rows)


def was_fetched(fetched: Fetched) -> bool:
    """Whether there is a body to convert."""
    return not fetched.reason and not fetched.redirected_to
