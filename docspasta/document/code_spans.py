"""The code spans of a paragraph of Markdown (CommonMark 0.31, 6.1). Pure; linear in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

_TICKS = re.compile(r"`+")


class Spans(NamedTuple):
    """The code spans of a text, as (start, end); `open`: a span may begin here that ends in a later line."""

    spans: list[tuple[int, int]]
    open: bool


def code_spans(text: str) -> Spans:
    """The code spans of a text that begins outside of any."""
    runs = [found.span() for found in _TICKS.finditer(text)]
    of_size: dict[int, list[int]] = {}
    for start, end in runs:
        of_size.setdefault(end - start, []).append(start)
    spans: list[tuple[int, int]] = []
    at, is_open = 0, False
    for start, end in runs:
        if start < at:
            continue
        first = start + is_escaped(text, start, at)
        ends = of_size.get(end - first, [])
        closing = bisect_right(ends, start)
        if first == end:
            continue
        if closing == len(ends):
            is_open = True
            continue
        at = ends[closing] + end - first
        spans.append((first, at))
    return Spans(spans, is_open)


def is_escaped(text: str, at: int, since: int = 0) -> bool:
    """Whether a backslash takes the meaning from what is at `at`; those before `since` count for nothing."""
    first = at
    while first > since and text[first - 1] == "\\":
        first -= 1
    return (at - first) % 2 == 1
