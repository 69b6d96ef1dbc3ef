"""One job's waiting pages, from bodies to the record: convert, decide the scope, one transaction, and then
tell Redis: what was admitted, what is over, and that there is something new to see.

A wrong ticket is refused here, before anything is read or written for it.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

from docspasta.compression import unpacked_size
from docspasta.content import Page
from docspasta.domain import JobKey, PageKind, PageReason, PageState
from docspasta.identity.tickets import Tickets
from docspasta.lastmod import newest_first
from docspasta.queues.doorbell import Doorbell
from docspasta.queues.frontier import Frontier
from docspasta.queues.messages import QueuedUrl, WaitingPage
from docspasta.queues.outage import Outage
from docspasta.queues.pages import PagesQueue
from docspasta.reconciler import Reconciler
from docspasta.sitemaps import Sitemap
from docspasta.store.chunks import ContentGone
from docspasta.store.conversions import Kept, NewResult, distrust, note_lastmods, remember_results
from docspasta.store.crawl import CrawlRules, crawl_rules, links_of, pages_since, queued_of
from docspasta.store.pool import Pool
from docspasta.store.record import record_batch
from docspasta.store.results import PageResult, QueuedPage, Recorded
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger
from docspasta.turns import in_turns, slices
from docspasta.urls import url_key

from .admission import addresses, admit_all, targets
from .alternates import Searches, bodies_beside, together, told
from .conversion import Conversion
from .discovery import discoveries
from .job_view import JobView
from .lastmods import Judged, is_trusted
from .recall import basis_of, packed_result
from .recording import REPEATS, contradicts, follows, result_of, was_fetched
from .repeats import Repeats
from .reuse import Converted, Reuse
from .stale import Last, LastTexts
from .unchanged import Settled, Unchanged
from .wire import Body

OTHERS = 1_000  # pages of others that are caught up with at once, the newest ones
VIEWS = 256  # jobs whose scope's answers are remembered
LINKS = 10_000  # that one transaction looks up, unless one page has more
RAW_BYTES_A_LINK = 2_048  # of bodies that are kept count as a link
ADDED = 250  # URLs given to Redis at once
log = logger("batch")


class Pages(NamedTuple):
    """What rows converted to, by page id. `reused`: from an earlier run. `contradicted`: their site had
    called them unchanged, falsely. `last`: the last texts of those that could not be had. `recalled`: what
    came of unchanged pages, which is remembered. `kept`: what their source keeps of pages."""

    made: dict[int, Page]
    reused: frozenset[int] = frozenset()
    contradicted: frozenset[int] = frozenset()
    last: Mapping[int, Last] = MappingProxyType({})
    judged: Judged = Judged()
    recalled: Mapping[int, PageResult] = MappingProxyType({})
    kept: Mapping[int, Kept] = MappingProxyType({})


class _Converted(NamedTuple):
    """Rows to be recorded together, with what they converted to, by page id. `decided`: the page that decided
    the job's scope just now."""

    rows: Sequence[WaitingPage]
    pages: Pages
    lists: dict[int, Sitemap]
    decided: int | None
    dated: Sequence[str] = ()  # url_keys of pages that a sitemap has just dated

    def found_on(self) -> tuple[list[Page], list[Sitemap]]:
        """The pages and the lists of these rows."""
        ids = [row.queued.page_id for row in self.rows]
        made = self.pages.made | {n: last.page for n, last in self.pages.last.items()}
        return [made[n] for n in ids if n in made], [self.lists[n] for n in ids if n in self.lists]


async def _dated(lists: Mapping[int, Sitemap], view: JobView) -> list[str]:
    """The url_keys of pages that these sitemaps date."""
    return [
        key
        for listed in lists.values()
        for key in await in_turns(view.noting_lastmods(listed.pages, listed.lastmods))
    ]


