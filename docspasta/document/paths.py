"""The order of URLs when nothing better is known: by path, with numbers as numbers. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_NUMBER = re.compile(r"[0-9]+")
_INDEX = re.compile(r"(?:^|/)(?:index|default|readme)\.(?:x?html?|php|md)$", re.IGNORECASE)


def path_key(url: str) -> str:
    """Sorts an index before what lies below it, `ch2` before `ch10`; total: no two URLs have the same key.

    The separators are below every character that a URL can hold.
    """
    host, path, query = split_url(url)
    path = _INDEX.sub("/", path) if _INDEX.search(path) else path
    path = _NUMBER.sub(_sortable, path.strip("/")).replace("/", "\1")
    return "\0".join((host, path, query, url))


def split_url(url: str) -> tuple[str, str, str]:
    """Host with port, path and query of a canonical URL (docspasta.urls). urllib's urlsplit also copes with
    URLs that are not, and takes four times as long: the end of a job splits each URL twice."""
    rest, _, query = url.partition("#")[0].partition("?")
    host, slash, path = rest.partition("://")[2].partition("/")
    return host, slash + path, query


def folded(url: str) -> str:
    """The URL without query, trailing slash and index file: what variants of one page have in common."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{_INDEX.sub('', parts.path).rstrip('/')}"


def _sortable(number: re.Match[str]) -> str:
    """Digits behind their count sort as numbers do."""
    digits = number[0].lstrip("0")
    return f"\2{chr(len(digits) + 2)}{digits}"
