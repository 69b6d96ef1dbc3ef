"""Webhooks as REST shows them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field, NonNegativeInt, WithJsonSchema

from docspasta.deliveries.events import Event, Scheme
from docspasta.deliveries.tries import DeliveryState
from docspasta.v1 import webhooks_pb2 as pb

from .base import Answer
from .webhook_requests import SCHEMES
from .words import Moment, moment

STATES = {state: pb.DeliveryState.Value(f"DELIVERY_STATE_{state.upper()}") for state in DeliveryState}
SCHEME_OF = {value: scheme for scheme, value in SCHEMES.items()}
STATE_OF = {value: state for state, value in STATES.items()}
Because = Annotated[str, WithJsonSchema({"enum": ["user", "gone", "failing"]})]

EventWord = Annotated[str, WithJsonSchema({"enum": [event.value for event in Event]})]


class Webhook(Answer):
    """An endpoint, without its secret."""

    webhook_id: str
    job_id: str | None = Field(description="It is told of this job alone.")
    source_id: str | None = Field(description="It is told of this source's runs alone.")
    url: str
    events: list[EventWord]
    scheme: Scheme
    description: str
    created_at: Moment | None
    disabled_at: Moment | None = Field(description="null: it is enabled.")
    disabled_because: Because | None = Field(
        description="gone: it answered 410. failing: nothing arrived for five days."
    )
    failing_since: Moment | None = Field(description="null: the last try arrived.")
    rests_until: Moment | None = Field(description="Until then its deliveries wait for it, unspent.")
    previous_secret_until: Moment | None = Field(description="While the secret before is good, too.")
    metadata: dict[str, str] = Field(description="Comes back in every body.")
    header_names: list[str] = Field(description="Of its own headers, sent with every try.")

    @classmethod
    def of(cls, row: pb.Webhook) -> Self:
        """From the proto."""
        return cls(**_webhook(row))


class NewWebhook(Webhook):
    """An endpoint with its secret."""

    secret: str = Field(description="Shown once.")

    @classmethod
    def made(cls, row: pb.CreateWebhookResponse | pb.RotateWebhookSecretResponse) -> Self:
        """From the proto."""
        return cls(**_webhook(row.webhook), secret=row.secret)


class Webhooks(Answer):
    """A user's endpoints."""

    webhooks: list[Webhook]

    @classmethod
    def of(cls, row: pb.ListWebhooksResponse) -> Self:
        """From the proto."""
        return cls(webhooks=[Webhook.of(webhook) for webhook in row.webhooks])


class Delivery(Answer):
    """One event on its way to one endpoint."""

    delivery_id: str = Field(description="The receiver's webhook-id: the same at every try.")
    type: EventWord
    job_id: str | None
    sequence: NonNegativeInt = Field(description="The job's version at which it became true.")
    state: DeliveryState
    tries: NonNegativeInt
    created_at: Moment | None
    next_at: Moment | None = Field(description="When it is due, while it is pending.")
    settled_at: Moment | None
    http_status: NonNegativeInt | None = Field(description="Of the last try; null without an answer.")
    error: str | None = Field(description="Of the last try: timeout, connection, dns, tls …")
    detail: str | None

    @classmethod
    def of(cls, row: pb.Delivery) -> Self:
        """From the proto."""
        return cls(**_delivery(row))


class DeliveryTry(Answer):
    """One try."""

    number: NonNegativeInt
    tried_at: Moment | None
    probe: bool = Field(description="To see whether the receiver is back; it spends nothing.")
    http_status: NonNegativeInt | None
    milliseconds: NonNegativeInt
    error: str | None
    detail: str | None
    head: str = Field(description="The first bytes of the answer.")

    @classmethod
    def of(cls, row: pb.DeliveryTry) -> Self:
        """From the proto."""
        return cls(
            number=row.number,
            tried_at=moment(row, "tried_at"),
            probe=row.probe,
            http_status=row.http_status or None,
            milliseconds=row.milliseconds,
            error=row.error or None,
            detail=row.detail or None,
            head=row.head,
        )


class DeliveryWithTries(Delivery):
    """A delivery with its tries, first to last, and its body."""

    log: list[DeliveryTry]
    body: dict[str, Any] = Field(description="As it is sent.")

    @classmethod
    def answered(cls, row: pb.GetDeliveryResponse) -> Self:
        """From the proto."""
        log = [DeliveryTry.of(one) for one in row.tries]
        return cls(**_delivery(row.delivery), log=log, body=json.loads(row.body))


class Deliveries(Answer):
    """A part of an endpoint's deliveries, newest first."""

    deliveries: list[Delivery]
    next_page_token: str | None

    @classmethod
    def of(cls, row: pb.ListDeliveriesResponse) -> Self:
        """From the proto."""
        found = [Delivery.of(delivery) for delivery in row.deliveries]
        return cls(deliveries=found, next_page_token=row.next_page_token or None)


class Recovered(Answer):
    """How many failed deliveries are sent again."""

    deliveries: NonNegativeInt


def recover_request(webhook_id: str, since: datetime | None) -> pb.RecoverDeliveriesRequest:
    """The proto of a recovery."""
    request = pb.RecoverDeliveriesRequest(webhook_id=webhook_id)
    if since is not None:
        request.since.FromDatetime(since)
    return request


def _webhook(row: pb.Webhook) -> dict[str, Any]:
    moments = ("created_at", "disabled_at", "failing_since", "rests_until", "previous_secret_until")
    return {
        "webhook_id": row.webhook_id,
        "job_id": row.job_id or None,
        "source_id": row.source_id or None,
        "url": row.url,
        "events": list(row.events),
        "scheme": SCHEME_OF.get(row.scheme, Scheme.STANDARD),
        "description": row.description,
        "disabled_because": row.disabled_because or None,
        "metadata": {entry.name: entry.value for entry in row.metadata},
        "header_names": list(row.header_names),
        **{name: moment(row, name) for name in moments},
    }


def _delivery(row: pb.Delivery) -> dict[str, Any]:
    return {
        "delivery_id": row.delivery_id,
        "type": row.type,
        "job_id": row.job_id or None,
        "sequence": row.sequence,
        "state": STATE_OF.get(row.state, DeliveryState.PENDING),
        "tries": row.tries,
        **{name: moment(row, name) for name in ("created_at", "next_at", "settled_at")},
        "http_status": row.http_status or None,
        "error": row.error or None,
        "detail": row.detail or None,
    }
