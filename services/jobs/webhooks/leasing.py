"""Deliveries taken for sending, so that no other replica sends them meanwhile."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import NamedTuple

from docspasta.store import deliveries as store
from docspasta.store.deliveries import EndpointKey, Leased
from docspasta.store.webhooks import Endpoint

from ..resources import Resources

AT_AN_ENDPOINT = 4  # deliveries under way at once, over all replicas
LEASE = timedelta(seconds=60)  # a try takes 15 s at most; what a dead replica held is due again after it


class Batch(NamedTuple):
    """Leased deliveries of one endpoint. `probe`: a single one, to see whether the receiver is back."""

    endpoint: Endpoint
    leased: list[Leased]
    probe: bool


async def lease(resources: Resources, key: EndpointKey, room: int) -> Batch | None:
    """At most `room` due deliveries; None when there is nothing to be sent just now."""
    now = resources.now()
    async with resources.pool.transaction(key.user_id) as connection:
        endpoint = await store.lease_endpoint(connection, key)
        if endpoint is None or endpoint.disabled_at is not None:
            return None
        health = endpoint.health
        if health.rests_until is not None and now < health.rests_until:
            return None
        most = min(room, AT_AN_ENDPOINT) if health.closed else 1
        under_way = await store.count_leased(connection, key, now)
        if (free := min(most, (AT_AN_ENDPOINT if health.closed else 1) - under_way)) <= 0:
            return None
        word = secrets.token_hex(8)
        leased = await store.lease_due(connection, key, word, now, now + LEASE, free)
    return Batch(endpoint, leased, probe=not health.closed) if leased else None
