"""What a batch found: which URLs become pages, which a limit keeps out, which turn out to lie nearer.

Under the job's lock, so that nothing of the job moves between reading and writing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from docspasta.compression import unpack_all
from docspasta.document.facts import links_in, unpack_keys
from docspasta.domain import PageKind
from docspasta.turns import in_turns, slices

from .connection import Connection
from .locked_job import SQL, LockedJob
from .results import FoundUrl, QueuedPage
from .rows import columns_of

NO_DEPTH_LIMIT = 2**31 - 1
DISCOVERIES = 1_000  # robots.txt, sitemaps and the like that a job asks for
NOISE = "noise"  # what refuses a page that only repeats others; no limit, and not counted as one
PAGES_STEP = 16  # pages whose stored links are read at once
STEP = 500  # URLs of one statement: a loop that serves others reads its rows in one step
REMEMBERED = 1_000_000  # refused links kept a job; what is found beyond is neither kept nor counted


class Candidate(NamedTuple):
    """A URL at the smallest depth at which this batch found it; `page_id` when it is a refused row."""

    url: str
    url_key: str
    kind: str
    depth: int
    redirects: int
    target: bool = False  # a redirect leads to it: it takes the place of the page that led there
    page_id: int = 0
    refused_by: str = ""
    left_out: bool = False  # it only repeats other pages
    found_on: int = 0  # the row that has the link


class _Target(NamedTuple):
    """A found URL that needs something, and the job's row of it: None in each column when there is none."""

    url_key: str
    found_depth: int
    target: bool
    page_id: int | None
    url: str
    kind: str
    refused_by: str
    state: str
    depth: int
    redirects: int
    state_version: int
    result_id: UUID | None
    navigation_id: UUID | None

    @property
    def was_seen(self) -> bool:
        """Whether a watcher may have seen it."""
        return self.state != "queued" and self.kind == PageKind.PAGE


class _Refused(NamedTuple):
    page_id: int
    url: str
    url_key: str
    depth: int
    redirects: int
    refused_by: str


class _Added(NamedTuple):
    page: QueuedPage
    refused_by: str


class _NewRow(NamedTuple):
    """The columns of a row that is added."""

    url: str
    url_key: str
    kind: str
    refused_by: str
    depth: int
    redirects: int
    found_on: int | None


class _Content(NamedTuple):
    result_id: UUID
    kind: str
    data: bytes


@dataclass(slots=True)
class _New:
    """URLs that have no row yet: no pages, too deep, only repeating others, and pages that may come in."""

    others: list[Candidate] = field(default_factory=list)
    far: list[Candidate] = field(default_factory=list)
    noise: list[Candidate] = field(default_factory=list)
    fit: list[Candidate] = field(default_factory=list)


@dataclass(slots=True)
class _Lookup:
    """What looking the found URLs up came to."""

    new: dict[str, Candidate] = field(default_factory=dict)  # by url_key
    readmittable: dict[int, Candidate] = field(default_factory=dict)  # refused once; by page_id


def nearest(found: Iterable[tuple[int, int, FoundUrl]]) -> Generator[None, None, dict[str, Candidate]]:
    """Each found URL once, at its smallest depth, in the order found, in steps (docspasta.turns). Items are
    (page id and depth of the finder, URL)."""
    candidates: dict[str, Candidate] = {}
    for number, (finder, depth, item) in enumerate(found):
        if number % STEP == 0:
            yield
        known = candidates.get(item.url_key)
        target = item.step == 0 or (known is not None and known.target)
        if known is None or depth + item.step < known.depth:
            candidates[item.url_key] = Candidate(
                item.url,
                item.url_key,
                item.kind.value,
                depth + item.step,
                item.redirects,
                target,
                left_out=item.left_out,
                found_on=finder,
            )
        elif target != known.target:
            candidates[item.url_key] = known._replace(target=target)
    return candidates


async def admit(
    connection: Connection, job: LockedJob, candidates: dict[str, Candidate], now: datetime
) -> tuple[tuple[QueuedPage, ...], int]:
    """Add what may come in, remember what may not, and count both. Returns the rows that became queued, and
    how many links were refused for the first time."""
    looked = await _look(connection, job, candidates)
    new = await in_turns(_by_kind(list(looked.new.values()), _depth_limit(job)))
    others = await _within_bound(connection, job, new.others)
    slots, cause = await _slots(connection, job, now)
    waiting = [c for c in await _waiting(connection, job, slots) if c.page_id not in looked.readmittable]
    again = [*looked.readmittable.values(), *waiting]
    pages = await in_turns(_in_order([*new.fit, *again]))
    taken, left = pages[: max(slots, 0)], pages[max(slots, 0) :]
    readmitted = await in_turns(_chosen(taken, lambda c: c.page_id > 0))
    admitted = await _readmit(connection, job, readmitted, now)
    near = await in_turns(_chosen(left, lambda c: c.refused_by == "depth"))
    await _refuse_otherwise(connection, job, near, cause)
    added, refused = [], 0
    for rows, why in ((others, ""), (taken, ""), (left, cause), (new.far, "depth"), (new.noise, NOISE)):
        for part in slices(rows, STEP):
            more, kept_out = await _add(connection, job, [c for c in part if not c.page_id], why, now)
            added += more
            refused += kept_out
    job.note_limit()
    return (*admitted, *added), refused


