"""Where a document goes: a file written beside its name and renamed, a directory of pages, or stdout."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO

from docspasta.cli.exits import FAILED, USAGE, CommandError


def checked_output(output: str) -> str:
    """The `-o` of the command line, refused before anything is crawled when it cannot work."""
    if output in ("", "-"):
        return output
    path = Path(output)
    if output.endswith("/") or path.is_dir():
        nearest = next(parent for parent in (path, *path.absolute().parents) if parent.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK):
            raise CommandError(f"-o {output}: {nearest} is not a directory that can be written", USAGE)
        return f"{path}/"
    if not path.absolute().parent.is_dir():
        raise CommandError(f"-o {output}: there is no directory {path.parent}; make it first", USAGE)
    if not os.access(path.absolute().parent, os.W_OK):
        raise CommandError(f"-o {output}: the directory {path.parent} cannot be written", USAGE)
    return output


def partial_name(path: Path) -> Path:
    """`docs.md` becomes `docs.partial.md`: what an interrupted crawl leaves."""
    return path.with_name(f"{path.stem}.partial{path.suffix or '.md'}")


def safe_name(name: str) -> str:
    """A file name that a server suggested, without any directory."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1].lstrip(".").replace("\0", "")
    return name or "document.md"


@contextlib.contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when the block ends well; its directory is made."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
    except OSError as error:
        raise CommandError(f"{path} could not be written: {error.strerror or error}", FAILED) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


async def to_file(path: Path, chunks: AsyncIterator[bytes]) -> None:
    """The whole document into one file."""
    with written(path) as file:
        async for chunk in chunks:
            file.write(chunk)


async def to_stdout(chunks: AsyncIterator[bytes]) -> None:
    """The whole document to stdout."""
    async for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()
