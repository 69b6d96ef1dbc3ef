"""Sections of a page, with ids that stay as long as their text and their place on the page do. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from docspasta.tokens import estimated_tokens

from .cut import Measure, estimated_pieces, pieces
from .lines import Cut, Line, lines

LIMIT = 400  # tokens
ID_BYTES = 12
Heading = tuple[int, str, str, int]  # level, text, HTML id, offset: docspasta.document.facts
_CLOSING = re.compile(rb"((?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*)(`{3,}|~{3,})")
_MARKERS = re.compile(rb"[-*+]|\d{1,9}[.)]")


@dataclass(frozen=True, slots=True)
class Section:
    """Bytes `start` to `end` of a page's Markdown, under the headings `path`, outermost first. `anchor` is
    the HTML id of the nearest heading that has one, ''. `text` is the Markdown alone: a code block that was
    cut is opened and closed in it. `hash` is SHA-256 of the text, `id` 24 hex digits of page, path and hash;
    the second of two that are the same on a page differs from the first."""

    id: str
    path: tuple[str, ...]
    anchor: str
    start: int
    end: int
    hash: str
    text: str


def sections(
    url: str, markdown: bytes, headings: Sequence[Heading], measure: Measure, limit: float = LIMIT
) -> Iterator[Section]:
    """The sections of a page in order. `headings` are its facts': [level, text, id, offset]."""
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    for begin, following, path, anchor in _ranges(markdown, headings, measure, limit):
        end = following.start if following is not None else len(markdown)
        text = standalone(markdown, begin, following, end).decode("utf-8", "replace")
        digest = hashlib.sha256(text.encode()).hexdigest()
        number = seen[path, digest]
        seen[path, digest] += 1
        named = "\0".join([url, *path, digest, *([str(number)] if number else [])])
        name = hashlib.blake2b(named.encode("utf-8", "replace"), digest_size=ID_BYTES).hexdigest()
        yield Section(name, path, anchor, begin.start, end, digest, text)


def standalone(markdown: bytes, begin: Line, following: Line | None, end: int) -> bytes:
    """The Markdown from a line to `end`, where `following` begins; a code block that it enters or leaves is
    opened and closed."""
    text = markdown[begin.start : end].strip(b"\n")
    return opening(begin) + text + closing(following)


def opening(begin: Line) -> bytes:
    """What opens again the code block that a piece begins in; b'' for none."""
    return _bare(begin.opening) + b"\n" if begin.opening else b""


def closing(following: Line | None) -> bytes:
    """What closes the code block that a piece ends in, from the line behind it; b'' for none."""
    found = _CLOSING.match(following.opening) if following is not None and following.opening else None
    return b"" if found is None else b"\n" + _indent(found[1]) + found[2]


def _bare(opening: bytes) -> bytes:
    """The line that opens a code block again inside the item that it stands in, without the item's marker."""
    found = _CLOSING.match(opening)
    return opening if found is None else _indent(found[1]) + opening[found.end(1) :]


def _indent(prefix: bytes) -> bytes:
    return _MARKERS.sub(lambda marker: b" " * len(marker[0]), prefix)


def _ranges(
    markdown: bytes, headings: Sequence[Heading], measure: Measure, limit: float
) -> Iterator[tuple[Line, Line | None, tuple[str, ...], str]]:
    """(first line, the line behind it, heading path, anchor) of each section."""
    known = {offset: index for index, (_, _, _, offset) in enumerate(headings)}
    starts = [at for at in known if at == 0 or markdown[at - 1 : at] == b"\n"]
    starts.sort()
    paths, path, anchor = heading_paths(headings), tuple[str, ...](), ""
    stops = _stops(markdown, starts)
    for (at, last), end in zip(stops, [*(at for at, _ in stops[1:]), len(markdown)], strict=True):
        path, anchor = paths[known[last]] if last >= 0 else (path, anchor)
        begins = [Line(at, end, Cut.HEADING)]
        if measure(markdown[at:end]) > limit:
            begins = _pieces(markdown, known, at, end, measure, limit)
        behind = Line(end, end, Cut.HEADING) if end < len(markdown) else None
        for begin, following in zip(begins, [*begins[1:], behind], strict=True):
            yield begin, following, path, anchor


def _pieces(
    markdown: bytes, known: Collection[int], at: int, end: int, measure: Measure, limit: float
) -> list[Line]:
    """The lines with which the pieces of a section begin that is too long for one."""
    longest = max(int(limit), 16)
    if measure is estimated_tokens:
        return estimated_pieces(markdown, known, at, end, longest, int(100 * limit))
    found = list(lines(markdown, known, longest, at, end))
    texts = [markdown[line.start : line.end] for line in found]
    weights = {text: measure(text) for text in set(texts)}  # blank lines and closing ones are many
    return pieces(found, [weights[text] for text in texts], limit)


def _stops(markdown: bytes, starts: Sequence[int]) -> list[tuple[int, int]]:
    """Where each section begins, and the last of the headings that it begins with, -1 for none: sections
    begin with the page, and with each heading but one that stands right under another."""
    found = [(0, -1)] if markdown and (not starts or starts[0] > 0) else []
    empty = False  # nothing but headings since the last stop
    for at, following in pairwise([*starts, len(markdown)]):
        found[-1:] = [(found[-1][0], at)] if empty else [*found[-1:], (at, at)]
        body = markdown.find(b"\n", at, following)
        empty = body < 0 or not markdown[body:following].strip()
    return found


def heading_paths(headings: Sequence[Heading]) -> list[tuple[tuple[str, ...], str]]:
    """The path of each heading, itself last, and the nearest HTML id."""
    result: list[tuple[tuple[str, ...], str]] = []
    above: list[tuple[int, str, str]] = []
    for level, text, name, _ in headings:
        while above and above[-1][0] >= level:
            above.pop()
        above.append((level, text, name))
        anchor = next((name for _, _, name in reversed(above) if name), "")
        result.append((tuple(text for _, text, _ in above), anchor))
    return result
