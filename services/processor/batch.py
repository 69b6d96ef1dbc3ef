"""One job's waiting pages, from bodies to the record: convert, decide the scope, one transaction, and then
tell Redis: what was admitted, what is over, and that there is something new to see.

A wrong ticket is refused here, before anything is read or written for it.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from docspasta.content import Page
from docspasta.domain import JobKey, PageKind
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
from docspasta.store.conversions import NewResult, distrust, note_lastmods, remember_results
from docspasta.store.crawl import CrawlRules, crawl_rules, links_of, pages_since, queued_of
from docspasta.store.pool import Pool
from docspasta.store.record import record_batch
from docspasta.store.results import PageResult, QueuedPage, Recorded
from docspasta.telemetry import metrics
from docspasta.telemetry.logs import logger
from docspasta.turns import in_turns, slices

from .admission import addresses, admit_all, targets
from .alternates import Searches, bodies_beside, together, told
from .conversion import Conversion
from .job_view import JobView
from .lastmods import is_trusted
from .recall import basis_of, packed_result
from .recording import REPEATS, contradicts, was_fetched
from .repeats import Repeats
from .reuse import Converted, Reuse
from .stale import LastTexts
from .to_record import Pages, ToRecord, decide, key_of, parts_of, results_of
from .unchanged import Settled, Unchanged
from .wire import Body

OTHERS = 1_000  # pages of others that are caught up with at once, the newest ones
VIEWS = 256  # jobs whose scope's answers are remembered
ADDED = 250  # URLs given to Redis at once
log = logger("batch")


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
        decided = decide(view, good, pages.made, lists)
        for part in parts_of(good, pages.made, lists, raw=view.keep_raw):
            converted = ToRecord(part, pages, lists, decided, dated if part[0] is good[0] else ())
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

    async def _record(self, job: JobKey, view: JobView, converted: ToRecord, source_id: str) -> None:
        """Record some rows in one transaction, and tell Redis. `source_id`: '' for no run of a source."""
        led_to = targets(converted.rows, routes=view.settings.hash_routes)
        found = [*led_to, *addresses(*converted.found_on())]
        await admit_all(view, job.user_id, found, self._conversion)
        results = await in_turns(results_of(converted, view))
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

    async def _not_recalled(self, converted: ToRecord, recorded: set[int], view: JobView) -> ToRecord:
        """Those rows that are recorded now. The others are given back, to be read whole: from now on nothing
        of this job is taken from what is remembered."""
        view.recalls = False
        waiting = [row for row in converted.rows if row.queued.page_id not in recorded]
        return converted._replace(rows=await self._without(converted.rows, waiting))

    async def _remember(
        self,
        user: str,
        source_id: str,
        converted: ToRecord,
        results: Sequence[PageResult],
        recorded: Recorded,
        view: JobView,
    ) -> None:
        """Remember what came of the pages that are kept as they are."""
        basis = basis_of(view, renders=self._renders)
        if basis and not view.unjudged and (new := _worth_remembering(converted, results, recorded)):
            await remember_results(self._pool, user, source_id, basis, new)

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
        self, job: JobKey, converted: ToRecord, recorded: Recorded, view: JobView, *, run: bool
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
        self, job: JobKey, converted: ToRecord, recorded: Recorded, view: JobView
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


def _count(results: Sequence[PageResult], recorded: Recorded) -> None:
    """Pages whose result this batch wrote, by outcome."""
    for result in results:
        if result.kind is PageKind.PAGE and result.page_id in recorded.won:
            metrics.pages.labels(result.state, result.reason).inc()


def _worth_remembering(
    converted: ToRecord, results: Sequence[PageResult], recorded: Recorded
) -> list[NewResult]:
    """What came of pages that are kept as they are, and were worked out here; by address."""
    rows, kept = {row.queued.page_id: row for row in converted.rows}, converted.pages.kept
    new = []
    for result in results:
        names, row = recorded.names.get(result.page_id), rows[result.page_id]
        if names is None or result.names is not None or result.page_id not in kept:
            continue
        if row.fetched.alternate or row.queued.again or result.page_id == converted.decided:
            continue
        if result.detail != REPEATS and (data := packed_result(result, names, row.fetched)) is not None:
            was = kept[result.page_id]
            new.append(NewResult(was.url_key, was.digest, data))
    return sorted(new)
