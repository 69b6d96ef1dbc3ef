"""The RPCs of endpoints: create, list, show, change, delete, rotate."""

from __future__ import annotations

import secrets
from datetime import timedelta

from docspasta.deliveries.secrets import new_secret, secret_mistake
from docspasta.errors import InvalidArgument, NotFound, ResourceExhausted
from docspasta.store import webhooks as store
from docspasta.store.connection import Connection
from docspasta.store.webhooks import DisabledBecause, Endpoint, NewEndpoint
from docspasta.urls import canonical
from docspasta.v1 import webhooks_pb2 as pb

from ..handler import JOB_ID, Context, Handler
from ..resources import Resources
from .admission import Admitted, admit, description_mistake, event_mistakes, url_mistake
from .messages import webhook_message
from .secrecy import seal_headers, seal_secret

LISTED = 500  # endpoints at most: of jobs there may be any number
ROTATION = timedelta(hours=24)  # for which the old secret is good beside the new one


class Endpoints(Handler):
    """Endpoints of the caller's."""

    async def CreateWebhook(
        self, request: pb.CreateWebhookRequest, context: Context
    ) -> pb.CreateWebhookResponse:
        user_id = await self.user("write")
        admitted = admit(request.settings, self.resources.bounds)
        new = new_endpoint(self.resources, user_id, admitted)
        most = self.resources.limits.webhooks
        async with self.resources.pool.transaction(user_id) as connection:
            await store.lock_endpoints(connection, user_id)
            if await store.count_endpoints(connection, user_id) >= most:
                raise ResourceExhausted(
                    f"You have {most} webhooks, and may have no more; delete one first.",
                    reason="too-many-webhooks",
                )
            made = await store.insert_endpoint(connection, user_id, new)
        return pb.CreateWebhookResponse(webhook=webhook_message(made), secret=admitted.secret)

    async def ListWebhooks(
        self, request: pb.ListWebhooksRequest, context: Context
    ) -> pb.ListWebhooksResponse:
        user_id = await self.user("read")
        if request.job_id and not JOB_ID.fullmatch(request.job_id):
            return pb.ListWebhooksResponse()
        async with self.resources.pool.transaction(user_id) as connection:
            found = await store.endpoints(connection, user_id, request.job_id, LISTED)
        return pb.ListWebhooksResponse(webhooks=map(webhook_message, found))

    async def GetWebhook(self, request: pb.GetWebhookRequest, context: Context) -> pb.GetWebhookResponse:
        user_id = await self.user("read")
        async with self.resources.pool.transaction(user_id) as connection:
            found = found_endpoint(
                await store.endpoint(connection, user_id, named_webhook(request.webhook_id))
            )
        return pb.GetWebhookResponse(webhook=webhook_message(found))

    async def UpdateWebhook(
        self, request: pb.UpdateWebhookRequest, context: Context
    ) -> pb.UpdateWebhookResponse:
        user_id = await self.user("write")
        webhook_id = named_webhook(request.webhook_id)
        async with self.resources.pool.transaction(user_id) as connection:
            was = found_endpoint(await store.lock_endpoint(connection, user_id, webhook_id))
            self._check(request)
            changed = await self._changed(connection, was, request)
        return pb.UpdateWebhookResponse(webhook=webhook_message(changed))

    def _check(self, request: pb.UpdateWebhookRequest) -> None:
        """Raise InvalidArgument with every mistake of a change."""
        wrong = list(event_mistakes(request.events))
        if request.HasField("url") and (said := url_mistake(request.url, self.resources.bounds)):
            wrong.insert(0, ("url", said))
        if said := description_mistake(request.description):
            wrong.append(("description", said))
        if wrong:
            raise InvalidArgument(wrong)

    async def _changed(
        self, connection: Connection, was: Endpoint, request: pb.UpdateWebhookRequest
    ) -> Endpoint:
        """The endpoint after the change."""
        url = canonical(request.url) if request.HasField("url") else was.url
        description = request.description if request.HasField("description") else was.description
        events = tuple(dict.fromkeys(request.events)) or was.events
        now = found_endpoint(await store.change_endpoint(connection, was, url, events, description))
        if not request.HasField("enabled") or request.enabled == (was.disabled_at is None):
            return now
        if request.enabled:
            return found_endpoint(await store.enable_endpoint(connection, was))
        return found_endpoint(
            await store.disable_endpoint(connection, was, DisabledBecause.USER, self.resources.now())
        )

    async def DeleteWebhook(
        self, request: pb.DeleteWebhookRequest, context: Context
    ) -> pb.DeleteWebhookResponse:
        user_id = await self.user("write")
        async with self.resources.pool.transaction(user_id) as connection:
            if not await store.delete_endpoint(connection, user_id, named_webhook(request.webhook_id)):
                raise no_such_webhook()
        return pb.DeleteWebhookResponse()

    async def RotateWebhookSecret(
        self, request: pb.RotateWebhookSecretRequest, context: Context
    ) -> pb.RotateWebhookSecretResponse:
        user_id = await self.user("write")
        webhook_id, secret = named_webhook(request.webhook_id), request.secret or new_secret()
        async with self.resources.pool.transaction(user_id) as connection:
            was = found_endpoint(await store.lock_endpoint(connection, user_id, webhook_id))
            if said := secret_mistake(secret, was.scheme):
                raise InvalidArgument([("secret", said)])
            sealed = seal_secret(self.resources.sealing, user_id, webhook_id, secret)
            until = self.resources.now() + ROTATION
            rotated = found_endpoint(await store.rotate_secret(connection, was, sealed, until))
        return pb.RotateWebhookSecretResponse(webhook=webhook_message(rotated), secret=secret)


def new_endpoint(
    resources: Resources,
    user_id: str,
    admitted: Admitted,
    job_id: str = "",
    source_id: str = "",
    *,
    of_batch: bool = False,
) -> NewEndpoint:
    """The endpoint to be written, of all the user's jobs, of one, or of a source's runs. `of_batch`: that job
    is of single pages."""
    webhook_id = secrets.token_hex(12)
    return NewEndpoint(
        webhook_id=webhook_id,
        job_id=job_id,
        source_id=source_id,
        url=admitted.url,
        events=admitted.events,
        scheme=admitted.scheme,
        description=admitted.description,
        sealed_secret=seal_secret(resources.sealing, user_id, webhook_id, admitted.secret),
        of_batch=of_batch,
        metadata=admitted.metadata,
        header_names=tuple(admitted.headers),
        sealed_headers=seal_headers(resources.sealing, user_id, webhook_id, admitted.headers),
    )


def named_webhook(webhook_id: str) -> str:
    """`webhook_id`. Raises NotFound for what cannot be one."""
    if not JOB_ID.fullmatch(webhook_id):
        raise no_such_webhook()
    return webhook_id


def found_endpoint(endpoint: Endpoint | None) -> Endpoint:
    """What was found of an endpoint; NotFound for None: nobody's, or somebody else's."""
    if endpoint is None:
        raise no_such_webhook()
    return endpoint


def no_such_webhook() -> NotFound:
    """The one answer for an endpoint that never was, was deleted, or is somebody else's."""
    return NotFound(
        "There is no such webhook; list your webhooks to see which there are.", reason="no-such-webhook"
    )
