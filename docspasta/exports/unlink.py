"""Markdown without the targets of its links: `[text](address)` is `text`, an image its description. Pure.

Lines are read one by one, as conversion writes them; code is left alone. Every step is linear in the text.
"""

from __future__ import annotations

import re

_FENCE = re.compile(rb"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*(`{3,}|~{3,})([^\n]*)")
_TOKEN = re.compile(
    rb"\\.|`+|!?\[|\](\((?:<[^<>\n]{0,4096}>|(?>(?:[^\s()\\]|\\.|\([^\s()]{0,4096}\)){0,4096}))"
    rb"(?: +(?:\"(?>(?:[^\"\\]|\\.){0,1000})\"|'(?>(?:[^'\\]|\\.){0,1000})'))?\))?|<a href=\"[^\"<>]*\">|</a>"
)
# Most links: no brackets in the text, no escapes in the target. Code and what is escaped is passed over.
_PLAIN = re.compile(
    rb"(\\.|`[^`]+`)|!?\[((?>(?:[^\[\]`\\]+|\\.|`[^`]+`)*))\]"
    rb"\((?>(?:[^\s()\\<>]+|\([^\s()\\]*\))*)(?: +\"[^\"\\]*\")?\)"
)
_TICKS = re.compile(rb"`+")


def without_links(markdown: bytes) -> bytes:
    """The same text, its links and images told by their words alone."""
    if b"](" not in markdown and b"<a href" not in markdown:
        return markdown
    if b"```" not in markdown and b"~~~" not in markdown:
        return b"\n".join(
            [_line(line) if b"](" in line or b"<a href" in line else line for line in markdown.split(b"\n")]
        )
    result: list[bytes] = []
    fence = b""
    for line in markdown.split(b"\n"):
        if fence:
            text = line.strip(b" \t>")
            if text.startswith(fence) and not text.strip(fence[:1]):
                fence = b""
        else:
            found = _FENCE.match(line) if b"```" in line or b"~~~" in line else None
            if found is not None and not (found[1][:1] == b"`" and b"`" in found[2]):
                fence = found[1]
            else:
                line = _line(line)
        result.append(line)
    return b"\n".join(result)


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
