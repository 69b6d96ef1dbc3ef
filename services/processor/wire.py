"""What the processor and a parsing process say to each other, as JSON and bytes: reading it runs no code.

A message is the lengths of its two parts (4 bytes each, big-endian), a JSON header and a payload. A parsing
process reads pages of strangers; what it answers is checked, field by field, as if it were one of them. Pure.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from docspasta.content import Options, Page
from docspasta.document.edges import Block
from docspasta.sitemaps import Sitemap

LENGTHS = struct.Struct(">II")
AS_ASKED = Options()
_BLOCK_NAME = re.compile(r"[0-9a-f]{16}|#?")


class Body(NamedTuple):
    """One page to convert: the body as fetched and its coding, its address, the charset its header named."""

    body: bytes
    url: str
    charset: str = ""
    options: Options = AS_ASKED
    coding: str = ""


class Message(NamedTuple):
    """A message's header and payload."""

    header: Any
    payload: bytes


class BadMessage(Exception):
    """A message that is none of ours."""


def packed(message: Message) -> bytes:
    """The message's bytes."""
    header = json.dumps(message.header, separators=(",", ":")).encode()
    return b"".join((LENGTHS.pack(len(header), len(message.payload)), header, message.payload))


def unpacked(header: bytes, payload: bytes) -> Message:
    """The message of its two parts. Raises BadMessage."""
    try:
        return Message(json.loads(header), payload)
    except (ValueError, RecursionError) as error:
        raise BadMessage(f"the header is no JSON: {error}") from error


def pages_message(bodies: Sequence[Body], most: int, seconds: float) -> Message:
    """Convert these bodies, of at most `most` bytes decoded, in `seconds` of CPU each."""
    rows = [
        (
            len(body.body),
            body.url,
            body.charset,
            body.coding,
            body.options.include_selectors,
            body.options.exclude_selectors,
            body.options.min_words,
        )
        for body in bodies
    ]
    payload = b"".join(body.body for body in bodies)
    return Message({"call": "pages", "most": most, "seconds": seconds, "bodies": rows}, payload)


def bodies_of(message: Message) -> list[Body]:
    """The bodies of `pages_message`."""
    bodies, at = [], 0
    for size, url, charset, coding, include, exclude, words in message.header["bodies"]:
        options = Options(tuple(include), tuple(exclude), words)
        bodies.append(Body(message.payload[at : at + size], url, charset, options, coding))
        at += size
    return bodies


def listing_message(body: bytes, url: str, llms: bool, seconds: float) -> Message:
    """Read what a sitemap, or an llms.txt, lists."""
    return Message({"call": "listing", "url": url, "llms": llms, "seconds": seconds}, body)


def page_message(page: Page, cpu: float) -> Message:
    """A converted page, and the CPU seconds that it took."""
    values = [getattr(page, name) for name in _HEADER]
    markdown = page.markdown.encode("utf-8", "surrogatepass")
    return Message({"cpu": cpu, "page": values}, markdown)


def page_of(message: Message) -> tuple[Page, float]:
    """The page and the CPU seconds of `page_message`. Raises BadMessage."""
    try:
        values = message.header["page"]
        read = {name: _READ[name](value) for name, value in zip(_HEADER, values, strict=True)}
        markdown = message.payload.decode("utf-8", "surrogatepass")
        return Page(**read, markdown=markdown), _float(message.header["cpu"])
    except (ValueError, TypeError, KeyError, LookupError) as error:
        raise BadMessage(f"no page: {error}") from error


def sitemap_message(sitemap: Sitemap, cpu: float) -> Message:
    """What was listed, and the CPU seconds that reading it took."""
    listed = [sitemap.pages, sitemap.sitemaps, sitemap.complete, sitemap.detail]
    return Message({"cpu": cpu, "sitemap": listed}, b"")


def sitemap_of(message: Message) -> tuple[Sitemap, float]:
    """The sitemap and the CPU seconds of `sitemap_message`. Raises BadMessage."""
    try:
        pages, sitemaps, complete, detail = message.header["sitemap"]
        listed = Sitemap(_texts(pages), _texts(sitemaps), _exactly(bool)(complete), _exactly(str)(detail))
        return listed, _float(message.header["cpu"])
    except (ValueError, TypeError, KeyError) as error:
        raise BadMessage(f"no sitemap: {error}") from error


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{type(value).__name__} where {kind.__name__} is wanted")
        return value

    return read


def _float(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value < 1e6:
        raise TypeError("no seconds")
    return float(value)


def _texts(value: Any) -> tuple[str, ...]:
    if type(value) is not list or set(map(type, value)) - {str}:
        raise TypeError("no list of texts")
    return tuple(value)


def _rows(kind: Any, types: list[type]) -> Callable[[Any], tuple[Any, ...]]:
    def read(value: Any) -> tuple[Any, ...]:
        if type(value) is not list or any(list(map(type, row)) != types for row in value):
            raise TypeError(f"no list of {kind.__name__}")
        return tuple([tuple.__new__(kind, row) for row in value])

    return read


def _blocks(value: Any) -> tuple[Any, ...]:
    """Blocks at the edges of a page; those of all pages are counted by their hashes, in numbers."""
    rows = _rows(Block, [str, int, int])(value)
    if not all(_BLOCK_NAME.fullmatch(row.name) for row in rows):
        raise ValueError("a block's name is no hash")
    return rows


def _reader(kind: Any) -> Callable[[Any], Any]:
    """How a field of this type is read from JSON. Raises TypeError for a type that it cannot be."""
    if kind in (str, int, bool):
        return _exactly(kind)
    inner = get_args(kind)[0] if get_origin(kind) is tuple else None
    if inner is str:
        return _texts
    if inner is not None and hasattr(inner, "_fields"):
        return _rows(inner, list(get_type_hints(inner).values()))
    if inner is not None and get_origin(inner) is tuple:
        return _rows(tuple, list(get_args(inner)))
    raise TypeError(f"a page's field cannot travel as {kind}")


_HEADER = [field.name for field in fields(Page) if field.name != "markdown"]
_READ = {name: _reader(kind) for name, kind in get_type_hints(Page).items()} | {
    "first": _blocks,
    "last": _blocks,
}
