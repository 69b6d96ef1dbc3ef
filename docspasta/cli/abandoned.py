"""The job of a `crawl` that was killed: nobody waits for it any more, and the next command ends it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from docspasta.cli.connection import Connection
from docspasta.cli.run import complain
from docspasta.embedded.directory import DataDirectory

NOTE = "crawl.json"


@contextmanager
def noted(directory: DataDirectory | None, job_id: str, url: str) -> Iterator[None]:
    """Note the job for as long as this command runs it on a stack of its own (None: on another's)."""
    if directory is None:
        yield
        return
    note = directory.path / NOTE
    note.write_text(json.dumps({"job_id": job_id, "url": url}))
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


async def end_abandoned(connection: Connection) -> None:
    """Cancel the job that a killed command has left behind in this data directory. Its pages are kept."""
    if connection.directory is None:
        return
    note = connection.directory.path / NOTE
    try:
        left = json.loads(note.read_text())
        await end(connection, left["job_id"], left["url"])
    except (OSError, ValueError, KeyError):
        return
    note.unlink(missing_ok=True)


async def end(connection: Connection, job_id: str, url: str) -> None:
    """Cancel one job and say so; one that has ended or is gone is let be."""
    import grpc

    from docspasta.cli.jobs import cancel_job

    try:
        await cancel_job(connection, job_id)
    except grpc.aio.AioRpcError as error:
        if error.code() not in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND):
            raise
    else:
        complain(
            f"an earlier crawl of {url} was killed; its pages are kept: docspasta jobs download {job_id}"
        )
