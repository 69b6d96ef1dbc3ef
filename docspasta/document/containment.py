"""What a page's Markdown must not do to the pages around it: leave a code block or folded details open, make
a heading or HTML that conversion did not write. Conversion sees to it; assembly looks once more. Pure.

Blocks are told as CommonMark 0.31 does, line by line: containers (5), fences (4.5), ATX and setext headings
(4.2, 4.3), HTML blocks (4.6), and what goes on with a paragraph. Nothing is guessed: what is escaped is text
for the lines below it, too. Where readers may differ (a lazy line, a marker below what may be a table), the
line is written so that they don't.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from .containers import CODE, MARKER, MAX_DEPTH, RULE, Containers, begun, expanded, indent_of, origin
from .inline_look import WRITTEN, Edit, InlineLook

_PLAIN = re.compile(rb"[^\s>#<`~=+*_|:\d\[-]")  # begins a line of text at the top
_FENCE = re.compile(rb"(?:(`{3,})[^`]*|(~{3,}).*)\Z", re.S)
_HEADING = re.compile(rb"#{1,6}(?=[ \t]|\Z)")
_UNDERLINE = re.compile(rb"(?:=+|-+)[ \t]*\Z")
_TAG = re.compile(rb"<(?=[A-Za-z/!?])")
# The definition of a link; those of footnotes carry their page's mark.
_DEFINES = re.compile(rb"\[(?!\^[^\]]*-[0-9a-f]{6}\]:)(?:[^\[\]\\]|\\.){1,999}\]:")
_COLUMNS = re.compile(rb"[|:-][-:| \t]*\Z")  # what may be the second line of a table
_BLOCK_TAG = re.compile(rb"</?(?:details|summary|table|tr|td|th)(?=[ \t>/])", re.I)
_ONLY_TAG = re.compile(rb"</?(?!https?:|mailto:)[A-Za-z][^<>]*>[ \t]*\Z")
SPARE = 10_000  # bytes that may be put before lazy lines, beside as many as the page has
_NOTHING, _TEXT, _CODE, _HTML = range(4)  # what the last line leaves open


def contain(markdown: bytes, headings: Collection[int]) -> tuple[list[Edit], bytes]:
    """(edits that escape what conversion did not write, what closes what is left open). `headings` are the
    offsets of the headings that it did write."""
    look = _Look(frozenset(headings), len(markdown) + SPARE)
    at = 0
    text = markdown.rstrip(b"\n")
    inline = InlineLook(text)
    while at < len(text):
        if look.block == _CODE and not look.containers.open:
            found = _closing(look.fence[:1], len(look.fence)).search(text, at)
            if found is None:
                break
            look.block, at = _NOTHING, found.end() + 1
            continue
        end = text.find(b"\n", at)
        end = end if end >= 0 else len(text)
        look.read(text[at:end], at)
        if inline.suspects:
            inline.line(at, end, look.begin, look.block == _HTML)
        at = end + 1
    inline.close()
    done = {offset for offset, _, new in look.edits if new in (b"\\", b"&lt;")}
    return [*look.edits, *(edit for edit in inline.edits if edit[0] not in done)], look.closing()


@lru_cache(maxsize=64)
def _closing(char: bytes, length: int) -> re.Pattern[bytes]:
    return re.compile(rb"^ {0,3}%s{%d,}[ \t]*$" % (re.escape(char), length), re.M)


class _Line(NamedTuple):
    """A line, and how far it was looked at."""

    text: bytes
    start: int  # its offset
    wide: bytes  # with its opening's tabs as blanks
    matched: int  # containers that it is in
    at: int  # where what stands in them begins in `wide`
    indent: int  # blanks before that

    @property
    def inner(self) -> bytes:
        return self.wide[self.at :]

    def origin(self) -> int:
        """Where what stands in the containers begins in the text."""
        return origin(self.text, self.at)

    def behind(self, length: int) -> _Line:
        """The line behind the mark of a container that begins in it."""
        at = self.at + length
        indent = indent_of(self.wide, at)
        return self._replace(matched=self.matched + 1, at=at + indent, indent=indent)


class _Look:
    """What the lines so far leave open."""

    def __init__(self, headings: frozenset[int], spare: int) -> None:
        self.headings = headings
        self.spare = spare  # bytes that may yet be put before lazy lines
        self.containers = Containers()
        self.block = _NOTHING
        self.begin = -1  # where the paragraph, or the HTML, begins that the last line is of; -1: it is code
        self.may_be_table = False
        self.fence = b""
        self.details = 0
        self.edits: list[Edit] = []

    def closing(self) -> bytes:
        fence = b"\n" + self.containers.prefix() + self.fence if self.block == _CODE else b""
        return fence + b"\n\n</details>" * self.details

    def read(self, line: bytes, start: int) -> None:
        """Take in a line that stands at an offset."""
        if not self.containers.open and self.block <= _TEXT:
            if not line:
                self.block, self.begin = _NOTHING, -1
                return
            if _PLAIN.match(line):
                self.begin = self.begin if self.block == _TEXT else start
                self.may_be_table = self.may_be_table and self.block == _TEXT
                self.block = _TEXT
                return
        wide = expanded(line)
        matched, at = self.containers.match(wide)
        indent = indent_of(wide, at)
        whole = _Line(line, start, wide, matched, at + indent, indent)
        if self.block >= _CODE and matched == len(self.containers.open):
            self._go_on(whole)
        else:
            self._begin(whole)

    def _go_on(self, line: _Line) -> None:
        """A line in code or in HTML."""
        inner = line.inner
        self.begin = -1 if self.block == _CODE else line.start
        if self.block == _CODE:
            run = inner.rstrip(b" \t")
            if line.indent < CODE and run.startswith(self.fence) and not run.strip(self.fence[:1]):
                self.block = _NOTHING
        elif not inner:
            self.block = _NOTHING
        elif _TAG.match(inner) and not self._is_written(inner):
            self.edits.append((line.start + line.origin(), 1, b"&lt;"))

    def _begin(self, line: _Line) -> None:
        """A line that may begin blocks, or go on with a paragraph."""
        goes_on = self.block == _TEXT and line.inner != b""
        is_lazy = goes_on and line.matched < len(self.containers.open)
        while line.indent < CODE:
            found = begun(line.inner, line.indent, goes_on and not is_lazy)
            if found is None:
                break
            if line.matched >= MAX_DEPTH:
                self._text(line, goes_on, found.mark)
                return
            goes_on = is_lazy = False
            self.containers.leave(line.matched)
            line = line.behind(found.length)
            self.containers.enter(found.width, not line.inner)
        block, escape = self._leaf(line, goes_on, is_lazy) if line.inner else (_NOTHING, None)
        if block == _TEXT:
            self._text(line, goes_on, escape)
            return
        is_code = block == _CODE or line.indent >= CODE
        self.begin = -1 if is_code else line.start
        self.containers.leave(line.matched)
        self.containers.is_empty = self.containers.is_empty and not line.inner
        self.block = block

    def _leaf(self, line: _Line, goes_on: bool, is_lazy: bool) -> tuple[int, int | None]:
        """(what a line leaves open that begins no container, where it is escaped as text)."""
        inner = line.inner
        if line.indent >= CODE:
            return (_TEXT if goes_on else _NOTHING), None
        if goes_on and not is_lazy and _UNDERLINE.match(inner):
            return _TEXT, 0
        if (fence := _FENCE.match(inner)) is not None:
            self.fence = fence[1] or fence[2]
            return _CODE, None
        if _HEADING.match(inner):
            return (_NOTHING, None) if line.start + line.origin() in self.headings else (_TEXT, 0)
        if RULE.match(inner):
            return _NOTHING, None
        if _TAG.match(inner):
            if not self._is_written(inner):
                return _TEXT, 0
            is_block = _BLOCK_TAG.match(inner) or (not goes_on and _ONLY_TAG.match(inner))
            return (_HTML if is_block else _TEXT), None
        if not goes_on and _DEFINES.match(inner):
            return _TEXT, 0
        if goes_on and self.may_be_table and (marker := MARKER.match(inner)) is not None:
            return _TEXT, len(marker[2] or b"")
        return _TEXT, 0 if is_lazy and _UNDERLINE.match(inner) else None

    def _text(self, line: _Line, goes_on: bool, escape: int | None) -> None:
        """A line of a paragraph, escaped somewhere, or not."""
        if not goes_on:
            self.containers.leave(line.matched)
            self.may_be_table = False
            self.begin = line.start
        elif line.matched < len(self.containers.open):
            edit = self._put_in(line)
            self.spare -= len(edit[2])
            if self.spare < 0:
                self._part(line)
                return
            self.edits.append(edit)
        if escape is not None:
            self.edits.append((line.start + line.origin() + escape, 0, b"\\"))
        self.may_be_table = self.may_be_table or _COLUMNS.match(line.inner) is not None
        self.containers.is_empty = False
        self.block = _TEXT

    def _part(self, line: _Line) -> None:
        """Let a lazy line begin a paragraph of its own, where too much was put in already."""
        self.edits.append((line.start, 0, self.containers.prefix(0, line.matched) + b"\n"))
        self.containers.leave(line.matched)
        self.block = _NOTHING
        self._begin(line)

    def _put_in(self, line: _Line) -> Edit:
        """What puts a lazy line into the containers whose paragraph it goes on with."""
        end, begin = line.origin(), line.at - line.indent
        blanks = end - len(line.text[:end].rstrip(b" \t"))
        kept = line.wide[len(line.wide[: line.at].rstrip(b" ")) : begin]
        gap = b" " if line.wide[begin - 1 : begin] == b">" else b""
        deep = b" " * CODE if line.indent >= CODE else b""
        return (
            line.start + end - blanks,
            blanks,
            kept + gap + self.containers.prefix(line.matched) + deep,
        )

    def _is_written(self, inner: bytes) -> bool:
        """Whether conversion writes such a tag; counts the folded details that are open."""
        if WRITTEN.match(inner, 1) is None:
            return False
        name = inner[1:9].lower()
        self.details += name.startswith(b"details")
        self.details -= name == b"/details"
        is_open = self.details >= 0
        self.details = max(self.details, 0)
        return is_open
