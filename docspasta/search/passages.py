"""What of a page is searched: its sections, each with its fields. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from docspasta.exports.book import PageText
from docspasta.exports.unlink import without_links
from docspasta.sections import sections
from docspasta.sections.section import Heading
from docspasta.tokens import estimated_tokens

MOST_NAME = 80  # characters
KINDS = 2  # in front of a symbol in an id, as in s-module-
_KIND = re.compile(r"^[a-z]+-(?=[\w-])")
_LEVEL = re.compile(r"::|->|[./:#]")
_FENCE = re.compile(r"`{3,}|~{3,}")


class Passage(NamedTuple):
    """A section as it is kept. `anchors` are HTML ids inside it: of what it defines; `text` is its Markdown
    without the targets of links; `path` its headings, the outermost first."""

    id: str
    page_id: int
    url: str
    title: str
    path: Sequence[str]
    anchor: str
    anchors: Sequence[str]
    tokens: int
    text: str

    @property
    def heading(self) -> str:
        """The heading that it stands under."""
        return self.path[-1] if self.path else self.title


def passages(page: PageText) -> Iterator[Passage]:
    """The sections of a page."""
    anchors: list[Any] = list(page.facts.anchors)  # of lists, as JSON has them
    ids: list[tuple[int, str]] = sorted([(offset, name) for name, offset in anchors])
    offsets = [offset for offset, _ in ids]
    facts: list[Any] = list(page.facts.headings)
    headings: list[Heading] = [(level, text, name, offset) for level, text, name, offset in facts]
    for one in sections(page.url, page.markdown, headings, estimated_tokens):
        inside = ids[bisect_left(offsets, one.start) : bisect_left(offsets, one.end)]
        text = without_links(one.text.encode()).decode()
        yield Passage(
            one.id,
            page.page_id,
            page.url,
            page.title,
            one.path,
            one.anchor,
            [name for _, name in inside],
            round(estimated_tokens(text.encode())),
            text,
        )


class Fields(NamedTuple):
    """A section's texts by what they tell of it. `page`: its page's title and the end of the address."""

    heading: str
    page: str
    above: str
    symbols: str
    code: str
    prose: str


def fields(passage: Passage) -> Fields:
    """The texts that are searched."""
    prose, code = parted(passage.text)
    page, above = _page(passage.title, passage.url), " ".join(passage.path[:-1])
    return Fields(passage.heading, page, above, " ".join(passage.anchors), code, prose)


def parted(text: str) -> tuple[str, str]:
    """The prose of a text, and what stands in its code blocks."""
    if "```" not in text and "~~~" not in text:
        return text, ""
    prose, code, at = [], [], 0
    while (fence := _fence(text, at)) is not None and (begin := text.find("\n", fence.end()) + 1):
        prose.append(text[at : text.rfind("\n", at, fence.start()) + 1 or at])
        end = _fence(text, begin, fence[0])
        code.append(text[begin : text.rfind("\n", begin, end.start()) + 1 or begin] if end else text[begin:])
        at = end.start() + len(fence[0]) if end else len(text)
    return "\n".join((*prose, text[at:])), "\n".join(code)


def _fence(text: str, at: int, mark: str = "") -> re.Match[str] | None:
    """The next fence that a line begins with, from the beginning of a line on or behind a fence; one like
    `mark`, if that is given."""
    while (found := _FENCE.search(text, at)) is not None:
        before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if not before.strip(" \t>") and found[0].startswith(mark):
            return found
        at = found.end()
    return None


@lru_cache(maxsize=64)  # the sections of a page follow each other
def _page(title: str, url: str) -> str:
    """A page's title and the end of its address."""
    address = unquote(urlsplit(url).path).rstrip("/").rpartition(".")
    words = (address[0] or address[2]).rsplit("/", 2)[-2:]
    return " ".join((title, *(word for word in words if word != "index")))


def names(passage: Passage) -> set[str]:
    """What somebody would call the section by, in lower case: its heading, and the symbols that it defines,
    each whole, without what its id puts in front (`module-`), and without what it belongs to."""
    heading = plain(passage.heading)
    found = {heading, heading.partition("(")[0].strip()}
    for symbol in symbols(passage):
        found |= {symbol, last(symbol)}
    return {name for name in found if 0 < len(name) <= MOST_NAME}


def symbols(passage: Passage) -> set[str]:
    """The symbols that a section defines, in lower case, with and without the kinds that ids begin with."""
    return {symbol for anchor in passage.anchors for symbol in symbols_of(anchor)}


def symbols_of(anchor: str) -> list[str]:
    """An HTML id in lower case, and what is left of it without the kinds that it begins with."""
    found = [anchor.casefold()]
    if "-" in anchor:
        for _ in range(KINDS):
            found.append(_KIND.sub("", found[-1]))
    return found


def plain(text: str) -> str:
    """A heading or a query as names are compared: in lower case, without marks around it."""
    return " ".join(text.casefold().split()).strip("`¶# ")


def last(symbol: str) -> str:
    """What a symbol is called inside what it belongs to."""
    return _LEVEL.split(symbol)[-1]
