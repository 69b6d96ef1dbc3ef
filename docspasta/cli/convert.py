"""`docspasta convert`: HTML files to Markdown, without any stack."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docspasta.cli.exits import FAILED, OK, USAGE, CommandError
from docspasta.cli.output import written
from docspasta.cli.run import complain


@dataclass(frozen=True)
class Piece:
    """One conversion: an HTML file, the URL it was at, where its Markdown goes."""

    source: Path
    url: str
    target: Path


def convert_one(source: str, url: str, output: str, charset: str) -> int:
    """One file, or standard input for `-`, to a file or standard output."""
    from docspasta.content import markdown_of

    if source.startswith(("http://", "https://")):
        raise CommandError(
            f"{source} is an address, and convert reads files. Try: docspasta crawl {source}", USAGE
        )
    body = sys.stdin.buffer.read() if source == "-" else read(Path(source))
    url = url or default_url(source)
    markdown = markdown_of(body, url, charset)
    if not markdown:
        raise CommandError(f"{source}: {why_empty(body, url, charset)}", FAILED)
    text = markdown.rstrip("\n") + "\n"
    if output in ("", "-"):
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    else:
        with written(Path(output)) as file:
            file.write(text.encode())
    return OK


def why_empty(body: bytes, url: str, charset: str) -> str:
    """What is told of a file that gave no Markdown."""
    from docspasta.content import read_page

    detail = read_page(body, url, charset).detail
    return f"no content was found in it. {detail}" if detail else "no content was found in it"


def convert_batch(listing: str) -> int:
    """Every line of a list; a file that fails is named, and the others are converted all the same."""
    status = OK
    for piece in pieces(listing):
        try:
            convert_piece(piece)
        except CommandError as error:
            complain(error.message)
            status = FAILED
    return status


def convert_piece(piece: Piece) -> None:
    """Convert one piece of a batch. A page without content gives an empty file."""
    from docspasta.content import markdown_of

    markdown = markdown_of(read(piece.source), piece.url)
    with written(piece.target) as file:
        file.write((markdown.rstrip("\n") + "\n").encode() if markdown else b"")


def pieces(listing: str) -> Iterator[Piece]:
    """The lines `input<TAB>URL<TAB>output`; every malformed one is named before anything is converted."""
    try:
        text = (sys.stdin.buffer.read() if listing == "-" else read(Path(listing))).decode()
    except UnicodeDecodeError as error:
        raise CommandError(f"{listing}: it is not UTF-8 text ({error.reason})", USAGE) from error
    rows = [(number, line.split("\t")) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for number, row in rows:
        if len(row) != 3 or not all(row):
            raise CommandError(f"{listing}:{number}: write input path<TAB>page URL<TAB>output path", USAGE)
    for _, (source, url, target) in rows:
        yield Piece(Path(source), url, Path(target))


def read(path: Path) -> bytes:
    """A file's bytes; CommandError names it."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", FAILED) from error


def default_url(source: str) -> str:
    """The address of a file whose own is unknown: links stay relative to it."""
    return "https://localhost/" if source == "-" else Path(source).absolute().as_uri()
