"""A few lines of a section around the words of a query, those words marked. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from .queries import Query
from .terms import Terms, places

LENGTH = 240  # characters
_HEADINGS = re.compile(r"(?:#{1,6} .*(?:\n+|\Z))*")
WINDOW = 160  # characters in which marks are counted


class Part(NamedTuple):
    """A part of a snippet; `marked`: it is what was looked for."""

    text: str
    marked: bool


def snippet(query: Query, text: str, languages: dict[str, Terms]) -> list[Part]:
    """The place of the text with the most of the query's words; headings at its beginning are left out, for
    they are told beside it."""
    text = text[_HEADINGS.match(text).end() :] or text  # type: ignore[union-attr]
    wanted = set(query.terms)
    marks = _marks(text, wanted, languages)
    start = _start(text, marks)
    end = min(len(text), start + LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + LENGTH // 2)
    parts, at = [Part("…", False)] if start else [], start
    for first, last in marks:
        if first >= at and last <= end:
            parts += [Part(text[at:first], False), Part(text[first:last], True)]
            at = last
    parts += [Part(text[at:end], False), *([Part("…", False)] if end < len(text) else [])]
    return [Part(" ".join(part.text.split("\n")), part.marked) for part in parts if part.text]


def _marks(text: str, wanted: set[str], languages: dict[str, Terms]) -> list[tuple[int, int]]:
    known: dict[str, bool] = {}
    marks: list[tuple[int, int]] = []
    for run, first, last in places(text):
        marked = known.get(run)
        if marked is None:
            marked = known[run] = any(not wanted.isdisjoint(terms.of(run)) for terms in languages.values())
        if marked:
            marks.append((first, last))
    return marks


def _start(text: str, marks: list[tuple[int, int]]) -> int:
    """Where the window with the most marks begins, at a word."""
    starts = [first for first, _ in marks]
    most, best = 0, 0
    for at, first in enumerate(starts):
        if (inside := bisect_left(starts, first + WINDOW, at) - at) > most:
            most, best = inside, first
    start = max(best - 60, 0)
    return text.rfind(" ", 0, start + 1) + 1 if start else 0
