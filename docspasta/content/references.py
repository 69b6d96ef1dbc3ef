"""What refers to a definition in Markdown (CommonMark 0.31, 6.3): `[text][label]`, `[label][]`, `[label]`,
the same as images, and footnotes. Pure; linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from docspasta.document.code_spans import code_spans

from .markdown_marks import INLINE_IMAGE, INLINE_LINK

_MARK = re.compile(r"\\.|<[^<>\s]*>|!?\[|\]|\|", re.S)
_LABEL = re.compile(r"(?:[^\[\]\\]|\\.){1,999}", re.S)
_BEHIND = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999})\]", re.S)
_BREAK = re.compile(r"\n[ \t>]*")
_BLANKS = re.compile(r"\s+")


def key_of(label: str) -> str:
    """A label as it is compared with others; '' when it names nothing."""
    return _BLANKS.sub(" ", _BREAK.sub(" ", label)).strip().casefold()


class _Edit(NamedTuple):
    start: int
    end: int
    new: str


class _Opened(NamedTuple):
    end: int  # behind the bracket
    is_image: bool


class References:
    """A page's definitions, by key: `links` as what stands behind a link's text, `notes` of footnotes, whose
    labels get `mark`. Written out, they may add `most` characters: what comes later stays text."""

    def __init__(self, links: Mapping[str, str], notes: Collection[str], mark: str, most: int) -> None:
        self._links, self._notes, self._mark, self._left = links, notes, mark, most

    def is_note(self, label: str) -> bool:
        """Whether a label, as it is written in the end, is a footnote's."""
        return label.endswith(f"-{self._mark}") and key_of(label[: -len(self._mark) - 1]) in self._notes

    def written(self, text: str) -> str:
        """A block with what it refers to written out."""
        if "[" not in text:
            return text
        parts: list[str] = []
        at = 0
        for start, end, new in self._edits(text):
            if len(new) > self._left:
                break
            self._left -= len(new)
            parts += (text[at:start], new)
            at = end
        return "".join(parts) + text[at:]

    def _edits(self, text: str) -> Iterator[_Edit]:
        opened: list[_Opened] = []
        spent = 0  # so many of them hold a link: they begin none
        behind = last = 0  # where the last link ends; the last bracket
        is_row = text.lstrip(" \t>")[:1] == "|"
        for mark in _marks(text):
            if mark.start() < behind:
                continue
            if mark[0] == "|" and is_row:
                opened, spent = [], 0
            elif mark[0][-1] == "[" and mark[0][0] != "\\":
                opened.append(_Opened(mark.end(), mark[0][0] == "!"))
                last = mark.end()
            elif mark[0] == "]" and opened:
                begun = opened.pop()
                may_be = begun.is_image or len(opened) >= spent
                spent = min(spent, len(opened))
                flat, last = last == begun.end, mark.end()
                if not may_be:
                    continue
                edit = self._edit(text, begun, mark, flat)
                if edit is None:
                    continue
                behind = edit.end
                if edit.new[:1] != "-" and not begun.is_image:
                    spent = len(opened)
                if edit.new:
                    yield edit

    def _edit(self, text: str, begun: _Opened, close: re.Match[str], flat: bool) -> _Edit | None:
        """What a bracket that closes changes: nothing behind an inline link, whose edit is empty; None where
        it is text. `flat`: no bracket is between the two."""
        inline = (INLINE_IMAGE if begun.is_image else INLINE_LINK).match(text, close.end())
        if inline is not None:
            return _Edit(inline.end(), inline.end(), "")
        label = text[begun.end : close.start()]
        if flat and label[:1] == "^" and not begun.is_image and key_of(label[1:]) in self._notes:
            return _Edit(close.start(), close.start(), f"-{self._mark}")
        named = _BEHIND.match(text, close.end())
        if named is not None and named[1].strip():
            link, end = self._links.get(key_of(named[1])), named.end()
        elif flat and _LABEL.fullmatch(label):
            link, end = self._links.get(key_of(label)), named.end() if named is not None else close.end()
        else:
            return None
        return _Edit(close.end(), end, link) if link is not None else None


def _marks(text: str) -> Iterator[re.Match[str]]:
    """The marks of a block that are not in code."""
    at = 0
    for start, end in code_spans(text).spans:
        yield from _MARK.finditer(text, at, start)
        at = end
    yield from _MARK.finditer(text, at)
