"""What a queued URL asks for, done once: robots, fetch, and the result for the pages queue.

Queue worker and FetchPages call the same `Visitor.visit`; neither leases nor gRPC are known here.
"""

from __future__ import annotations

from typing import NamedTuple

from docspasta import robots, sitemaps, urls
from docspasta.alternates import described_by, linked
from docspasta.domain import PageKind
from docspasta.queues.messages import WHOLE, Asking, Fetched

from .alternates import Alternates, Renders
from .answer import Answer, Limits
from .exchange import MAX_REDIRECTS, Exchange, Tokens
from .requester import NOBODY, Requester
from .robots import RobotsVerdicts, Verdict
from .shells import Shells
from .walls import Wall

TEXT_TYPES = frozenset(("text/plain", "text/markdown", "text/x-markdown", "application/octet-stream", ""))
MISSING = (404, 410)
NOTHING = b"<!doctype html><title></title>"  # a page that is not there, but its Markdown is
ROBOTS_PAUSE = 31.0  # after a 5xx on robots.txt: longer than its verdict is kept


class Visit(NamedTuple):
    """One URL and how it may be fetched. `coded` says that a page's body may stay as the site coded it
    (Fetched.coding). `asking`: by what a page is asked for that was fetched before."""

    url: str
    kind: PageKind = PageKind.PAGE
    respect_robots: bool = True
    requester: Requester = NOBODY
    coded: bool = False
    asking: Asking = WHOLE
    job: str = ""  # of a crawl: what is learnt from its pages is for its other pages alone


class Outcome(NamedTuple):
    """What came of a visit. `retry`: the site may do better later, `after` seconds if it said when.

    `hold` seconds: the host asked everybody to stay away for so long.
    """

    fetched: Fetched
    retry: bool = False
    after: float | None = None
    hold: float = 0.0


class Visitor:
    """Visits URLs for this process. Safe for concurrent tasks."""

    def __init__(
        self,
        exchange: Exchange,
        rules: RobotsVerdicts,
        body_bytes: int,
        total: float,
        renderer: Renders | None = None,
    ) -> None:
        self._exchange, self._robots = exchange, rules
        self._alternates = Alternates(exchange, rules, body_bytes, total, renderer)
        self._shells = Shells()
        self._page = Limits(body_bytes, total)
        self._file = Limits(body_bytes, total, cut=True, html_only=False)

    async def visit(self, visit: Visit, tokens: Tokens) -> Outcome:
        """Do what the URL is for. Raises Postponed, and nothing for what a site does."""
        if visit.kind is PageKind.ROBOTS:
            return _listed(visit, await self._robots.verdict(visit.url, tokens, visit.requester))
        if visit.respect_robots:
            verdict = await self._robots.verdict(visit.url, tokens, visit.requester)
            if refused := _refused(visit, verdict):
                return refused
        if visit.kind is PageKind.PAGE and visit.asking.spared:
            return Outcome(_spared(visit))
        if visit.kind is PageKind.PAGE:
            return await self._visit_page(visit, tokens)
        if visit.kind is PageKind.PROBE:  # whatever is wrong with it, it is not worth a second request
            return (await self._visit_page(visit, tokens))._replace(retry=False)
        answer = await self._exchange.follow(visit.url, self._file, tokens, visit.requester)
        return _outcome(visit.url, answer, _file(visit, answer))

    async def _visit_page(self, visit: Visit, tokens: Tokens) -> Outcome:
        """A page, and redirects to other spellings of itself: they share its key, so nobody else would come.

        Any other redirect is the result: its target is admitted, paced and fetched as a URL of its own.
        """
        url, seen, hops = visit.url, set[str](), 0
        limits = self._page._replace(coded=visit.coded, validators=visit.asking.validators)
        while True:
            seen.add(url)
            answer = await self._exchange.once(url, limits, tokens, visit.requester)
            if not answer.location:
                outcome = _outcome(visit.url, answer, _page(visit, answer))
                return await self._with_alternate(visit, answer, outcome, tokens)
            try:
                url, hops = _redirected(answer.location, url), hops + 1
            except urls.BadUrl as error:
                return Outcome(_failed(visit.url, answer, "bad_url", f"it redirects badly: {error}"))
            if urls.url_key(url) != urls.url_key(visit.url):
                wall = Wall(self._exchange, limits, tokens, visit.url, visit.requester)
                if (behind := await wall.passed(answer, urls.addressed(url))) is not None:
                    return _outcome(visit.url, behind, _page(visit, behind))
                failed = _failed(visit.url, answer, "redirected", "", url)
                return Outcome(failed._replace(doubted=visit.asking.doubted))
            jar = visit.requester.cookies
            if jar is not None and (answer.new_cookies or jar.unsent(url, answer.sent_cookies)):
                jar.opened(url)  # it wants to see its cookies
                seen.clear()
            if url in seen or hops > MAX_REDIRECTS:
                return Outcome(_failed(visit.url, answer, "redirect_limit", "it redirects to itself"))

    async def _with_alternate(
        self, visit: Visit, answer: Answer, outcome: Outcome, tokens: Tokens
    ) -> Outcome:
        """The outcome of a page, and what is read in its place when that was asked for."""
        page, wanted = outcome.fetched, visit.asking.alternates
        missing = page.http_status in MISSING and page.reason == "http_status" and bool(wanted)
        if not page.answered and not missing:
            return outcome
        if missing:
            page = page._replace(reason="", detail="", content_type="text/html", body=NOTHING)
        if visit.kind is PageKind.PAGE and not wanted:
            wanted = self._shells.knows(visit.job, page)
        if not wanted:
            return outcome
        fetched, passing = await self._alternates.beside(
            page,
            answer.links,
            wanted,
            tokens,
            visit.requester,
            respect_robots=visit.respect_robots,
        )
        if passing:  # it counts as a failure of the page, so that it is not tried without end
            away = Fetched(visit.url, reason="needs_javascript", detail=fetched.detail)
            return Outcome(away, retry=True)
        if missing:  # its Markdown is all that there is of it
            return Outcome(fetched) if fetched.alternate else outcome
        self._shells.note(visit.job, fetched, wanted)
        return outcome._replace(fetched=fetched)


