"""The text of a block of code by a walk of its elements, as a browser shows it: elements that are lines end a
line, `<br>` does, numbers of lines and buttons are left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from .element_text import only_text
from .hidden import is_hidden
from .tags import BLOCKS, TAGS, TEXT, tag_set

_BR: Final = TAGS["br"]
_CODE: Final = TAGS["code"]
_PRE: Final = TAGS["pre"]
_TR: Final = TAGS["tr"]
_TD: Final = TAGS["td"]
_TH: Final = TAGS["th"]
_DIV: Final = TAGS["div"]
_NOT_CODE: Final = tag_set("button style script template svg select input textarea")
_LINE_NUMBER: Final = re.compile(
    r"(?:^|\s)(?:\S*line-?_?n(?:o|os|um|ums|umber|umbers)s?(?:[-_]\S*)?|ln|lnt|\S*gutter(?:[-_]\S*)?|hljs-ln-\S*|blob-num"
    r"|src-line-numbers)(?=\s|$)",
    re.I,
)
_UNSEEN: Final = re.compile(
    r"(?:^|\s)(?:ttc|boring|copy|copybtn|copy-button|btn-copy|sr-only|visually-hidden|screen-reader-text|headerlink|"
    r"code__nav|md-code__nav|viewcode-link)(?:\s|$)"
)
_ADDED: Final = re.compile(r"(?:^|\s)(?:ins|diff add|diff-add|line-added|inserted-line)(?:\s|$)")
_REMOVED: Final = re.compile(r"(?:^|\s)(?:del|diff remove|diff-remove|line-removed|deleted-line)(?:\s|$)")
_LINE: Final = re.compile(r"(?:^|[\s_-])[Ll]ine(?=\s|$)|(?:^|\s)codeLine(?=[\s_]|$)")
_LINE_STYLE: Final = re.compile(r"display:(?:block|flex|grid|table|table-row|list-item)(?:;|!|$)")
_TOKEN: Final = re.compile(r"token|hljs|number|(?:^|\s)m[fhibo]?(?=\s|$)")


Kind = tuple[int, str | None]  # tag and classes of an element


_PLAIN: Kind = (TAGS["span"], None)  # says nothing: what it holds may be code


class Lines:
    """The text so far, and where a line that is an element must start."""

    __slots__ = ("changed", "flowing", "fresh", "looks", "marks", "numbers", "others", "parts", "pending")

    def __init__(self, marks: bool, flowing: bool = False) -> None:
        self.parts: list[str] = []
        self.flowing = flowing  # the source's own line ends behind breaks are none
        self.fresh = True  # at the start of a line
        self.pending = False  # a line has ended whose newline may stand in the text that follows
        self.looks = marks
        self.marks: dict[int, str] = {}  # number of the part where a line begins that was added or removed
        self.changed = False
        self.numbers: list[tuple[int, int, Kind]] = []  # part, value, kind of numbers at lines' starts
        self.others: set[Kind] = set()  # kinds of elements that are none

    def add(self, text: str) -> None:
        if not text:
            return
        if self.pending:
            self.pending = False
            if text[0] not in "\r\n":
                self.parts.append("\n")
        self.parts.append(text)
        self.fresh = text.endswith("\n")

    def end_line(self) -> None:
        empty, self.pending = self.pending and self.fresh, False
        if empty or not self.fresh:
            self.add("\n")

    def at_start(self) -> bool:
        """Whether nothing stands in the line yet but blanks."""
        if self.fresh or self.pending:
            return True
        for part in reversed(self.parts):
            if part.strip(" \t"):
                return part.rstrip(" \t").endswith("\n")
        return True

    def mark(self, classes: str | None) -> None:
        """A line element begins; its classes may say that it was added or removed."""
        if classes and self.looks:
            sign = "+" if _ADDED.search(classes) else "-" if _REMOVED.search(classes) else ""
            if sign:
                self.marks[len(self.parts)] = sign
                self.changed = True

    def marked(self) -> str:
        """The text as a diff."""
        pieces = [
            "\0" + self.marks[n] + part if n in self.marks else part for n, part in enumerate(self.parts)
        ]
        lines = "".join(pieces).split("\n")
        return "\n".join(
            line[1] + " " + line[2:] if line[:1] == "\0" else ("  " + line).rstrip() for line in lines
        )

    def text(self) -> str:
        """The text, without the numbers of its lines."""
        whole = "".join(self.parts)
        if len(self.numbers) > 1 and self._are_numbers(whole):
            without = list(self.parts)
            for part, _, _ in self.numbers:
                without[part] = ""
            rest = "".join(without)
            return rest if rest.strip() else whole
        return whole

    def _are_numbers(self, whole: str) -> bool:
        """Whether each line starts with an element of one kind that holds its number."""
        kind = self.numbers[0][2]
        if kind in self.others or kind == _PLAIN or _TOKEN.search(kind[1] or ""):
            return False
        if len(self.numbers) != whole.strip("\n").count("\n") + 1:
            return False
        first = self.numbers[0][1]
        return all(
            value == first + step and same == kind for step, (_, value, same) in enumerate(self.numbers)
        )


def read_lines(pre: LexborNode, lines: Lines) -> None:
    """Read a block of code into `lines`."""
    stack: list[tuple[LexborNode | None, int, int]] = []  # what comes next, how a line ends, parts before it
    node = pre.first_child
    how, start, after = 0, 0, False
    while True:
        while node is None:
            if not stack:
                return
            node, how, start = stack.pop()
            after = how == 2
            empty = len(lines.parts) == start
            if after:
                if empty:
                    lines.add("\n")  # an empty line is a line
                lines.end_line()
            elif how == 1 and (empty or not lines.fresh):
                lines.pending = True
        tag = node.tag_id
        if tag == TEXT:
            text = node.text_content or ""
            if lines.flowing and lines.fresh:
                text = text.removeprefix("\n")
            if not (after and text.isspace()):  # the page's own line ends, between lines that are boxes
                lines.add(text)
            after = False
        elif tag == _BR:
            lines.pending = False
            lines.add("\n")
            after = False
        elif tag not in _NOT_CODE:
            attributes = node.attributes
            classes = attributes.get("class")
            if not _is_left_out(node, classes, attributes):
                after = False
                how = _ends_line(node, tag, classes, attributes)
                if how:
                    lines.end_line()
                else:
                    _note_number(node, classes, lines)
                lines.mark(classes)
                stack.append((node.next, how, len(lines.parts)))
                node = node.first_child
                continue
        node = node.next


def _is_left_out(node: LexborNode, classes: str | None, attributes: dict[str, str | None]) -> bool:
    """Whether an element is no code: the number of a line, a button, or hidden."""
    if not attributes:
        return False
    if "data-line-number" in attributes and holds_numbers(node):
        return True
    if classes and is_unseen(classes):
        return True
    if classes and is_number(classes) and holds_numbers(node):
        return True
    return is_hidden(attributes)


def _note_number(node: LexborNode, classes: str | None, lines: Lines) -> None:
    """Note an element that may hold a line's number: the first in its line, and digits only."""
    text = only_text(node)
    if text is None:
        return
    kind = (node.tag_id, classes)
    digits = text.strip(" \t\n.:|")
    if len(digits) < 7 and digits.isdecimal() and lines.at_start():
        lines.numbers.append((len(lines.parts) + lines.pending, int(digits), kind))
    else:
        lines.others.add(kind)


