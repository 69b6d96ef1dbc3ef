"""Pushed pages in the record: the statements of pushes.sql, and the one transaction that takes a delivery.

A delivery is taken whole or not at all. Its bodies are kept with the rows of its pages, so that a page which
was answered for is converted, whatever dies in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import asyncpg

from docspasta.compression import pack_apart
from docspasta.domain import JobKey, JobState
from docspasta.pushes.delivery import Delivery, PushedPage
from docspasta.turns import in_turns

from .connection import Connection
from .links import admit, nearest
from .locked_job import SQL as RECORD
from .locked_job import LockedJob, lock_job, write_job
from .pool import Pool
from .results import FoundUrl, QueuedPage
from .rows import columns_of
from .statements import load

MOST_QUEUED = 2_000  # rows of a job that may wait when more are pushed
MOST_WAITING = 32 * 1024 * 1024  # bytes that a user's jobs may have waiting when more are pushed
PACKED_FROM = 1024  # bytes; shorter ones are kept as they are


class Refusal(StrEnum):
    """Why a delivery is refused whole."""

    NO_SUCH_JOB = "no-such-job"
    CRAWLS = "job-crawls"
    ENDED = "job-ended"
    FINISHED = "job-finished"
    OTHER_MESSAGE = "message-id-reused"
    OTHER_PAGE = "page-differs"
    BUSY = "pushes-waiting"


class Refused(Exception):
    """Nothing of the delivery was taken. `url` is the page that is at fault, '' for the whole."""

    def __init__(self, why: Refusal, state: str = "", url: str = "") -> None:
        super().__init__(why)
        self.why, self.state, self.url = why, state, url


class Taken(StrEnum):
    """What became of a pushed page: taken just now, known before, or kept out by a limit."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    REFUSED = "refused"


class TakenPage(NamedTuple):
    """A page of a delivery. `page_id` is 0 for one that a limit kept out."""

    url: str
    page_id: int
    taken: Taken


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a delivery did. `rows` are those that are queued now; `replayed`: it was delivered before."""

    state: JobState
    version: int
    pages: tuple[TakenPage, ...]
    rows: tuple[QueuedPage, ...] = ()
    replayed: bool = False


class SignedJob(NamedTuple):
    """Whose job it is that a signature is for, and the job's secrets, sealed."""

    user_id: str
    sealed_secrets: bytes


class WaitingBody(NamedTuple):
    """A pushed body that waits to be recorded. `body` is packed, `size` counts its bytes unpacked."""

    page_id: int
    content_type: str
    charset: str
    size: int
    body: bytes


class _Size(NamedTuple):
    page_id: int
    size: int


class _NewPage(NamedTuple):
    url_key: str
    digest: bytes
    content_type: str
    charset: str
    size: int
    body: bytes
    fetched_at: datetime | None


class _Digest(NamedTuple):
    url_key: str
    digest: bytes


class _Row(NamedTuple):
    page_id: int
    url_key: str
    kind: str


SQL = load("pushes.sql")


async def insert_push_job(connection: Connection, key: JobKey, sealed_secrets: bytes) -> None:
    """Note the secrets that sign pushes to a job."""
    await SQL.insert_push_job.execute(connection, **key._asdict(), sealed_secrets=sealed_secrets)


async def signed_job(pool: Pool, job_id: str) -> SignedJob | None:
    """The push job of that id, whoever's it is; None when there is none."""
    async with pool.push_transaction(job_id) as connection:
        return await SQL.signed_job.one(connection, SignedJob, job_id=job_id)


async def take(pool: Pool, key: JobKey, delivery: Delivery, message_id: str, now: datetime) -> Pushed:
    """Take a delivery, in one transaction. `message_id` is '' when it has none. Raises Refused."""
    pages = await asyncio.to_thread(lambda: [_kept(page) for page in delivery.pages])
    try:
        async with pool.transaction(key.user_id) as connection:
            replayed = bool(message_id) and not await _note(connection, key, message_id, delivery)
            added = set() if replayed else await _add(connection, key, pages)
            job = await lock_job(connection, key)
            if job is None:
                raise Refused(Refusal.NO_SUCH_JOB)
            if replayed:
                return await _pushed(connection, job, delivery, frozenset(), replayed=True)
            _check(job)
            await _check_known(connection, key, delivery, added)
            return await _admit(connection, job, delivery, added, now)
    except asyncpg.ForeignKeyViolationError as error:
        raise Refused(Refusal.NO_SUCH_JOB) from error


def _kept(page: PushedPage) -> _NewPage:
    body = pack_apart(page.body, PACKED_FROM)
    size = len(page.body)
    return _NewPage(page.url_key, page.digest, page.content_type, page.charset, size, body, page.fetched_at)


