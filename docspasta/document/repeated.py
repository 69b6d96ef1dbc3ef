"""What repeats at the edges of most pages is chrome, whatever generator wrote it: logos, tags, licence lines,
requests for feedback. Found over all pages of a document, before the first one is written. Pure.

Only the first and the last blocks of a page are looked at, and only paragraphs, lists and quotes among them:
never code, tables, headings, or what stands under a heading at a page's end.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import zip_longest

EDGE = 8  # blocks at each end of a page
LONGEST = 1_000  # bytes of a block that may be chrome
FEWEST = 5  # pages of a document in which something can repeat
TOLD = 20  # blocks that the document lists
_SHOWN = 100  # characters of each
_HEADING = "#"
_ROWS, _COLUMNS = 4, 1 << 14
_OTHER = (b" ", b"\t", b"#", b"`", b"~", b"|", b"<", b"$", b"[^")  # starts of blocks that are never chrome
_LINK = re.compile(rb"(!\[[^\]]*\]\([^)]*\))|\]\([^)\s]*\)")
_FENCE = re.compile(rb"(?m)^[ >]*(`{3,}|~{3,})")

# Hash of the text, '#' for a heading, '' for another that is never chrome; byte offset; bytes.
Block = tuple[str, int, int]


def edges(markdown: str) -> tuple[list[Block], list[Block]]:
    """The first and the last blocks of a page, in order. Links count by their text, not by their target."""
    blocks = list(_blocks(markdown.encode("utf-8", "replace")))
    return [_hashed(each) for each in blocks[:EDGE]], [_hashed(each) for each in blocks[-EDGE:]]


def _blocks(data: bytes) -> Iterator[tuple[bytes, int, bool]]:
    """(text, offset, whether it may be chrome) of what blank lines part, outside of fences."""
    at, fence = 0, b""
    pieces = data.rstrip(b"\n").split(b"\n\n")
    for piece, following in zip_longest(pieces, pieces[1:], fillvalue=b""):
        inside = bool(fence)
        for found in _FENCE.findall(piece) if b"```" in piece or b"~~~" in piece else ():
            fence = b"" if fence and found.startswith(fence) else fence or found
        if piece:
            plain = not inside and not fence and not piece.startswith(_OTHER) and len(piece) <= LONGEST
            plain = plain and not following.startswith((b" ", b"\t"))  # of a list whose item goes on
            yield piece, at, plain
        at += len(piece) + 2


def _hashed(block: tuple[bytes, int, bool]) -> Block:
    text, offset, plain = block
    if not plain:  # it may be of any length, and a search for links costs the square of it
        return _HEADING if text.startswith(b"#") else "", offset, len(text)
    said = _LINK.sub(rb"\1]()", text)
    return blake2b(said, digest_size=8).hexdigest(), offset, len(text)


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
        for name in {block[0] for block in (*first, *last)} - {"", _HEADING}:
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
        if 2 * sum(block[2] for block in gone) > len(markdown):
            return []
        for name, offset, size in gone:
            text = " ".join(markdown[offset : offset + size].decode("utf-8", "replace").split())
            if len(self.told) < TOLD and any(char.isalnum() for char in text):  # a rule is not worth a line
                self.told.setdefault(name, text[:_SHOWN])
        text_end = len(markdown.rstrip(b"\n"))
        return [(offset, min(size + 2, text_end - offset)) for _, offset, size in dict.fromkeys(gone)]

    def _run(self, blocks: Sequence[Block], own: int) -> Iterator[Block]:
        for block in blocks:
            if block[1] == own:
                continue
            if not self._is_repeated(block[0]):
                return
            yield block

    def _end(self, blocks: Sequence[Block]) -> list[Block]:
        """The run at the end, unless it is all that stands under a heading, or fills the whole edge."""
        run = list(self._run(list(reversed(blocks)), -1))
        return [] if len(run) == len(blocks) or blocks[-len(run) - 1][0] == _HEADING else run

    def _is_repeated(self, name: str) -> bool:
        if name in ("", _HEADING):
            return False
        return 2 * min(self._counts[row][cell] for row, cell in enumerate(_cells(name))) > self.pages


def _cells(name: str) -> list[int]:
    """The cell of each row that counts a block."""
    value = int(name, 16)
    return [value >> 16 * row & (_COLUMNS - 1) for row in range(_ROWS)]
