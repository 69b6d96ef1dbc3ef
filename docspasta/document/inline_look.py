"""What stands inside the lines of a page's Markdown and conversion did not write: HTML, a link to a
script. Assembly looks for it once more and makes text of it. Pure; linear in the text.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from .code_spans import code_spans, is_escaped

Edit = tuple[int, int, bytes]  # offset, bytes taken out, bytes put in

# Of addresses that are linked and not crawled.
OTHER_SCHEMES = tuple(
    f"{scheme}:" for scheme in "mailto tel ftp ftps sftp irc ircs xmpp news git ssh".split()
)
_SCHEMES = b"(?:https?:|" + "|".join(OTHER_SCHEMES).encode() + b")"
# Tags as conversion writes them, and addresses in angle brackets.
_WRITTEN = (
    rb"/?(?:details|summary|table|tr|td|th|kbd|sub|sup|code)>|br>|/a>|t[dh](?: (?:col|row)span=\"\d+\")+>"
    rb"|a id=\"[^\"<>]*\">|a href=\"(?:#|%s)[^\"<>]*\">|img src=\"https?:[^\"<>]*\" alt=\"[^\"<>]*\">"
    rb"|%s[^\s<>]*>" % (_SCHEMES, _SCHEMES)
)
WRITTEN = re.compile(_WRITTEN)
_SUSPECT = re.compile(rb"<(?=[A-Za-z/!?])(?!%s)|\](?=\()(?!\(<?(?:#|%s))" % (_WRITTEN, _SCHEMES))
_COLUMNS = re.compile(r"[ \t>]*(?=[^\n]*\|)[|:-][|: \t-]*")  # the second line of a table
_CELL = re.compile(r"(?:\\.|[^|\\\n])+")
_ADDRESS = re.compile(r"\]\([\s>]*+<?(?P<to>[^\s<>]{0,400}+)")
_QUOTES = {"<": ">", '"': '"', "'": "'"}  # what an address or a title may stand between
_UNSEEN = re.compile(r"[\x00-\x20\x7f\\]")
SCRIPT = re.compile(r"<?(?:javascript:|vbscript:|file:|data:(?!image/(?:png|jpeg|gif|webp)[;,]))", re.I)


class InlineLook:
    """The suspects of a text, and the paragraph that is being read."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.suspects = [found.start() for found in _SUSPECT.finditer(text)]
        self.next = 0  # the first suspect that no line has passed
        self.begin = self.end = 0  # of the paragraph
        self.found: list[int] = []  # suspects in it
        self.edits: list[Edit] = []

    def line(self, start: int, end: int, begin: int, is_html: bool) -> None:
        """Take in a line: of the paragraph that begins at `begin`, or one of code, when that is negative."""
        if begin != self.begin:
            self.close()
            self.begin = begin
        self.end = end
        while self.next < len(self.suspects) and (at := self.suspects[self.next]) < end:
            self.next += 1
            if begin < 0 or at < start:
                continue
            if not is_html:
                self.found.append(at)
            elif self.text[at] == ord("<"):
                self.edits.append((at, 1, b"&lt;"))

    def close(self) -> None:
        """End the paragraph: suspects in it that stand in no code span become text."""
        if not self.found:
            return
        text = self.text[self.begin : self.end].decode("latin-1")
        found, self.found = [at - self.begin for at in self.found], []
        for at in _live(text, found):
            if text[at] == "<" or _leads_to_script(text, at):
                self.edits.append((self.begin + at, 0, b"\\"))


def _live(text: str, found: list[int]) -> Iterator[int]:
    """Those that no backslash and no code span makes text. Readers differ in what they take for a table: in
    its rows it must be so by both."""
    outside = set(found if _may_hide_a_tick(text) else _outside(text, 0, found))
    begin = _table(text)
    if begin >= 0:
        outside.update(_outside_of_cells(text, begin, found))
    return (at for at in found if at in outside and not is_escaped(text, at))


def _outside(text: str, begin: int, found: list[int]) -> Iterator[int]:
    """Those outside of the code spans of a text, which begins at an offset."""
    spans = code_spans(text).spans
    starts = [start for start, _ in spans]
    for at in found:
        number = bisect_right(starts, at - begin) - 1
        if number < 0 or at - begin >= spans[number][1]:
            yield at


def _may_hide_a_tick(text: str) -> bool:
    """Whether a backtick may stand in the address or the title of a link, where it begins no code span."""
    if "`" not in text:
        return False
    at = text.find("](")
    while at >= 0:
        end = _end_of_link(text, at + 2)
        if text[end : end + 1] == "`":
            return True
        at = text.find("](", end)
    return False


def _end_of_link(text: str, at: int) -> int:
    """Where a link ends whose address begins here, or a backtick stands in it, or the text ends."""
    depth, quote, before = 0, "", " "
    while at < len(text):
        char = text[at]
        if char == "`" or (char == ")" and not quote and not depth):
            break
        if quote:
            quote = "" if char == quote else quote
        elif before.isspace() and char in _QUOTES:
            quote = _QUOTES[char]
        elif char in "()":
            depth += 1 if char == "(" else -1
        at += 2 if char == "\\" else 1
        before = char
    return at


def _table(text: str) -> int:
    """Where the first row of a table begins in a paragraph; -1 when there is none."""
    before = start = 0
    for line in text.split("\n"):
        if start and _COLUMNS.fullmatch(line):
            return before
        before, start = start, start + len(line) + 1
    return -1


def _outside_of_cells(text: str, begin: int, found: list[int]) -> Iterator[int]:
    """Those in rows, outside of the code spans of their cells."""
    number = bisect_left(found, begin)
    for cell in _CELL.finditer(text, begin):
        first = number
        while number < len(found) and found[number] < cell.end():
            number += 1
        if number > first:
            yield from _outside(cell[0], cell.start(), found[first:number])


def _leads_to_script(text: str, at: int) -> bool:
    """Whether a bracket ends the text of a link whose address runs code, or is one of the reader's files."""
    found = _ADDRESS.match(text, at)
    return found is not None and SCRIPT.match(_UNSEEN.sub("", html.unescape(found["to"]))) is not None