async def _note(connection: Connection, key: JobKey, message_id: str, delivery: Delivery) -> bool:
    """Note the delivery under its id; False when it was noted before. Raises Refused for another."""
    named = {**key._asdict(), "message_id": message_id}
    if await SQL.add_message.value(connection, str, **named, digest=delivery.digest) is not None:
        return True
    if await SQL.message_digest.value(connection, bytes, **named) != delivery.digest:
        raise Refused(Refusal.OTHER_MESSAGE)
    return False


async def _add(connection: Connection, key: JobKey, pages: Sequence[_NewPage]) -> set[str]:
    rows = columns_of(pages, _NewPage)
    return set(await SQL.add_pages.column(connection, str, **key._asdict(), **rows))


def _check(job: LockedJob) -> None:
    """Raise Refused unless the job takes pages, and has room for more to wait."""
    if job.ended:
        raise Refused(Refusal.ENDED if job.pushed else Refusal.CRAWLS, job.state)
    if not job.takes_pushes:
        raise Refused(Refusal.FINISHED if job.pushed else Refusal.CRAWLS, job.state)
    if job.queued > MOST_QUEUED:
        raise Refused(Refusal.BUSY, job.state)


async def _check_known(connection: Connection, key: JobKey, delivery: Delivery, added: set[str]) -> None:
    """Raise Refused for an address that was pushed before with other content."""
    known = {page.url_key: page for page in delivery.pages if page.url_key not in added}
    if known:
        rows = await SQL.find_digests.all(connection, _Digest, **key._asdict(), url_keys=list(known))
        for row in rows:
            if row.digest != known[row.url_key].digest:
                raise Refused(Refusal.OTHER_PAGE, url=known[row.url_key].url)


async def _admit(
    connection: Connection, job: LockedJob, delivery: Delivery, added: set[str], now: datetime
) -> Pushed:
    """Make rows of the pages that are new, within the job's limits."""
    if not added:
        return await _pushed(connection, job, delivery, frozenset())
    if (await SQL.waiting_bytes.value(connection, int, user_id=job.key.user_id) or 0) > MOST_WAITING:
        raise Refused(Refusal.BUSY, job.state)
    await RECORD.plan_by_key.execute(connection)  # until `admit` has looked the addresses up
    new = (FoundUrl(page.url, page.url_key, step=0) for page in delivery.pages if page.url_key in added)
    candidates = await in_turns(nearest((0, 0, found) for found in new))
    rows, _ = await admit(connection, job, candidates, now)
    accepted = frozenset(row.url_key for row in rows) & added
    if left := added - accepted:
        await SQL.drop_pages.execute(connection, **job.key._asdict(), url_keys=list(left))
    await write_job(connection, job)
    return await _pushed(connection, job, delivery, accepted, rows)


async def _pushed(
    connection: Connection,
    job: LockedJob,
    delivery: Delivery,
    accepted: frozenset[str],
    rows: Sequence[QueuedPage] = (),
    *,
    replayed: bool = False,
) -> Pushed:
    """What became of each page of the delivery."""
    keys = [page.url_key for page in delivery.pages]
    found = await SQL.find_rows.all(connection, _Row, **job.key._asdict(), url_keys=keys)
    ids = {row.url_key: row.page_id for row in found if row.kind == "page"}

    def taken(key: str) -> Taken:
        return Taken.ACCEPTED if key in accepted else Taken.KNOWN if key in ids else Taken.REFUSED

    pages = tuple(
        TakenPage(page.url, ids.get(key, 0), taken(key))
        for key, page in zip(keys, delivery.pages, strict=True)
    )
    return Pushed(job.state, job.version, pages, tuple(rows), replayed)


async def fetched_at(connection: Connection, key: JobKey, page_id: int) -> datetime | None:
    """When a page was fetched that was pushed, as its sender says; None when nobody said."""
    return await SQL.fetched_at.value(connection, datetime, **key._asdict(), page_id=page_id)


async def finish_pushes(connection: Connection, key: JobKey) -> None:
    """Take no more pages for a job that has not ended."""
    await SQL.finish_pushes.execute(connection, **key._asdict())


async def waiting_sizes(connection: Connection, key: JobKey, page_ids: Sequence[int]) -> list[_Size]:
    """Which of these rows are queued with a pushed body, and how many bytes that has."""
    return await SQL.waiting_sizes.all(connection, _Size, **key._asdict(), page_ids=list(page_ids))


async def waiting_bodies(connection: Connection, key: JobKey, page_ids: Sequence[int]) -> list[WaitingBody]:
    """The pushed bodies of these rows."""
    return await SQL.waiting_bodies.all(connection, WaitingBody, **key._asdict(), page_ids=list(page_ids))


async def forget_bodies(connection: Connection, key: JobKey, page_ids: Sequence[int]) -> None:
    """These pages are recorded in this transaction: their bodies are wanted no more."""
    await SQL.forget_bodies.execute(connection, **key._asdict(), page_ids=list(page_ids))


async def forget_all_bodies(connection: Connection, key: JobKey) -> None:
    """The job ends in this transaction: no body is wanted any more."""
    await SQL.forget_all_bodies.execute(connection, **key._asdict())
