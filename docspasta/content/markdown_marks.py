"""Links, images and code spans in a line of Markdown (CommonMark 0.31, 6.1 to 6.4). Pure; linear in the line,
whatever stands in it.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_BRACKET = re.compile(r"!?\[|\]")
INLINE_IMAGE = re.compile(r"\(\s*+<?(?P<to>[^\s()<>]{1,2048}+)")
INLINE_LINK = re.compile(INLINE_IMAGE.pattern + r">?(?:\s++\"[^\"\n]*+\")?\s*+\)")
_TICKS = re.compile(r"`+")
_LEADS = re.compile(r"\](?P<by>[(:])(?P<to>[ \t]*+[^\s)>]{0,200}+)(?P<end>[ \t]*+$)?")
_UNSEEN = re.compile(r"[\x00-\x20\x7f\\]")
_SCRIPT = re.compile(r"<?(?:javascript:|vbscript:|data:(?!image/(?:png|jpeg|gif|webp)[;,]))", re.I)


class Target(NamedTuple):
    """Where a link or an image leads: from `start` to `end` in the line."""

    start: int
    end: int
    is_link: bool


class Brackets:
    """The brackets of a paragraph that are open: whether each begins an image. The first `spent` hold a link:
    they begin none."""

    def __init__(self) -> None:
        self.opened: list[bool] = []
        self.spent = 0


def targets(line: str, brackets: Brackets, spans: Sequence[tuple[int, int]] = ()) -> Iterator[Target]:
    """The targets in their order, but for those in `spans`. A link holds images, and no other link.
    `brackets`: those that lines before left open, to which come those of this one."""
    opened = brackets.opened
    for mark in _outside(line, spans):
        if mark[0] != "]":
            opened.append(mark[0] != "[")
            continue
        if not opened:
            continue
        is_image = opened.pop()
        may_be = is_image or len(opened) >= brackets.spent
        brackets.spent = min(brackets.spent, len(opened))
        found = (INLINE_IMAGE if is_image else INLINE_LINK).match(line, mark.end()) if may_be else None
        if found is not None:
            yield Target(found.start("to"), found.end("to"), not is_image)
            brackets.spent = brackets.spent if is_image else len(opened)


def _outside(line: str, spans: Sequence[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """The brackets that are not in spans."""
    at = 0
    for start, end in spans:
        yield from _BRACKET.finditer(line, at, start)
        at = end
    yield from _BRACKET.finditer(line, at)


class Spans(NamedTuple):
    """The code spans of a line, as (start, end); `open`: a span may begin here that ends in a later line."""

    spans: list[tuple[int, int]]
    open: bool


def code_spans(line: str) -> Spans:
    """The code spans of a line that begins outside of any."""
    runs = [found.span() for found in _TICKS.finditer(line)]
    of_size: dict[int, list[int]] = {}
    for start, end in runs:
        of_size.setdefault(end - start, []).append(start)
    spans: list[tuple[int, int]] = []
    at, is_open = 0, False
    for start, end in runs:
        if start < at:
            continue
        first = start + _is_escaped(line, start, at)
        ends = of_size.get(end - first, [])
        closing = bisect_right(ends, start)
        if first == end:
            continue
        if closing == len(ends):
            is_open = True
            continue
        at = ends[closing] + end - first
        spans.append((first, at))
    return Spans(spans, is_open)


def _is_escaped(line: str, at: int, since: int) -> bool:
    """Whether a backslash takes the meaning from what is at `at`; those before `since` count for nothing."""
    first = at
    while first > since and line[first - 1] == "\\":
        first -= 1
    return (at - first) % 2 == 1


def without_scripts(text: str) -> str:
    """Text in which no link or image leads to a script: such a one is text, and so is one whose address comes
    in the next line, or begins with what has no end in sight."""
    return _LEADS.sub(_as_text, text)


def _as_text(found: re.Match[str]) -> str:
    to = found["to"].strip(" \t")
    said = _UNSEEN.sub("", html.unescape(to))
    hidden = len(to) >= 199 and not re.search(r"[/?#]", to)
    is_script = _SCRIPT.match(said) is not None or hidden or (not to and found["end"] is not None)
    return found[0].replace("]", "]\\", 1) if is_script else found[0]
