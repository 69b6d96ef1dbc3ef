"""A download that breaks goes on where it was, when the document is still the same."""

from __future__ import annotations

import grpc
import pytest
from grpc.aio import AioRpcError, Metadata

from docspasta.cli import document as document_module
from docspasta.cli.document import Document
from docspasta.v1.jobs_pb2 import DocumentHeader, GetDocumentResponse


def broken(code=grpc.StatusCode.UNAVAILABLE) -> AioRpcError:
    return AioRpcError(code, Metadata(), Metadata(), "gone")


class Connection:
    """Plays streams one after the other: each a list of responses and, last, perhaps an error."""

    def __init__(self, *streams):
        self.streams = list(streams)
        self.jobs = self

    async def credential(self):
        return ()

    async def recovered(self):
        pass

    def GetDocument(self, request, metadata):
        return self.play(self.streams.pop(0))

    async def play(self, stream):
        for part in stream:
            if isinstance(part, Exception):
                raise part
            yield part


def stream(etag, *chunks, then=None):
    parts = [GetDocumentResponse(header=DocumentHeader(etag=etag))]
    parts += [GetDocumentResponse(chunk=chunk) for chunk in chunks]
    return parts + ([then] if then else [])


async def read(connection) -> bytes:
    document = Document(connection, "job")
    await document.open()
    return b"".join([chunk async for chunk in document.chunks()])


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    async def at_once(seconds):
        return None

    monkeypatch.setattr(document_module.asyncio, "sleep", at_once)


async def test_a_whole_stream():
    assert await read(Connection(stream("e", b"abc", b"def"))) == b"abcdef"


async def test_a_broken_stream_goes_on_where_it_was():
    connection = Connection(
        stream("e", b"abc", b"d", then=broken()),
        stream("e", b"ab", then=broken()),
        [broken()],
        stream("e", b"abcde", b"fg"),
    )
    assert await read(connection) == b"abcdefg"


@pytest.mark.parametrize("etags", [("e", "f"), ("", "")])
async def test_another_document_is_not_glued_to_it(etags):
    first, second = etags
    with pytest.raises(AioRpcError):
        await read(Connection(stream(first, b"abc", then=broken()), stream(second, b"xyz")))


async def test_a_final_error_is_final():
    with pytest.raises(AioRpcError):
        await read(Connection(stream("e", b"abc", then=broken(grpc.StatusCode.NOT_FOUND))))
