"""`--select`, `--max-tokens`, `--split`, `--no-links`, `--contents`: some of a job, or all of it in parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docspasta.cli.connection import Connection
from docspasta.cli.delivery import into_directory
from docspasta.cli.exits import USAGE, CommandError
from docspasta.cli.export import SUFFIXES, ExportOptions, exported, opened, request_of
from docspasta.cli.folder_choice import Choice
from docspasta.cli.output import safe_name, to_file

if TYPE_CHECKING:
    from docspasta.v1.jobs_pb2 import ExportJobRequest, Job


@dataclass(frozen=True)
class Taking:
    """What is taken of a job, as it was typed. Nothing was: the whole document."""

    select: Sequence[str] = ()
    max_tokens: str = ""
    split: str = ""
    links: bool = True
    contents: int | None = None

    def __bool__(self) -> bool:
        whole = self.links and self.contents is None
        return bool(self.select or self.max_tokens or self.split or not whole)

    def request(self, output: str) -> ExportJobRequest:
        """The export that was meant. Raises CommandError for what can't be."""
        if self.max_tokens and self.split:
            raise CommandError("--max-tokens and --split exclude each other: give one of them", USAGE)
        if output.endswith("/") and self.max_tokens:
            raise CommandError(
                f"--max-tokens cuts one document, and -o {output} is one file per page; name a file instead",
                USAGE,
            )
        try:
            return in_range(request_of(self.options(output)))
        except CommandError as error:
            raise self.as_typed(error) from error

    def as_typed(self, error: CommandError) -> CommandError:
        """An export's error in the words of these options."""
        told = error.message.replace("--include", "--select").replace("include: ", "--select: ", 1)
        return CommandError(
            told.replace("--max-tokens", "--split" if self.split else "--max-tokens"), error.status
        )

    def choice(self) -> Choice:
        """The same for a folder of pages."""
        return Choice(tuple(self.select), self.links, self.contents)

    def options(self, output: str) -> ExportOptions:
        """The same as the options of an export."""
        return ExportOptions(
            format="parts" if self.split else "",
            output="" if self.split else output,
            include=self.select,
            max_tokens=self.split or self.max_tokens,
            links=self.links,
            contents=self.contents,
        )


def in_range(request: ExportJobRequest) -> ExportJobRequest:
    """The request, whose number of tokens is refused here when the service would: after a whole crawl."""
    from docspasta.exports.formats import LEAST_PART, MOST_PART

    if request.max_tokens and not LEAST_PART <= request.max_tokens <= MOST_PART:
        told = f"--max-tokens {request.max_tokens:,}: give {LEAST_PART:,} to {MOST_PART:,}"
        raise CommandError(told, USAGE)
    return request


def told_by_name(output: str) -> bool:
    """Whether the name of the file says that it is no Markdown: `docs.zip`."""
    return Path(output).suffix.lower() in SUFFIXES


async def taken(
    connection: Connection,
    job: Job,
    taking: Taking,
    output: str,
    links: str = "relative",
    quiet: bool = False,
) -> list[str]:
    """Write what was asked for; the files, `-` for stdout. `links` are those between a folder's files."""
    request = taking.request(output)
    request.job_id = job.job_id
    try:
        if output.endswith("/") and not taking.split:
            return [await into_directory(connection, job, output, links, taking.choice(), quiet=quiet)]
        if taking.split:
            return await in_parts(connection, request, output)
        return [await exported(connection, request, output)]
    except CommandError as error:
        raise taking.as_typed(error) from error


async def in_parts(connection: Connection, request: ExportJobRequest, output: str) -> list[str]:
    """A file each part: `docs.part-1-of-3.md`."""
    if output == "-":
        raise CommandError("--split writes files; name one with -o, or a directory", USAGE)
    paths: list[str] = []
    count = 1
    while len(paths) < count:
        request.part = len(paths) + 1
        header, chunks = await opened(connection, request)
        count = header.parts or 1
        path = part_path(output, safe_name(header.file_name), request.part, count)
        await to_file(path, chunks)
        paths.append(str(path))
    return paths


def part_path(output: str, suggested: str, part: int, count: int) -> Path:
    """Where a part goes: beside the file that was named, in the directory that was, else here."""
    base = Path(output) / suggested if output.endswith("/") else Path(output or suggested)
    stem = base.name.partition(".part")[0].removesuffix(".md")
    return base.with_name(f"{stem}.part-{part:0{len(str(count))}}-of-{count}.md")
