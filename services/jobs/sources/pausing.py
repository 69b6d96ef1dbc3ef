"""The RPCs that let a source's schedule not count for now, and count again."""

from __future__ import annotations

from dataclasses import replace

from docspasta.errors import FailedPrecondition
from docspasta.schedule import next_tick
from docspasta.store import sources as store
from docspasta.v1 import sources_pb2 as pb

from ..handler import Context, Handler
from .handler import found_source, named_source
from .messages import source_message


class Pausing(Handler):
    """Schedules of the caller's sources."""

    async def PauseSource(self, request: pb.PauseSourceRequest, context: Context) -> pb.PauseSourceResponse:
        return pb.PauseSourceResponse(source=await self._suspended(request.source_id, suspended=True))

    async def ResumeSource(
        self, request: pb.ResumeSourceRequest, context: Context
    ) -> pb.ResumeSourceResponse:
        return pb.ResumeSourceResponse(source=await self._suspended(request.source_id, suspended=False))

    async def _suspended(self, source_id: str, *, suspended: bool) -> pb.Source:
        """The source after it. Raises FailedPrecondition for one without a schedule."""
        user_id, source_id = await self.user("write"), named_source(source_id)
        async with self.resources.pool.transaction(user_id) as connection:
            source = found_source(await store.lock_source(connection, user_id, source_id))
            if not source.schedule:
                raise FailedPrecondition(
                    "This source has no schedule that could be paused; give it one first.",
                    reason="no-schedule",
                )
            if source.schedule.suspended is not suspended:
                schedule = replace(source.schedule, suspended=suspended)
                coming = next_tick(schedule, source_id, self.resources.now())
                await store.reschedule(connection, source, suspended, coming)
                source = found_source(await store.source(connection, user_id, source_id))
        return source_message(source)
