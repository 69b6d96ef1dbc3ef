"""Lists of Word's HTML: paragraphs with a bullet or a number as text, set in by their margin."""

from __future__ import annotations

import re
from typing import Final

NAME: Final = b"MsoListParagraph"
_LONGEST_TAG: Final = 2_000
_POINTS: Final = {b"pt": 1.0, b"in": 72.0, b"cm": 28.35, b"px": 0.75}
_MARGIN: Final = re.compile(rb"margin-left:\s*(\d{1,4}(?:\.\d{1,4})?)(pt|in|cm|px)")
_STEP: Final = 36.0  # points of a level
_DEEPEST: Final = 8
# The blanks behind a bullet or a number, in a font of their own; before them the marker, in spans.
_MARKER: Final = re.compile(
    rb"""((?:<!?[^>]{0,400}>|[^<]){0,40}?)<span\s+style=["']\s*font:\s*7\.0pt[^>]{0,200}>(?:&nbsp;|\xc2\xa0|\s){0,200}</span>"""
)
_TAG: Final = re.compile(rb"<[^>]{0,400}>")
_NUMBER: Final = re.compile(rb"\(?(\d{1,6}|[A-Za-z]{1,5})[.)]")
_CLOSED: Final = re.compile(rb"\s*(?:</span>|<!\[endif\]>|<!\[endif\]-->)")


def as_lists(html: bytes) -> bytes:
    """The page with runs of such paragraphs as lists."""
    pieces: list[bytes] = []
    run: list[tuple[int, bytes, bytes]] = []
    done = at = 0
    while (at := html.find(NAME, at)) >= 0:
        start = html.rfind(b"<p", max(done, at - _LONGEST_TAG), at)
        begin, end = html.find(b">", at) + 1, html.find(b"</p>", at)
        if end < 0 or begin <= 0:
            break
        item = _item(html[start:begin], html[begin:end]) if start >= 0 and begin <= end else None
        if item is None:
            at = end
            continue
        between = html[done:start]
        if run and not between.strip():
            run.append(item)
        else:
            pieces += [_written(run), between]
            run = [item]
        done = at = end + len(b"</p>")
    return b"".join([*pieces, _written(run), html[done:]])


def _item(tag: bytes, inner: bytes) -> tuple[int, bytes, bytes] | None:
    """The level, the tag of the list and the content of one such paragraph; None without a marker."""
    found = _MARKER.match(inner)
    if found is None:
        return None
    opened = found[1].count(b"<span") - found[1].count(b"</span")
    rest = inner[found.end() :]
    while (closed := _CLOSED.match(rest)) is not None and (opened > 0 or b"</span" not in closed[0]):
        opened -= b"</span" in closed[0]
        rest = rest[closed.end() :]
    number = _NUMBER.fullmatch(_TAG.sub(b"", found[1]).strip())
    margin = _MARGIN.search(tag)
    points = float(margin[1]) * _POINTS[margin[2]] if margin is not None else _STEP
    level = min(max(round(points / _STEP) - 1, 0), _DEEPEST)
    start = b" start=" + number[1] if number is not None and number[1].isdigit() else b""
    return level, b"ol" + start if number is not None else b"ul", rest


def _written(run: list[tuple[int, bytes, bytes]]) -> bytes:
    out: list[bytes] = []
    open_lists: list[tuple[int, bytes]] = []
    for level, list_tag, content in run:
        name = list_tag[:2]
        while open_lists and (open_lists[-1][0] > level or open_lists[-1] == (level, _other(name))):
            out.append(b"</li></" + open_lists.pop()[1] + b">")
        if open_lists and open_lists[-1][0] == level:
            out.append(b"</li><li>")
        else:
            out.append(b"<" + list_tag + b"><li>")
            open_lists.append((level, name))
        out.append(content)
    out += [b"</li></" + name + b">" for _, name in reversed(open_lists)]
    return b"".join(out)


def _other(name: bytes) -> bytes:
    return b"ul" if name == b"ol" else b"ol"
