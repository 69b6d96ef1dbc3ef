"""`docspasta webhooks …`: endpoints that are told of the caller's jobs, and what was sent to them."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from docspasta.cli.connection import Connection, Target, connected
from docspasta.cli.exits import OK, USAGE, CommandError

SHOWN = 200  # characters of a receiver's answer

if TYPE_CHECKING:
    from docspasta.v1.webhooks_pb2 import Delivery, DeliveryTry, Webhook


async def create(
    target: Target, url: str, events: Sequence[str], scheme: str, secret: str, description: str
) -> int:
    """Make an endpoint; its secret goes to stdout, this once."""
    from docspasta.v1 import webhooks_pb2 as pb

    settings = pb.WebhookSettings(
        url=url,
        events=events,
        scheme=number("--scheme", scheme, pb.WebhookScheme, "WEBHOOK_SCHEME_"),
        secret=secret,
        description=description,
    )
    async with connected(target, "webhooks create") as connection:
        connection.patience = 0  # a second request would make a second endpoint
        request = pb.CreateWebhookRequest(settings=settings)
        made = await connection.call(lambda: connection.webhooks.CreateWebhook, request)
    print(f"Webhook {made.webhook.webhook_id} is told of {', '.join(made.webhook.events)}.", file=sys.stderr)
    print("Keep its secret now; it is not shown again:", file=sys.stderr)
    print(made.secret)
    return OK


async def list_webhooks(target: Target, job_id: str, json_lines: bool) -> int:
    """The caller's endpoints, or those of a job alone, without their secrets."""
    from docspasta.cli.job_names import find_job
    from docspasta.v1.webhooks_pb2 import ListWebhooksRequest

    async with connected(target, "webhooks list") as connection:
        request = ListWebhooksRequest(job_id=await find_job(connection, job_id) if job_id else "")
        answer = await connection.call(lambda: connection.webhooks.ListWebhooks, request)
    for webhook in answer.webhooks:
        show_webhook(webhook, json_lines)
    return OK


async def show(target: Target, webhook_id: str, delivery_id: str, json_lines: bool) -> int:
    """One endpoint, or one of its deliveries with every try."""
    from docspasta.v1 import webhooks_pb2 as pb

    async with connected(target, "webhooks show") as connection:
        if not delivery_id:
            request = pb.GetWebhookRequest(webhook_id=webhook_id)
            found = await connection.call(lambda: connection.webhooks.GetWebhook, request)
            show_webhook(found.webhook, json_lines)
            return OK
        asked = pb.GetDeliveryRequest(webhook_id=webhook_id, delivery_id=delivery_id)
        answer = await connection.call(lambda: connection.webhooks.GetDelivery, asked)
    if json_lines:
        from docspasta.cli.json_lines import print_line
        from docspasta.rest.webhooks import DeliveryWithTries

        print_line(DeliveryWithTries.answered(answer).to_dict())
        return OK
    show_delivery(answer.delivery, False)
    for row in answer.tries:
        show_try(row)
    print(answer.body)
    return OK


async def deliveries(
    target: Target, webhook_id: str, states: Sequence[str], limit: int, json_lines: bool
) -> int:
    """What was sent to an endpoint and what will be, newest first."""
    from docspasta.v1 import webhooks_pb2 as pb

    wanted = [number("--state", state, pb.DeliveryState, "DELIVERY_STATE_") for state in states]
    shown = 0
    async with connected(target, "webhooks deliveries") as connection:
        async for delivery in all_deliveries(connection, webhook_id, wanted):
            if shown == limit:
                break
            shown += 1
            show_delivery(delivery, json_lines)
    return OK


async def all_deliveries(
    connection: Connection, webhook_id: str, states: Sequence[Any]
) -> AsyncIterator[Delivery]:
    """Every delivery to an endpoint in these states (none: all)."""
    from docspasta.v1.webhooks_pb2 import ListDeliveriesRequest

    request = ListDeliveriesRequest(webhook_id=webhook_id, page_size=200, states=states)
    while True:
        answer = await connection.call(lambda: connection.webhooks.ListDeliveries, request)
        for delivery in answer.deliveries:
            yield delivery
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


async def retry(target: Target, webhook_id: str, delivery_id: str) -> int:
    """Send a delivery again."""
    from docspasta.v1.webhooks_pb2 import RetryDeliveryRequest

    async with connected(target, "webhooks retry") as connection:
        request = RetryDeliveryRequest(webhook_id=webhook_id, delivery_id=delivery_id)
        again = await connection.call(lambda: connection.webhooks.RetryDelivery, request)
    print(again.delivery.delivery_id)
    return OK


