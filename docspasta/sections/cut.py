"""Where to cut a text that is too long: the best places within a limit of tokens. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from docspasta.passes import pieces_in_c
from docspasta.tokens import HUNDREDTHS

from .lines import Cut, Line, lines, open_details

Measure = Callable[[bytes], float]  # tokens of a text; of texts put together at most the sum
# What is tried in turn: places no worse than this, first those that leave at least half of the limit.
_TRIED = (
    (Cut.HEADING, True),
    (Cut.BLOCK, True),
    (Cut.ITEM, True),
    (Cut.ITEM, False),
    (Cut.INNER, False),
    (Cut.LINE, False),
    (Cut.CODE, False),
    (Cut.WORD, False),
)


def cut(
    markdown: bytes, headings: Collection[int] | None, limit: float, measure: Measure, first: float = -1
) -> list[Line]:
    """The lines with which the pieces of a text begin, each of at most `limit` tokens; the first piece has
    at most `first` where that is given. A piece is larger only where a single character is.

    A cut stands before a heading, else before a block, an item, a row; inside a code block, a row or an item
    only where that alone is too long.
    """
    found = list(lines(markdown, headings, max(int(limit), 16)))
    return pieces(found, [measure(markdown[line.start : line.end]) for line in found], limit, first)


def pieces(found: Sequence[Line], weights: Sequence[float], limit: float, first: float = -1) -> list[Line]:
    """The same of lines that are known with their tokens."""
    begins: list[Line] = []
    at, room = 0, limit if first < 0 else first
    while at < len(found):
        begins.append(found[at])
        at, room = _next(found, weights, at, room), limit
    return begins


def estimated_pieces(
    markdown: bytes, headings: Collection[int], at: int, end: int, longest: int, limit: int
) -> list[Line]:
    """The same of a range, by estimated tokens: `limit` is in hundredths of them, `longest` in bytes of a
    line."""
    if pieces_in_c is None:
        return estimated_in_python(markdown, headings, at, end, longest, limit)
    details = open_details(markdown, at)
    found = pieces_in_c(markdown, headings, at, end, longest, limit, details, HUNDREDTHS)
    return [Line(start, stop, Cut(cut), opening) for start, stop, cut, opening in found]


def estimated_in_python(
    markdown: bytes, headings: Collection[int], at: int, end: int, longest: int, limit: int
) -> list[Line]:
    """The same where nothing is in C."""
    found = list(lines(markdown, headings, longest, at, end))
    texts = [markdown[line.start : line.end] for line in found]
    return pieces(found, [sum(text.translate(HUNDREDTHS)) for text in texts], limit)


def _next(found: Sequence[Line], weights: Sequence[float], at: int, limit: float) -> int:
    """The index of the line with which the piece after the one that begins at `at` begins."""
    latest = [-1] * len(Cut)  # the last line of each kind
    total, enough = weights[at], len(found)  # from there on, at least half is left
    for index in range(at + 1, len(found)):
        if enough > index and total >= limit / 2:
            enough = index
        latest[found[index].cut] = index
        total += weights[index]
        if total > limit:
            return _place(latest, enough, index)
    return len(found)


def _place(latest: Sequence[int], enough: int, otherwise: int) -> int:
    """The best of the places; half of the limit is left before those from `enough` on."""
    for worst, half in _TRIED:
        place = max(latest[: worst + 1])
        if place >= (enough if half else 0):
            return place
    return otherwise
