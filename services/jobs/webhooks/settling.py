"""What a try came to, written in one transaction: the delivery, the log of tries, the endpoint's health, and
the end of an endpoint that is gone."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import NamedTuple

from docspasta.deliveries.breaker import Health, after_failure, after_success, must_give_up
from docspasta.deliveries.events import Event
from docspasta.deliveries.schedule import wait_after
from docspasta.deliveries.tries import DeliveryState, Outcome, Tried
from docspasta.store import deliveries as store
from docspasta.store import webhooks
from docspasta.store.connection import Connection
from docspasta.store.deliveries import EndpointKey, Leased
from docspasta.store.webhooks import DisabledBecause, Endpoint
from docspasta.telemetry.logs import logger

from ..resources import Resources

SOON = timedelta(seconds=5)  # when no crawler could try
log = logger("webhooks")


class Decision(NamedTuple):
    """What becomes of a delivery after a try."""

    state: DeliveryState
    spends: bool
    next_at: datetime


def decided(leased: Leased, tried: Tried, now: datetime, spread: float, *, probe: bool) -> Decision:
    """Pure. A probe that failed spends nothing: the delivery goes on waiting for its receiver."""
    match tried.outcome:
        case Outcome.DELIVERED:
            return Decision(DeliveryState.DELIVERED, True, now)
        case Outcome.GONE:
            return Decision(DeliveryState.FAILED, True, now)
    if probe:
        return Decision(DeliveryState.PENDING, False, now)
    wait = wait_after(leased.spent + 1, tried.retry_after, spread)
    if wait is None:
        return Decision(DeliveryState.FAILED, True, now)
    return Decision(DeliveryState.PENDING, True, now + timedelta(seconds=wait))


async def settle(
    resources: Resources, key: EndpointKey, leased: Leased, tried: Tried, *, probe: bool
) -> None:
    """Write it. A try whose lease was lost, or whose delivery was settled meanwhile, changes nothing."""
    now = resources.now()
    decision = decided(leased, tried, now, random.random(), probe=probe)  # noqa: S311 - only spreads tries
    message_id = leased.message.message_id
    async with resources.pool.transaction(key.user_id) as connection:
        endpoint = await webhooks.lock_endpoint(connection, *key)
        if endpoint is None:
            return
        number = await store.settle(
            connection,
            key,
            leased,
            decision.state,
            spends=decision.spends,
            next_at=decision.next_at,
            now=now,
        )
        if number is None:
            return
        await store.add_try(connection, key, message_id, number, tried, now, probe=probe)
        health = health_after(endpoint.health, tried, now, probe=probe)
        await store.write_health(connection, key, health)
        await end_if_gone(connection, endpoint, tried, health, now)


def health_after(health: Health, tried: Tried, now: datetime, *, probe: bool) -> Health:
    """How the receiver does after a try. Pure."""
    if tried.outcome is Outcome.DELIVERED:
        return after_success(health, now)
    return after_failure(health, now, probe=probe and not health.closed, retry_after=tried.retry_after)


async def end_if_gone(
    connection: Connection, endpoint: Endpoint, tried: Tried, health: Health, now: datetime
) -> None:
    """Disable an endpoint that wants no more or has failed for too long, and tell its user's others."""
    if tried.outcome is Outcome.GONE:
        because = DisabledBecause.GONE
    elif must_give_up(health, now):
        because = DisabledBecause.FAILING
    else:
        return
    if await webhooks.disable_endpoint(connection, endpoint, because, now) is None:
        return
    facts = {"disabled": {"webhookId": endpoint.webhook_id, "url": endpoint.url, "because": because}}
    key = EndpointKey(endpoint.user_id, endpoint.webhook_id)
    await store.send_to_others(connection, key, Event.WEBHOOK_DISABLED, facts, now)
    log.warning("a webhook was disabled", webhook_id=endpoint.webhook_id, because=because)


async def give_back(resources: Resources, key: EndpointKey, leased: Leased) -> None:
    """No crawler could try: the delivery is due again soon, with nothing spent."""
    async with resources.pool.transaction(key.user_id) as connection:
        await store.give_back(connection, key, leased, resources.now() + SOON)
