"""The outbox: what is due, what is leased, what came of a try. The statements of deliveries.sql.

A lease is fenced by its own word: a failure that comes after it was lost changes nothing. Whoever leases or
settles takes the endpoint's row first, so that replicas agree on what is under way and how the receiver does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from docspasta.deliveries.breaker import Health
from docspasta.deliveries.events import Event, Message
from docspasta.deliveries.tries import DeliveryState, Tried
from docspasta.domain import JobKey, PageState

from .connection import Connection
from .pool import Pool
from .rows import columns_of
from .statements import load
from .webhooks import Endpoint


class EndpointKey(NamedTuple):
    """An endpoint of a user."""

    user_id: str
    webhook_id: str


class DueEndpoint(NamedTuple):
    """An endpoint for which something has been due since a moment."""

    key: EndpointKey
    since: datetime


class TalkedAbout(NamedTuple):
    """A job whose pages nobody was told of yet: since when, and how many."""

    key: JobKey
    since: datetime
    pages: int


class Leased(NamedTuple):
    """A leased delivery; `spent` of its tries have failed."""

    message: Message
    lease: str
    spent: int


class NewPageEvent(NamedTuple):
    """A page that was processed or has failed at a version of its job."""

    page_id: int
    state: PageState
    sequence: int


class PageEvent(NamedTuple):
    """A page of which nobody was told yet. `sequence` is the job's version when it was recorded."""

    page_id: int
    state: str
    sequence: int
    happened_at: datetime
    url: str
    title: str
    reason: str
    http_status: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as its user sees it, with its last try (`status` None before the first)."""

    message_id: str
    type: Event
    job_id: str
    sequence: int
    facts: dict[str, Any]
    happened_at: datetime
    state: DeliveryState
    spent: int
    sent: int
    next_at: datetime
    created_at: datetime
    settled_at: datetime | None
    status: int | None
    error: str | None
    detail: str | None


class Try(NamedTuple):
    """One try as its user sees it."""

    number: int
    tried_at: datetime
    probe: bool
    status: int
    milliseconds: int
    error: str
    detail: str
    head: str


SQL = load("deliveries.sql", Delivery, Endpoint, Try)


async def due_endpoints(maintenance: Pool, now: datetime, limit: int) -> list[DueEndpoint]:
    """Endpoints for which something is due, the longest waiting first."""
    async with maintenance.connection() as connection:
        return await SQL.due_endpoints.all(connection, DueEndpoint, now=now, limit=limit)


async def breakers_open(maintenance: Pool) -> int:
    """How many endpoints' breakers are open or half-open."""
    async with maintenance.connection() as connection:
        return await SQL.breakers_open.value(connection, int) or 0


async def jobs_with_page_events(maintenance: Pool, limit: int) -> list[TalkedAbout]:
    """Jobs whose pages nobody was told of yet, the longest waiting first."""
    async with maintenance.connection() as connection:
        return await SQL.jobs_with_page_events.all(connection, TalkedAbout, limit=limit)


async def users_with_old_messages(maintenance: Pool, before: datetime, limit: int) -> list[str]:
    """Users of whom something may be forgotten."""
    async with maintenance.connection() as connection:
        return await SQL.users_with_old_messages.column(connection, str, before=before, limit=limit)


async def lease_endpoint(connection: Connection, key: EndpointKey) -> Endpoint | None:
    """The endpoint, locked until the transaction's end; None when it is gone or another replica has it."""
    return await SQL.lease_endpoint.one(connection, Endpoint, **key._asdict())


async def count_leased(connection: Connection, key: EndpointKey, now: datetime) -> int:
    """How many deliveries to the endpoint are under way."""
    return await SQL.count_leased.value(connection, int, **key._asdict(), now=now) or 0


async def lease_due(
    connection: Connection, key: EndpointKey, lease: str, now: datetime, until: datetime, limit: int
) -> list[Leased]:
    """At most `limit` due deliveries, leased under the word `lease` until `until`."""
    return await SQL.lease_due.all(
        connection, Leased, **key._asdict(), lease=lease, now=now, until=until, limit=limit
    )


async def give_back(connection: Connection, key: EndpointKey, leased: Leased, next_at: datetime) -> None:
    """A delivery could not be tried; it is due again at `next_at`, with nothing spent."""
    await SQL.give_back.execute(
        connection,
        **key._asdict(),
        message_id=leased.message.message_id,
        lease=leased.lease,
        next_at=next_at,
    )


