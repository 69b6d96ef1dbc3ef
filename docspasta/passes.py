"""Passes over the bytes of a page: in C where the conversion was compiled (_passes.c), else as Python has
them. Both ways give the same Markdown; `opened` alone may say more than there is. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from docspasta._counts import Counts

_Count = Callable[[bytes, bytes, int, int], int]
_Holding = Callable[[bytes, tuple[bytes, ...]], frozenset[bytes] | bytes]
_Opened = Callable[[bytes, tuple[str, ...]], frozenset[str]]
_Stem = Callable[[str], str]
_Seen = dict[str, str] | None  # words, each with its term
_Chunk = Callable[[str, _Stem, _Seen, int], tuple[str, ...]]
_Line = Callable[[str, _Stem, _Seen, int], tuple[int, tuple[str, ...]]]
_Scores = Callable[[list[bytes], list[float], int, float], list[tuple[int, float]]]
_Piece = tuple[int, int, int, bytes]
_Pieces = Callable[[bytes, Container[int] | None, int, int, int, int, int, bytes], list[_Piece]]


class Kinds:
    """Kinds of bytes, the most frequent first; a byte is of one kind or of none."""

    __slots__ = ("_members", "_table")

    def __init__(self, *members: bytes) -> None:
        table = bytearray([len(members)]) * 256
        for kind, each in enumerate(members):
            for byte in each:
                table[byte] = kind
        self._members, self._table = members, bytes(table)

    def tally(self, data: bytes) -> tuple[int, ...]:
        """How many bytes of each kind there are."""
        return _tally(data, self._table, self._members)


def _by_taking_out(data: bytes, _: bytes, members: tuple[bytes, ...]) -> tuple[int, ...]:
    """Of what is taken out nothing is read again, so that all kinds cost two passes and not one each."""
    found = []
    for each in members:
        size = len(data)
        data = data.translate(None, each)
        found.append(size - len(data))
    return tuple(found)


def _in_c(data: bytes, table: bytes, members: tuple[bytes, ...]) -> tuple[int, ...]:
    return _passes.tally(data, table, len(members))


def _all(_: bytes, names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(names)


def _itself(data: bytes, _: tuple[bytes, ...]) -> bytes:
    return data


try:
    from docspasta import _counts, _cuts, _passes, _scores, _terms
except ImportError:
    IN_C = False
else:
    IN_C = True

_tally = _in_c if IN_C else _by_taking_out
# How often one byte, or two that differ, stand from a start to an end: bytes.count at a tenth of its cost.
count: Final[_Count] = _passes.count if IN_C else bytes.count
# Which of these names of elements, in small letters, begin a tag in this HTML. In Python, where a search for
# them costs more than to look into the tree, it may be any.
opened: Final[_Opened] = _passes.opened if IN_C else _all
# What says of each of these needles, of three bytes and more, whether it is in the data: all looked for
# in one pass, or the data itself, which looks for each as it is asked.
holding: Final[_Holding] = _passes.holding if IN_C else _itself
# What search and sections do in C, None where they do it in Python: docspasta.search.terms, postings,
# ranking, docspasta.sections.cut have the same. The terms of some ASCII, of a line with how many runs it
# has; what counts them; the best sections of a segment; where a section that is too long is cut.
chunk_terms: Final[_Chunk | None] = _terms.chunk if IN_C else None
line_terms: Final[_Line | None] = _terms.line if IN_C else None
counts_in_c: Final[type[Counts] | None] = _counts.Counts if IN_C else None
scores_in_c: Final[_Scores | None] = _scores.scores if IN_C else None
pieces_in_c: Final[_Pieces | None] = _cuts.pieces if IN_C else None
