"""When two pages say the same: what of a page's text is compared. Pure.

A page that stands under several addresses differs in what is made of its own address: links into itself,
links relative to it, the label of its footnotes, the address when it is printed. `content_hash` leaves these
out, so that equal pages are equal. `likeness` also leaves out what a page that is made for every address puts
into it: the words of the address, numbers, dates. Where the address has a query or ends in a number, a sketch
of the words is a part of it: pages that differ in a few words have most often the same. It says that a page
may be no page of its own; it folds nothing.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from heapq import nsmallest
from itertools import compress
from typing import Final
from urllib.parse import unquote

from docspasta.urls import path, path_and_query

SHORT: Final = 4_000  # bytes of a text that is looked at word by word
# Of so many different words one is in a sketch, and so many words are in the smallest sketch.
SKETCHED: Final = 4
_IMAGE: Final = re.compile(rb"(!\[[^\]\n]{0,1000}\]\()[^()\s]*")
_NOTE: Final = re.compile(rb"\[\^[^\]\s]{1,100}\]")
_NO_LETTERS: Final = bytes(byte for byte in range(128) if not chr(byte).isalpha())
_LOWER: Final = bytes(range(256)).lower()
# What parts words: all of ASCII but letters, digits, underscores and hyphens. The letters are small.
_SPACED: Final = bytes(byte if byte > 127 or chr(byte).isalnum() or byte in b"_-" else 32 for byte in _LOWER)
_DIGITS: Final = frozenset(b"0123456789")
_MONTHS: Final = frozenset(b"jan feb mar apr may jun jul aug sep oct nov dec".split())
_DAYS: Final = frozenset(
    b"monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun".split()
)
_COUNTED: Final = re.compile(r"\?|/\d+/?$")  # addresses that a site can make without end: /list?n=7, /list/7
_SEGMENTS: Final = re.compile(r"[^/?&=+_.,;:|~\s-]{2,}")


def content_hash(text: bytes) -> str:
    """32 hex digits (BLAKE2b-128) of a page's text without its own address (`own_text`)."""
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def own_text(text: bytes, url: str) -> bytes:
    """A page's Markdown without where its links lead (`PageWriter.without_targets`), and also without where
    images lie, what footnotes are called, and its own address."""
    if b"!" in text and b"![" in text:  # one character is found at a twentieth of the cost of two
        text = b"".join(_IMAGE.split(text))  # what is kept is the group; `sub` fills it in by Python
    if b"^" in text and b"[^" in text:
        text = _NOTE.sub(b"[^]", text)
    return _without_address(text, url)


def _without_address(text: bytes, url: str) -> bytes:
    """The text without the page's URL, its path, or what comes close to them. One look answers most pages:
    each form but the decoded one holds the path without its slash."""
    own = path(url)
    core, decoded = own[1:].encode("utf-8", "replace"), unquote(own)
    if core and decoded == own and core not in text:
        return text
    for address in {url, path_and_query(url), own, decoded, own[1:]}:
        name = address.encode("utf-8", "replace")
        if b"/" in name.strip(b"/") and name in text:
            text = re.sub(rb"(?<![\w/.-])" + re.escape(name) + rb"(?![\w/-])", b"", text)
    return text


def likeness(text: bytes, url: str) -> str:
    """16 hex digits of the words of `own_text`, but for those with digits, dates, and words of the address.
    Of a long text it is the letters: no page that is made for every address is long. Where the address has a
    query or ends in a number, 16 digits more: `_sketch` of these words."""
    asked = _COUNTED.search(url) is not None
    words = _telling(text[:SHORT], url) if asked or len(text) <= SHORT else []
    told = b"".join(words) if len(text) <= SHORT else text.translate(_LOWER, _NO_LETTERS)
    return _digits(told) + (_sketch(words) if asked else "")


def answer(likeness: str) -> str:
    """What of a likeness can be compared with that of a page at any address: all but its sketch."""
    return likeness[:16]


def kind(likeness: str) -> str:
    """What pages of a trap have in common: the sketch, where there is one."""
    return likeness[16:] or likeness


def _sketch(words: list[bytes]) -> str:
    """Digits of a quarter of the words, chosen by their checksums. Two pages have the same when none of the
    words in which they differ is chosen: often for one or two, hardly ever for ten, however long the pages
    are. Numbered lessons and releases differ in more words than what a site makes without end."""
    sums = set(map(zlib.crc32, set(words)))
    chosen = sorted(each for each in sums if each % SKETCHED == 0)
    if len(chosen) < SKETCHED:
        chosen = nsmallest(SKETCHED, sums)
    return _digits(b" ".join(b"%d" % each for each in chosen))


def _digits(text: bytes) -> str:
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def _telling(text: bytes, url: str) -> list[bytes]:
    spaced = text.translate(_SPACED)
    address = {word.lower().encode() for word in _SEGMENTS.findall(unquote(path_and_query(url)))}
    address = {word for word in address if word in spaced}  # of a page that tells none of it, no word is
    return _lasting(spaced.split(), address)


def _lasting(words: list[bytes], address: set[bytes]) -> list[bytes]:
    """The words without those that a page changes which is made for every address: numbers, dates, the
    address. What a word is by itself is remembered, for words come again on every page."""
    kinds = bytes(map(_KINDS.__getitem__, words))
    if not address:
        return list(compress(words, kinds))
    gone = address.intersection(words)
    at = kinds.find(_PARTED)
    while at >= 0:
        if not address.isdisjoint(words[at].split(b"-")):
            gone.add(words[at])
        at = kinds.find(_PARTED, at + 1)
    lasting = compress(words, kinds)
    return [word for word in lasting if word not in gone] if gone else list(lasting)


class _Kinds(dict[bytes, int]):
    """What each word is by itself: _VARIES, _LASTS or _PARTED."""

    def __missing__(self, word: bytes) -> int:
        kind = _kind(word)
        if len(word) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[word] = kind
        return kind


def _kind(word: bytes) -> int:
    if word[:3] in _MONTHS or word in _DAYS:
        return _VARIES
    if word.isalpha():
        return _LASTS
    if not _DIGITS.isdisjoint(word):
        return _VARIES
    return _PARTED if b"-" in word else _LASTS


# A number or a date; any other word; one of several, each of which may be a word of the address.
_VARIES, _LASTS, _PARTED = 0, 1, 2
_LONGEST: Final = 32  # bytes of a word that is remembered
_MOST: Final = 20_000  # words, about 2 MB
_KINDS: Final = _Kinds()
