"""`docspasta sources diff --markdown`: what changed in a source as a document for people."""

from __future__ import annotations

from docspasta.cli.connection import Target, connected
from docspasta.cli.exits import OK
from docspasta.cli.export import chunks_of
from docspasta.cli.output import to_stdout
from docspasta.cli.sources import find_source, named_run


async def diff_document(target: Target, name: str, earlier: str, later: str) -> int:
    """Write the document to stdout."""
    from docspasta.v1.sources_pb2 import WriteDiffRequest

    async with connected(target, "sources diff") as connection:
        request = WriteDiffRequest(
            source_id=(await find_source(connection, name)).source_id,
            from_job_id=await named_run(connection, earlier),
            to_job_id=await named_run(connection, later),
        )
        answers = connection.sources.WriteDiff(request, metadata=await connection.credential())
        await to_stdout(chunks_of(aiter(answers)))
    return OK
