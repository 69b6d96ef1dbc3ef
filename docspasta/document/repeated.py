"""What repeats at the edges of most pages is chrome, whatever generator wrote it: logos, tags, licence lines,
requests for feedback. Found over all pages of a document, before the first one is written. Pure.

Which blocks are looked at: `edges.py`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from .edges import HEADING, Block

FEWEST = 5  # pages of a document in which something can repeat
TOLD = 20  # blocks that the document lists
_SHOWN = 100  # characters of each
_ROWS, _COLUMNS = 4, 1 << 14


class Repeated:
    """How many pages have a block at an edge: a count-min sketch of a fixed size (512 KiB), so that it is the
    same in any order of pages, and as small for a hundred thousand of them.
    """

    def __init__(self) -> None:
        self.pages = 0
        self.told: dict[str, str] = {}  # what was left out, by its hash
        self._counts = [array("L", [0]) * _COLUMNS for _ in range(_ROWS)]

    def note(self, first: Sequence[Block], last: Sequence[Block]) -> None:
        """Count a page. All pages are noted before `ranges` is asked."""
        self.pages += 1
        for name in {block.name for block in (*first, *last)} - {"", HEADING}:
            for row, cell in enumerate(_cells(name)):
                self._counts[row][cell] += 1

    def ranges(
        self, first: Sequence[Block], last: Sequence[Block], own: int, markdown: bytes
    ) -> list[tuple[int, int]]:
        """(offset, bytes) of what repeats at the edges of a page, with the blank line behind it. `own`: the
        offset of the page's own heading, which a run at the start goes on behind; -1 for none.
        """
        if self.pages < FEWEST:
            return []
        gone = [*self._run(first, own), *self._end(last)]
        if 2 * sum(block.size for block in gone) > len(markdown):
            return []
        for name, offset, size in gone:
            text = " ".join(markdown[offset : offset + size].decode("utf-8", "replace").split())
            if len(self.told) < TOLD and any(char.isalnum() for char in text):  # a rule is not worth a line
                self.told.setdefault(name, text[:_SHOWN])
        text_end = len(markdown.rstrip(b"\n"))
        return [(offset, min(size + 2, text_end - offset)) for _, offset, size in dict.fromkeys(gone)]

    def _run(self, blocks: Sequence[Block], own: int) -> Iterator[Block]:
        for block in blocks:
            if block.offset == own:
                continue
            if not self._is_repeated(block.name):
                return
            yield block

    def _end(self, blocks: Sequence[Block]) -> list[Block]:
        """The run at the end, unless it is all that stands under a heading, or fills the whole edge."""
        run = list(self._run(list(reversed(blocks)), -1))
        return [] if len(run) == len(blocks) or blocks[-len(run) - 1].name == HEADING else run

    def _is_repeated(self, name: str) -> bool:
        if name in ("", HEADING):
            return False
        return 2 * min(self._counts[row][cell] for row, cell in enumerate(_cells(name))) > self.pages


def _cells(name: str) -> list[int]:
    """The cell of each row that counts a block."""
    value = int(name, 16)
    return [value >> 16 * row & (_COLUMNS - 1) for row in range(_ROWS)]
