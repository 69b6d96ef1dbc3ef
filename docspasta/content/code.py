"""Code: the exact text of a block, whatever a highlighter made of it.

Most blocks are text and spans of it, and are read in one call. What holds more is read by `code_lines.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborNode

from .beside_code import language_beside
from .code_lines import Lines, is_line, read_lines
from .languages import is_language, language_of
from .query import css, css_first
from .tags import TAGS, TEXT, UNSEEN, tag_set

_BR: Final = TAGS["br"]
_CODE: Final = TAGS["code"]
_DIV: Final = TAGS["div"]
_BESIDE: Final = tag_set("div button svg a style script")
_LINES: Final = "[class*=line i],[data-line]"
_DIGITS: Final = 7  # of the number of a line
_MOST_BESIDE: Final = 60  # nodes of a label and a button inside a block
_TOOL_WORDS: Final = frozenset("copy code copied copied! copycode edit wrap lines".split())
_BOXES: Final = "br,div,li,p,section,code + code"


@dataclass(frozen=True)
class CodeRules:
    """What highlighters put into a family's code, as CSS. Each question costs as much as reading a short
    block, so a family asks only what its generator can answer.

    numbers  line numbers and all else that is not code
    changes  lines that were added or removed
    lines    lines are elements, or end in <br>
    """

    numbers: str = (
        "[class*=lineno i],[class*=line-n i],[class*=line_n i],[class*=linen i],[class*=gutter i],.ln,.lnt"
        ",[data-line-number],.hljs-ln-numbers,.blob-num,table,button,[class*=copy],.sr-only,.ttc,.boring"
        ",[hidden],[style*=display],[style*=visibility],script,style,template,svg,select,input,textarea"
    )
    changes: str = ".ins,.del,.diff"
    lines: bool = True


def code_block(pre: LexborNode, rules: CodeRules) -> tuple[str, str]:
    """(text, language) of a block of code. Lines that a highlighter marks as added and removed make it a
    diff.
    """
    code = _only_code(pre)
    text = _one_text(pre, code)
    if text is not None:
        return _clean(text), _language(pre, code)
    if rules.changes and css_first(pre, rules.changes) is not None:
        lines = Lines(True)
        read_lines(pre, lines)
        if lines.changed:
            return _clean(lines.marked()), "diff"
    return block_text(pre, rules), _language(pre, code)


def _language(pre: LexborNode, code: LexborNode | None) -> str:
    """The language that attributes or classes name, else a label beside the code."""
    found = language_of(pre, code)
    if found:
        return found
    if code is not None and code.parent is not None and code.parent.mem_id != pre.mem_id:
        return next((word for word in _beside(pre, code) if is_language(word)), "")
    return language_beside(pre)


def _only_code(pre: LexborNode) -> LexborNode | None:
    """The <code> inside a <pre>, of which highlighters hang the language."""
    child = pre.first_child
    boxed = child is not None and child.tag_id == _DIV
    for _ in range(8):
        if child is None:
            break
        if child.tag_id == _CODE:
            return child
        child = child.next
    return _boxed_code(pre) if boxed else None


def _boxed_code(pre: LexborNode) -> LexborNode | None:
    """The only <code> of a <pre> that boxes divide, when the others hold no more than its language and what
    copies it."""
    found = css(pre, "code")[:2]
    if len(found) != 1 or found[0].parent is None or found[0].parent.tag_id != _DIV:
        return None
    words = _beside(pre, found[0])
    return found[0] if all(word in _TOOL_WORDS or is_language(word) for word in words) else None


def _beside(pre: LexborNode, code: LexborNode) -> list[str]:
    """The words in a <pre> that stand outside of its <code>, in lower case; more than it may have for a large
    one."""
    words: list[str] = []
    stack: list[LexborNode | None] = [pre.first_child]
    for _ in range(_MOST_BESIDE):
        here = stack.pop() if stack else None
        if here is None:
            if not stack:
                return words
            continue
        stack.append(here.next)
        if here.tag_id == TEXT:
            words += (here.text_content or "").lower().split()
        elif here.mem_id != code.mem_id and here.tag_id not in UNSEEN:
            stack.append(here.first_child)
    return ["..."]


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
    if pre.tag_id == _CODE and _flows(pre):
        return _clean(_slowly(pre, True))
    if rules.numbers and css_first(pre, rules.numbers) is not None:
        return _clean(_slowly(pre))
    if rules.lines and css_first(pre, _BOXES) is not None:
        return _clean(_by_lines(pre))
    if rules.lines and _runs_on(pre):
        return _clean(_slowly(pre))
    text = _clean(pre.text_lexbor())
    if text[:9].lstrip()[:1].isdecimal():  # it may be the number of a line
        return _clean(_slowly(pre))
    return text


def _slowly(pre: LexborNode, flowing: bool = False) -> str:
    lines = Lines(False, flowing)
    read_lines(_box(pre), lines)
    return lines.text()


def _flows(code: LexborNode) -> bool:
    """Whether behind each break of a <code> the source ends its line, which a browser does not show."""
    if "white-space" in (code.attributes.get("style") or ""):
        return False
    breaks = css(code, "br")
    following = [each.next for each in breaks]
    return bool(breaks) and all(
        each is None or (each.tag_id == TEXT and (each.text_content or "").startswith("\n"))
        for each in following
    )


def _box(pre: LexborNode) -> LexborNode:
    """What holds the text of a block: its <code>, when only the tools of a page stand beside it."""
    found: LexborNode | None = None
    child = pre.first_child
    if child is not None and child.tag_id == _DIV and (boxed := _boxed_code(pre)) is not None:
        return boxed
    for _ in range(12):
        if child is None:
            return found if found is not None else pre
        tag = child.tag_id
        if tag == _CODE and found is None:
            found = child
        elif tag == TEXT:
            if (child.text_content or "").strip():
                return pre
        elif tag not in _BESIDE:
            return pre
        child = child.next
    return pre


def _runs_on(pre: LexborNode) -> bool:
    """Whether an element that is a line by its class is followed by more than the end of the line."""
    for node in css(pre, _LINES):
        attributes = node.attributes
        if not is_line(attributes.get("class") or "") and "data-line" not in attributes:
            continue
        following = node.next
        if following is None or node.mem_id == pre.mem_id:
            continue
        text = (following.text_content or "") if following.tag_id == TEXT else ""
        if text[:1] not in ("\n", "\r") and not node.text_lexbor().endswith("\n"):
            return True
    return False


def _clean(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\xa0" in text:
        text = text.replace("\xa0", " ")
    if "\u200b(" in text:  # a place to break a line before a method's parameters
        text = text.replace("\u200b(", "(")
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    text = text.rstrip()
    start = 0
    while (end := text.find("\n", start)) >= 0 and not text[start:end].strip():
        start = end + 1
    return text[start:]


def _by_lines(pre: LexborNode) -> str:
    """The text when each line is an element of its own, or ends in <br>; read slowly when it is neither."""
    box = _box(pre)
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
    if (
        breaks != len(css(pre, "br"))
        or css_first(box, "div div div,p,li,section,div + span,code + code") is not None
    ):
        return _slowly(pre)
    text = "".join(parts)
    if text[:9].lstrip()[:1].isdecimal() or (breaks == 0 and _runs_on(pre)):
        return _slowly(pre)
    return text


def is_gutter(text: str) -> bool:
    """Whether a block's whole text is line numbers, one a line, counting up."""
    if not text[: _DIGITS + 1].lstrip()[:1].isdecimal():  # most code is no number
        return False
    numbers = text.split()
    if not all(len(number) <= _DIGITS and number.isdecimal() for number in numbers):
        return False
    first = int(numbers[0])
    return (
        len(numbers) > 1 and numbers == [str(first + step) for step in range(len(numbers))]
    ) or numbers == ["1"]
