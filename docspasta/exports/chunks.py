"""chunks.jsonl: sections for retrieval, one JSON object a line. Pure."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator

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
        for each in sections(page.url, page.markdown, page.facts.headings, self._measure, self._limit):
            text, digest = each.text, each.hash
            if not self._links:
                text = without_links(text.encode()).decode()
                digest = hashlib.sha256(text.encode()).hexdigest()
            chunk = {
                "id": each.id,
                "url": page.url,
                "title": page.title,
                "headingPath": each.path,
                "anchor": each.anchor,
                "tokens": math.ceil(self._measure(text.encode())),
                "hash": digest,
                "text": text,
            }
            yield json.dumps(chunk, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def end(self) -> Iterator[bytes]:
        """Nothing."""
        return iter(())
