"""What the processor and a parsing process say to each other, as JSON and bytes: reading it runs no code.

A message is the lengths of its two parts (4 bytes each, big-endian), a JSON header and a payload. A parsing
process reads pages of strangers; what it answers is checked, field by field, as if it were one of them. Pure.
"""

from __future__ import annotations

import codecs
import json
import re
import struct
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import fields
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from docspasta.content import Options, Page
from docspasta.document.edges import Block
from docspasta.sitemaps import Sitemap
from docspasta.turns import slices

LENGTHS = struct.Struct(">II")
AS_ASKED = Options()
_BLOCK_NAME = re.compile(r"[0-9a-f]{16}|#?")
PIECE_ROWS, PIECE_BYTES = 500, 128 * 1024  # of a list, read in one step
STEP_BYTES = 512 * 1024  # of Markdown, read in one step
LONGEST_TEXT = 8 * 1024  # characters of a title, a description or an address


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
    payload: bytes | bytearray


class BadMessage(Exception):
    """A message that is none of ours."""


def packed(message: Message) -> bytes:
    """The message's bytes."""
    header = json.dumps(message.header, separators=(",", ":")).encode()
    return b"".join((LENGTHS.pack(len(header), len(message.payload)), header, message.payload))


def unpacked(header: bytes, payload: bytes | bytearray) -> Message:
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
            body.options.is_text,
            body.options.html,
            body.options.named,
            body.options.alternate,
            body.options.hash_routes,
            body.options.docsify,
        )
        for body in bodies
    ]
    payload = b"".join(body.body for body in bodies)
    return Message({"call": "pages", "most": most, "seconds": seconds, "bodies": rows}, payload)


def bodies_of(message: Message) -> list[Body]:
    """The bodies of `pages_message`."""
    bodies, at = [], 0
    for row in message.header["bodies"]:
        size, url, charset, coding, include, exclude, words, *more = row
        options = Options(tuple(include), tuple(exclude), words, *more)
        bodies.append(Body(bytes(message.payload[at : at + size]), url, charset, options, coding))
        at += size
    return bodies


def listing_message(body: Body, most: int, llms: bool, seconds: float) -> Message:
    """Read what a sitemap, or an llms.txt, lists, of at most `most` bytes decoded."""
    asked = {"url": body.url, "coding": body.coding, "most": most, "llms": llms, "seconds": seconds}
    return Message({"call": "listing"} | asked, body.body)


def page_message(page: Page, cpu: float) -> Message:
    """A converted page, and the CPU seconds that it took."""
    sizes, lists = _written([getattr(page, name) for name in _LISTS])
    values = [getattr(page, name) for name in _HEADER]
    values = [value[:LONGEST_TEXT] if type(value) is str else value for value in values]
    header = {"cpu": cpu, "page": values, "lists": sizes, "facts": len(page.facts), "html": len(page.html)}
    markdown = page.markdown.encode("utf-8", "surrogatepass")
    return Message(header, b"".join((*lists, page.facts, page.html, markdown)))


def reading_page(message: Message) -> Generator[None, None, tuple[Page, float]]:
    """The page and the CPU seconds of `page_message`, in steps (docspasta.turns). Raises BadMessage."""
    try:
        values = message.header["page"]
        read = {name: _READ[name](value) for name, value in zip(_HEADER, values, strict=True)}
        yield
        rest, lists = yield from _read(message, [_READ[name] for name in _LISTS])
        facts, rest = _piece(rest, message.header["facts"])
        html, rest = _piece(rest, message.header["html"])
        yield
        markdown = yield from _decoded(rest)
        read |= dict(zip(_LISTS, lists, strict=True))
        page = Page(**read, facts=facts, html=html, markdown=markdown)
        return page, _float(message.header["cpu"])
    except (ValueError, TypeError, KeyError, LookupError, RecursionError) as error:
        raise BadMessage(f"no page: {error}") from error


def sitemap_message(sitemap: Sitemap, cpu: float) -> Message:
    """What was listed, and the CPU seconds that reading it took."""
    sizes, lists = _written([sitemap.pages, sitemap.sitemaps, sitemap.lastmods])
    listed = [sitemap.complete, sitemap.detail[:LONGEST_TEXT]]
    return Message({"cpu": cpu, "sitemap": listed, "lists": sizes}, b"".join(lists))


