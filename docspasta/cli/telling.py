"""`--webhook`: whether the address that was named has been told, when the stack ends with the command."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from docspasta.cli.connection import Connection
from docspasta.cli.webhooks import all_deliveries

if TYPE_CHECKING:
    from docspasta.v1.webhooks_pb2 import WebhookSettings

PATIENCE = 20.0  # seconds: a try takes at most fifteen
EVERY = 0.2
LATER = "{} has not answered yet; it is told by the next command that runs the stack of this machine."


def webhook_of(url: str, secret: str) -> WebhookSettings | None:
    """The endpoint of a job alone, None for no address."""
    from docspasta.v1.webhooks_pb2 import WebhookSettings

    return WebhookSettings(url=url, secret=secret) if url else None


async def was_told(connection: Connection, webhook_id: str) -> bool:
    """Wait until all that there is to be told was told, or was tried in vain. False: something is left."""
    from docspasta.v1.webhooks_pb2 import DeliveryState

    until = time.monotonic() + PATIENCE
    while True:
        pending = [
            row
            async for row in all_deliveries(connection, webhook_id, [DeliveryState.DELIVERY_STATE_PENDING])
        ]
        if not pending or all(row.tries for row in pending) or time.monotonic() > until:
            return not pending
        await asyncio.sleep(EVERY)
