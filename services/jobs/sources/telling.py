"""A source's own webhook: told of its runs alone, and deleted with it."""

from __future__ import annotations

from dataclasses import dataclass

from docspasta.deliveries.events import OF_A_SOURCE
from docspasta.store import webhooks as store
from docspasta.store.connection import Connection
from docspasta.v1 import sources_pb2 as pb

from ..resources import Resources
from ..webhooks.admission import Admitted, admit
from ..webhooks.endpoints import new_endpoint


@dataclass(frozen=True, slots=True)
class OwnWebhook:
    """What was asked for of a source's own webhook; nothing when `admitted` is None."""

    admitted: Admitted | None = None

    @property
    def secret(self) -> str:
        """What it is signed with, in the clear; '' without one."""
        return self.admitted.secret if self.admitted else ""

    async def write(self, resources: Resources, connection: Connection, user_id: str, source_id: str) -> None:
        """Write it, in the place of the one that the source has."""
        if self.admitted is None:
            return
        new = new_endpoint(resources, user_id, self.admitted, source_id=source_id)
        await store.delete_endpoint_of_source(connection, user_id, source_id)
        await store.insert_endpoint(connection, user_id, new)


def own_webhook(resources: Resources, request: pb.CreateSourceRequest | pb.UpdateSourceRequest) -> OwnWebhook:
    """The webhook that a request names. Raises InvalidArgument."""
    if not request.HasField("webhook"):
        return OwnWebhook()
    return OwnWebhook(admit(request.webhook, resources.bounds, OF_A_SOURCE, prefix="webhook."))
