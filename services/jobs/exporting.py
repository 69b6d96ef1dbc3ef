"""GetSelection, ExportJob: pages that are chosen, in the form that is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import asdict

from docspasta.document.contents import MOST_LEVELS
from docspasta.domain import JobKey
from docspasta.errors import InvalidArgument
from docspasta.exports import formats, grep, selection, tokens
from docspasta.exports.folders import Entry
from docspasta.exports.formats import Format, Wanted
from docspasta.exports.selection import BadSelection, Selection
from docspasta.identity.caller import share_of
from docspasta.store import jobs as store
from docspasta.store.documents import DocumentGone
from docspasta.v1 import jobs_pb2 as pb

from .handler import Context, Handler, found, named_job
from .paging import key_of, page_size, token_of
from .reading import deleted, nothing_to_read

FORMATS = {
    pb.ExportJobRequest.Format.Value(f"FORMAT_{one.replace('-', '_').upper()}"): one for one in Format
} | {pb.ExportJobRequest.FORMAT_UNSPECIFIED: Format.MARKDOWN}
TOKENS = {
    pb.TOKEN_COUNT_UNSPECIFIED: tokens.ESTIMATE,
    pb.TOKEN_COUNT_ESTIMATE: tokens.ESTIMATE,
    pb.TOKEN_COUNT_O200K: tokens.O200K,
}
MAX_UNDER = 2_048  # characters


class Exporting(Handler):
    """The RPCs that take a selection."""

    async def GetSelection(
        self, request: pb.GetSelectionRequest, context: Context
    ) -> pb.GetSelectionResponse:
        user_id = await self.user("read")
        key, size = JobKey(user_id, named_job(request.job_id)), page_size(request.page_size, 100)
        after = next(iter(key_of("selection", request.page_token, int) or ()), 0)
        chosen, under = selection_of(request.selection), folder_of(request.under)
        await self.look_for(key)
        with self.resources.documents.place(share_of(user_id)):
            told = found(await self.resources.exports.selected(key, chosen, under, max(after, 0), size))
        more = len(told.entries) > size
        return pb.GetSelectionResponse(
            pages=told.sum.selected,
            tokens=told.sum.tokens,
            bytes=told.sum.bytes,
            under=told.under,
            entries=map(entry_message, told.entries[:size]),
            next_page_token=token_of("selection", [max(after, 0) + size]) if more else "",
        )

    async def ExportJob(
        self, request: pb.ExportJobRequest, context: Context
    ) -> AsyncIterator[pb.ExportJobResponse]:
        user_id = await self.user("read")
        key = JobKey(user_id, named_job(request.job_id))
        wanted, chosen = wanted_of(request), selection_of(request.selection)
        await self.look_for(key)
        with self.resources.documents.place(share_of(user_id)):
            try:
                async for message in self._export(key, wanted, chosen, request.if_none_match):
                    yield message
            except BadSelection as error:
                raise refused(error) from error
            except DocumentGone as error:
                raise deleted() from error

    async def GrepJob(self, request: pb.GrepJobRequest, context: Context) -> pb.GrepJobResponse:
        user_id = await self.user("read")
        key, chosen = JobKey(user_id, named_job(request.job_id)), selection_of(request.selection)
        await self.look_for(key)
        with self.resources.documents.place(share_of(user_id)):
            try:
                grep.checked(request.pattern, request.context, request.limit)
                limit = request.limit or grep.USUAL
                told = await self.resources.exports.grep(key, chosen, request.pattern, request.context, limit)
            except BadSelection as error:
                raise refused(error) from error
            except DocumentGone as error:
                raise deleted() from error
        matches, complete = found(told)
        return pb.GrepJobResponse(matches=map(match_message, matches), complete=complete)

    async def look_for(self, key: JobKey) -> None:
        """Raise NotFound for a job that this user hasn't, before any process is started for it."""
        async with self.resources.pool.transaction(key.user_id) as connection:
            found(await store.job(connection, key))

    async def _export(
        self, key: JobKey, wanted: Wanted, chosen: Selection, if_none_match: str
    ) -> AsyncIterator[pb.ExportJobResponse]:
        header, chunks = found(await self.resources.exports.open(key, wanted, chosen, if_none_match))
        async with aclosing(chunks):
            if not header.pages and not header.not_modified:
                raise nothing_to_read(header.complete)
            yield pb.ExportJobResponse(header=pb.ExportHeader(**asdict(header)))
            async for chunk in chunks:
                yield pb.ExportJobResponse(chunk=chunk)


def wanted_of(request: pb.ExportJobRequest) -> Wanted:
    """The export that is asked for. Raises InvalidArgument."""
    if request.format not in FORMATS:
        known = ", ".join(Format)
        raise InvalidArgument([("format", f"{request.format} is not known; give one of {known}.")])
    if request.tokens not in TOKENS:
        raise InvalidArgument(
            [("tokens", f"{request.tokens} is not known; give one of {', '.join(tokens.KINDS)}.")]
        )
    wanted = Wanted(FORMATS[request.format], request.max_tokens, request.part, TOKENS[request.tokens])
    try:
        formats.check(wanted)
    except BadSelection as error:
        raise refused(error) from error
    return wanted


def selection_of(message: pb.Selection) -> Selection:
    """The selection of a message. Raises InvalidArgument."""
    asked = Selection(
        tuple(message.include),
        tuple(message.exclude),
        tuple((one.first, one.last) for one in message.pages),
        not message.without_links,
        message.contents if message.HasField("contents") else MOST_LEVELS,
    )
    try:
        return selection.checked(asked)
    except BadSelection as error:
        raise refused(error) from error


def refused(error: BadSelection) -> InvalidArgument:
    """The refusal of what cannot be selected or made."""
    return InvalidArgument([(error.field, str(error))])


def folder_of(under: str) -> str:
    """A folder whose entries are asked for. Raises InvalidArgument."""
    if len(under) > MAX_UNDER or "\0" in under or (under and not under.endswith("/")):
        raise InvalidArgument([("under", "Give the beginning of an address, up to and with a slash.")])
    return under


def match_message(match: grep.Match) -> pb.TextMatch:
    """A line that holds a text."""
    return pb.TextMatch(
        url=match.url,
        title=match.title,
        heading_path=match.path,
        anchor=match.anchor,
        position=match.position,
        line=match.line,
        text=match.text,
    )


def entry_message(entry: Entry) -> pb.SelectionEntry:
    """A folder or a page."""
    message = pb.SelectionEntry(
        path=entry.path,
        pages=entry.sum.pages,
        selected_pages=entry.sum.selected,
        tokens=entry.sum.tokens,
        position=entry.sum.first,
    )
    if entry.page is not None:
        message.page_id, message.title = str(entry.page.page_id), entry.page.title
    return message