def _redirected(location: str, url: str) -> str:
    """Where a page leads. A route is taken along, as in browsers (RFC 9110, 10.2.2); one that only the target
    has is part of it where that is another page. Raises BadUrl."""
    target, own = urls.canonical(location, url, routes=True), url[len(urls.addressed(url)) :]
    if urls.route(target):
        same = urls.url_key(urls.addressed(target)) == urls.url_key(url)
        return urls.addressed(target) if same else target
    return target + own


def _listed(visit: Visit, verdict: Verdict) -> Outcome:
    """The result for a robots.txt: the sitemaps that it lists."""
    reason = verdict.reason or ("" if verdict.access is robots.Access.RULES else "http_status")
    fetched = Fetched(
        visit.url,
        http_status=verdict.status,
        reason=reason,
        detail=verdict.detail,
        sitemaps=verdict.rules.sitemaps,
    )
    return Outcome(fetched, retry=bool(verdict.reason) and verdict.passing, after=_pause(verdict))


def _spared(visit: Visit) -> Fetched:
    """The result of a page that is not asked for: it is unchanged, as its site says elsewhere."""
    etag, last_modified = visit.asking.validators
    return Fetched(
        visit.url, 304, reason="http_status", etag=etag, last_modified=last_modified, unchanged=True
    )


def _refused(visit: Visit, verdict: Verdict) -> Outcome | None:
    """The outcome of a URL that the host's robots.txt keeps back, or that cannot be known to be allowed."""
    if verdict.reason:
        failed = Fetched(visit.url, reason=verdict.reason, detail=verdict.detail)
        return Outcome(failed, retry=verdict.passing, after=_pause(verdict))
    if verdict.allows(visit.url) or (visit.kind is PageKind.SITEMAP and visit.url in verdict.rules.sitemaps):
        return None
    return Outcome(Fetched(visit.url, reason="robots", detail=verdict.refusal(visit.url)))


def _pause(verdict: Verdict) -> float | None:
    return ROBOTS_PAUSE if verdict.reason and verdict.status else None


def _outcome(url: str, answer: Answer, fetched: Fetched) -> Outcome:
    """A result, and whether the site may do better later."""
    hold = (answer.retry_after or 0.0) if answer.status in (429, 503) else 0.0
    return Outcome(fetched, answer.passing, answer.retry_after, hold)


def _page(visit: Visit, answer: Answer) -> Fetched:
    noindex, nofollow = robots.robots_tags(answer.robots_tags)
    return Fetched(
        visit.url,
        http_status=answer.status,
        content_type=answer.content_type,
        charset=answer.charset,
        body=answer.body,
        coding=answer.coding,
        reason="http_status" if answer.unchanged else answer.reason,
        detail=answer.detail,
        noindex=noindex,
        nofollow=nofollow,
        bytes_fetched=answer.bytes_fetched,
        etag=answer.validators.etag,
        last_modified=answer.validators.last_modified,
        unchanged=answer.unchanged,
        doubted=visit.asking.doubted,
        twin=named.url if (named := linked(answer.links, visit.url)) is not None else "",
        llms=described_by(answer.links, visit.url),
    )


def _file(visit: Visit, answer: Answer) -> Fetched:
    """A sitemap or llms.txt for the processor to read: without its gzip, within its bound."""
    if answer.reason:
        return _failed(visit.url, answer, answer.reason, answer.detail)
    if visit.kind is PageKind.LLMS and answer.content_type not in TEXT_TYPES:
        return _failed(visit.url, answer, "empty", f"its type is {answer.content_type}, not text")
    body, whole = sitemaps.gunzip(answer.body, sitemaps.MAX_BYTES)
    cut = answer.was_cut or not whole
    return Fetched(
        visit.url,
        http_status=answer.status,
        content_type=answer.content_type,
        charset=answer.charset,
        body=body,
        detail="only its first part was read" if cut else "",
        bytes_fetched=answer.bytes_fetched,
    )


def _failed(url: str, answer: Answer, reason: str, detail: str, redirected_to: str = "") -> Fetched:
    return Fetched(
        url,
        http_status=answer.status,
        content_type=answer.content_type,
        reason=reason,
        detail=detail,
        redirected_to=redirected_to,
        bytes_fetched=answer.bytes_fetched,
    )
