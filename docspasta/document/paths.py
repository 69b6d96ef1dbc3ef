"""The order of URLs when nothing better is known: by path, with numbers as numbers. Pure."""

from __future__ import annotations

import re

from docspasta import urls

_NUMBER = re.compile(r"[0-9]+")
_VIEW_PARAMETER = re.compile(
    r"(?:(?:print|printable|amp)(?:=(?:1|yes|true|on))?|(?:view|output|outputType|format)=(?:print|amp))$",
    re.I,
)
_VIEW_SEGMENT = re.compile(r"(?<=/)(?:amp|print|printable)/|/(?:amp|print|printable)$", re.I)
_VIEW_SUFFIX = re.compile(r"(?:\.(?:amp|print))?\.(?:x?html?|php)$", re.I)
_INDEX = re.compile(r"(?:^|/)(?:index|default|readme)\.(?:x?html?|php|md)$", re.IGNORECASE)


def path_key(url: str) -> str:
    """Sorts an index before what lies below it, `ch2` before `ch10`; total: no two URLs have the same key.

    The separators are below every character that a URL can hold.
    """
    path = urls.path(url)
    path = _INDEX.sub("/", path) if _INDEX.search(path) else path
    path = _NUMBER.sub(_sortable, path.strip("/")).replace("/", "\1")
    behind = _NUMBER.sub(_sortable, urls.route(url).strip("/")).replace("/", "\1")
    return "\0".join((urls.host(url), path, urls.query(url), behind, url))


def plain_view(url: str) -> str:
    """The URL without what asks for a view of the same page: to print, for phones; and without index file,
    suffix of a page, and slash."""
    before, behind = urls.addressed(url), url[len(urls.addressed(url)) :]
    kept = [part for part in urls.query(url).split("&") if part and not _VIEW_PARAMETER.match(part)]
    path = _VIEW_SUFFIX.sub("", _INDEX.sub("", urls.path(url)).rstrip("/"))
    path = _VIEW_SEGMENT.sub("", path) if _VIEW_SEGMENT.search(path) else path
    return f"{urls.origin(before)}{path.rstrip('/')}{'?' if kept else ''}{'&'.join(kept)}{behind}"


def _sortable(number: re.Match[str]) -> str:
    """Digits behind their count sort as numbers do."""
    digits = number[0].lstrip("0")
    return f"\2{chr(len(digits) + 2)}{digits}"
