"""`docspasta sources changes`: what a source shows, in the order in which it changed, as JSON lines."""

from __future__ import annotations

from docspasta.cli.connection import Target, connected
from docspasta.cli.exits import OK, USAGE, CommandError
from docspasta.cli.export import chunks_of
from docspasta.cli.output import to_stdout
from docspasta.cli.sources import find_source


async def changes(target: Target, name: str, after: str, no_chunks: bool) -> int:
    """Write the lines after a cursor to stdout. Raises CommandError for a cursor of another source."""
    import grpc

    from docspasta.v1.sources_pb2 import ReadChangesRequest

    async with connected(target, "sources changes") as connection:
        request = ReadChangesRequest(
            source_id=(await find_source(connection, name)).source_id, after=after, without_chunks=no_chunks
        )
        answers = connection.sources.ReadChanges(request, metadata=await connection.credential())
        try:
            await to_stdout(chunks_of(aiter(answers)))
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
                raise CommandError(f"--after: {error.details()}", USAGE) from error
            raise
    return OK
