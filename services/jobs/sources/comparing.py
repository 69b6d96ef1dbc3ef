"""The RPC that says what changed from one run of a source to another."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from docspasta.comparison import Lines, count_lines
from docspasta.domain import JobKey, Source
from docspasta.errors import FailedPrecondition, InvalidArgument
from docspasta.identity.caller import share_of
from docspasta.proto_enums import page_reason_value
from docspasta.store import diff as store
from docspasta.store import sources
from docspasta.store.connection import Connection
from docspasta.store.diff import Change, PageChange
from docspasta.v1 import sources_pb2 as pb

from ..handler import JOB_ID, Context, Handler
from ..messages import timestamp
from ..paging import bad_token, key_of, page_size, token_of
from .handler import found_source, named_source
from .texts import each_text

DATED = re.compile(r"\d{4}-\d\d-\d\d")

KINDS = {
    Change.ADDED: pb.PageChange.KIND_ADDED,
    Change.CHANGED: pb.PageChange.KIND_CHANGED,
    Change.MOVED: pb.PageChange.KIND_MOVED,
    Change.REMOVED: pb.PageChange.KIND_REMOVED,
    Change.FAILED: pb.PageChange.KIND_FAILED,
    Change.STALE: pb.PageChange.KIND_STALE,
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
        with self.resources.documents.place(share_of(user_id)):
            changes = [message async for message in self._with_lines(user_id, found[:size])]
        return pb.DiffRunsResponse(
            from_job_id=runs[0],
            to_job_id=runs[1],
            **{kind: counts.get(kind, 0) for kind in KINDS},
            unchanged=counts.get(Change.SAME, 0),
            changes=changes,
            next_page_token=token_of("changes", [found[size - 1].url, found[size - 1].kind])
            if len(found) > size
            else "",
        )

    async def _with_lines(self, user_id: str, found: list[PageChange]) -> AsyncIterator[pb.PageChange]:
        """Changes with how many lines came and went, some texts at a time."""
        async for change, old, new in each_text(self.resources.pool, user_id, found):
            counted = await asyncio.to_thread(count_lines, old, new)
            yield change_message(change, counted)


async def runs_of(
    connection: Connection, source: Source, request: pb.DiffRunsRequest | pb.WriteDiffRequest
) -> tuple[str, str]:
    """The two runs that are compared, the earlier one '' when there is none.

    Raises InvalidArgument for what is no ended run of this source, FailedPrecondition when none is completed.
    """
    earlier, later = [
        await named_run(connection, source, field, getattr(request, field))
        for field in ("from_job_id", "to_job_id")
    ]
    if not (later := later or source.current_job_id):
        raise no_run_yet()
    return earlier or await store.run_before(connection, JobKey(source.user_id, later)), later


async def named_run(connection: Connection, source: Source, field: str, name: str) -> str:
    """The run of a name: a job's id, or a moment, of which it is the run that was current then. '' for ''.

    Raises InvalidArgument for what is no ended run of this source, and for a moment before its first one.
    """
    if (moment := moment_of(name)) is None:
        if name and not await is_run(connection, source, name):
            raise InvalidArgument([(field, f"{name[:100]!r} is no ended run of this source; list its runs.")])
        return name
    if not (found := await store.run_at(connection, source.user_id, source.source_id, moment)):
        raise InvalidArgument([(field, f"No run of this source was completed by {name}; list its runs.")])
    return found


def moment_of(name: str) -> datetime | None:
    """The moment of a date (its beginning) or a date and time, in UTC unless it says otherwise.

    None for what is neither.
    """
    if not DATED.match(name):
        return None
    try:
        moment = datetime.fromisoformat(name)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


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


def change_message(change: PageChange, lines: Lines) -> pb.PageChange:
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
        lines_added=lines.added,
        lines_removed=lines.removed,
        stale_since=timestamp(change.stale_since),
    )


def after_change(token: str) -> tuple[str, str]:
    """(address, kind) after which a page of changes begins."""
    match key_of("changes", token, str, str):
        case [str(url), str(kind)]:
            return url, kind
        case None:
            return "", ""
    raise bad_token()
