"""Puts a job's document where `-o` says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from docspasta.cli.connection import Connection
from docspasta.cli.document import Document
from docspasta.cli.output import partial_name, safe_name, to_file, to_stdout

if TYPE_CHECKING:
    from docspasta.v1.jobs_pb2 import Job


async def delivered(
    connection: Connection, job: Job, output: str, *, partial: bool, quiet: bool = False
) -> str:
    """Write the document; where it is now (`-` for stdout).

    `output` is '' (the document's own name, here), `-`, a directory that ends in `/`, or a file.
    """
    if output.endswith("/"):
        return await into_directory(connection, job, Path(output))
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
        print(f"Replacing {path}; -o keeps both.", file=sys.stderr)


async def into_directory(connection: Connection, job: Job, directory: Path) -> str:
    """One file a page."""
    from docspasta.cli.pages_directory import to_directory

    document = Document(connection, job.job_id, json_lines=True)
    header = await document.open()
    await to_directory(directory, header.title, job.settings.url, document.pages())
    return f"{directory}/"
