"""A user's webhook endpoints: the statements of webhooks.sql, on a connection of `Pool.transaction`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from docspasta.deliveries.breaker import Health
from docspasta.deliveries.events import Scheme

from .connection import Connection
from .statements import load


class DisabledBecause(StrEnum):
    """Why an endpoint is disabled. NOT is the empty word."""

    NOT = ""
    USER = "user"  # its user wanted it
    GONE = "gone"  # the receiver answered 410
    FAILING = "failing"  # nothing arrived for five days


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint. Its secrets are sealed for it; `previous` is the one before a rotation, until
    `previous_until`."""

    user_id: str
    webhook_id: str
    job_id: str  # '': told of all the user's jobs
    source_id: str  # told of this source's runs alone
    url: str
    events: tuple[str, ...]
    scheme: Scheme
    description: str
    sealed_secret: bytes
    sealed_previous: bytes | None
    previous_until: datetime | None
    created_at: datetime
    disabled_at: datetime | None
    disabled_because: DisabledBecause
    of_batch: bool  # of a job of single pages
    metadata: dict[str, Any]  # texts by name; comes back in every body
    header_names: tuple[str, ...]
    sealed_headers: bytes  # sent with every try; b'' for none
    health: Health


SQL = load("webhooks.sql", Endpoint)


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint to be written; its secret is sealed."""

    webhook_id: str
    url: str
    events: tuple[str, ...]
    scheme: Scheme
    sealed_secret: str
    description: str = ""
    job_id: str = ""
    source_id: str = ""
    of_batch: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    header_names: tuple[str, ...] = ()
    sealed_headers: str = ""


async def lock_endpoints(connection: Connection, user_id: str) -> None:
    """Be the only one to add endpoints of the user's, until the transaction's end."""
    await SQL.lock_endpoints.execute(connection, user_id=user_id)


async def count_endpoints(connection: Connection, user_id: str) -> int:
    """How many endpoints the user has, without those of single jobs and sources."""
    return await SQL.count_endpoints.value(connection, int, user_id=user_id) or 0


async def insert_endpoint(connection: Connection, user_id: str, new: NewEndpoint) -> Endpoint:
    """The endpoint as it was written."""
    made = await SQL.insert_endpoint.one(
        connection,
        Endpoint,
        user_id=user_id,
        job_id=new.job_id,
        source_id=new.source_id,
        webhook_id=new.webhook_id,
        url=new.url,
        events=list(new.events),
        scheme=new.scheme,
        description=new.description,
        sealed_secret=new.sealed_secret.encode(),
        of_batch=new.of_batch,
        metadata=json.dumps(dict(new.metadata)),
        header_names=list(new.header_names),
        sealed_headers=new.sealed_headers.encode(),
    )
    assert made is not None  # INSERT ... RETURNING
    return made


async def endpoints(connection: Connection, user_id: str, job_id: str, limit: int) -> list[Endpoint]:
    """The user's endpoints, oldest first, or those of a job alone. Those of single jobs and sources are among
    the user's while nothing arrives there."""
    return await SQL.endpoints.all(connection, Endpoint, user_id=user_id, job_id=job_id, limit=limit)


async def endpoint_at(connection: Connection, user_id: str, url: str, scheme: Scheme) -> Endpoint | None:
    """The newest of the user's endpoints of all jobs at that address and with that scheme."""
    return await SQL.endpoint_at.one(connection, Endpoint, user_id=user_id, url=url, scheme=scheme)


async def endpoint(connection: Connection, user_id: str, webhook_id: str) -> Endpoint | None:
    """One endpoint of the user's."""
    return await SQL.endpoint.one(connection, Endpoint, user_id=user_id, webhook_id=webhook_id)


async def lock_endpoint(connection: Connection, user_id: str, webhook_id: str) -> Endpoint | None:
    """Take an endpoint's row for writing."""
    return await SQL.lock_endpoint.one(connection, Endpoint, user_id=user_id, webhook_id=webhook_id)


async def change_endpoint(
    connection: Connection, was: Endpoint, url: str, events: Sequence[str], description: str
) -> Endpoint | None:
    """The endpoint with another address, choice of events or description."""
    return await SQL.change_endpoint.one(
        connection,
        Endpoint,
        user_id=was.user_id,
        webhook_id=was.webhook_id,
        url=url,
        events=list(events),
        description=description,
    )


async def disable_endpoint(
    connection: Connection, was: Endpoint, because: DisabledBecause, now: datetime
) -> Endpoint | None:
    """The endpoint, disabled just now; None when it was before. What is pending stays so."""
    return await SQL.disable_endpoint.one(
        connection, Endpoint, user_id=was.user_id, webhook_id=was.webhook_id, cause=because, now=now
    )


async def enable_endpoint(connection: Connection, was: Endpoint) -> Endpoint | None:
    """The endpoint, with a closed breaker; what is pending goes out as it is due."""
    return await SQL.enable_endpoint.one(connection, Endpoint, user_id=was.user_id, webhook_id=was.webhook_id)


async def rotate_secret(
    connection: Connection, was: Endpoint, sealed_secret: str, until: datetime
) -> Endpoint | None:
    """The endpoint with a new secret; the old one is good until `until`."""
    return await SQL.rotate_secret.one(
        connection,
        Endpoint,
        user_id=was.user_id,
        webhook_id=was.webhook_id,
        sealed_secret=sealed_secret.encode(),
        until=until,
    )


async def delete_endpoint(connection: Connection, user_id: str, webhook_id: str) -> bool:
    """Delete an endpoint and its deliveries; False when the user has no such endpoint."""
    gone = await SQL.delete_endpoint.value(connection, str, user_id=user_id, webhook_id=webhook_id)
    return gone is not None


async def delete_endpoint_of_source(connection: Connection, user_id: str, source_id: str) -> None:
    """Delete a source's own endpoint, if it has one, and its deliveries."""
    await SQL.delete_endpoint_of_source.execute(connection, user_id=user_id, source_id=source_id)
