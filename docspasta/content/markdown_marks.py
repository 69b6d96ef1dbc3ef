"""Links and images in a line of Markdown (CommonMark 0.31, 6.1 to 6.4). Pure; linear in the line,
whatever stands in it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docspasta.document.inline_look import SCRIPT

_BRACKET = re.compile(r"!?\[|\]")
INLINE_IMAGE = re.compile(r"\(\s*+<?(?P<to>[^\s()<>]{1,2048}+)")
INLINE_LINK = re.compile(INLINE_IMAGE.pattern + r">?(?:\s++\"[^\"\n]*+\")?\s*+\)")
_LEADS = re.compile(r"\](?P<by>[(:])(?P<to>[ \t]*+[^\s)>]{0,200}+)(?P<end>[ \t]*+$)?")
_UNSEEN = re.compile(r"[\x00-\x20\x7f\\]")


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


def without_scripts(text: str) -> str:
    """Text in which no link or image leads to a script: such a one is text, and so is one whose address comes
    in the next line, or begins with what has no end in sight."""
    return _LEADS.sub(_as_text, text)


def _as_text(found: re.Match[str]) -> str:
    to = found["to"].strip(" \t")
    said = _UNSEEN.sub("", html.unescape(to))
    hidden = len(to) >= 199 and not re.search(r"[/?#]", to)
    is_script = SCRIPT.match(said) is not None or hidden or (not to and found["end"] is not None)
    return found[0].replace("]", "]\\", 1) if is_script else found[0]
