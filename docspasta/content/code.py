"""Code: the exact text of a block, whatever a highlighter made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from selectolax.lexbor import LexborNode

from .languages import language_of
from .query import css, css_first
from .tags import BLOCKS, TAGS, TEXT, tag_set

_BR, _CODE, _PRE, _TR, _TD = TAGS["br"], TAGS["code"], TAGS["pre"], TAGS["tr"], TAGS["td"]
_DIV = TAGS["div"]
_NOT_CODE = tag_set("button style script template svg select input textarea")
_LINE_NUMBER = re.compile(
    r"(?:^|\s)(?:linenos?|lineno|ln|line-?numbers?|line-numbers-rows|line-numbers-wrapper|gutter|rouge-gutter"
    r"|hljs-ln-numbers|blob-num|src-line-numbers)(?:\s|$)"
)
_UNSEEN = re.compile(
    r"(?:^|\s)(?:ttc|boring|copy|copybtn|copy-button|btn-copy|sr-only|visually-hidden|screen-reader-text|headerlink|"
    r"code__nav|md-code__nav|viewcode-link)(?:\s|$)"
)
_ADDED = re.compile(r"(?:^|\s)(?:ins|diff add|diff-add|line-added|inserted-line)(?:\s|$)")
_REMOVED = re.compile(r"(?:^|\s)(?:del|diff remove|diff-remove|line-removed|deleted-line)(?:\s|$)")


@dataclass(frozen=True)
class CodeRules:
    """What highlighters put into a family's code, as CSS. Each question costs as much as reading a short
    block,
    so a family asks only what its generator can answer.

    numbers  line numbers and all else that is not code
    changes  lines that were added or removed
    lines    lines are elements, or end in <br>
    """

    numbers: str = "[class*=lineno],.ln,.gutter,[data-line-number],.hljs-ln-numbers,table,button,.line-number"
    changes: str = ".ins,.del,.diff"
    lines: bool = True


def code_block(pre: LexborNode, rules: CodeRules) -> tuple[str, str]:
    """(text, language) of a block of code. Lines that a highlighter marks as added and removed make it a
    diff.
    """
    code = _only_code(pre)
    text = _one_text(pre, code)
    if text is not None:
        return _clean(text), language_of(pre, code)
    if rules.changes and css_first(pre, rules.changes) is not None:
        lines = _Lines(True)
        _walk(pre, lines)
        if lines.changed:
            return _clean(lines.marked()), "diff"
    return block_text(pre, rules), language_of(pre, code)


def _only_code(pre: LexborNode) -> LexborNode | None:
    """The <code> inside a <pre>, of which highlighters hang the language."""
    child = pre.first_child
    for _ in range(8):
        if child is None:
            return None
        if child.tag_id == _CODE:
            return child
        child = child.next
    return None


def _one_text(pre: LexborNode, code: LexborNode | None) -> str | None:
    """The text of a block that holds nothing else, which no highlighter has touched."""
    child = pre.first_child
    if child is not None and child.next is None and code is not None:
        child = code.first_child
    if child is not None and child.next is None and child.tag_id == TEXT:
        return child.text_content or ""
    return None


def block_text(pre: LexborNode, rules: CodeRules) -> str:
    """The text of a block, lines ended by newlines, without line numbers, buttons and blank lines at its
    ends.
    """
    if rules.numbers and css_first(pre, rules.numbers) is not None:
        lines = _Lines(False)
        _walk(pre, lines)
        return _clean("".join(lines.parts))
    if rules.lines and css_first(pre, "br,div,li,p") is not None:
        return _clean(_by_lines(pre))
    return _clean(pre.text_lexbor())


def _clean(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\xa0" in text:
        text = text.replace("\xa0", " ")
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    text = text.rstrip()
    start = 0
    while (end := text.find("\n", start)) >= 0 and not text[start:end].strip():
        start = end + 1
    return text[start:]


def _by_lines(pre: LexborNode) -> str:
    """The text when each line is an element of its own, or ends in <br>; by the slow walk when it is
    neither.
    """
    box = _only_code(pre) or pre
    parts: list[str] = []
    breaks = 0
    boxed = False
    for child in box.iter(include_text=True):
        tag = child.tag_id
        if tag == TEXT:
            text = child.text_content or ""
            if not (boxed and text.isspace()):  # the page's own line ends, between lines that are boxes
                parts.append(text)
            continue
        boxed = tag == _DIV
        last = child.last_child
        ended = tag == _BR or (last is not None and last.tag_id == _BR)
        breaks += ended
        text = child.text_lexbor()
        if ended or (tag == _DIV and not text.endswith("\n")):
            text += "\n"
        parts.append(text)
    if breaks != len(css(pre, "br")) or css_first(box, "div div div,p,li,div + span") is not None:
        lines = _Lines(False)
        _walk(pre, lines)
        return "".join(lines.parts)
    return "".join(parts)


class _Lines:
    """The text so far, and where a line that is an element must start."""

    def __init__(self, marks: bool) -> None:
        self.parts: list[str] = []
        self.fresh = True  # at the start of a line
        self.marks: dict[int, str] = {}  # number of the part where a line begins that was added or removed
        self.changed = False
        self.looks = marks

    def add(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.fresh = text.endswith("\n")

    def end_line(self) -> None:
        if not self.fresh:
            self.add("\n")

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


def _walk(pre: LexborNode, lines: _Lines) -> None:
    """The text by a walk: <br> and elements that are lines end a line, numbers and buttons are left out."""
    stack: list[
        tuple[LexborNode | None, bool, int]
    ] = []  # what comes next, whether a line ends, parts before it
    node = pre.first_child
    ends, start, after = False, 0, False
    while True:
        while node is None:
            if not stack:
                return
            node, ends, start = stack.pop()
            after = ends
            if ends:
                if len(lines.parts) == start:
                    lines.add("\n")  # an empty line is a line
                lines.end_line()
        tag = node.tag_id
        if tag == TEXT:
            text = node.text_content or ""
            if not (after and text.isspace()):  # the page's own line ends, between lines that are boxes
                lines.add(text)
        elif tag == _BR:
            lines.add("\n")
        elif tag not in _NOT_CODE:
            after = False
            attributes = node.attributes
            classes = attributes.get("class")
            if not (classes and _is_number(classes)) and "data-line-number" not in attributes:
                ends = tag in BLOCKS and tag != _TD and _is_line(node, tag)
                if ends:
                    lines.end_line()
                lines.mark(classes)
                stack.append((node.next, ends, len(lines.parts)))
                node = node.first_child
                continue
        node = node.next


def _is_line(node: LexborNode, tag: int) -> bool:
    """Whether a block inside code is one line of it, and not a box around lines or around part of one."""
    if tag == _TR:
        return True
    parent = node.parent
    return parent is None or parent.tag_id in (_PRE, _CODE, _TD) or tag == _DIV or parent.tag_id in BLOCKS


@lru_cache(maxsize=4096)
def _is_number(classes: str) -> bool:
    """Whether these are the classes of a line number, or of what is not code."""
    return _LINE_NUMBER.search(classes) is not None or _UNSEEN.search(classes) is not None


def is_gutter(text: str) -> bool:
    """Whether a block's whole text is line numbers, one a line, counting up."""
    numbers = text.split()
    if not numbers or not all(number.isdigit() for number in numbers):
        return False
    first = int(numbers[0])
    return (
        len(numbers) > 1 and numbers == [str(first + step) for step in range(len(numbers))]
    ) or numbers == ["1"]
