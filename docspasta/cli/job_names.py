"""What a person writes for a job: its id, the beginning of one, or `latest`."""

from __future__ import annotations

from docspasta.cli.connection import Connection
from docspasta.cli.exits import FAILED, CommandError

ID_LENGTH = 24  # characters of a whole id


async def find_job(connection: Connection, name: str) -> str:
    """The id that a person means: `latest`, a whole id, or the beginning of one.

    Raises CommandError when none or several of the caller's jobs begin so.
    """
    if len(name) >= ID_LENGTH:
        return name
    from docspasta.cli.jobs import all_jobs

    found = []
    async for job in all_jobs(connection, []):
        if name == "latest" or job.job_id == name:
            return job.job_id
        if name and job.job_id.startswith(name):
            found.append(job.job_id)
    if len(found) == 1:
        return found[0]
    why = (
        f"{len(found)} ids begin with it: {', '.join(found[:5])}" if found else "no job of yours has this id"
    )
    raise CommandError(f"job {name!r}: {why}. See: docspasta jobs list", FAILED)
