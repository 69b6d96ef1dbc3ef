"""Headings of pages as headings of one document, so that its outline is one tree. Pure.

Level 1 is the document's title, level 2 a page's heading (or a part's, like the contents), deeper ones the
pages' own. No level is skipped on the way down; what lies deeper than 6 is 6.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

TITLE_LEVEL = 1
PAGE_LEVEL = 2
DEEPEST = 6
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*[.):]?\s+(?=\S)")  # before a heading: titles often lack it
# What of a link or an image is no word. One that is not closed goes, too: to look for its end from each of
# many would cost the square of them.
_LINK = re.compile(r"!?\[|\]\([^)\s]*\)?|^#+ ", re.M)
# Titles that some generators put on every page.
NO_NAME = re.compile(r"(?:api[ -])?(?:documentation|docs)$|(?:untitled|new)?(?: ?document| ?page)?$", re.I)
# Headings that a generator puts on each page of a kind.
SAYS_NO_NAME = re.compile(r"(?:package-level declarations|all modules:?|(?:table of )?contents)$", re.I)
_FEW = 16  # words before a page's own heading
_MAX_NAMED = 50


class HeadingLike(Protocol):
    """A heading of a page's Markdown; `offset` counts UTF-8 bytes."""

    @property
    def level(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def offset(self) -> int: ...


def own_heading(headings: Sequence[HeadingLike], title: str, markdown: str) -> int:
    """The index of the heading that is the page's own, -1 when its <title> has to do.

    It is of the highest level on the page, and hardly anything stands before it: an image, a badge, a date.
    The only one of its level is the page's own; of several, the one with which the title begins, or that the
    title names. Below level 2 it must be named, or stand first: there, parts of a page have headings, too.
    """
    if not headings:
        return -1
    title = "" if NO_NAME.match(title.strip()) else title
    top = min(heading.level for heading in headings)
    highest = [index for index, heading in enumerate(headings) if heading.level == top]
    if len(highest) > 1:
        highest = _named(highest[:_MAX_NAMED], headings, title)
    for index in highest[:1]:
        if title and SAYS_NO_NAME.match(headings[index].text) and not _named([index], headings, title):
            return -1
        small = top > PAGE_LEVEL and headings[index].offset > 0 and not _named([index], headings, title)
        if not small and _opens(headings, index, markdown):
            return index
    return -1


def _named(indexes: list[int], headings: Sequence[HeadingLike], title: str) -> list[int]:
    """Those that the title names, the one with which it begins first. Without a title it is the first, where
    nothing stands before it.
    """
    if not title:
        return [index for index in indexes[:1] if headings[index].offset == 0]
    plain, words = _plain(title), set(_WORD.findall(title.lower()))
    named = [index for index in indexes if words.issuperset(own := _words(headings[index])) and own]
    return sorted(named, key=lambda index: not plain.startswith(_plain(without_number(headings[index].text))))


def _opens(headings: Sequence[HeadingLike], index: int, markdown: str) -> bool:
    """Whether nothing but images, links and a few words stands before the heading, on lines of its own."""
    offset = headings[index].offset
    if offset == 0:
        return True
    before = markdown.encode("utf-8", "replace")[:offset].decode("utf-8", "replace")
    if not before.endswith("\n") or "```" in before:
        return False
    return len(_LINK.sub(" ", before).split()) <= _FEW


def _words(heading: HeadingLike) -> set[str]:
    return set(_WORD.findall(without_number(heading.text.lower())))


def without_number(text: str) -> str:
    """A heading without the number of its section."""
    number = _NUMBER.match(text)
    return text[number.end() :] if number is not None else text


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def shifted(levels: Sequence[int], own: int) -> list[int]:
    """The level of each heading in the document. `own`: the index of the page's own, -1 for none."""
    result: list[int] = []
    above: list[int] = []
    for number, level in enumerate(levels):
        if number == own:
            result.append(PAGE_LEVEL)
            continue
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        result.append(min(PAGE_LEVEL + len(above), DEEPEST))
    return result
