"""The RPCs of deliveries: list, show, send again, recover, test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from docspasta.deliveries.bodies import body_of
from docspasta.deliveries.events import Event, Message
from docspasta.deliveries.tries import DeliveryState
from docspasta.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound
from docspasta.store import deliveries as store
from docspasta.store import webhooks
from docspasta.store.connection import Connection
from docspasta.store.deliveries import Delivery, EndpointKey
from docspasta.store.webhooks import Endpoint
from docspasta.v1 import webhooks_pb2 as pb

from ..handler import JOB_ID, Context, Handler
from ..paging import bad_token, key_of, page_size, token_of
from .endpoints import found_endpoint, named_webhook
from .messages import STATES, delivery_message, receiver_of, try_message

KIND = "deliveries"
MOST = 200  # deliveries of an answer, however many were asked for: loops that serve others make it
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MAX_MICROS = 250_000_000_000_000_000  # the year 9892; a datetime ends with 9999
STATE_OF = {value: state for state, value in STATES.items()}


class Log(Handler):
    """What was sent to the caller's endpoints, and what will be."""

    async def ListDeliveries(
        self, request: pb.ListDeliveriesRequest, context: Context
    ) -> pb.ListDeliveriesResponse:
        user_id = await self.user("read")
        key = EndpointKey(user_id, named_webhook(request.webhook_id))
        size, after = min(page_size(request.page_size, 50), MOST), after_token(request.page_token)
        states = known_states(list(request.states))
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            await self._endpoint(connection, key)
            rows = await store.deliveries(connection, key, size + 1, states, after)
        following = token_after(rows[size - 1]) if len(rows) > size else ""
        return pb.ListDeliveriesResponse(
            deliveries=map(delivery_message, rows[:size]), next_page_token=following
        )

    async def GetDelivery(self, request: pb.GetDeliveryRequest, context: Context) -> pb.GetDeliveryResponse:
        user_id = await self.user("read")
        key = EndpointKey(user_id, named_webhook(request.webhook_id))
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            endpoint = await self._endpoint(connection, key)
            delivery = await shown(connection, key, request.delivery_id)
            tries = await store.tries(connection, key, delivery.message_id)
        return pb.GetDeliveryResponse(
            delivery=delivery_message(delivery),
            tries=map(try_message, tries),
            body=body_of(message_of(delivery), receiver_of(endpoint), self.resources.public_url).decode(),
        )

    async def RetryDelivery(
        self, request: pb.RetryDeliveryRequest, context: Context
    ) -> pb.RetryDeliveryResponse:
        user_id = await self.user("write")
        key = EndpointKey(user_id, named_webhook(request.webhook_id))
        async with self.resources.pool.transaction(user_id) as connection:
            refuse_disabled(await self._endpoint(connection, key))
            delivery = await shown(connection, key, request.delivery_id)
            if not await store.retry(connection, key, delivery.message_id, self.resources.now()):
                raise Aborted("The delivery is under way just now; ask again in a moment.", retry_after=5)
            delivery = await shown(connection, key, request.delivery_id)
        return pb.RetryDeliveryResponse(delivery=delivery_message(delivery))

    async def RecoverDeliveries(
        self, request: pb.RecoverDeliveriesRequest, context: Context
    ) -> pb.RecoverDeliveriesResponse:
        user_id = await self.user("write")
        key = EndpointKey(user_id, named_webhook(request.webhook_id))
        async with self.resources.pool.transaction(user_id) as connection:
            refuse_disabled(await self._endpoint(connection, key))
            since = moment_of(request)
            sent = await store.recover(connection, key, since, self.resources.now())
        return pb.RecoverDeliveriesResponse(deliveries=sent)

    async def TestWebhook(self, request: pb.TestWebhookRequest, context: Context) -> pb.TestWebhookResponse:
        user_id = await self.user("write")
        key = EndpointKey(user_id, named_webhook(request.webhook_id))
        async with self.resources.pool.transaction(user_id) as connection:
            refuse_disabled(await self._endpoint(connection, key))
            message_id = await store.send_to(connection, key, Event.TEST, {}, self.resources.now())
            delivery = await shown(connection, key, message_id)
        return pb.TestWebhookResponse(delivery=delivery_message(delivery))

    async def _endpoint(self, connection: Connection, key: EndpointKey) -> Endpoint:
        """The endpoint. Raises NotFound."""
        return found_endpoint(await webhooks.endpoint(connection, *key))


async def shown(connection: Connection, key: EndpointKey, message_id: str) -> Delivery:
    """A delivery. Raises NotFound."""
    good = JOB_ID.fullmatch(message_id)
    delivery = await store.delivery(connection, key, message_id) if good else None
    if delivery is None:
        raise NotFound("There is no such delivery; list the webhook's deliveries.", reason="no-such-delivery")
    return delivery


def message_of(delivery: Delivery) -> Message:
    """The event that is delivered."""
    return Message(
        delivery.message_id,
        delivery.type,
        delivery.job_id,
        delivery.sequence,
        delivery.facts,
        delivery.happened_at,
    )


def refuse_disabled(endpoint: Endpoint) -> None:
    """Raise FailedPrecondition for an endpoint to which nothing is sent."""
    if endpoint.disabled_at is not None:
        raise FailedPrecondition(
            f"The webhook is disabled ({endpoint.disabled_because}); enable it first.",
            reason="webhook-disabled",
        )


def known_states(values: list[pb.DeliveryState.ValueType]) -> list[DeliveryState]:
    """The states that a list is for. Raises InvalidArgument for one that is not known."""
    wrong = [index for index, value in enumerate(values) if value not in STATE_OF]
    if wrong:
        known = ", ".join(DeliveryState)
        raise InvalidArgument([(f"states[{index}]", f"Not a state; use {known}.") for index in wrong[:10]])
    return [STATE_OF[value] for value in values]


def moment_of(request: pb.RecoverDeliveriesRequest) -> datetime:
    """Since when. Raises InvalidArgument for none, or one that no datetime can be."""
    if not request.HasField("since"):
        raise InvalidArgument([("since", "Give a moment, such as 2026-01-31T12:00:00Z.")])
    try:
        return request.since.ToDatetime(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidArgument([("since", "Not a moment; write it like 2026-01-31T12:00:00Z.")]) from error


def token_after(delivery: Delivery) -> str:
    """The token of the part behind a delivery."""
    return token_of(KIND, [(delivery.created_at - EPOCH) // MICROSECOND, delivery.message_id])


def after_token(token: str) -> tuple[datetime, str] | None:
    """Where a part begins. Raises InvalidArgument."""
    key = key_of(KIND, token, int, str)
    if key is None:
        return None
    micros, message_id = key
    if not 0 <= micros <= MAX_MICROS:
        raise bad_token()
    return EPOCH + micros * MICROSECOND, message_id
