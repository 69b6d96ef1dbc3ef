"""The jobs of `crawl` commands that were killed: nobody waits for them, and the next command ends them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docspasta.cli.connection import Connection
from docspasta.cli.run import complain
from docspasta.embedded.directory import DataDirectory, runs

NOTES = "crawl-*.json"  # one for each command that runs a job, named after its process


@contextmanager
def noted(directory: DataDirectory | None, job_id: str, url: str) -> Iterator[None]:
    """Note the job for as long as this command runs. None: the job outlives the command."""
    if directory is None:
        yield
        return
    note = directory.path / NOTES.replace("*", str(os.getpid()))
    note.write_text(json.dumps({"job_id": job_id, "url": url}))
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


async def end_abandoned(connection: Connection) -> None:
    """Cancel the jobs that killed commands have left behind in this data directory. Their pages are kept."""
    if connection.directory is None:
        return
    for note in sorted(connection.directory.path.glob(NOTES)):
        if not runs(process_of(note)):
            if job := read(note):
                await end(connection, *job)
            note.unlink(missing_ok=True)


def read(note: Path) -> tuple[str, str] | None:
    """The job id and the URL of a note; None when it can't be read."""
    try:
        left = json.loads(note.read_text())
        return left["job_id"], left["url"]
    except (OSError, ValueError, KeyError):
        return None


def process_of(note: Path) -> int:
    """The process that a note is named after, 0 when it names none."""
    number = note.stem.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


async def end(connection: Connection, job_id: str, url: str) -> None:
    """Cancel one job and say so. A job that has ended or is gone stays as it is."""
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
