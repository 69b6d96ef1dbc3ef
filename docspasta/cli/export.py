"""`docspasta jobs export`, and `-o x.zip`: a selection of a job's pages in one of the formats."""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docspasta.cli.connection import Connection, Target, connected
from docspasta.cli.exits import OK, USAGE, CommandError

if TYPE_CHECKING:
    from docspasta.v1.jobs_pb2 import ExportHeader, ExportJobRequest, Selection

FORMATS = ("markdown", "parts", "zip", "chunks", "skill", "llms", "llms-full")
SUFFIXES = {".zip": "zip", ".jsonl": "chunks"}
FIELD = re.compile(r"^(include|exclude|pages|max_tokens|part|tokens|contents): ")
COUNT = re.compile(r"(\d{1,9}(?:\.\d+)?)([km]?)", re.IGNORECASE)


@dataclass(frozen=True)
class ExportOptions:
    """What a person asked for. `format` '' is told by the name that `output` ends in."""

    format: str = ""
    output: str = ""
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    pages: str = ""
    max_tokens: str = ""
    part: int = 0
    tokens: str = "estimate"
    links: bool = True
    contents: int | None = None


async def export_job(target: Target, job_id: str, options: ExportOptions) -> int:
    """Write an export; its path goes to stdout."""
    from docspasta.cli.job_names import find_job
    from docspasta.cli.output import checked_output

    request = request_of(options)
    output = checked_output(options.output)
    async with connected(target, "jobs export") as connection:
        request.job_id = await find_job(connection, job_id)
        path = await exported(connection, request, output)
    if path != "-":
        print(path)
    return OK


async def exported(connection: Connection, request: ExportJobRequest, output: str) -> str:
    """Write the export where `-o` says; where it is now."""
    from docspasta.cli.output import safe_name, to_file, to_stdout

    header, chunks = await opened(connection, request)
    if not header.complete:
        print("The job has not ended, so the export isn't complete, either.", file=sys.stderr)
    if output == "-":
        await to_stdout(chunks)
        return "-"
    name = safe_name(header.file_name)
    path = Path(output) / name if output.endswith("/") else Path(output or name)
    await to_file(path, chunks)
    return str(path)


async def opened(
    connection: Connection, request: ExportJobRequest
) -> tuple[ExportHeader, AsyncIterator[bytes]]:
    """The export's header and its bytes. Raises CommandError for what cannot be asked for."""
    import grpc

    call = connection.jobs.ExportJob(request, metadata=await connection.credential())
    answers = aiter(call)
    try:
        header = (await anext(answers)).header
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
            raise CommandError(by_option(error.details() or "it can't be exported so"), USAGE) from error
        raise
    return header, chunks_of(answers)


def by_option(told: str) -> str:
    """A sentence about a field of the request, about the option that sets it: `--max-tokens: …`."""
    return FIELD.sub(lambda field: f"--{field[1].replace('_', '-')}: ", told)


async def chunks_of(answers: AsyncIterator[Any]) -> AsyncIterator[bytes]:
    """The bytes of an export whose header was read."""
    async for answer in answers:
        yield answer.chunk


def request_of(options: ExportOptions) -> ExportJobRequest:
    """The request for what was typed, without the job. Raises CommandError."""
    from docspasta.v1 import jobs_pb2 as pb

    name = options.format.removesuffix(".jsonl").removesuffix(".txt") or format_of(options.output)
    if name not in FORMATS:
        raise CommandError(f"--format {name!r} is none of {', '.join(FORMATS)}", USAGE)
    if options.tokens not in ("estimate", "o200k"):
        raise CommandError(f"--tokens {options.tokens!r} is neither estimate nor o200k", USAGE)
    return pb.ExportJobRequest(
        format=pb.ExportJobRequest.Format.Value(f"FORMAT_{name.replace('-', '_').upper()}"),
        selection=selection_of(options),
        max_tokens=token_count(options.max_tokens, "--max-tokens") if options.max_tokens else 0,
        part=options.part,
        tokens=pb.TOKEN_COUNT_O200K if options.tokens == "o200k" else pb.TOKEN_COUNT_ESTIMATE,
    )


def format_of(output: str) -> str:
    """The format that a file's name tells."""
    path = Path(output.lower())
    if path.suffix == ".txt" and path.stem.endswith(("llms", "llms-full")):
        return "llms-full" if path.stem.endswith("-full") else "llms"
    return SUFFIXES.get(path.suffix, "markdown")


def selection_of(options: ExportOptions) -> Selection:
    """The selection of globs and positions. Raises CommandError."""
    from docspasta.exports.selection import BadSelection, checked
    from docspasta.exports.selection import Selection as Pages
    from docspasta.v1 import jobs_pb2 as pb

    chosen = Pages(tuple(options.include), tuple(options.exclude), page_ranges(options.pages))
    try:
        checked(chosen)
    except BadSelection as error:
        raise CommandError(f"--{error.field}: {error}", USAGE) from error
    return pb.Selection(
        include=chosen.include,
        exclude=chosen.exclude,
        pages=[pb.PageRange(first=first, last=last) for first, last in chosen.pages],
        without_links=not options.links,
        contents=options.contents,
    )


def page_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """`1-40,52` as ranges."""
    found = []
    for part in filter(None, text.split(",")):
        first, dash, last = part.strip().partition("-")
        last = last if dash else first
        if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit() and len(last) < 10):
            raise CommandError(f"--pages {part!r} is no position; write positions like 1-40,52", USAGE)
        found.append((int(first), int(last)))
    return tuple(found)


def token_count(text: str, option: str) -> int:
    """`100k` as 100,000 and `1.5m` as 1,500,000."""
    found = COUNT.fullmatch(text.strip())
    if not found:
        raise CommandError(f"{option} {text!r} is no number of tokens; write it like 100000 or 100k", USAGE)
    return int(float(found[1]) * {"": 1, "k": 1_000, "m": 1_000_000}[found[2].lower()])
