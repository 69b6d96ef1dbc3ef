"""One JSON object whose values are texts, read in steps that take about a millisecond each. Pure.

A delivery has no other objects, and its sender chooses what it costs to read. So nothing is built that no
page has: lists, objects and numbers end the reading where they begin. Offsets are of bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from typing import NamedTuple

WINDOW = 64 * 1024  # bytes looked at in one step
MOST_FIELDS = 32
SPACE = re.compile(rb"[ \t\r\n]*+")
# What a string holds, by whole escapes: \u and its digits are not torn. Some at once, for each costs memory.
INSIDE = re.compile(rb'(?>[^"\\\x00-\x1f]*+(?:\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])[^"\\\x00-\x1f]*+){0,500})')
NULL = b"null"


class NotAnObject(ValueError):
    """What was read is no JSON object in UTF-8."""


class Texts(NamedTuple):
    """The fields in UTF-8, b'' for null. `bad` is the field that is no text: the reading ended there. `end`
    is the offset behind the object."""

    fields: dict[str, bytes]
    bad: str | None
    end: int


def texts(body: bytes, at: int, end: int) -> Generator[None, None, Texts]:
    """The object that begins in body[at:end]. Raises NotAnObject."""
    found: dict[str, bytes] = {}
    at = yield from after_space(body, at, end)
    at = yield from after_space(body, _behind(b"{", body, at, end), end)
    if body.startswith(b"}", at, end):
        return Texts(found, None, at + 1)
    for _ in range(MOST_FIELDS):
        name, at = yield from _string(body, at, end)
        at = yield from after_space(body, at, end)
        at = yield from after_space(body, _behind(b":", body, at, end), end)
        value, at = yield from _value(body, at, end)
        if name is None or value is None:
            return Texts(found, (name or b"").decode(), at)
        found[name.decode()] = value
        at = yield from after_space(body, at, end)
        if body.startswith(b"}", at, end):
            return Texts(found, None, at + 1)
        at = yield from after_space(body, _behind(b",", body, at, end), end)
    raise NotAnObject


def after_space(body: bytes, at: int, end: int) -> Generator[None, None, int]:
    """The offset of what follows the space at `at`."""
    while True:
        to = min(at + WINDOW, end)
        match = SPACE.match(body, at, to)
        at = match.end() if match else at
        if at < to or at >= end:
            return at
        yield


def _behind(mark: bytes, body: bytes, at: int, end: int) -> int:
    """The offset behind a mark that must be there."""
    if not body.startswith(mark, at, end):
        raise NotAnObject
    return at + 1


def _value(body: bytes, at: int, end: int) -> Generator[None, None, tuple[bytes | None, int]]:
    """A text, b'' for null, or None for anything else; and the offset behind it."""
    if body.startswith(NULL, at, end):
        return b"", at + len(NULL)
    if at < end and not body.startswith(b'"', at, end):
        return None, at
    return (yield from _string(body, at, end))


def _string(body: bytes, at: int, end: int) -> Generator[None, None, tuple[bytes | None, int]]:
    """A string in UTF-8, None when it holds half a surrogate pair; and the offset behind it."""
    at, read, half = _behind(b'"', body, at, end), bytearray(), ""
    while True:
        stop = _stop(body, at, end)
        over = body.startswith(b'"', stop, end)
        if stop == at and not over:
            raise NotAnObject
        text = _joined(half, _decoded(body[at:stop]))
        half = text[-1] if not over and text and "\ud800" <= text[-1] <= "\udbff" else ""
        try:
            read += text[: len(text) - len(half)].encode()
        except UnicodeEncodeError:
            return None, stop
        at = stop
        if over:
            return bytes(read), at + 1
        yield


def _stop(body: bytes, at: int, end: int) -> int:
    """Where a piece of a string ends: at the quote, at what no string may hold, or with the window."""
    to = min(at + WINDOW, end)
    stop = at
    while (match := INSIDE.match(body, stop, to)) and match.end() > stop:
        stop = match.end()
    if stop == to < end:  # not within a character
        while stop > at and body[stop] & 0xC0 == 0x80:
            stop -= 1
    return stop


def _decoded(piece: bytes) -> str:
    try:
        text: str = json.loads('"' + piece.decode() + '"')
    except ValueError as error:
        raise NotAnObject from error
    return text


def _joined(high: str, text: str) -> str:
    """A surrogate that ended one piece, and the next piece, which begins with its other half."""
    if high and "\udc00" <= text[:1] <= "\udfff":
        return chr(0x10000 + ((ord(high) - 0xD800) << 10) + ord(text[0]) - 0xDC00) + text[1:]
    return high + text
