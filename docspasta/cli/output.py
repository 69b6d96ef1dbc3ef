"""Where a document goes: a file written beside its name and renamed, a directory of pages, or stdout."""

from __future__ import annotations

import contextlib
import os
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO

from docspasta.cli.exits import FAILED, USAGE, CommandError
from docspasta.cli.terminal_text import TerminalText


def checked_output(output: str) -> str:
    """The `-o` of the command line, refused before anything is crawled when it cannot work."""
    if output == "-" and sys.stdout.name == os.devnull:
        raise CommandError("-o -: stdout is closed; name a file instead", USAGE)
    if output in ("", "-"):
        return output
    path = Path(output)
    check_name(output, path)
    if output.endswith("/") or path.is_dir():
        return checked_directory(output, path)
    if written_through(path):
        if not os.access(path, os.W_OK):
            raise CommandError(f"-o {output}: {path} cannot be written", USAGE)
        return output
    parent = path.absolute().parent
    if not parent.is_dir():
        raise CommandError(f"-o {output}: there is no directory {path.parent}; make it first", USAGE)
    if not os.access(parent, os.W_OK):
        raise CommandError(f"-o {output}: the directory {path.parent} cannot be written", USAGE)
    return output


def check_name(output: str, path: Path) -> None:
    """Refuse a name that the file system could not keep."""
    longest, length = longest_name(path.absolute().parent), len(os.fsencode(path.name))
    if length > longest:
        raise CommandError(
            f"-o {output}: the name is {length} bytes long; a file's name has at most {longest}", USAGE
        )


def checked_directory(output: str, path: Path) -> str:
    """A directory for one file a page, which exists or can be made."""
    nearest = next(parent for parent in (path, *path.absolute().parents) if parent.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise CommandError(f"-o {output}: {nearest} is not a directory that can be written", USAGE)
    return f"{path}/"


def written_through(path: Path) -> bool:
    """Whether `path` is a device, a pipe or a socket: it is written to and never replaced.

    What /dev and /proc name may be a file that another process holds open; it isn't replaced either.
    """
    system = path.absolute().parts[1:2] in (("dev",), ("proc",))
    return path.exists() and (system or not (path.is_file() or path.is_dir()))


def longest_name(directory: Path) -> int:
    """How many bytes a file's name may have there."""
    try:
        return os.pathconf(directory, "PC_NAME_MAX")
    except (OSError, ValueError):
        return 255


def partial_name(path: Path) -> Path:
    """`docs.md` becomes `docs.partial.md`: what an interrupted crawl leaves."""
    end = f".partial{path.suffix or '.md'}"
    room = longest_name(path.absolute().parent) - len(os.fsencode(end))
    return path.with_name(os.fsencode(path.stem)[:room].decode(errors="ignore") + end)


def safe_name(name: str) -> str:
    """A file name that a server suggested, without any directory."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1].lstrip(".").replace("\0", "")
    return name or "document.md"


@contextlib.contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when the block ends well; its directory is made.

    A link stays a link: the file that it names is replaced. A device or a pipe is written through.
    Raises CommandError with the reason when the file can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opening = path.open("wb") if written_through(path) else replacing(path.resolve())
        with opening as file:
            yield file
    except OSError as error:
        raise CommandError(f"{path} could not be written: {error.strerror or error}", FAILED) from error


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new file beside `path`, under a name of its own, that takes its place at the end of the block."""
    unfinished = path.with_name(f".docspasta-{uuid.uuid4().hex[:12]}.part")
    try:
        with unfinished.open("xb") as file:
            yield file
        with contextlib.suppress(OSError):
            unfinished.chmod(path.stat().st_mode & 0o7777)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


async def to_file(path: Path, chunks: AsyncIterator[bytes]) -> None:
    """The whole document into one file."""
    with written(path) as file:
        async for chunk in chunks:
            file.write(chunk)


async def to_stdout(chunks: AsyncIterator[bytes]) -> None:
    """The whole document to stdout; a terminal gets it without control characters."""
    harmless = TerminalText() if sys.stdout.isatty() else None
    async for chunk in chunks:
        sys.stdout.buffer.write(harmless.feed(chunk) if harmless else chunk)
    sys.stdout.buffer.flush()
