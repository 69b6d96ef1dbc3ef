"""One try: the body written, signed and sealed here, sent by the crawler, which has no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docspasta.deliveries.bodies import body_of
from docspasta.deliveries.handover import GOOD_FOR, Handover, bound_to
from docspasta.deliveries.signatures import signed_headers
from docspasta.deliveries.tries import HEAD_BYTES, Tried
from docspasta.serving.limits import seconds
from docspasta.store.deliveries import Leased
from docspasta.store.webhooks import Endpoint
from docspasta.v1.crawler_pb2 import SendDeliveryRequest

from ..resources import Resources
from .messages import receiver_of
from .secrecy import open_headers, open_secrets

if TYPE_CHECKING:
    from docspasta.v1.crawler_pb2_grpc import CrawlerServiceAsyncStub

SECONDS = seconds("/docspasta.v1.CrawlerService/SendDelivery", False, 0)
UNREADABLE = "the secret cannot be opened with this installation's sealing key; rotate the webhook's secret"


async def try_once(
    resources: Resources, crawler: CrawlerServiceAsyncStub, endpoint: Endpoint, leased: Leased
) -> Tried:
    """What came of one try. Raises grpc.aio.AioRpcError when no crawler could try: that is not the
    receiver's fault."""
    try:
        request = request_of(resources, endpoint, leased)
    except ValueError:
        return Tried(error="secret", detail=UNREADABLE)
    answer = await crawler.SendDelivery(request, timeout=SECONDS)
    return Tried(
        status=answer.http_status,
        milliseconds=answer.milliseconds,
        error=answer.error,
        detail=answer.detail[:HEAD_BYTES],
        head=answer.head[:HEAD_BYTES],
        retry_after=answer.retry_after,
    )


def request_of(resources: Resources, endpoint: Endpoint, leased: Leased) -> SendDeliveryRequest:
    """The sealed request. Raises ValueError when the endpoint's secret or headers cannot be opened."""
    now, message_id = resources.now(), leased.message.message_id
    secrets = open_secrets(resources.sealing, endpoint, now)
    body = body_of(leased.message, receiver_of(endpoint), resources.public_url)
    headers = signed_headers(endpoint.scheme, secrets, message_id, endpoint.url, body, int(now.timestamp()))
    headers += open_headers(resources.sealing, endpoint)
    handed = Handover(endpoint.url, body.decode(), headers, now.timestamp() + GOOD_FOR)
    sealed = resources.sealing.seal(endpoint.user_id, bound_to(message_id), handed.to_pairs())
    return SendDeliveryRequest(user_id=endpoint.user_id, delivery_id=message_id, sealed=sealed)