class Batches:
    """Records the waiting pages of one job at a time."""

    def __init__(
        self,
        pool: Pool,
        frontier: Frontier,
        pages: PagesQueue,
        doorbell: Doorbell,
        conversion: Conversion,
        tickets: Tickets,
        outage: Outage,
        *,
        renders: bool = False,
    ) -> None:
        self._pool, self._frontier, self._pages, self._doorbell = pool, frontier, pages, doorbell
        self._conversion, self._tickets = conversion, tickets
        self._searches = Searches(renders=renders)
        self._renders = renders
        self._reuse, self._unchanged = Reuse(pool, conversion), Unchanged(pool, renders=renders)
        self._last_texts = LastTexts(pool)
        self._reconciler = Reconciler(pool, frontier, doorbell, tickets, outage)
        self._views: dict[tuple[JobKey, str | None], JobView] = {}

    def heavy(self, user: str) -> bool:
        """Whether a user's pages took so much CPU lately that the others' go first."""
        return self._conversion.slots.heavy(user)

    async def record(self, job: JobKey, rows: Sequence[WaitingPage]) -> None:
        """Convert and record `rows`, then release them. Raises what Postgres or Redis raise."""
        good = self._with_tickets(rows)
        rules = await crawl_rules(self._pool, job) if good else None
        if rules is None:
            await self._pages.complete(rows)
            return
        view = self._view(job, rules)
        asked = rules.settings.trust_lastmod
        view.trusts_lastmod = bool(rules.source_id) and is_trusted(rules.lastmod_held, asked=asked)
        await self._catch_up(job, view.repeats, rules.version)
        refused = [row for row in rows if row not in good] if len(good) < len(rows) else []
        good, pages = await self._read(good, view, rules, job)
        lists = await self._listings(good)
        dated = await _dated(lists, view)
        decided = _decide(view, good, pages.made, lists)
        for part in _parts(good, pages.made, lists, raw=view.keep_raw):
            converted = _Converted(part, pages, lists, decided, dated if part[0] is good[0] else ())
            await self._record(job, view, converted, rules.source_id)
        await self._pages.complete(refused)

    async def _read(
        self, rows: Sequence[WaitingPage], view: JobView, rules: CrawlRules, job: JobKey
    ) -> tuple[list[WaitingPage], Pages]:
        """The rows that can be recorded now, and what they say. The others are given back: to be fetched
        again, to be asked for elsewhere, or to wait for their user's next turn."""
        settled = await self._unchanged.settle(rows, view, rules.source_id, trusted=not rules.distrusted)
        await self._fetch_again(settled)
        pages, unbegun = await self._convert(settled, view, rules.source_id)
        await self._note_trust(pages, rules, job)
        # One page used up its CPU seconds, or memory is full.
        good = await self._without(settled.rows, [*unbegun, *settled.later])
        again = self._asked_again(good, pages.made, view)
        await self._ask_again(again)
        good = [row for row in good if row.queued.page_id not in again]
        last, waiting = await self._last_texts.find(good, pages.made, rules, job)
        return await self._without(good, waiting), pages._replace(last=last)

    async def _without(
        self, rows: Sequence[WaitingPage], waiting: Sequence[WaitingPage]
    ) -> list[WaitingPage]:
        """The rows but for those that wait, which are released."""
        if waiting:
            await self._pages.release(waiting)
        later = {row.queued.page_id for row in waiting}
        return [row for row in rows if row.queued.page_id not in later]

    async def _note_trust(self, pages: Pages, rules: CrawlRules, job: JobKey) -> None:
        """Note how true the site's lastmods and its 304s were."""
        if any(pages.judged):
            lied = datetime.now(UTC) if pages.judged.lied else None
            await note_lastmods(self._pool, job.user_id, rules.source_id, pages.judged.held, lied)
        if pages.contradicted:
            await distrust(self._pool, job.user_id, rules.source_id, datetime.now(UTC))

    def _asked_again(
        self, rows: Sequence[WaitingPage], pages: dict[int, Page], view: JobView
    ) -> dict[int, tuple[WaitingPage, QueuedUrl]]:
        """The rows that are asked for once more, with their alternates, by page id."""
        found = {}
        for row in rows:
            page = pages.get(row.queued.page_id)
            if page is not None:
                self._searches.note(row)
                queued = self._searches.again(row, page, view)
            else:
                queued = self._searches.instead(row, view)
            if queued is not None:
                found[row.queued.page_id] = (row, queued)
        return found

    async def _ask_again(self, again: dict[int, tuple[WaitingPage, QueuedUrl]]) -> None:
        """Give URLs back to the frontier. They are queued in the record: when this stops between the two
        steps, maintenance adds them, and the page is looked at again."""
        if again:
            await self._pages.complete([row for row, _ in again.values()])
            await self._frontier.add([queued for _, queued in again.values()])

    async def _record(self, job: JobKey, view: JobView, converted: _Converted, source_id: str) -> None:
        """Record some rows in one transaction, and tell Redis. `source_id`: '' for no run of a source."""
        led_to = targets(converted.rows, routes=view.settings.hash_routes)
        found = [*led_to, *addresses(*converted.found_on())]
        await admit_all(view, job.user_id, found, self._conversion)
        results = await in_turns(_results(converted, view))
        if len(results) < len(converted.rows):
            converted = await self._not_recalled(converted, {result.page_id for result in results}, view)
        decided = any(row.queued.page_id == converted.decided for row in converted.rows)
        scope = json.loads(view.scope.to_json()) if decided and view.scope else None
        try:
            with metrics.stages.labels("record").time():
                recorded = await record_batch(self._pool, job, results, datetime.now(UTC), scope)
        except ContentGone:
            made = {result.page_id for result in results if result.names is None}
            rest = await self._not_recalled(converted, made, view)
            if rest.rows:
                await self._record(job, view, rest, source_id)
            return
        if recorded.base <= view.repeats.version:  # nobody else recorded a page meanwhile
            view.repeats.version = max(recorded.version, view.repeats.version)
        _count(results, recorded)
        view.forget()
        if source_id:
            await self._remember(job.user_id, source_id, converted, results, recorded, view)
        await self._tell(job, converted, recorded, view, run=bool(source_id))

    async def _not_recalled(self, converted: _Converted, recorded: set[int], view: JobView) -> _Converted:
        """Those rows that are recorded now. The others are given back, to be read whole: from now on nothing
        of this job is taken from what is remembered."""
        view.recalls = False
        waiting = [row for row in converted.rows if row.queued.page_id not in recorded]
        return converted._replace(rows=await self._without(converted.rows, waiting))

    async def _remember(
        self,
        user: str,
        source_id: str,
        converted: _Converted,
        results: Sequence[PageResult],
        recorded: Recorded,
        view: JobView,
    ) -> None:
        """Remember what came of the pages that are kept as they are."""
        basis = basis_of(view, renders=self._renders)
        if not basis or view.unjudged:
            return
        rows, kept = {row.queued.page_id: row for row in converted.rows}, converted.pages.kept
        new = []
        for result in results:
            names, row = recorded.names.get(result.page_id), rows[result.page_id]
            fresh = names is not None and result.names is None and result.page_id in kept
            if not fresh or row.fetched.alternate or row.queued.again or result.page_id == converted.decided:
                continue
            assert names is not None
            if result.detail != REPEATS and (data := packed_result(result, names, row.fetched)) is not None:
                was = kept[result.page_id]
                new.append(NewResult(was.url_key, was.digest, data))
        if new:
            await remember_results(self._pool, user, source_id, basis, sorted(new))

    def _with_tickets(self, rows: Sequence[WaitingPage]) -> list[WaitingPage]:
        good = [row for row in rows if self._ticket_is_good(row.queued)]
        if len(good) < len(rows):
            metrics.tickets_refused.inc(len(rows) - len(good))
            log.warning("results without their ticket were refused", results=len(rows) - len(good))
        return good

    def _ticket_is_good(self, queued: QueuedUrl) -> bool:
        job = queued.job
        key = key_of(queued.kind, queued.url)
        return self._tickets.good(queued.ticket, job.user_id, job.job_id, queued.page_id, key)

    def _view(self, job: JobKey, rules: CrawlRules) -> JobView:
        """The job's view; the scope's answers are remembered from batch to batch."""
        scope = rules.scope
        view = self._views.pop((job, scope), None)
        if view is None:
            view = JobView.of(rules.url, rules.settings, scope, rules.keep_raw)
        if scope is not None:
            self._views[(job, scope)] = view
            while len(self._views) > VIEWS:
                self._views.pop(next(iter(self._views)))
        return view

    async def _catch_up(self, job: JobKey, repeats: Repeats, version: int) -> None:
        """Let `repeats` know the pages that others recorded up to `version`: other processors, or this one
        before it was started again."""
        if version <= repeats.version:
            return
        pages = await pages_since(self._pool, job, repeats.version, OTHERS)
        times = Counter(page.likeness for page in pages)
        alike = [page for page in pages if times[page.likeness] > 1 or repeats.knows_like(page)]
        links = await links_of(self._pool, job, alike)
        await in_turns(repeats.learn((page, links.get(page.page_id, ())) for page in pages))
        repeats.version = max(version, repeats.version)

    async def _fetch_again(self, settled: Settled) -> None:
        """Queue what is to be fetched whole. What is lost between the two steps is queued by maintenance."""
        if settled.again:
            await self._pages.complete([row for row, _ in settled.again])
            await self._frontier.add([queued for _, queued in settled.again])

    async def _convert(
        self, settled: Settled, view: JobView, source_id: str
    ) -> tuple[Pages, list[WaitingPage]]:
        """The pages of those rows that are HTML, and the rows that were not begun."""
        kinds, taken = (PageKind.PAGE, PageKind.PROBE), settled.pages
        html = [r for r in settled.rows if r.queued.kind in kinds and was_fetched(r.fetched)]
        html = [row for row in html if row.queued.page_id not in settled.kept]
        ids, fetched = [row.queued.page_id for row in html], [row.fetched for row in html]
        bodies = [Body(f.body, f.url, f.charset, view.options_of(f), f.coding) for f in fetched]
        false = {row.queued.page_id for row in settled.rows if contradicts(row.fetched)}
        if not bodies:
            unchanged = frozenset(settled.kept)
            return Pages(taken, unchanged, frozenset(false), recalled=settled.recalled, kept=settled.kept), []
        user = html[0].queued.job.user_id
        if source_id:
            converted = await self._reuse.convert(user, source_id, bodies, fetched, view.lastmods)
        else:
            converted = Converted(await self._conversion.convert(user, bodies))
        made = {n: page for n, page in zip(ids, converted.pages, strict=True) if page is not None}
        for row in html:
            if (row.fetched.llms or row.fetched.twin) and (page := made.get(row.queued.page_id)) is not None:
                made[row.queued.page_id] = told(row, page)
        await self._with_alternates(user, html, made, view)
        reused = frozenset(settled.kept) | {ids[at] for at in converted.reused}
        false |= {ids[at] for at in converted.contradicted}
        kept = settled.kept | {ids[at]: row for at, row in converted.kept.items()}
        pages = Pages(
            taken | made,
            reused,
            frozenset(false),
            judged=converted.judged,
            recalled=settled.recalled,
            kept=kept,
        )
        return pages, [row for row in html if row.queued.page_id not in made]

    async def _with_alternates(
        self, user: str, rows: Sequence[WaitingPage], made: dict[int, Page], view: JobView
    ) -> None:
        """Put what their alternates say into those pages; one whose alternate was not begun is taken out."""
        having = [row for row in rows if row.fetched.alternate and row.queued.page_id in made]
        beside = bodies_beside(having, view.options)
        if not beside:
            return
        others = await self._conversion.convert(user, list(beside.values()))
        by_id = dict(zip(beside, others, strict=True))
        for row in having:
            page_id = row.queued.page_id
            if page_id in by_id:
                page, other = made.pop(page_id), by_id[page_id]
                if other is not None:
                    made[page_id] = together(row, page, other)

    async def _listings(self, rows: Sequence[WaitingPage]) -> dict[int, Sitemap]:
        """What the sitemaps and llms.txt among those rows list, by page id."""
        lists = (PageKind.SITEMAP, PageKind.LLMS)
        found = {}
        for row in rows:
            kind, fetched = row.queued.kind, row.fetched
            if kind in lists and was_fetched(fetched):
                llms = kind is PageKind.LLMS
                user = row.queued.job.user_id
                body = Body(fetched.body, fetched.url, coding=fetched.coding)
                listed = await self._conversion.listing(user, body, llms=llms)
                found[row.queued.page_id] = listed
        return found

    async def _tell(
        self, job: JobKey, converted: _Converted, recorded: Recorded, view: JobView, *, run: bool
    ) -> None:
        """After the commit: what was admitted, that these rows are over, and that there is news. `run`: it
        takes unchanged pages from an earlier one."""
        if not recorded.ended:
            for part in slices(await self._to_queue(job, converted, recorded, view), ADDED):
                urls = [self._queued(job, row) for row in part]
                if run:
                    urls = await self._reconciler.asking(job, urls, view.terms_of, view.is_spared)
                await self._frontier.add(urls)
        await self._pages.complete(converted.rows)
        if not recorded.discarded:
            await self._doorbell.ring(job, recorded.version)
        if recorded.ended:
            metrics.jobs_ended.labels(recorded.state).inc()
            log.info("job ended", job_id=job.job_id, state=recorded.state, state_version=recorded.version)
            await self._frontier.jobs.end(job)
            await self._reconciler.start_waiting(job.user_id)

    async def _to_queue(
        self, job: JobKey, converted: _Converted, recorded: Recorded, view: JobView
    ) -> Sequence[QueuedPage]:
        """What was admitted: lists first, then what was changed last. With what is queued already and stands
        in a sitemap that was just read: its asking may be spared now."""
        admitted = list(recorded.admitted)
        if not view.lastmods:
            return admitted
        if view.trusts_lastmod:
            new = {row.page_id for row in admitted}
            for keys in slices(converted.dated, ADDED):
                admitted += [row for row in await queued_of(self._pool, job, keys) if row.page_id not in new]
        order = await asyncio.to_thread(newest_first, [row.url_key for row in admitted], view.lastmods)
        return sorted((admitted[at] for at in order), key=lambda row: row.kind is PageKind.PAGE)

    def _queued(self, job: JobKey, row: QueuedPage) -> QueuedUrl:
        ticket = self._tickets.ticket(job.user_id, job.job_id, row.page_id, row.url_key)
        return QueuedUrl(job, row.page_id, row.url, ticket, row.kind, row.redirects)


