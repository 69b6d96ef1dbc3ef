"""The RPC that says what changed from one run of a source to another."""

from __future__ import annotations

from docspasta.domain import JobKey, Source
from docspasta.errors import FailedPrecondition, InvalidArgument
from docspasta.proto_enums import page_reason_value
from docspasta.store import diff as store
from docspasta.store import sources
from docspasta.store.connection import Connection
from docspasta.store.diff import Change, PageChange
from docspasta.v1 import sources_pb2 as pb

from ..handler import JOB_ID, Context, Handler
from ..paging import bad_token, key_of, page_size, token_of
from .handler import found_source, named_source

KINDS = {
    Change.ADDED: pb.PageChange.KIND_ADDED,
    Change.CHANGED: pb.PageChange.KIND_CHANGED,
    Change.MOVED: pb.PageChange.KIND_MOVED,
    Change.REMOVED: pb.PageChange.KIND_REMOVED,
    Change.FAILED: pb.PageChange.KIND_FAILED,
}


class Comparing(Handler):
    """Runs of the caller's sources, compared."""

    async def DiffRuns(self, request: pb.DiffRunsRequest, context: Context) -> pb.DiffRunsResponse:
        user_id = await self.user("read")
        size, after = page_size(request.page_size, 100), after_change(request.page_token)
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            source = found_source(await sources.source(connection, user_id, named_source(request.source_id)))
            runs = await runs_of(connection, source, request)
            counts = await store.counts(connection, user_id, runs)
            found = await store.changes(connection, user_id, runs, after, size + 1)
        return pb.DiffRunsResponse(
            from_job_id=runs[0],
            to_job_id=runs[1],
            **{kind: counts.get(kind, 0) for kind in KINDS},
            unchanged=counts.get(Change.SAME, 0),
            changes=map(change_message, found[:size]),
            next_page_token=token_of("changes", [found[size - 1].url, found[size - 1].kind])
            if len(found) > size
            else "",
        )


async def runs_of(connection: Connection, source: Source, request: pb.DiffRunsRequest) -> tuple[str, str]:
    """The two runs that are compared, the earlier one '' when there is none.

    Raises InvalidArgument for what is no ended run of this source, FailedPrecondition when none is completed.
    """
    for field in ("from_job_id", "to_job_id"):
        if (job_id := getattr(request, field)) and not await is_run(connection, source, job_id):
            raise InvalidArgument([(field, "This is no ended run of this source; list its runs.")])
    if not (later := request.to_job_id or source.current_job_id):
        raise no_run_yet()
    before = request.from_job_id or await store.run_before(connection, JobKey(source.user_id, later))
    return before, later


def no_run_yet() -> FailedPrecondition:
    """The refusal of what a source without a completed run cannot show."""
    return FailedPrecondition(
        "No run of this source is completed yet; run it, and wait for its end.", reason="no-run-yet"
    )


async def is_run(connection: Connection, source: Source, job_id: str) -> bool:
    """Whether a job is an ended run of this source."""
    if not JOB_ID.fullmatch(job_id):
        return False
    return await store.is_run(connection, source.source_id, JobKey(source.user_id, job_id))


def change_message(change: PageChange) -> pb.PageChange:
    """A change."""
    return pb.PageChange(
        kind=KINDS[change.kind],
        url=change.url,
        title=change.title,
        old_url=change.old_url,
        page_id=str(change.page_id or ""),
        old_page_id=str(change.old_page_id or ""),
        content_hash=change.content_hash,
        reason=page_reason_value(change.reason),
    )


def after_change(token: str) -> tuple[str, str]:
    """(address, kind) after which a page of changes begins."""
    match key_of("changes", token, str, str):
        case [str(url), str(kind)]:
            return url, kind
        case None:
            return "", ""
    raise bad_token()
