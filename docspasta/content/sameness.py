"""When two pages say the same: what of a page's text is compared. Pure.

A page that stands under several addresses differs in what is made of its own address: links into itself,
links relative to it, the label of its footnotes, the address when it is printed. `content_hash` leaves these
out, so that equal pages are equal. `likeness` also leaves out what a page that is made for every address puts
into it: the words of the address, numbers, dates. It says that a page may be no page of its own; it folds
nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from urllib.parse import unquote

from docspasta.urls import path, path_and_query

from .page import Placement

SHORT = 8_000  # bytes of a text that is looked at word by word
_IMAGE = re.compile(rb"(!\[[^\]\n]{0,1000}\]\()[^()\s]*")
_NOTE = re.compile(rb"\[\^[^\]\s]{1,100}\]")
_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())
# What parts words: all of ASCII but letters, digits, underscores and hyphens.
_SPACED = bytes(byte if byte > 127 or chr(byte).isalnum() or byte in b"_-" else 32 for byte in range(256))
_DIGITS = frozenset(b"0123456789")
_MONTHS = frozenset(b"jan feb mar apr may jun jul aug sep oct nov dec".split())
_DAYS = frozenset(b"monday tuesday wednesday thursday friday saturday sunday".split())
_SEGMENTS = re.compile(r"[^/?&=+_.\s-]{2,}")


def content_hash(text: bytes) -> str:
    """32 hex digits (BLAKE2b-128) of a page's text without its own address (`own_text`)."""
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def own_text(markdown: bytes, placements: Sequence[Placement], url: str) -> bytes:
    """The Markdown without where links lead, images lie, what footnotes are called, and its own address."""
    pieces, at = [], 0
    for placement in placements:
        if placement.offset >= at:
            pieces.append(markdown[at : placement.offset])
            at = placement.offset + placement.length
    text = b"".join((*pieces, markdown[at:])) if pieces else markdown
    if b"![" in text:
        text = _IMAGE.sub(rb"\1", text)
    if b"[^" in text:
        text = _NOTE.sub(b"[^]", text)
    for address in {url, path_and_query(url), path(url), unquote(path(url)), path(url)[1:]}:
        name = address.encode("utf-8", "replace")
        if b"/" in name.strip(b"/") and name in text:
            text = re.sub(rb"(?<![\w/.-])" + re.escape(name) + rb"(?![\w/-])", b"", text)
    return text


def likeness(text: bytes, url: str) -> str:
    """16 hex digits of the letters of `own_text`, but for words with digits, dates, and words of the address.
    Of a long text numbers alone are left out: no page that is made for every address is long."""
    small = text.lower()
    if len(small) <= SHORT:
        address = {word.lower().encode() for word in _SEGMENTS.findall(unquote(path_and_query(url)))}
        small = b" ".join(word for word in small.translate(_SPACED).split() if not _varies(word, address))
    return hashlib.blake2b(small.translate(None, _NO_LETTERS), digest_size=8).hexdigest()


def _varies(word: bytes, address: set[bytes]) -> bool:
    """Whether a page that is made for every address changes this word: a number, a date, the address."""
    if word in address or word[:3] in _MONTHS or word in _DAYS:
        return True
    return not word.isalpha() and (not _DIGITS.isdisjoint(word) or not address.isdisjoint(word.split(b"-")))
