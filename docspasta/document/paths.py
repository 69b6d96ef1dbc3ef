"""The order of URLs when nothing better is known: by path, with numbers as numbers. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_NUMBER = re.compile(r"(\d+)")
_INDEX = re.compile(r"(?:^|/)(?:index|default|readme)\.(?:x?html?|php|md)$", re.IGNORECASE)

PathKey = tuple[str, tuple[tuple[tuple[int, str], ...], ...], str, str]


def path_key(url: str) -> PathKey:
    """Sorts an index before what lies below it, `ch2` before `ch10`; total: no two URLs compare equal."""
    parts = urlsplit(url)
    path = _INDEX.sub("/", parts.path) if _INDEX.search(parts.path) else parts.path
    segments = tuple(_segment(text) for text in path.strip("/").split("/"))
    return parts.netloc, segments, parts.query, url


def folded(url: str) -> str:
    """The URL without query, trailing slash and index file: what variants of one page have in common."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{_INDEX.sub('', parts.path).rstrip('/')}"


def _segment(text: str) -> tuple[tuple[int, str], ...]:
    """Digits become (length, digits), which sorts as numbers do; other text (0, text)."""
    pieces = _NUMBER.split(text)
    return tuple(
        (len(piece.lstrip("0")) + 1, piece.lstrip("0")) if number % 2 else (0, piece)
        for number, piece in enumerate(pieces)
    )
