"""GetPageMarkdown, GetDocument, GetOutline: what was made of the pages, in chunks.

Bodies are read in short transactions, so that a slow reader holds nothing open.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from docspasta.errors import FailedPrecondition, Unavailable
from docspasta.store import jobs as store
from docspasta.store import pages as page_store
from docspasta.v1.jobs_pb2 import (
    GetDocumentRequest,
    GetDocumentResponse,
    GetOutlineRequest,
    GetOutlineResponse,
    GetPageMarkdownRequest,
    GetPageMarkdownResponse,
)

from .calls import Calls, found, named_job
from .listing import found_page, page_id_of

CHUNKS_AT_ONCE = 4  # of 64 KiB: one message


class Reading(Calls):
    """The RPCs that stream text."""

    async def GetPageMarkdown(
        self, request: GetPageMarkdownRequest, context: Any
    ) -> AsyncIterator[GetPageMarkdownResponse]:
        user_id = await self.user("read")
        job_id = named_job(request.job_id)
        async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
            job = found(await store.job(connection, user_id, job_id))
            row = found_page(await page_store.page(connection, user_id, job_id, page_id_of(request.page_id)))
        refuse_without_content(row, job, request.raw)
        kind, after = "raw" if request.raw else "markdown", -1
        while True:
            async with self.resources.pool.transaction(user_id) as connection:
                rows = await page_store.chunks(
                    connection, user_id, job_id, row["result_id"], kind, after, CHUNKS_AT_ONCE
                )
            if not rows:
                return
            after = rows[-1]["seq"]
            yield GetPageMarkdownResponse(chunk=b"".join(chunk["data"] for chunk in rows))

    async def GetDocument(
        self, request: GetDocumentRequest, context: Any
    ) -> AsyncIterator[GetDocumentResponse]:
        raise Unavailable("not yet")
        yield GetDocumentResponse()

    async def GetOutline(self, request: GetOutlineRequest, context: Any) -> GetOutlineResponse:
        raise Unavailable("not yet")


def refuse_without_content(page: Any, job: Any, raw: bool) -> None:
    """Raise FailedPrecondition for a page without what is asked for."""
    if raw and not job["keep_raw"]:
        raise FailedPrecondition(
            "This job did not keep the pages' HTML; start it with keepRaw.", reason="raw-not-kept"
        )
    if page["state"] == "queued":
        raise FailedPrecondition(
            "The page has not been crawled yet; ask again later.", reason="no-content-yet"
        )
    if page["state"] != "processed" and not raw:
        raise FailedPrecondition(
            f"The page has no content: it {page['state']} ({page['reason']}).", reason="no-content"
        )