async def settle(
    connection: Connection,
    key: EndpointKey,
    leased: Leased,
    state: DeliveryState,
    *,
    spends: bool,
    next_at: datetime,
    now: datetime,
) -> int | None:
    """Write what a try came to; its number, or None when it was settled before or the lease is lost."""
    return await SQL.settle.value(
        connection,
        int,
        **key._asdict(),
        message_id=leased.message.message_id,
        lease=leased.lease,
        state=state,
        spends=int(spends),
        next_at=next_at,
        now=now,
    )


async def add_try(
    connection: Connection,
    key: EndpointKey,
    message_id: str,
    number: int,
    tried: Tried,
    now: datetime,
    *,
    probe: bool,
) -> None:
    """One line of the log of tries."""
    await SQL.add_try.execute(
        connection,
        **key._asdict(),
        message_id=message_id,
        number=number,
        now=now,
        probe=probe,
        status=tried.status,
        milliseconds=tried.milliseconds,
        error=tried.error,
        detail=tried.detail,
        head=tried.head,
    )


async def write_health(connection: Connection, key: EndpointKey, health: Health) -> None:
    """How the endpoint's receiver does now."""
    await SQL.write_health.execute(connection, **key._asdict(), **health._asdict())


async def send_to_others(
    connection: Connection, key: EndpointKey, event: Event, facts: dict[str, Any], now: datetime
) -> int:
    """Tell the user's other endpoints of an event of no job; how many are told."""
    return await SQL.send_to_others.execute(
        connection, **key._asdict(), type=event, facts=json.dumps(facts), now=now
    )


async def send_to(
    connection: Connection, key: EndpointKey, event: Event, facts: dict[str, Any], now: datetime
) -> str:
    """Tell one endpoint of an event, whatever it asked for; the message's id."""
    sent = await SQL.send_to.value(
        connection, str, **key._asdict(), type=event, facts=json.dumps(facts), now=now
    )
    assert sent is not None  # INSERT ... RETURNING
    return sent


async def add_page_events(
    connection: Connection, job: JobKey, pages: Sequence[NewPageEvent], now: datetime
) -> None:
    """Pages to be told of; in the transaction that writes their results."""
    if pages:
        await SQL.add_page_events.execute(
            connection, **job._asdict(), now=now, **columns_of(pages, NewPageEvent)
        )


async def take_page_events(connection: Connection, job: JobKey, limit: int) -> list[PageEvent]:
    """Pages that nobody was told of yet, in order; they are taken out of what waits."""
    return await SQL.take_page_events.all(connection, PageEvent, **job._asdict(), limit=limit)


async def send_pages(
    connection: Connection, job: JobKey, event: Event, sequence: int, facts: dict[str, Any], now: datetime
) -> int:
    """Tell the endpoints that want it of some pages; how many are told."""
    return await SQL.send_pages.execute(
        connection, **job._asdict(), type=event, sequence=sequence, facts=json.dumps(facts), now=now
    )


async def deliveries(
    connection: Connection,
    key: EndpointKey,
    limit: int,
    states: Sequence[DeliveryState],
    after: tuple[datetime, str] | None,
) -> list[Delivery]:
    """A part of the endpoint's deliveries, newest first, after (created_at, message_id)."""
    time, message = after or (None, "")
    return await SQL.deliveries.all(
        connection,
        Delivery,
        **key._asdict(),
        limit=limit,
        states=list(states),
        after_time=time,
        after_message=message,
    )


async def delivery(connection: Connection, key: EndpointKey, message_id: str) -> Delivery | None:
    """One delivery."""
    return await SQL.delivery.one(connection, Delivery, **key._asdict(), message_id=message_id)


async def tries(connection: Connection, key: EndpointKey, message_id: str) -> list[Try]:
    """A delivery's tries, first to last."""
    return await SQL.tries.all(connection, Try, **key._asdict(), message_id=message_id)


async def retry(connection: Connection, key: EndpointKey, message_id: str, now: datetime) -> bool:
    """Send a delivery again from the start; False when it is under way, or not there."""
    found = await SQL.retry.value(connection, str, **key._asdict(), message_id=message_id, now=now)
    return found is not None


async def recover(connection: Connection, key: EndpointKey, since: datetime, now: datetime) -> int:
    """Send again what failed since a moment; how many deliveries."""
    return await SQL.recover.execute(connection, **key._asdict(), since=since, now=now)


async def forget(connection: Connection, user_id: str, before: datetime) -> None:
    """Take away what is older than `before` and settled, and endpoints of jobs that are gone."""
    await SQL.forget_old.execute(connection, user_id=user_id, before=before)
    await SQL.forget_endpoints_of_jobs.execute(connection, user_id=user_id)


async def forget_job(connection: Connection, job: JobKey) -> None:
    """Take away what was told of a deleted job, as far as it is settled."""
    await SQL.forget_job.execute(connection, **job._asdict())