def key_of(kind: PageKind, url: str) -> str:
    """The url_key of a row: pages by their address, discoveries apart from a page of the same address."""
    return url_key(url) if kind is PageKind.PAGE else url_key(f"{kind} {url}")


def _count(results: Sequence[PageResult], recorded: Recorded) -> None:
    """Pages whose result this batch wrote, by outcome."""
    for result in results:
        if result.kind is PageKind.PAGE and result.page_id in recorded.won:
            metrics.pages.labels(result.state, result.reason).inc()


def _decide(
    view: JobView, rows: Sequence[WaitingPage], pages: dict[int, Page], lists: dict[int, Sitemap]
) -> int | None:
    """Let the first real page decide the scope, or the list that the job was started with; its page id, None
    when it stood already. A page that only leads on, or stands in the way of another, is none."""
    if view.scope is None:
        for row in rows:
            page, listed = pages.get(row.queued.page_id), lists.get(row.queued.page_id)
            if page is not None and is_real(page):
                view.decide(page)
            elif listed is not None and listed.pages:
                view.decide_listed(listed.pages, whole=not row.queued.redirects)
            if view.scope is not None:
                return row.queued.page_id
    return None


def _parts(
    rows: Sequence[WaitingPage], pages: dict[int, Page], lists: dict[int, Sitemap], *, raw: bool
) -> list[list[WaitingPage]]:
    """The rows in order, in parts that are recorded in one transaction each: of so many links at most, unless
    one page has more. `raw`: their bodies are kept, too, and count."""
    parts: list[list[WaitingPage]] = []
    room = 0
    for row in rows:
        page, listed = pages.get(row.queued.page_id), lists.get(row.queued.page_id)
        links = (len(page.links) if page else 0) + (len(listed.pages) if listed else 0)
        links += unpacked_size(row.fetched.body) // RAW_BYTES_A_LINK if raw else 0
        if not parts or room < links:
            parts.append([])
            room = LINKS
        parts[-1].append(row)
        room -= links
    return parts


