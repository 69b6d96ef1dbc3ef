"""What a batch found: which URLs become pages, which a limit keeps out, which turn out to lie nearer.

Under the job's lock, so that nothing of the job moves between reading and writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from docspasta.compression import unpack_all
from docspasta.document.facts import decode, unpack_keys
from docspasta.domain import PageKind

from .locked_job import LockedJob
from .results import Admitted, FoundUrl
from .statements import load

SQL = load("record.sql")
NO_DEPTH_LIMIT = 2**31 - 1
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


@dataclass(slots=True)
class Looked:
    """What looking the found URLs up came to."""

    new: dict[str, Candidate] = field(default_factory=dict)  # by url_key
    near: dict[int, Candidate] = field(default_factory=dict)  # refused once, may come in now; by page_id


def gather(found: Iterable[tuple[int, FoundUrl]]) -> dict[str, Candidate]:
    """Each found URL once, at its smallest depth, in the order found. Items are (depth of finder, URL)."""
    candidates: dict[str, Candidate] = {}
    for depth, item in found:
        known = candidates.get(item.url_key)
        target = item.step == 0 or (known is not None and known.target)
        if known is None or depth + item.step < known.depth:
            candidates[item.url_key] = Candidate(
                item.url, item.url_key, item.kind.value, depth + item.step, item.redirects, target
            )
        elif target != known.target:
            candidates[item.url_key] = known._replace(target=target)
    return candidates


async def admit(
    connection: Any, job: LockedJob, candidates: dict[str, Candidate], now: datetime
) -> tuple[tuple[Admitted, ...], int]:
    """Add what may come in, remember what may not, and count both. Returns the rows that became queued, and
    how many links were refused for the first time."""
    looked = await _look(connection, job, candidates)
    limit = _depth_limit(job)
    others = [c for c in looked.new.values() if c.kind != PageKind.PAGE]
    far = [c for c in looked.new.values() if c.kind == PageKind.PAGE and c.depth > limit]
    fit = [c for c in looked.new.values() if c.kind == PageKind.PAGE and c.depth <= limit]
    slots, cause = await _slots(connection, job, now)
    waiting = [c for c in await _waiting(connection, job, slots) if c.page_id not in looked.near]
    # A redirect's target first, then what lies nearest, then what has waited longest.
    pages = sorted(
        [*fit, *looked.near.values(), *waiting], key=lambda c: (not c.target, c.depth, c.page_id == 0)
    )
    taken, left = pages[: max(slots, 0)], pages[max(slots, 0) :]
    admitted = await _readmit(connection, job, [c for c in taken if c.page_id], now)
    await _refuse_otherwise(connection, job, [c for c in left if c.refused_by == "depth"], cause)
    fresh = [(c, "") for c in (*others, *(c for c in taken if not c.page_id))]
    fresh += [(c, cause) for c in left if not c.page_id] + [(c, "depth") for c in far]
    added, refused = await _add(connection, job, fresh, now)
    job.note_limit()
    return (*admitted, *added), refused


async def _look(connection: Any, job: LockedJob, candidates: dict[str, Candidate]) -> Looked:
    """Compare the candidates with the job's rows. A page that lies nearer has its links looked at again,
    round by round; the smaller depths are written before the next one, so that a ring comes to rest."""
    looked = Looked()
    depths = {key: candidate.depth for key, candidate in candidates.items()}
    while depths:
        keys, values = list(depths), list(depths.values())
        targets = [key in candidates and candidates[key].target for key in keys]
        rows = await connection.fetch(SQL.find_targets, *_key(job), keys, values, targets, _depth_limit(job))
        for row in (row for row in rows if row["page_id"] is None):
            if row["url_key"] in candidates:
                known = looked.new.get(row["url_key"], candidates[row["url_key"]])
                looked.new[row["url_key"]] = known._replace(depth=min(known.depth, row["found_depth"]))
        stored = [row for row in rows if row["page_id"] is not None]
        looked.near.update({row["page_id"]: _near(row) for row in stored if row["refused_by"]})
        nearer = [row for row in stored if row["found_depth"] < row["depth"]]
        await _shrink(connection, job, nearer)
        depths = await _links_of(connection, job, [row for row in nearer if _was_seen(row)])
    near_enough = {
        page: c for page, c in looked.near.items() if c.depth <= _depth_limit(job) and _may_come(c)
    }
    return Looked(looked.new, near_enough)


def _near(row: Any) -> Candidate:
    depth = min(row["found_depth"], row["depth"])
    found = row["url"], row["url_key"], PageKind.PAGE.value, depth, row["redirects"], row["target"]
    return Candidate(*found, page_id=row["page_id"], refused_by=row["refused_by"])


def _may_come(candidate: Candidate) -> bool:
    """A link that a page limit refused waits for room, unless a redirect that makes room leads to it."""
    return candidate.refused_by == "depth" or candidate.target


def _was_seen(row: Any) -> bool:
    return bool(row["state"] != "queued" and row["kind"] == PageKind.PAGE.value)


async def _shrink(connection: Any, job: LockedJob, rows: Sequence[Any]) -> None:
    """Write smaller depths. A page that was seen with another depth takes a version, once a transaction."""
    if rows:
        changed = (_was_seen(row) and row["state_version"] <= job.base for row in rows)
        versions = [job.take_version() if visible else 0 for visible in changed]
        ids, depths = [row["page_id"] for row in rows], [row["found_depth"] for row in rows]
        await connection.execute(SQL.shrink_depths, *_key(job), ids, depths, versions)


async def _links_of(connection: Any, job: LockedJob, again: Sequence[Any]) -> dict[str, int]:
    """url_key -> smallest depth, over the stored links of pages that moved nearer."""
    wanted = {name for row in again for name in (row["result_id"], row["navigation_id"]) if name}
    if not wanted:
        return {}
    rows = await connection.fetch(SQL.find_content, *_key(job), list(wanted))
    stored = {(row["result_id"], row["kind"]): unpack_all(row["data"]) for row in rows}
    depths: dict[str, int] = {}
    for row in again:
        depth = row["found_depth"]
        facts = decode(stored.get((row["result_id"], "facts"), b""))
        navigation = unpack_keys(stored.get((row["navigation_id"], "navigation"), b""))
        for key, at in (
            *((key, depth + 1) for key in (*facts.links, *navigation)),
            *((key, depth) for key in facts.level_links),
        ):
            depths[key] = min(at, depths.get(key, at))
    return depths


async def _slots(connection: Any, job: LockedJob, now: datetime) -> tuple[int, str]:
    """How many pages may still come in, and which limit says so. A redirected page takes up no room."""
    slots = job.page_limit - (job.discovered - job.redirected)
    if job.day_page_limit is None:
        return slots, "pages"
    used = await connection.fetchval(SQL.used_today, job.key.user_id, now.date())
    today = job.day_page_limit - used - job.recorded - job.queued
    return (today, "user_pages") if today < slots else (slots, "pages")


async def _waiting(connection: Any, job: LockedJob, slots: int) -> list[Candidate]:
    """Links that a page limit refused earlier, when there is room again: redirects make some."""
    if slots <= 0 or not (job.refused["pages"] or job.refused["user_pages"]):
        return []
    rows = await connection.fetch(SQL.find_refused, *_key(job), slots)
    return [
        Candidate(
            row["url"],
            row["url_key"],
            PageKind.PAGE.value,
            row["depth"],
            row["redirects"],
            page_id=row["page_id"],
            refused_by=row["refused_by"],
        )
        for row in rows
    ]


async def _readmit(
    connection: Any, job: LockedJob, rows: Sequence[Candidate], now: datetime
) -> tuple[Admitted, ...]:
    if not rows:
        return ()
    job.refused.subtract(candidate.refused_by for candidate in rows)
    admitted = await connection.fetch(SQL.admit_refused, *_key(job), now, [c.page_id for c in rows])
    _count(job, len(admitted))
    return tuple(_admitted(row) for row in sorted(admitted, key=lambda row: int(row["page_id"])))


async def _refuse_otherwise(connection: Any, job: LockedJob, rows: Sequence[Candidate], cause: str) -> None:
    if rows:
        await connection.execute(SQL.refuse_otherwise, *_key(job), [c.page_id for c in rows], cause)
        job.refused["depth"] -= len(rows)
        job.refused[cause] += len(rows)


async def _add(
    connection: Any, job: LockedJob, rows: Sequence[tuple[Candidate, str]], now: datetime
) -> tuple[list[Admitted], int]:
    """Insert new rows, queued ('' as cause) or refused."""
    room = max(REMEMBERED - job.refused.total(), 0)
    refused = [row for row in rows if row[1]][:room]
    rows = [*(row for row in rows if not row[1]), *refused]
    if not rows:
        return [], 0
    values = ((c.url, c.url_key, c.kind, cause, c.depth, c.redirects) for c, cause in rows)
    columns = zip(*values, strict=True)
    added = await connection.fetch(SQL.add_pages, *_key(job), now, *columns)
    queued = [row for row in added if not row["refused_by"]]
    job.refused.update(row["refused_by"] for row in added if row["refused_by"])
    _count(job, sum(row["kind"] == PageKind.PAGE for row in queued))
    job.discovering += sum(row["kind"] != PageKind.PAGE for row in queued)
    return [_admitted(row) for row in queued], len(added) - len(queued)


def _count(job: LockedJob, pages: int) -> None:
    job.discovered += pages
    job.queued += pages


def _admitted(row: Any) -> Admitted:
    return Admitted(row["page_id"], row["url"], row["url_key"], PageKind(row["kind"]), row["redirects"])


def _depth_limit(job: LockedJob) -> int:
    return NO_DEPTH_LIMIT if job.depth_limit is None else job.depth_limit


def _key(job: LockedJob) -> tuple[str, str]:
    return job.key.user_id, job.key.job_id
