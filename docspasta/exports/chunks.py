"""chunks.jsonl: sections for retrieval, one JSON object a line. Pure."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from docspasta.document.text import one_line
from docspasta.sections import LIMIT, sections
from docspasta.sections.cut import Measure

from .book import Book, PageText
from .unlink import without_links


class Chunks:
    """format=chunks. `limit` is the most tokens of a chunk, 0 for the usual."""

    def __init__(self, book: Book, measure: Measure, limit: int = 0) -> None:
        self._links, self._measure, self._limit = book.selection.links, measure, limit or LIMIT

    def begin(self) -> Iterator[bytes]:
        """Nothing."""
        return iter(())

    def page(self, page: PageText) -> Iterator[bytes]:
        """A line for each section of a page."""
        named = page.url, page.title, page.markdown, page.facts.headings
        for chunk in chunks_of(*named, self._measure, self._limit, links=self._links):
            yield one_line(json.dumps(chunk, ensure_ascii=False, separators=(",", ":"))).encode() + b"\n"

    def end(self) -> Iterator[bytes]:
        """Nothing."""
        return iter(())


def chunks_of(
    url: str,
    title: str,
    markdown: bytes,
    headings: Sequence[tuple[int, str, str, int]],
    measure: Measure,
    limit: int = LIMIT,
    *,
    links: bool = True,
) -> Iterator[dict[str, Any]]:
    """A page's sections as they are exported; `links` False leaves out where they lead."""
    for each in sections(url, markdown, headings, measure, limit):
        text, digest = each.text, each.hash
        if not links:
            text = without_links(text.encode()).decode()
            digest = hashlib.sha256(text.encode()).hexdigest()
        yield {
            "id": each.id,
            "url": url,
            "title": title,
            "headingPath": each.path,
            "anchor": each.anchor,
            "tokens": math.ceil(measure(text.encode())),
            "hash": digest,
            "text": text,
        }
