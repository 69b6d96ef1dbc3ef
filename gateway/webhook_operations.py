"""Operations of webhooks, for the table in operations.py."""

from __future__ import annotations

from docspasta.rest.base import API
from docspasta.rest.webhook_requests import WebhookChange, WebhookRequest
from docspasta.rest.webhooks import (
    Deliveries,
    Delivery,
    DeliveryWithTries,
    NewWebhook,
    Recovered,
    Webhook,
    Webhooks,
)

from . import queries, webhooks
from .operation import Operation, Says

JSON = "application/json"
WEBHOOK = f"{API}/webhooks/{{webhook_id}}"
DELIVERY = f"{WEBHOOK}/deliveries/{{delivery_id}}"

WEBHOOK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="createWebhook",
        method="POST",
        path=f"{API}/webhooks",
        summary="Create a webhook.",
        endpoint=webhooks.create,
        answers=(
            Says(
                201,
                "The webhook; its secret is shown once.",
                {JSON: NewWebhook},
                {"Location": "the webhook's address"},
            ),
        ),
        problems=(403, 413, 415),
        body=WebhookRequest,
    ),
    Operation(
        name="listWebhooks",
        method="GET",
        path=f"{API}/webhooks",
        summary="List your webhooks; those of single jobs and sources only while nothing arrives there.",
        endpoint=webhooks.list_webhooks,
        answers=(Says(200, "The webhooks.", {JSON: Webhooks}),),
        query=queries.ListWebhooks,
    ),
    Operation(
        name="getWebhook",
        method="GET",
        path=WEBHOOK,
        summary="Get a webhook.",
        endpoint=webhooks.show,
        answers=(Says(200, "The webhook.", {JSON: Webhook}),),
        problems=(404,),
    ),
    Operation(
        name="changeWebhook",
        method="PATCH",
        path=WEBHOOK,
        summary="Change a webhook, disable it or enable it again.",
        endpoint=webhooks.change,
        answers=(Says(200, "The webhook after it.", {JSON: Webhook}),),
        problems=(403, 404, 413, 415),
        body=WebhookChange,
    ),
    Operation(
        name="deleteWebhook",
        method="DELETE",
        path=WEBHOOK,
        summary="Delete a webhook with its deliveries.",
        endpoint=webhooks.delete,
        answers=(Says(204, "Deleted."),),
        problems=(403, 404),
    ),
    Operation(
        name="rotateWebhook",
        method="POST",
        path=f"{WEBHOOK}/rotate",
        summary="Replace a webhook's secret; the old one works for another day.",
        endpoint=webhooks.rotate,
        answers=(Says(200, "The webhook; its new secret is shown once.", {JSON: NewWebhook}),),
        problems=(403, 404),
    ),
    Operation(
        name="testWebhook",
        method="POST",
        path=f"{WEBHOOK}/test",
        summary="Send the event webhook.test.",
        endpoint=webhooks.test,
        answers=(Says(202, "The delivery.", {JSON: Delivery}),),
        problems=(403, 404, 409),
    ),
    Operation(
        name="recoverDeliveries",
        method="POST",
        path=f"{WEBHOOK}/recover",
        summary="Resend everything that failed since a given time.",
        endpoint=webhooks.recover,
        answers=(Says(202, "How many.", {JSON: Recovered}),),
        problems=(403, 404, 409),
        query=queries.Recover,
    ),
    Operation(
        name="listDeliveries",
        method="GET",
        path=f"{WEBHOOK}/deliveries",
        summary="List a webhook's deliveries, newest first.",
        endpoint=webhooks.list_deliveries,
        answers=(Says(200, "A part of it.", {JSON: Deliveries}),),
        problems=(404,),
        query=queries.ListDeliveries,
    ),
    Operation(
        name="getDelivery",
        method="GET",
        path=DELIVERY,
        summary="Get a delivery with its attempts.",
        endpoint=webhooks.show_delivery,
        answers=(Says(200, "The delivery.", {JSON: DeliveryWithTries}),),
        problems=(404,),
    ),
    Operation(
        name="retryDelivery",
        method="POST",
        path=f"{DELIVERY}/retry",
        summary="Send a delivery again.",
        endpoint=webhooks.retry,
        answers=(Says(202, "The delivery.", {JSON: Delivery}),),
        problems=(403, 404, 409),
    ),
)