def reading_sitemap(message: Message) -> Generator[None, None, tuple[Sitemap, float]]:
    """The sitemap and the CPU seconds of `sitemap_message`, in steps (docspasta.turns). Raises BadMessage."""
    try:
        complete, detail = message.header["sitemap"]
        _, (pages, sitemaps, lastmods) = yield from _read(message, [_texts, _texts, _texts])
        listed = Sitemap(pages, sitemaps, _exactly(bool)(complete), _exactly(str)(detail), lastmods)
        return listed, _float(message.header["cpu"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadMessage(f"no sitemap: {error}") from error


def refusals_message(scope: str, urls: Sequence[str], seconds: float) -> Message:
    """Say of each URL why a scope (as JSON) refuses it."""
    return Message({"call": "refusals", "scope": scope, "urls": urls, "seconds": seconds}, b"")


def refused_message(refused: Sequence[str], cpu: float) -> Message:
    """Why each URL is refused, '' when it is not."""
    return Message({"cpu": cpu, "refused": refused}, b"")


def refused_of(message: Message, count: int) -> tuple[tuple[str, ...], float]:
    """The `count` answers of `refused_message`, and the CPU seconds that they took. Raises BadMessage."""
    try:
        refused = _texts(message.header["refused"])
        if len(refused) != count:
            raise ValueError(f"{len(refused)} answers to {count} URLs")
        return refused, _float(message.header["cpu"])
    except (ValueError, TypeError, KeyError) as error:
        raise BadMessage(f"no answers: {error}") from error


def _written(lists: Sequence[Sequence[Any]]) -> tuple[list[list[int]], list[bytes]]:
    """Lists as JSON in pieces, each read in a step: the sizes of each list's pieces, and the pieces."""
    written = [list(_pieces(rows)) if rows else [] for rows in lists]
    return [[len(piece) for piece in pieces] for pieces in written], [p for pieces in written for p in pieces]


def _pieces(rows: Sequence[Any]) -> Iterator[bytes]:
    for part in slices(rows, PIECE_ROWS):
        text = json.dumps(part, separators=(",", ":")).encode()
        if len(text) <= PIECE_BYTES or len(part) == 1:
            yield text
        else:
            for half in slices(part, -(-len(part) // 2)):
                yield from _pieces(half)


def _read(
    message: Message, readers: Sequence[Callable[[Any], tuple[Any, ...]]]
) -> Generator[None, None, tuple[memoryview, list[tuple[Any, ...]]]]:
    """What is behind the lists, and the lists. Raises ValueError and TypeError."""
    rest = memoryview(message.payload)
    lists = []
    for read, sizes in zip(readers, message.header["lists"], strict=True):
        rows: list[Any] = []
        for size in sizes:
            if not 0 <= _exactly(int)(size) <= len(rest):
                raise ValueError("a list is longer than the payload")
            rows += read(json.loads(bytes(rest[:size])))
            rest = rest[size:]
            yield
        lists.append(tuple(rows))
    return rest, lists


def _piece(data: memoryview, size: Any) -> tuple[bytes, memoryview]:
    """The first bytes, and the rest. Raises TypeError and ValueError."""
    if not 0 <= _exactly(int)(size) <= len(data):
        raise ValueError("a part is longer than the payload")
    return bytes(data[:size]), data[size:]


def _decoded(data: memoryview) -> Generator[None, None, str]:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogatepass")
    parts = []
    for part in slices(data, STEP_BYTES):
        parts.append(decoder.decode(bytes(part)))
        yield
    return "".join((*parts, decoder.decode(b"", True)))


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


_READ = {name: _reader(kind) for name, kind in get_type_hints(Page).items() if kind is not bytes} | {
    "first": _blocks,
    "last": _blocks,
}
_LISTS = [name for name, kind in get_type_hints(Page).items() if get_origin(kind) is tuple]
_HEADER = [field.name for field in fields(Page) if field.name not in ("markdown", "facts", "html", *_LISTS)]