def _by_kind(new: list[Candidate], limit: int) -> Generator[None, None, _New]:
    """Of the URLs that have no row those that may become pages, and the others. In steps."""
    found = _New()
    for part in slices(new, STEP):
        for c in part:
            if c.kind != PageKind.PAGE:
                found.others.append(c)
            elif c.left_out:
                found.noise.append(c)
            else:
                (found.far if c.depth > limit else found.fit).append(c)
        yield
    return found


def _in_order(pages: list[Candidate]) -> Generator[None, None, list[Candidate]]:
    """A redirect's target first, then what lies nearest, then what has waited longest. In steps."""
    alike: dict[tuple[bool, int, bool], list[Candidate]] = {}
    for part in slices(pages, STEP):
        for c in part:
            alike.setdefault((not c.target, c.depth, c.page_id == 0), []).append(c)
        yield
    ordered: list[Candidate] = []
    for key in sorted(alike):
        ordered += alike[key]
    return ordered


def _chosen(
    pages: list[Candidate], wanted: Callable[[Candidate], bool]
) -> Generator[None, None, list[Candidate]]:
    """Those that are wanted, in steps."""
    found: list[Candidate] = []
    for part in slices(pages, STEP):
        found += filter(wanted, part)
        yield
    return found


async def _within_bound(connection: Connection, job: LockedJob, found: list[Candidate]) -> list[Candidate]:
    """The discoveries that a job may still ask for: a site can name sitemaps without end."""
    if not found:
        return found
    asked = await SQL.count_discoveries.value(connection, int, **job.key._asdict()) or 0
    return found[: max(DISCOVERIES - asked, 0)]


async def _look(connection: Connection, job: LockedJob, candidates: dict[str, Candidate]) -> _Lookup:
    """Compare the candidates with the job's rows, planned by key until then. A page that lies nearer has its
    links looked at again, round by round; the smaller depths are written before the next one, so that a ring
    comes to rest."""
    looked = _Lookup()
    if not candidates:
        await SQL.plan_sorted.execute(connection)
        return looked
    depths = await in_turns(_depths(candidates))
    while depths:
        nearer: list[_Target] = []
        for part in slices(list(depths.items()), STEP):
            rows = await _targets(connection, job, dict(part), candidates)
            for row in (row for row in rows if row.page_id is None):
                if row.url_key in candidates:
                    known = looked.new.get(row.url_key, candidates[row.url_key])
                    looked.new[row.url_key] = known._replace(depth=min(known.depth, row.found_depth))
            refused = (_refused(row) for row in rows if row.page_id is not None and row.refused_by)
            looked.readmittable.update({candidate.page_id: candidate for candidate in refused})
            moved = [row for row in rows if row.page_id is not None and row.found_depth < row.depth]
            await _shrink(connection, job, moved)
            nearer += moved
        depths = await _links_of(connection, job, [row for row in nearer if row.was_seen])
    await SQL.plan_sorted.execute(connection)
    near_enough = {
        page: c for page, c in looked.readmittable.items() if c.depth <= _depth_limit(job) and _may_come(c)
    }
    return _Lookup(looked.new, near_enough)


def _depths(candidates: dict[str, Candidate]) -> Generator[None, None, dict[str, int]]:
    """The depth of each, by url_key, in steps."""
    depths: dict[str, int] = {}
    for number, (key, candidate) in enumerate(candidates.items()):
        if number % STEP == STEP - 1:
            yield
        depths[key] = candidate.depth
    return depths


async def _targets(
    connection: Connection, job: LockedJob, depths: dict[str, int], candidates: dict[str, Candidate]
) -> list[_Target]:
    """The rows of those URLs, by url_key and depth, that need something."""
    return await SQL.find_targets.all(
        connection,
        _Target,
        **job.key._asdict(),
        url_key=list(depths),
        depth=list(depths.values()),
        target=[key in candidates and candidates[key].target for key in depths],
        depth_limit=_depth_limit(job),
    )


def _refused(row: _Target) -> Candidate:
    depth = min(row.found_depth, row.depth)
    return Candidate(
        row.url,
        row.url_key,
        PageKind.PAGE,
        depth,
        row.redirects,
        row.target,
        row.page_id or 0,
        row.refused_by,
    )


def _may_come(candidate: Candidate) -> bool:
    """A link that a page limit refused waits for room, unless a redirect that makes room leads to it."""
    return candidate.refused_by == "depth" or candidate.target