async def recover(target: Target, webhook_id: str, since: str) -> int:
    """Send again what failed since a moment."""
    from google.protobuf.timestamp_pb2 import Timestamp

    from docspasta.v1.webhooks_pb2 import RecoverDeliveriesRequest

    moment = Timestamp()
    try:
        moment.FromJsonString(since)
    except ValueError:
        raise CommandError(f"--since {since!r} is no moment; write 2026-01-31T12:00:00Z", USAGE) from None
    async with connected(target, "webhooks recover") as connection:
        request = RecoverDeliveriesRequest(webhook_id=webhook_id, since=moment)
        sent = await connection.call(lambda: connection.webhooks.RecoverDeliveries, request)
    print(f"{sent.deliveries} deliveries are sent again", file=sys.stderr)
    return OK


async def test(target: Target, webhook_id: str) -> int:
    """Send webhook.test."""
    from docspasta.v1.webhooks_pb2 import TestWebhookRequest

    async with connected(target, "webhooks test") as connection:
        connection.patience = 0
        request = TestWebhookRequest(webhook_id=webhook_id)
        sent = await connection.call(lambda: connection.webhooks.TestWebhook, request)
    print(sent.delivery.delivery_id)
    return OK


async def rotate(target: Target, webhook_id: str, secret: str) -> int:
    """A new secret goes to stdout, this once; the old one is good for a day more."""
    from docspasta.v1.webhooks_pb2 import RotateWebhookSecretRequest

    async with connected(target, "webhooks rotate") as connection:
        connection.patience = 0
        request = RotateWebhookSecretRequest(webhook_id=webhook_id, secret=secret)
        made = await connection.call(lambda: connection.webhooks.RotateWebhookSecret, request)
    until = made.webhook.previous_secret_until.ToJsonString()
    print(f"The old secret is good until {until}. Keep the new one; it is not shown again:", file=sys.stderr)
    print(made.secret)
    return OK


async def enable(target: Target, webhook_id: str, enabled: bool) -> int:
    """Send to an endpoint again, or no more."""
    from docspasta.v1.webhooks_pb2 import UpdateWebhookRequest

    async with connected(target, "webhooks enable" if enabled else "webhooks disable") as connection:
        request = UpdateWebhookRequest(webhook_id=webhook_id, enabled=enabled)
        await connection.call(lambda: connection.webhooks.UpdateWebhook, request)
    print(webhook_id)
    return OK


async def delete(target: Target, webhook_id: str) -> int:
    """Delete an endpoint and its deliveries."""
    from docspasta.v1.webhooks_pb2 import DeleteWebhookRequest

    async with connected(target, "webhooks delete") as connection:
        request = DeleteWebhookRequest(webhook_id=webhook_id)
        await connection.call(lambda: connection.webhooks.DeleteWebhook, request)
    print(webhook_id)
    return OK


def number(option: str, word: str, enum: Any, prefix: str) -> Any:
    """An enum's number by its word in lower case."""
    words = {name.removeprefix(prefix).lower(): value for name, value in enum.items() if value}
    if word not in words:
        raise CommandError(f"{option} {word!r} is none of {', '.join(words)}", USAGE)
    return words[word]


def show_webhook(webhook: Webhook, json_lines: bool) -> None:
    """One endpoint on one line."""
    if json_lines:
        from docspasta.cli.json_lines import print_line
        from docspasta.rest import webhooks

        print_line(webhooks.Webhook.of(webhook).to_dict())
        return
    state = "enabled"
    if webhook.disabled_because:
        state = f"disabled ({webhook.disabled_because})"
    elif webhook.HasField("failing_since"):
        state = f"failing since {webhook.failing_since.ToJsonString()}"
    of = f"of job {webhook.job_id}" if webhook.job_id else ""
    of = f"of source {webhook.source_id}" if webhook.source_id else of
    told = (webhook.webhook_id, webhook.url, ",".join(webhook.events), state, of, webhook.description)
    print("  ".join(part for part in told if part))


def show_delivery(delivery: Delivery, json_lines: bool) -> None:
    """One delivery on one line."""
    from docspasta.rest import webhooks

    found = webhooks.Delivery.of(delivery)
    if json_lines:
        from docspasta.cli.json_lines import print_line

        print_line(found.to_dict())
        return
    last = f"HTTP {found.http_status}" if found.http_status else found.detail or ""
    due = f"next {found.next_at}" if found.next_at else ""
    told = (found.delivery_id, found.state, found.type, found.job_id or "", f"{found.tries} tries", last, due)
    print("  ".join(part for part in told if part))


def show_try(row: DeliveryTry) -> None:
    """One try on one line. What a receiver answered is quoted, so that it does nothing to a terminal."""
    said = f"HTTP {row.http_status}" if row.http_status else row.error
    probe = "probe" if row.probe else ""
    head = repr(row.head[:SHOWN]) if row.head else ""
    at = row.tried_at.ToJsonString()
    told = (str(row.number), at, f"{row.milliseconds} ms", said, probe, row.detail, head)
    print("  " + "  ".join(part for part in told if part))