def _results(converted: _Converted, view: JobView) -> Generator[None, None, list[PageResult]]:
    """What came of each row, in steps; none of a page that is remembered and only repeats others."""
    rows, pages, lists, decided, _ = converted
    results = []
    for row in rows:
        yield
        page_id = row.queued.page_id
        if page_id in pages.recalled:
            known = pages.recalled[page_id]
            if follows(known, view):
                results.append(known)
            continue
        page, last = pages.made.get(page_id), pages.last.get(page_id)
        result = yield from result_of(row, page, lists.get(page_id), view)
        if last is not None:
            result = yield from _stale(result, last, view)
        result = result._replace(
            unchanged=result.page_id in pages.reused and not row.fetched.alternate,
            contradicted=result.page_id in pages.contradicted,
            url_key=key_of(row.queued.kind, row.queued.url),
        )
        settled = row.queued.page_id == decided and view.scope is not None
        if settled and view.scope is not None and view.settings.follows and not view.settings.urls:
            sitemaps = view.settings.use_sitemaps and page is not None
            first = page or Page(url=row.fetched.url)
            more = discoveries(first.url, first, view.scope, sitemaps=sitemaps)
            result = result._replace(found=(*result.found, *more))
        results.append(result)
    return results


def _stale(result: PageResult, last: Last, view: JobView) -> Generator[None, None, PageResult]:
    """What is recorded of a page that could not be had: its last text, if that would still be a page."""
    was = yield from result_of(last.there, last.page, None, view)
    if was.state is not PageState.PROCESSED:
        return result
    status = result.http_status
    return was._replace(detail=last.why, http_status=status, stale_since=last.since, raw=None)


def is_real(page: Page) -> bool:
    """Whether a page is one of the site's: no stub (but a frameset), and nothing that stands in the way."""
    if page.leads_to:
        return bool(page.frames)
    return not (page.reason and PageReason(page.reason).wall)
