"""GetPageMarkdown, GetDocument, GetOutline: what was made of the pages, in chunks.

Bodies are read in short transactions, so that a slow reader holds nothing open.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import asdict

from docspasta.domain import JobKey, PageState
from docspasta.errors import FailedPrecondition, InvalidArgument, NotFound
from docspasta.identity.caller import share_of
from docspasta.store import jobs as store
from docspasta.store import pages as page_store
from docspasta.store.documents import JSON_LINES, MARKDOWN, DocumentGone
from docspasta.v1.jobs_pb2 import (
    DocumentHeader,
    GetDocumentRequest,
    GetDocumentResponse,
    GetOutlineRequest,
    GetOutlineResponse,
    GetPageMarkdownRequest,
    GetPageMarkdownResponse,
)

from .documents.outline_part import OutlinePart
from .handler import Context, Handler, found, named_job, no_such_job
from .listing import found_page, page_id_of
from .paging import key_of, page_size, token_of

CHUNKS_AT_ONCE = 4  # of 64 KiB: one message
MOST_OFFSET, MOST_PAGES = (
    2**40,
    2**30,
)  # beyond any document; the record counts its pieces and pages in 32 bits


class Reading(Handler):
    """The RPCs that stream text."""

    async def GetPageMarkdown(
        self, request: GetPageMarkdownRequest, context: Context
    ) -> AsyncIterator[GetPageMarkdownResponse]:
        user_id = await self.user("read")
        key, page_id = JobKey(user_id, named_job(request.job_id)), page_id_of(request.page_id)
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            found(await store.job(connection, key))
            page = found_page(await page_store.page_content(connection, key, page_id))
        kind, after = kind_of(request), -1
        refuse_without_content(page, kind)
        while True:
            async with self.resources.pool.transaction(user_id) as connection:
                chunks = await page_store.chunks(connection, key, page.result_id, kind, after, CHUNKS_AT_ONCE)
            if not chunks:
                return
            after = chunks[-1].seq
            yield GetPageMarkdownResponse(chunk=b"".join(chunk.data for chunk in chunks))

    async def GetDocument(
        self, request: GetDocumentRequest, context: Context
    ) -> AsyncIterator[GetDocumentResponse]:
        user_id = await self.user("read")
        with self.resources.documents.place(share_of(user_id)):
            async for message in self._document(user_id, request):
                yield message

    async def _document(
        self, user_id: str, request: GetDocumentRequest
    ) -> AsyncIterator[GetDocumentResponse]:
        job = JobKey(user_id, named_job(request.job_id))
        form = JSON_LINES if request.format == GetDocumentRequest.FORMAT_JSON_LINES else MARKDOWN
        try:
            header, chunks = found(
                await self.resources.stored_documents.open(
                    job,
                    form,
                    request.if_none_match,
                    gzip=request.accept_gzip,
                    first=min(max(request.offset, 0), MOST_OFFSET),
                )
            )
            async with aclosing(chunks):
                if not header.pages and not header.not_modified:
                    raise nothing_to_read(header.complete)
                yield GetDocumentResponse(header=DocumentHeader(**asdict(header)))
                async for chunk in chunks:
                    yield GetDocumentResponse(chunk=chunk)
        except DocumentGone as error:
            raise deleted() from error

    async def GetOutline(self, request: GetOutlineRequest, context: Context) -> GetOutlineResponse:
        user_id = await self.user("read")
        job, pages = JobKey(user_id, named_job(request.job_id)), page_size(request.page_size, 500)
        after, skip = key_of("outline", request.page_token, int, int) or (0, 0)
        part = OutlinePart(min(max(after, 0), MOST_PAGES), max(skip, 0), pages)
        with self.resources.documents.place(share_of(user_id)):
            try:
                if not await self.resources.stored_documents.outline(job, part):
                    raise no_such_job()
            except DocumentGone as error:
                raise deleted() from error
        return GetOutlineResponse(
            entries=part.entries,
            next_page_token=token_of("outline", list(part.next)) if part.next else "",
        )


def deleted() -> NotFound:
    """The refusal of what was deleted in the middle."""
    return NotFound("The job was deleted or opened again while its document was being read.", reason="gone")


def nothing_to_read(ended: bool) -> FailedPrecondition:
    """The refusal of a document without a page."""
    if ended:
        return FailedPrecondition("The job ended without a processed page; it says why.", reason="no-content")
    return FailedPrecondition("No page has been processed yet; ask again later.", reason="no-content-yet")


def kind_of(request: GetPageMarkdownRequest) -> str:
    """Which form of a page is asked for. Raises InvalidArgument."""
    if request.raw and request.html:
        raise InvalidArgument([("html", "give raw or html, not both.")])
    return "raw" if request.raw else "html" if request.html else "markdown"


def refuse_without_content(page: page_store.PageContent, kind: str) -> None:
    """Raise FailedPrecondition for a page without what is asked for."""
    if kind == "html" and not page.keep_html:
        raise FailedPrecondition(
            "This job did not keep the pages' cleaned HTML; start it with keepHtml.", reason="html-not-kept"
        )
    if kind == "raw" and not page.keep_raw:
        raise FailedPrecondition(
            "This job did not keep the pages' HTML; start it with keepRaw.", reason="raw-not-kept"
        )
    if page.state is PageState.QUEUED:
        raise FailedPrecondition(
            "The page has not been crawled yet; ask again later.", reason="no-content-yet"
        )
    if page.state is not PageState.PROCESSED and kind != "raw":
        raise FailedPrecondition(
            f"The page has no content: it {page.state} ({page.reason}).", reason="no-content"
        )
