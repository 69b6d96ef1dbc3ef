"""Lines for people: in a terminal they break between words, below their own indentation."""

from __future__ import annotations

import os
import sys
import textwrap
from typing import TextIO

LEAST = 20  # columns; what is narrower breaks where it likes


def say(*texts: str, to: TextIO | None = None) -> None:
    """Print to stderr, or to another stream. What is no terminal gets the lines as they are."""
    stream = sys.stderr if to is None else to
    columns = columns_of(stream)
    for text in texts:
        print(wrapped(text, columns), file=stream, flush=True)


def say_link(url: str) -> None:
    """Print an address to stderr. A terminal that knows hyperlinks (OSC 8) opens it on any of its lines."""
    clickable = columns_of(sys.stderr) and os.environ.get("TERM", "dumb") != "dumb"
    print(f"\x1b]8;;{url}\x1b\\{url}\x1b]8;;\x1b\\" if clickable else url, file=sys.stderr, flush=True)


def columns_of(stream: TextIO) -> int:
    """How wide a terminal is; 0 for anything else."""
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream.isatty() else 0
    except (OSError, ValueError):
        return 0


def wrapped(text: str, columns: int) -> str:
    """The text with lines of at most so many columns, where words allow it: an address stays whole."""
    return "\n".join(broken(line, columns) for line in text.split("\n")) if columns >= LEAST else text


def broken(line: str, columns: int) -> str:
    """One line, in as many as it takes."""
    if len(line) <= columns:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return "\n".join(
        textwrap.wrap(
            line.strip(),
            columns,
            initial_indent=indent,
            subsequent_indent=f"{indent}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