async def _shrink(connection: Connection, job: LockedJob, rows: Sequence[_Target]) -> None:
    """Write smaller depths. A page that was seen with another depth takes a version, once a transaction."""
    if rows:
        changed = (row.was_seen and row.state_version <= job.base for row in rows)
        versions = [job.take_version() if visible else 0 for visible in changed]
        await SQL.shrink_depths.execute(
            connection,
            **job.key._asdict(),
            page_id=[row.page_id for row in rows],
            depth=[row.found_depth for row in rows],
            state_version=versions,
        )


async def _links_of(connection: Connection, job: LockedJob, again: Sequence[_Target]) -> dict[str, int]:
    """url_key -> smallest depth, over the stored links of pages that moved nearer."""
    depths: dict[str, int] = {}
    for part in slices(again, PAGES_STEP):
        wanted = {name for row in part for name in (row.result_id, row.navigation_id) if name}
        rows = await SQL.find_content.all(connection, _Content, **job.key._asdict(), results=list(wanted))
        await in_turns(_note_links(depths, part, {(row.result_id, row.kind): row.data for row in rows}))
    return depths


def _note_links(
    depths: dict[str, int], again: Sequence[_Target], stored: dict[tuple[UUID | None, str], bytes]
) -> Generator[None, None, None]:
    """Note in `depths` where the links of pages lead that moved nearer. In steps."""
    for row in again:
        links, level_links = links_in(unpack_all(stored.get((row.result_id, "facts"), b"")))
        yield
        navigation = unpack_keys(unpack_all(stored.get((row.navigation_id, "navigation"), b"")))
        depth = row.found_depth
        for keys, at in ((links, depth + 1), (navigation, depth + 1), (level_links, depth)):
            for part in slices(keys, 4 * STEP):
                depths.update((key, min(at, depths.get(key, at))) for key in part)
                yield


async def _slots(connection: Connection, job: LockedJob, now: datetime) -> tuple[int, str]:
    """How many pages may still come in, and which limit says so. A redirected page takes up no room."""
    slots = job.page_limit - (job.discovered - job.redirected)
    if job.day_page_limit is None:
        return slots, "pages"
    used = await SQL.used_today.value(connection, int, user_id=job.key.user_id, day=now.date()) or 0
    today = job.day_page_limit - used - job.recorded - job.queued
    return (today, "user_pages") if today < slots else (slots, "pages")


async def _waiting(connection: Connection, job: LockedJob, slots: int) -> list[Candidate]:
    """Links that a page limit refused earlier, when there is room again: redirects make some."""
    if slots <= 0 or not (job.refused["pages"] or job.refused["user_pages"]):
        return []
    rows = await SQL.find_refused.all(connection, _Refused, **job.key._asdict(), limit=slots)
    return [
        Candidate(
            row.url,
            row.url_key,
            PageKind.PAGE,
            row.depth,
            row.redirects,
            page_id=row.page_id,
            refused_by=row.refused_by,
        )
        for row in rows
    ]


async def _readmit(
    connection: Connection, job: LockedJob, rows: Sequence[Candidate], now: datetime
) -> tuple[QueuedPage, ...]:
    if not rows:
        return ()
    job.refused.subtract(candidate.refused_by for candidate in rows)
    ids = [candidate.page_id for candidate in rows]
    admitted = await SQL.admit_refused.all(connection, QueuedPage, **job.key._asdict(), now=now, page_ids=ids)
    _count(job, len(admitted))
    return tuple(sorted(admitted))


async def _refuse_otherwise(
    connection: Connection, job: LockedJob, rows: Sequence[Candidate], cause: str
) -> None:
    if rows:
        ids = [candidate.page_id for candidate in rows]
        await SQL.refuse_otherwise.execute(connection, **job.key._asdict(), page_ids=ids, cause=cause)
        job.refused["depth"] -= len(rows)
        job.refused[cause] += len(rows)


async def _add(
    connection: Connection, job: LockedJob, rows: Sequence[Candidate], cause: str, now: datetime
) -> tuple[list[QueuedPage], int]:
    """Insert new rows, queued ('' as cause) or refused."""
    if cause:
        rows = rows[: max(REMEMBERED - job.refused.total(), 0)]
    if not rows:
        return [], 0
    new = [_NewRow(c.url, c.url_key, c.kind, cause, c.depth, c.redirects, c.found_on or None) for c in rows]
    added = await SQL.add_pages.all(
        connection, _Added, **job.key._asdict(), now=now, **columns_of(new, _NewRow)
    )
    queued = [row.page for row in added if not row.refused_by]
    job.refused.update(row.refused_by for row in added if row.refused_by)
    pages = sum(page.kind is PageKind.PAGE for page in queued)
    _count(job, pages)
    job.discovering += len(queued) - pages
    return queued, sum(row.refused_by not in ("", NOISE) for row in added)


def _count(job: LockedJob, pages: int) -> None:
    job.discovered += pages
    job.queued += pages


def _depth_limit(job: LockedJob) -> int:
    return NO_DEPTH_LIMIT if job.depth_limit is None else job.depth_limit
