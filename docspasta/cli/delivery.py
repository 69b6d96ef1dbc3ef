"""Puts a job's document where `-o` says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docspasta.cli.connection import Connection
from docspasta.cli.document import Document
from docspasta.cli.folder_choice import ALL, Choice
from docspasta.cli.output import partial_name, safe_name, to_file, to_stdout
from docspasta.cli.saying import say
from docspasta.cli.terminal_text import one_line

if TYPE_CHECKING:
    from docspasta.v1.jobs_pb2 import Job


async def delivered(
    connection: Connection,
    job: Job,
    output: str,
    *,
    partial: bool,
    quiet: bool = False,
    links: str = "relative",
) -> str:
    """Write the document; where it is now (`-` for stdout).

    `output` is '' (the document's own name, here), `-`, a directory that ends in `/`, or a file. `links` are
    those between the files of a directory.
    """
    if output.endswith("/"):
        return await into_directory(connection, job, output, links, quiet=quiet)
    document = Document(connection, job.job_id)
    header = await document.open()
    if output == "-":
        await to_stdout(document.chunks())
        return "-"
    path = Path(output or safe_name(header.file_name))
    path = partial_name(path) if partial else path
    if not output and not quiet:
        say_replaced(path)
    await to_file(path, document.chunks())
    return str(path)


def say_replaced(path: Path) -> None:
    """A file whose name nobody typed is replaced with a word: it may hold an earlier crawl."""
    if path.is_file():
        say(f"Replacing {path}; -o keeps both.")


async def into_directory(
    connection: Connection, job: Job, output: str, links: str, choice: Choice = ALL, *, quiet: bool = False
) -> str:
    """One file a page, into the directory `output`; says what became of files that were there."""
    from docspasta.cli.page_links import Links
    from docspasta.cli.pages_directory import Site, to_directory
    from docspasta.v1.jobs_pb2 import JobState

    document = Document(connection, job.job_id, json_lines=True)
    header = await document.open()
    whole = job.progress.state == JobState.JOB_STATE_COMPLETED and not job.progress.limit_reached
    site = Site(header.title, job.settings.url, whole, Links(links), choice)
    said = await to_directory(Path(output), site, document.pages())
    if said and not quiet:
        say(*map(one_line, said))
    return output
