"""Code: the exact text of a block, whatever a highlighter made of it."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from .languages import language_of
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
_STRUCTURE = "br,div,button,li,[class*=lineno],.ln,.gutter,[data-line-number],.hljs-ln-numbers,.boring,.diff"


def code_block(pre: LexborNode) -> tuple[str, str]:
    """(text, language) of a block of code."""
    code = _only_code(pre)
    return block_text(pre), language_of(pre, code)


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


def block_text(pre: LexborNode) -> str:
    """The text of a block, lines ended by newlines, without line numbers, buttons and trailing blank lines."""
    text = _walk(pre) if _structured(pre) else pre.text_lexbor()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\xa0" in text:
        text = text.replace("\xa0", " ")
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text.strip("\n") if text[-1:] not in " \t" else text.rstrip().lstrip("\n")


def _structured(pre: LexborNode) -> bool:
    """Whether lines are elements or hold numbers, so that the text alone is not the code."""
    child = pre.first_child
    if child is not None and child.next is None and child.tag_id == _CODE:
        child = child.first_child
    if child is not None and child.next is None and child.tag_id == TEXT:
        return False
    return pre.css_first(_STRUCTURE) is not None


class _Lines:
    """The text so far, and where a line that is an element must start."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.fresh = True  # at the start of a line

    def add(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.fresh = text.endswith("\n")

    def end_line(self) -> None:
        if not self.fresh:
            self.add("\n")


def _walk(pre: LexborNode) -> str:
    """The text by a walk: <br> and elements that are lines end a line, numbers and buttons are left out."""
    lines = _Lines()
    stack: list[tuple[LexborNode | None, bool, int]] = []  # what comes next, whether a line ends, parts at start
    node = pre.first_child
    ends, start = False, 0
    while True:
        while node is None:
            if not stack:
                return "".join(lines.parts)
            node, ends, start = stack.pop()
            if ends:
                if len(lines.parts) == start:
                    lines.parts.append("\n")  # an empty line is a line
                    lines.fresh = True
                lines.end_line()
        tag = node.tag_id
        if tag == TEXT:
            lines.add(node.text_content or "")
        elif tag == _BR:
            lines.add("\n")
        elif tag not in _NOT_CODE and not _is_number(node, tag):
            ends = tag in BLOCKS and tag != _TD and tag != _CODE and _is_line(node, tag)
            if ends:
                lines.end_line()
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


def _is_number(node: LexborNode, tag: int) -> bool:
    attributes = node.attributes
    name = attributes.get("class")
    if name and (_LINE_NUMBER.search(name) or _UNSEEN.search(name)):
        return True
    return "data-line-number" in attributes and not (node.text_lexbor() or "").strip().strip("0123456789")


def is_gutter(text: str) -> bool:
    """Whether a block's whole text is line numbers, one a line, counting up."""
    numbers = text.split()
    if not numbers or not all(number.isdigit() for number in numbers):
        return False
    first = int(numbers[0])
    return (len(numbers) > 1 and numbers == [str(first + step) for step in range(len(numbers))]) or numbers == ["1"]
