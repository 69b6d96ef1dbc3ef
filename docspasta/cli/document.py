"""Getting a job's document: its header, its Markdown, its pages as JSON lines."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from docspasta.cli.connection import Connection

if TYPE_CHECKING:
    from docspasta.v1.jobs_pb2 import DocumentHeader


class Document:
    """One open GetDocument stream: the header first, then `chunks`."""

    def __init__(self, connection: Connection, job_id: str, json_lines: bool = False) -> None:
        self._connection, self._job_id, self._json_lines = connection, job_id, json_lines
        self._parts: AsyncIterator[Any]

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
        return header

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes of the document, in order."""
        async for part in self._parts:
            yield part.chunk

    async def pages(self) -> AsyncIterator[dict[str, Any]]:
        """The pages of a document that was asked for as JSON lines."""
        rest = b""
        async for chunk in self.chunks():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield json.loads(line)
        if rest.strip():
            yield json.loads(rest)
