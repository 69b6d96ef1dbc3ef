"""REST of webhooks: endpoints, and what was sent to them."""

from __future__ import annotations

from starlette.responses import Response

from docspasta.rest.base import API
from docspasta.rest.webhook_requests import WebhookChange, WebhookRequest
from docspasta.rest.webhooks import (
    STATES,
    Deliveries,
    Delivery,
    DeliveryWithTries,
    NewWebhook,
    Recovered,
    Webhook,
    Webhooks,
    recover_request,
)
from docspasta.v1 import webhooks_pb2 as pb

from .context import json_response
from .operation import Call
from .queries import ListDeliveries, ListWebhooks, NoQuery, Recover


async def create(call: Call[NoQuery, WebhookRequest]) -> Response:
    """POST /webhooks: one of the two answers that show the secret."""
    request = pb.CreateWebhookRequest(settings=call.body.settings())
    made = await call.ask(call.services.webhooks.CreateWebhook, request)
    response = json_response(
        NewWebhook.made(made), 201, {"Location": f"{API}/webhooks/{made.webhook.webhook_id}"}
    )
    call.state.credentials.give_cookie(call.request, response, call.credential)
    return response


async def list_webhooks(call: Call[ListWebhooks, None]) -> Response:
    """GET /webhooks"""
    request = pb.ListWebhooksRequest(job_id=call.query.job_id)
    return json_response(Webhooks.of(await call.ask(call.services.webhooks.ListWebhooks, request)))


async def show(call: Call[NoQuery, None]) -> Response:
    """GET /webhooks/{id}"""
    request = pb.GetWebhookRequest(webhook_id=call.id("webhook_id"))
    return json_response(Webhook.of((await call.ask(call.services.webhooks.GetWebhook, request)).webhook))


async def change(call: Call[NoQuery, WebhookChange]) -> Response:
    """PATCH /webhooks/{id}"""
    request = call.body.request(call.id("webhook_id"))
    changed = await call.ask(call.services.webhooks.UpdateWebhook, request)
    return json_response(Webhook.of(changed.webhook))


async def delete(call: Call[NoQuery, None]) -> Response:
    """DELETE /webhooks/{id}"""
    request = pb.DeleteWebhookRequest(webhook_id=call.id("webhook_id"))
    await call.ask(call.services.webhooks.DeleteWebhook, request)
    return Response(status_code=204)


async def rotate(call: Call[NoQuery, None]) -> Response:
    """POST /webhooks/{id}/rotate"""
    request = pb.RotateWebhookSecretRequest(webhook_id=call.id("webhook_id"))
    rotated = await call.ask(call.services.webhooks.RotateWebhookSecret, request)
    return json_response(NewWebhook.made(rotated))


async def test(call: Call[NoQuery, None]) -> Response:
    """POST /webhooks/{id}/test"""
    request = pb.TestWebhookRequest(webhook_id=call.id("webhook_id"))
    sent = await call.ask(call.services.webhooks.TestWebhook, request)
    return json_response(Delivery.of(sent.delivery), 202)


async def list_deliveries(call: Call[ListDeliveries, None]) -> Response:
    """GET /webhooks/{id}/deliveries"""
    request = pb.ListDeliveriesRequest(
        webhook_id=call.id("webhook_id"),
        page_size=call.query.page_size,
        page_token=call.query.page_token,
        states=[STATES[state] for state in call.query.state],
    )
    return json_response(Deliveries.of(await call.ask(call.services.webhooks.ListDeliveries, request)))


async def show_delivery(call: Call[NoQuery, None]) -> Response:
    """GET /webhooks/{id}/deliveries/{deliveryId}"""
    request = pb.GetDeliveryRequest(webhook_id=call.id("webhook_id"), delivery_id=call.id("delivery_id"))
    return json_response(
        DeliveryWithTries.answered(await call.ask(call.services.webhooks.GetDelivery, request))
    )


async def retry(call: Call[NoQuery, None]) -> Response:
    """POST /webhooks/{id}/deliveries/{deliveryId}/retry"""
    request = pb.RetryDeliveryRequest(webhook_id=call.id("webhook_id"), delivery_id=call.id("delivery_id"))
    again = await call.ask(call.services.webhooks.RetryDelivery, request)
    return json_response(Delivery.of(again.delivery), 202)


async def recover(call: Call[Recover, None]) -> Response:
    """POST /webhooks/{id}/recover"""
    request = recover_request(call.id("webhook_id"), call.query.since)
    sent = await call.ask(call.services.webhooks.RecoverDeliveries, request)
    return json_response(Recovered(deliveries=sent.deliveries), 202)
