"""Markdown without the targets of its links: `[text](address)` is `text`, an image its description. Pure.

Lines are read one by one, as conversion writes them; code is left alone. Every step is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(rb"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*(`{3,}|~{3,})([^\n]*)")
_TOKEN = re.compile(
    rb"\\.|`+|!?\[|\](\((?:<[^<>\n]{0,4096}>|(?>(?:[^\s()\\]|\\.|\([^\s()]{0,4096}\)){0,4096}))"
    rb"(?: +(?:\"(?>(?:[^\"\\]|\\.){0,1000})\"|'(?>(?:[^'\\]|\\.){0,1000})'))?\))?|<a href=\"[^\"<>]*\">|</a>"
)
# Most links: no brackets in the text, no escapes in the target. Code and what is escaped is passed over.
_PLAIN = re.compile(
    rb"(\\.|`[^`\n]+`)|!?\[((?>(?:[^\[\]`\\\n]+|\\.|`[^`\n]+`)*))\]"
    rb"\((?>(?:[^\s()\\<>]+|\([^\s()\\]*\))*)(?: +\"[^\"\\\n]*\")?\)"
)
_TICKS = re.compile(rb"`+")


def without_links(markdown: bytes) -> bytes:
    """The same text, its links and images told by their words alone."""
    if b"](" not in markdown and b"<a href" not in markdown:
        return markdown
    parts, at = [], 0
    for start, end in code_blocks(markdown):
        parts += [_outside(markdown[at:start]), markdown[start:end]]
        at = end
    return b"".join([*parts, _outside(markdown[at:])])


def code_blocks(markdown: bytes) -> Iterator[tuple[int, int]]:
    """Where each code block begins, with the line that opens it, and ends. Lines without a fence are not
    looked at."""
    at, near = 0, {mark: markdown.find(mark) for mark in (b"```", b"~~~")}
    while (start := _fence(markdown, at, near)) >= 0:
        found = _FENCE.match(markdown, start)
        at = _next_line(markdown, start)
        if found is None or (found[1][:1] == b"`" and b"`" in found[2]):
            continue
        at = _closed(markdown, at, found[1])
        yield start, at


def _fence(markdown: bytes, at: int, near: dict[bytes, int]) -> int:
    """Where the next line begins that has a fence; -1 for none. `near` is where each was found last: the text
    is gone through once for each."""
    for mark, place in near.items():
        if 0 <= place < at:
            near[mark] = markdown.find(mark, at)
    found = [place for place in near.values() if place >= 0]
    return markdown.rfind(b"\n", at, min(found)) + 1 or at if found else -1


def _closed(markdown: bytes, at: int, fence: bytes) -> int:
    """Where the line ends that closes a block, from the block's first line; else where the text ends."""
    while (found := markdown.find(fence, at)) >= 0:
        start = markdown.rfind(b"\n", at, found) + 1 or at
        at = _next_line(markdown, found)
        text = markdown[start:at].strip(b" \t>\n")
        if text.startswith(fence) and not text.strip(fence[:1]):
            return at
    return len(markdown)


def _next_line(markdown: bytes, at: int) -> int:
    return markdown.find(b"\n", at) + 1 or len(markdown)


def _outside(text: bytes) -> bytes:
    """A text without code blocks: most in one step, else line by line."""
    if b"](" not in text and b"<a href" not in text:
        return text
    if b"``" not in text and b"<a href" not in text and b"</a>" not in text:
        told = b"".join(filter(None, _PLAIN.split(text)))
        if b"](" not in told:
            return told
    return b"\n".join(map(_line, text.split(b"\n")))


def _line(line: bytes) -> bytes:
    if b"](" not in line:
        return _unlinked(line) if b"<a href" in line else line
    if b"``" not in line and b"<a href" not in line and b"</a>" not in line:
        told = b"".join(filter(None, _PLAIN.split(line)))  # a template would take a step of Python a link
        if b"](" not in told:
            return told
    return _unlinked(line)


def _unlinked(line: bytes) -> bytes:
    """A line whose links are nested, have titles or stand among code of several backticks."""
    gone: list[tuple[int, int]] = []
    opened: list[tuple[int, int]] = []
    ends = _ends_of_code(line) if b"`" in line else {}
    at = 0
    while (found := _TOKEN.search(line, at)) is not None:
        at = found.end()
        token = found[0]
        if token[:1] == b"\\":
            continue
        if token[:1] == b"`":
            at = ends.get(found.start(), at)
        elif token[:1] == b"<":
            gone.append(found.span())
        elif token[-1:] == b"[":
            opened.append(found.span())
        elif token[:1] == b"]":
            begin = opened.pop() if opened else None
            if found[1] is not None and begin is not None:
                gone += (begin, found.span())
    return _without(line, sorted(gone))


def _ends_of_code(line: bytes) -> dict[int, int]:
    """Where each span of code ends, by where it begins (CommonMark 6.1)."""
    ends: dict[int, int] = {}
    following: dict[int, int] = {}
    for run in reversed(list(_TICKS.finditer(line))):
        length = len(run[0])
        if length in following:
            ends[run.start()] = following[length]
        following[length] = run.end()
    return ends


def _without(line: bytes, gone: list[tuple[int, int]]) -> bytes:
    parts, at = [], 0
    for start, end in gone:
        parts.append(line[at:start])
        at = end
    return b"".join([*parts, line[at:]])
