"""What of a page is searched: its sections, each with its fields. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docspasta.exports.book import PageText
from docspasta.exports.unlink import without_links
from docspasta.sections import sections
from docspasta.tokens import estimated_tokens

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
    ids = sorted((offset, name) for name, offset in page.facts.anchors)
    offsets = [offset for offset, _ in ids]
    for one in sections(page.url, page.markdown, page.facts.headings, estimated_tokens):
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


def fields(passage: Passage) -> tuple[str, str, str, str, str]:
    """Heading, what is above it, symbols defined, code, prose."""
    code: list[str] = []

    def taken(found: re.Match[str]) -> str:
        code.append(found[2])
        return "\n"

    prose = _FENCED.sub(taken, passage.text)
    above = " ".join((passage.title, *passage.path[:-1]))
    return passage.heading, above, " ".join(passage.anchors), "\n".join(code), prose
