"""What a page's Markdown must not do to the pages around it: leave a code block or folded details open, make
a heading or HTML that conversion did not write. Conversion sees to it; assembly looks once more. Pure.

Blocks are told as CommonMark 0.31 does: fences (4.5) with the container they are in, ATX and setext headings
(4.2, 4.3), HTML blocks (4.6).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

Edit = tuple[int, int, bytes]  # offset, bytes taken out, bytes put in

_SUSPECT = re.compile(
    rb"^((?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*)"
    rb"(?:(`{3,}|~{3,})([^\n]*)|(#{1,6})(?=[ \t\n]|\Z)|(=+|-+)[ \t]*$|(<(?=[A-Za-z/!?]))([^\n]*))",
    re.M,
)
# What conversion writes as HTML at the start of a line; addresses in angle brackets are links.
_WRITTEN = re.compile(
    rb"/?(?:details|summary|table|tr|td|th|kbd|sub|sup|br|a|code|img)(?=[ >/])|https?:|mailto:", re.I
)
MAX_INDENT = 3  # blanks before a fence or a heading; more are code
LOOK_BACK = 50  # lines in which the beginning of a list item is looked for
_MARKER = re.compile(rb"[-+*]|\d{1,9}[.)]")
_CONTAINERS = re.compile(rb"(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*")
# What is no text of a paragraph: nothing, a heading, a rule, an empty list item, HTML that conversion writes.
_NO_PARAGRAPH = re.compile(
    rb"[ \t]*$|#{1,6}[ \t]|(?:-[ \t]*){3,}$|(?:\*[ \t]*){3,}$|(?:_[ \t]*){3,}$|(?:[-+*]|\d{1,9}[.)])$"
    rb"|`{3,}[^`]*$|~{3,}|</?(?:details|summary|table|tr|td|th)(?=[ >/])",
    re.I,
)


def contain(markdown: bytes, headings: Collection[int]) -> tuple[list[Edit], bytes]:
    """(edits that escape what conversion did not write, what closes what is left open). `headings` are the
    offsets of the headings that it did write."""
    edits: list[Edit] = []
    closing = b""
    details = 0
    known = frozenset(headings)
    at = 0
    while (found := _SUSPECT.search(markdown, at)) is not None:
        at = found.end()
        prefix, fence, info, heading, underline, tag, rest = found.groups()
        if fence is not None:
            if fence[:1] == b"`" and b"`" in info:
                continue  # a span of code
            container = _continued(prefix)
            if not prefix.strip() and not _is_in_list(markdown, found.start(), len(prefix)):
                if len(container) > MAX_INDENT or b"\t" in container:
                    continue  # indented code
                container = b""
            end = _end_of_fence(markdown, found.end(), container, fence)
            if end is None:
                closing = b"\n" + container + fence
                break
            at = end
        elif heading is not None:
            if found.start(4) not in known:
                edits.append((found.start(4), 0, b"\\"))
        elif underline is not None:
            if _is_underline(markdown, found.start(), prefix, edits[-1][0] if edits else -1):
                edits.append((found.start(5), 0, b"\\"))
        elif tag is not None:
            text = rest.lower()
            if text.startswith(b"details"):
                details += 1
            elif text.startswith(b"/details"):
                details -= 1
            if _WRITTEN.match(rest) is None or details < 0:
                edits.append((found.start(6), 0, b"\\"))
                details = max(details, 0)
    return edits, closing + b"\n\n</details>" * details


def _continued(prefix: bytes) -> bytes:
    """What the next lines of the container start with, whose first line starts so."""
    return _MARKER.sub(lambda marker: b" " * len(marker[0]), prefix)


def _is_in_list(markdown: bytes, start: int, indent: int) -> bool:
    """Whether a line that is indented so is in a list item: the line before it that is indented less begins
    one."""
    if not indent:
        return False
    end = start - 1
    for _ in range(LOOK_BACK):
        if end < 0:
            return False
        begin = markdown.rfind(b"\n", 0, end) + 1
        line = markdown[begin:end]
        inner = line.lstrip(b" \t")
        if inner and len(line) - len(inner) < indent:
            found = _CONTAINERS.match(line)
            return found is not None and _MARKER.search(found[0]) is not None
        end = begin - 1
    return True


def _end_of_fence(markdown: bytes, at: int, container: bytes, fence: bytes) -> int | None:
    """Where a code block ends that was opened in the line before `at`: behind the line that closes it, or at
    the line that ends its container. None where neither comes."""
    found = _closing(container, fence[:1], len(fence)).search(markdown, at)
    if found is None:
        return None
    return found.end() if found[1] is not None else found.start()


@lru_cache(maxsize=1024)
def _closing(container: bytes, char: bytes, length: int) -> re.Pattern[bytes]:
    inside = re.escape(container)
    closes = rb"%s {0,3}%s{%d,}[ \t]*$" % (inside, re.escape(char), length)
    if not container:
        return re.compile(rb"^(%s)" % closes, re.M)
    return re.compile(rb"^(?:(%s)|(?!%s)[^\n]*[^\s>][^\n]*$)" % (closes, inside), re.M)


def _is_underline(markdown: bytes, start: int, prefix: bytes, escaped: int) -> bool:
    """Whether a line of `=` or `-` makes a heading of the paragraph before it: when that is in the same quote
    and the same list item. `escaped`: where something was made text before."""
    if start == 0 or _MARKER.search(prefix):
        return False
    begin = markdown.rfind(b"\n", 0, start - 1) + 1
    line = markdown[begin : start - 1]
    found = _CONTAINERS.match(line)
    container = found[0] if found else b""
    if _MARKER.search(container) and len(prefix) < len(container):
        return False
    if prefix.count(b">") < container.count(b">"):
        return False
    return escaped >= begin or not _NO_PARAGRAPH.match(line, len(container))
