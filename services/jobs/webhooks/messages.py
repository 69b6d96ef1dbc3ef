"""Endpoints, deliveries and tries as the proto's messages. Pure."""

from __future__ import annotations

from docspasta.deliveries.bodies import Receiver
from docspasta.deliveries.events import Scheme
from docspasta.deliveries.tries import DeliveryState
from docspasta.store.deliveries import Delivery, Try
from docspasta.store.webhooks import Endpoint
from docspasta.v1 import webhooks_pb2 as pb

from ..messages import timestamp

SCHEMES = {scheme: pb.WebhookScheme.Value(f"WEBHOOK_SCHEME_{scheme.upper()}") for scheme in Scheme}
STATES = {state: pb.DeliveryState.Value(f"DELIVERY_STATE_{state.upper()}") for state in DeliveryState}


def webhook_message(endpoint: Endpoint) -> pb.Webhook:
    """An endpoint, without its secrets."""
    return pb.Webhook(
        webhook_id=endpoint.webhook_id,
        job_id=endpoint.job_id,
        source_id=endpoint.source_id,
        url=endpoint.url,
        events=endpoint.events,
        scheme=SCHEMES[endpoint.scheme],
        description=endpoint.description,
        created_at=timestamp(endpoint.created_at),
        disabled_at=timestamp(endpoint.disabled_at),
        disabled_because=endpoint.disabled_because,
        failing_since=timestamp(endpoint.health.failing_since),
        rests_until=timestamp(endpoint.health.rests_until),
        previous_secret_until=timestamp(endpoint.previous_until),
        metadata=[pb.NamedText(name=name, value=value) for name, value in endpoint.metadata.items()],
        header_names=endpoint.header_names,
    )


def receiver_of(endpoint: Endpoint) -> Receiver:
    """The endpoint as the one that a body is written for."""
    return Receiver(endpoint.webhook_id, endpoint.scheme, endpoint.metadata, of_batch=endpoint.of_batch)


def delivery_message(delivery: Delivery) -> pb.Delivery:
    """A delivery with what came of its last try."""
    pending = delivery.state is DeliveryState.PENDING
    return pb.Delivery(
        delivery_id=delivery.message_id,
        type=delivery.type,
        job_id=delivery.job_id,
        sequence=delivery.sequence,
        state=STATES[delivery.state],
        tries=delivery.sent,
        created_at=timestamp(delivery.created_at),
        next_at=timestamp(delivery.next_at) if pending else None,
        settled_at=timestamp(delivery.settled_at),
        http_status=delivery.status or 0,
        error=delivery.error or "",
        detail=delivery.detail or "",
    )


def try_message(row: Try) -> pb.DeliveryTry:
    """One try."""
    return pb.DeliveryTry(
        number=row.number,
        tried_at=timestamp(row.tried_at),
        probe=row.probe,
        http_status=row.status,
        milliseconds=row.milliseconds,
        error=row.error,
        detail=row.detail,
        head=row.head,
    )
