"""The RPC that lets a suspect run be current."""

from __future__ import annotations

from docspasta.errors import FailedPrecondition, InvalidArgument
from docspasta.store import sources as store
from docspasta.v1 import sources_pb2 as pb

from ..handler import Context, Handler
from .comparing import is_run
from .handler import found_source, named_source
from .messages import source_message


class Accepting(Handler):
    """Runs of the caller's sources that would take away too many pages."""

    async def AcceptRun(self, request: pb.AcceptRunRequest, context: Context) -> pb.AcceptRunResponse:
        user_id = await self.user("write")
        source_id = named_source(request.source_id)
        async with self.resources.pool.transaction(user_id) as connection:
            source = found_source(await store.lock_source(connection, user_id, source_id))
            job_id = request.job_id or source.suspect_job_id
            if not job_id:
                raise not_suspect()
            if not await is_run(connection, source, job_id):
                raise InvalidArgument([("job_id", "This is no ended run of this source; list its runs.")])
            await store.accept_run(connection, source, job_id, self.resources.now())
            if not await store.is_accepted(connection, source, job_id):
                raise not_suspect()
            source = found_source(await store.source(connection, user_id, source_id))
        return pb.AcceptRunResponse(source=source_message(source))


def not_suspect() -> FailedPrecondition:
    """The refusal of what needs no acceptance."""
    return FailedPrecondition(
        "No such run is suspect: a completed run is current by itself, and one that failed never is.",
        reason="run-not-suspect",
    )
