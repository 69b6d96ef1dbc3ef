"""The blocks at the edges of a page, where what repeats on most pages stands (`repeated.py`). Pure.

Only the first and the last blocks of a page are looked at, and only paragraphs, lists and quotes among them:
never code, tables, headings, or what stands under a heading at a page's end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final, NamedTuple

EDGE: Final = 8  # blocks at each end of a page
LONGEST: Final = 1_000  # bytes of a block that may be chrome
HEADING: Final = "#"
# Starts of blocks that are never chrome.
_OTHER: Final = (b" ", b"\t", b"#", b"`", b"~", b"|", b"<", b"$", b"[^")
# Each alternative begins with a character of its own, so that the search skips what begins with neither.
_LINK: Final = re.compile(rb"!(\[[^\]]*\]\([^)]*\))|\]\([^)\s]*\)")
_FENCE: Final = re.compile(rb"\n[ >]*(`{3,}|~{3,})")
_INDENTED: Final = (b" ", b"\t")
_NEWLINE: Final = ord("\n")


class Block(NamedTuple):
    """A block: the hash of its text (16 hex digits), HEADING, or '' for another that is never chrome; where
    it stands and how long it is, in bytes."""

    name: str
    offset: int
    size: int


Edges = tuple[tuple[Block, ...], tuple[Block, ...]]


def edges(data: bytes) -> Edges:
    """The first and the last blocks of a page's Markdown (UTF-8), in order. Links count by their text, not by
    their target. What stands between the edges is searched for fences where the last blocks hold some: every
    fence is closed, so none is open before blocks without one."""
    data = data.rstrip(b"\n")
    start, end = _start_of_last(data), _end_of_first(data)
    if end > start:  # a block may be at both
        blocks = _blocks(data, 0, b"")
        return tuple(blocks[:EDGE]), tuple(blocks[-EDGE:])
    first, last = _blocks(data[:end], 0, b"")[:EDGE], data[start:]
    fence = _fence_after(data[:start], b"") if b"```" in last or b"~~~" in last else b""
    return tuple(first), tuple(_blocks(last, start, fence))


def _end_of_first(data: bytes) -> int:
    """Where the first byte ends that follows the first blocks; the length of a page with no more."""
    at = len(data) - len(data.lstrip(b"\n"))
    for _ in range(EDGE):
        at = data.find(b"\n\n", at)
        if at < 0:
            return len(data)
        while data[at] == _NEWLINE:
            at += 1
    return at + 1


def _start_of_last(data: bytes) -> int:
    """Where the last blocks start. Of more than two newlines the first two part blocks."""
    at = len(data)
    for _ in range(EDGE):
        at = data.rfind(b"\n\n", 0, at)
        if at < 0:
            return 0
        while at and data[at - 1] == _NEWLINE:
            at -= 1
    return at + 2


def _fence_after(data: bytes, fence: bytes) -> bytes:
    """The fence that is open behind `data`, when `fence` was before it; b'' for none."""
    for found in _fences(data) if b"`" in data or b"~" in data else ():
        fence = b"" if fence and found.startswith(fence) else fence or found
    return fence


def _fences(data: bytes) -> Iterable[bytes]:
    """The runs of backticks and tildes that begin lines, but for the marks of quotes."""
    if b"~~~" in data:
        return _FENCE.findall(b"\n" + data)
    return _fences_of_backticks(data)


def _fences_of_backticks(data: bytes) -> Iterator[bytes]:
    """The same where there are no others, as nearly everywhere: at a fifth of the cost."""
    at = data.find(b"```")
    while at >= 0:
        line = data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at)
        if not data[line:at].strip(b" >"):
            run = data[at:end] if end >= 0 else data[at:]
            yield run[: len(run) - len(run.lstrip(b"`"))]
        at = data.find(b"```", end) if end >= 0 else -1


def _blocks(data: bytes, at: int, fence: bytes) -> list[Block]:
    """The blocks of `data`, which stands at `at` in its page and behind this open fence: what blank lines
    part."""
    blocks = []
    new = tuple.__new__  # a third of the cost of Block(...)
    pieces = data.split(b"\n\n")
    pieces.append(b"")
    code, fenced = False, bool(fence) or b"```" in data or b"~~~" in data
    for number in range(len(pieces) - 1):
        piece = pieces[number]
        size = len(piece)
        if fenced and (b"```" in piece or b"~~~" in piece):
            inside, fence = fence, _fence_after(piece, fence)
            code = bool(inside or fence)
        elif fenced:
            code = bool(fence)
        if size:
            plain = not code and size <= LONGEST and not piece.startswith(_OTHER)
            plain = plain and not pieces[number + 1].startswith(_INDENTED)  # of a list whose item goes on
            blocks.append(new(Block, (_name(piece, plain), at, size)))
        at += size + 2
    return blocks


def _name(text: bytes, plain: bool) -> str:
    if not plain:  # it may be of any length, and a search for links costs the square of it
        return HEADING if text.startswith(b"#") else ""
    said = _without_targets(text) if b"](" in text else text
    return blake2b(said, digest_size=8).hexdigest()


def _without_targets(text: bytes) -> bytes:
    """The text without where its links lead. Split and joined: a template with a group is filled in by Python
    for each link, at several times the cost."""
    pieces = _LINK.split(text)
    pieces[1::2] = [(image or b"") + b"]()" for image in pieces[1::2]]
    return b"".join(pieces)
