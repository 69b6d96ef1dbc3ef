"""Getting a job's document: its header, its Markdown, its pages as JSON lines."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from docspasta.cli.connection import Connection
from docspasta.cli.watching import passes

if TYPE_CHECKING:
    from docspasta.v1.jobs_pb2 import DocumentHeader

PATIENCE = 60.0  # seconds without a byte after which the download gives up


class Document:
    """One document: `open` gives its header, `chunks` its bytes, however often the stream breaks."""

    def __init__(self, connection: Connection, job_id: str, json_lines: bool = False) -> None:
        self._connection, self._job_id, self._json_lines = connection, job_id, json_lines
        self._parts: AsyncIterator[Any]
        self._etag = ""

    async def open(self) -> DocumentHeader:
        """Ask for the document. Raises grpc's FAILED_PRECONDITION when the job has no content yet."""
        from docspasta.v1.jobs_pb2 import GetDocumentRequest

        kind = (
            GetDocumentRequest.FORMAT_JSON_LINES if self._json_lines else GetDocumentRequest.FORMAT_MARKDOWN
        )
        call = self._connection.jobs.GetDocument(
            GetDocumentRequest(job_id=self._job_id, format=kind), metadata=await self._connection.credential()
        )
        self._parts = aiter(call)
        header: DocumentHeader = (await anext(self._parts)).header
        self._etag = header.etag
        return header

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes of the document, in order.

        When the stream breaks, another takes its place: an ended job's document has the same bytes each
        time, so those that were given already are passed over.
        """
        import grpc

        given, heard = 0, time.monotonic()
        passing = 0
        while True:
            try:
                async for part in self._parts:
                    fresh = part.chunk[passing:]
                    passing -= len(part.chunk) - len(fresh)
                    given, heard = given + len(fresh), time.monotonic()
                    if fresh:
                        yield fresh
                return
            except grpc.aio.AioRpcError as error:
                if not passes(error.code()) or time.monotonic() - heard > PATIENCE:
                    raise
                await self._reopen(error, heard)
                passing = given

    async def _reopen(self, error: Exception, heard: float) -> None:
        """The same document once more; `error` when it is not the same any longer."""
        import grpc

        etag = self._etag
        while True:
            await asyncio.sleep(0.3)
            await self._connection.recovered()
            try:
                await self.open()
            except grpc.aio.AioRpcError as again:
                if not passes(again.code()) or time.monotonic() - heard > PATIENCE:
                    raise
            else:
                break
        if not etag or self._etag != etag:
            raise error

    async def pages(self) -> AsyncIterator[dict[str, Any]]:
        """The pages of a document that was asked for as JSON lines."""
        rest = b""
        async for chunk in self.chunks():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield json.loads(line)
        if rest.strip():
            yield json.loads(rest)
