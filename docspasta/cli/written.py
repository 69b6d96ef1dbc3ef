"""What a written document comes to: its own pages, bytes and tokens, not the sums of what was crawled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from docspasta.tokens import estimated_tokens

HEAD = 8192  # bytes in which the front matter's count of pages is
READ = 1 << 20  # bytes that are measured at once


class Written(NamedTuple):
    """A document's own numbers; `tokens` is an estimate."""

    pages: int
    bytes: int
    tokens: int


def measured(path: str) -> Written | None:
    """The numbers of a document that is one file; None for anything else."""
    file = Path(path)
    if not file.is_file():
        return None
    with file.open("rb") as reading:
        pages = re.search(rb"^pages: (\d+)$", reading.read(HEAD), re.MULTILINE)
        if pages is None:
            return None
        reading.seek(0)
        tokens = sum(map(estimated_tokens, iter(lambda: reading.read(READ), b"")))
    return Written(int(pages[1]), file.stat().st_size, round(tokens))
