"""What of a page is searched: its sections, each with its fields. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
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
_FENCED = re.compile(r"^[ \t>]*(`{3,}|~{3,})[^\n]*\n(.*?)(?:^[ \t>]*\1|\Z)", re.MULTILINE | re.DOTALL)


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
    code: list[str] = []

    def taken(found: re.Match[str]) -> str:
        code.append(found[2])
        return "\n"

    text = passage.text
    prose = _FENCED.sub(taken, text) if "```" in text or "~~~" in text else text
    address = unquote(urlsplit(passage.url).path).rstrip("/").rpartition(".")
    words = (address[0] or address[2]).rsplit("/", 2)[-2:]
    page = " ".join((passage.title, *(word for word in words if word != "index")))
    above = " ".join(passage.path[:-1])
    return Fields(passage.heading, page, above, " ".join(passage.anchors), "\n".join(code), prose)


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
    for _ in range(KINDS):
        found.append(_KIND.sub("", found[-1]))
    return found


def plain(text: str) -> str:
    """A heading or a query as names are compared: in lower case, without marks around it."""
    return " ".join(text.casefold().split()).strip("`¶# ")


def last(symbol: str) -> str:
    """What a symbol is called inside what it belongs to."""
    return _LEVEL.split(symbol)[-1]
