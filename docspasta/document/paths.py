"""The order of URLs when nothing better is known: by path, with numbers as numbers. Pure."""

from __future__ import annotations

import re

from docspasta import urls

_NUMBER = re.compile(r"[0-9]+")
_INDEX = re.compile(r"(?:^|/)(?:index|default|readme)\.(?:x?html?|php|md)$", re.IGNORECASE)


def path_key(url: str) -> str:
    """Sorts an index before what lies below it, `ch2` before `ch10`; total: no two URLs have the same key.

    The separators are below every character that a URL can hold.
    """
    path = urls.path(url)
    path = _INDEX.sub("/", path) if _INDEX.search(path) else path
    path = _NUMBER.sub(_sortable, path.strip("/")).replace("/", "\1")
    return "\0".join((urls.host(url), path, urls.query(url), url))


def folded(url: str) -> str:
    """The URL without query, trailing slash and index file: what variants of one page have in common."""
    return f"{urls.origin(url)}{_INDEX.sub('', urls.path(url)).rstrip('/')}"


def _sortable(number: re.Match[str]) -> str:
    """Digits behind their count sort as numbers do."""
    digits = number[0].lstrip("0")
    return f"\2{chr(len(digits) + 2)}{digits}"
