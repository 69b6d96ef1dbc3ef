"""The RPCs that create, show, change and delete sources."""

from __future__ import annotations

import asyncio
import secrets

from docspasta.domain import Schedule, Source
from docspasta.errors import InvalidArgument, ResourceExhausted
from docspasta.identity.caller import share_of
from docspasta.schedule import next_tick
from docspasta.store import sources as store
from docspasta.store import webhooks
from docspasta.store.connection import Connection
from docspasta.store.sources import KeptSource
from docspasta.v1 import sources_pb2 as pb

from ..admission import filled
from ..handler import Context, Handler
from ..paging import bad_token, key_of, part_of, token_of
from .admission import Admitted, admit, check_change, removed_of, schedule_of
from .handler import found_source, named_source, no_such_source
from .messages import source_message
from .telling import own_webhook


class Keeping(Handler):
    """Sources of the caller's."""

    async def CreateSource(
        self, request: pb.CreateSourceRequest, context: Context
    ) -> pb.CreateSourceResponse:
        user_id = await self.user("write")
        admitted, source_id = await self._admitted(request), secrets.token_hex(12)
        refuse_without_owner(user_id, admitted.schedule)
        own = own_webhook(self.resources, request)
        async with self.resources.pool.transaction(user_id) as connection:
            await self._write(connection, user_id, source_id, admitted)
            await own.write(self.resources, connection, user_id, source_id)
            made = found_source(await store.source(connection, user_id, source_id))
        return pb.CreateSourceResponse(source=source_message(made), webhook_secret=own.secret)

    async def _write(self, connection: Connection, user_id: str, source_id: str, admitted: Admitted) -> None:
        """Write a source, when its name is free and the user may have one more."""
        await store.lock_sources(connection, user_id)
        most = self.resources.limits.sources
        if await store.count_sources(connection, user_id) >= most:
            raise ResourceExhausted(
                f"You have {most} sources, and may have no more; delete one first.", reason="too-many-sources"
            )
        coming = next_tick(admitted.schedule, source_id, self.resources.now())
        kept = KeptSource(
            admitted.name,
            admitted.settings,
            admitted.keep,
            admitted.schedule,
            coming,
            admitted.max_removed_percent,
        )
        if not await store.insert_source(connection, user_id, source_id, kept):
            raise taken(admitted.name)

    async def _admitted(self, request: pb.CreateSourceRequest) -> Admitted:
        """The source that is asked for, judged in a thread: a cron line or a glob may take long."""
        return await asyncio.to_thread(admit, request, self.resources.bounds, self.resources.now())

    async def ListSources(self, request: pb.ListSourcesRequest, context: Context) -> pb.ListSourcesResponse:
        user_id = await self.user("read")
        part, after = part_of(request.page_size, 100), after_name(request.page_token)
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            listed = await store.sources(connection, user_id, part, after)
        return pb.ListSourcesResponse(
            sources=[source_message(each.source) for each in listed], next_page_token=next_sources(listed)
        )

    async def GetSource(self, request: pb.GetSourceRequest, context: Context) -> pb.GetSourceResponse:
        user_id = await self.user("read")
        async with self.resources.pool.transaction(user_id) as connection:
            found = found_source(await store.source(connection, user_id, named_source(request.source_id)))
        return pb.GetSourceResponse(source=source_message(found))

    async def UpdateSource(
        self, request: pb.UpdateSourceRequest, context: Context
    ) -> pb.UpdateSourceResponse:
        user_id = await self.user("write")
        source_id = named_source(request.source_id)
        # Before a connection and the user's lock are held: a cron line or a glob may take long.
        await asyncio.to_thread(check_change, request, self.resources.bounds, self.resources.now())
        own = own_webhook(self.resources, request)
        async with self.resources.pool.transaction(user_id) as connection:
            await store.lock_sources(connection, user_id)
            was = found_source(await store.lock_source(connection, user_id, source_id))
            await self._change(connection, was, request)
            await own.write(self.resources, connection, user_id, source_id)
            changed = found_source(await store.source(connection, user_id, source_id))
            await store.delete_old_runs(connection, changed)
        self.resources.attention.set()
        return pb.UpdateSourceResponse(source=source_message(changed), webhook_secret=own.secret)

    async def _change(self, connection: Connection, was: Source, request: pb.UpdateSourceRequest) -> None:
        """Write what the request names; the rest stays as it was."""
        name = request.name if request.HasField("name") else was.name
        if await store.is_taken(connection, was, name):
            raise taken(name)
        new = request.HasField("settings")
        settings = filled(request.settings, self.resources.bounds) if new else was.settings
        keep = request.keep if request.HasField("keep") else was.keep
        anew = request.HasField("schedule")
        schedule = schedule_of(request.schedule) if anew else was.schedule
        coming = next_tick(schedule, was.source_id, self.resources.now()) if anew else was.next_at
        refuse_without_owner(was.user_id, schedule if anew else Schedule())
        removed = removed_of(request, was.max_removed_percent)
        await store.change_source(
            connection, was, KeptSource(name, settings, keep, schedule, coming, removed)
        )

    async def DeleteSource(
        self, request: pb.DeleteSourceRequest, context: Context
    ) -> pb.DeleteSourceResponse:
        user_id, source_id = await self.user("write"), named_source(request.source_id)
        async with self.resources.pool.transaction(user_id) as connection:
            if not await store.delete_source(connection, user_id, source_id):
                raise no_such_source()
            await webhooks.delete_endpoint_of_source(connection, user_id, source_id)
        return pb.DeleteSourceResponse()


def refuse_without_owner(user_id: str, schedule: Schedule) -> None:
    """Raise InvalidArgument for an anonymous visitor: a schedule would go on when nobody can end it."""
    if schedule and share_of(user_id) != user_id:
        raise InvalidArgument(
            [("schedule", "A schedule needs somebody whom it belongs to; sign in, or use an API key.")]
        )


def taken(name: str) -> InvalidArgument:
    """The refusal of a name that another source of the user's has."""
    return InvalidArgument(
        [("name", f"You have a source {name!r} already; give another name, or run that one.")]
    )


def next_sources(listed: list[store.ListedSource]) -> str:
    """The token of the sources that follow these, '' when none do."""
    more = listed and listed[-1].more_follow
    return token_of("sources", [listed[-1].source.name]) if more else ""


def after_name(token: str) -> str:
    """The name after which a page of sources begins, '' for the first."""
    match key_of("sources", token, str):
        case [str(name)]:
            return name
        case None:
            return ""
    raise bad_token()
