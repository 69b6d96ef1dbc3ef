"""What shells of one site have in common, where their bytes differ: titles, descriptions, nonces, tokens and
the parts of a script that each page loads. Pure; one pass over the bytes, bounded, and no parser.

The shape of a page is the names of its elements in their order, each with its id, and all text that a reader
would see; of scripts that stand in the page, what each begins with. So two pages of one shape say the same,
and a page with words of its own has a shape of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b

LONGEST = 256 * 1024  # bytes of a shell
MOST_TAGS = 400  # of a shell, those that are left out not counted
MOST_TEXT = 2_000  # bytes that a reader would see
MOST_PIECES = 1_000  # of anything, what is left out counted: it is told on the loop that fetches
_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9-]{0,40})([^<>]{0,8000})>")
_ID = re.compile(rb"""\sid\s*=\s*["']?([A-Za-z_-]{1,40})""")
_KIND = re.compile(rb"""\stype\s*=\s*["']?([A-Za-z/.+-]{1,40})""")
_BEGINS = re.compile(rb"[^A-Za-z$]{0,40}([A-Za-z_$.]{1,40})")
_RAW = (b"script", b"style", b"title", b"noscript", b"template", b"svg")  # up to their end
_HEAD = frozenset((b"link", b"meta", b"base"))  # what differs from page to page


def shape(body: bytes) -> bytes | None:
    """A digest of a page's shape; None of one that is too long, has too many parts, or says too much, to be a
    shell."""
    if len(body) > LONGEST:
        return None
    names: list[bytes] = []
    scripts: set[bytes] = set()
    said = 0
    for count, (kind, value) in enumerate(_pieces(body)):
        if count == MOST_PIECES:
            return None
        if kind == b"":
            continue
        if kind == b"script":
            scripts.add(value)
            continue
        said += len(value) if kind == b"text" else 0
        names.append(kind + b" " + value)
        if said > MOST_TEXT or len(names) > MOST_TAGS:
            return None
    return blake2b(b"\n".join((*names, b"", *sorted(scripts))), digest_size=16).digest()


def _pieces(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(`text`, what it says), (`script`, what it begins with), (an element's name, its id), or nothing twice
    for what is left out, in order."""
    at = 0
    while at < len(body):
        begin = body.find(b"<", at)
        begin = len(body) if begin < 0 else begin
        if text := b" ".join(body[at:begin].split()):
            yield b"text", text
        if body.startswith(b"<!--", begin):
            end = body.find(b"-->", begin)
            at = len(body) if end < 0 else end + 3
            yield b"", b""
            continue
        tag = _TAG.match(body, begin)
        if tag is None:
            at = begin + 1
            yield b"", b""
            continue
        name, at = tag[2].lower(), tag.end()
        if name in _RAW and not tag[1]:
            inside, at = _raw(body, at, name)
            if name == b"script":
                yield b"script", _script(tag[3], inside)
            else:
                yield b"", b""
        elif name in _HEAD:
            yield b"", b""
        else:
            found = _ID.search(tag[3])
            yield tag[1] + name, found[1] if found is not None else b""


def _raw(body: bytes, at: int, name: bytes) -> tuple[bytes, int]:
    """What stands in an element, and where it is over; the rest of the page when nothing ends it."""
    end = re.compile(rb"</" + name + rb"[\s>/]", re.I).search(body, at)
    if end is None:
        return body[at:], len(body)
    close = body.find(b">", end.start())
    return body[at : end.start()], len(body) if close < 0 else close + 1


def _script(attributes: bytes, inside: bytes) -> bytes:
    kind = _KIND.search(attributes)
    begins = _BEGINS.match(inside)
    return (kind[1] if kind is not None else b"") + b" " + (begins[1] if begins is not None else b"")