def _ends_line(node: LexborNode, tag: int, classes: str | None, attributes: dict[str, str | None]) -> int:
    """How an element ends its line: 0 not, 1 unless the text behind it does, 2 as a box."""
    if tag in BLOCKS:
        return 2 if tag not in (_TD, _TH) and _is_line(node, tag) else 0
    if not attributes:
        return 1 if tag == _CODE and _is_one_of_many(node) else 0
    style = attributes.get("style")
    if style and _LINE_STYLE.search(style.replace(" ", "").lower()):
        return 2
    if (classes and is_line(classes)) or "data-line" in attributes:
        return 1
    return 1 if tag == _CODE and _is_one_of_many(node) else 0


def _is_one_of_many(code: LexborNode) -> bool:
    """Whether a <code> in a block has others beside it: then each is a line."""
    parent = code.parent
    if parent is None or parent.tag_id != _PRE:
        return False
    for step in ("prev", "next"):
        other = getattr(code, step)
        while other is not None and other.tag_id == TEXT:
            other = getattr(other, step)
        if other is not None and other.tag_id == _CODE:
            return True
    return False


def _is_line(node: LexborNode, tag: int) -> bool:
    """Whether a block inside code is one line of it, and not a box around lines or around part of one."""
    if tag == _TR:
        return True
    parent = node.parent
    return parent is None or parent.tag_id in (_PRE, _CODE, _TD) or tag == _DIV or parent.tag_id in BLOCKS


def holds_numbers(node: LexborNode) -> bool:
    """Whether an element holds numbers and no words."""
    return not any(char.isalpha() for char in node.text_lexbor())


@lru_cache(maxsize=4096)
def is_number(classes: str) -> bool:
    """Whether these are the classes of a line's number."""
    return _LINE_NUMBER.search(classes) is not None


@lru_cache(maxsize=4096)
def is_unseen(classes: str) -> bool:
    """Whether these are the classes of what is not code: buttons, words for screen readers."""
    return _UNSEEN.search(classes) is not None


@lru_cache(maxsize=4096)
def is_line(classes: str) -> bool:
    """Whether these are the classes of a line. Prism calls tokens of a diff so too."""
    return _LINE.search(classes) is not None and "token" not in classes.split()
