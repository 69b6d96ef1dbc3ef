"""A page's text as exports write it: as a file of its own, or as a part of a document. Pure."""

from __future__ import annotations

from collections.abc import Callable

from docspasta.document.containment import contain
from docspasta.document.marks import Marks
from docspasta.document.rewrite import Links, apply, page_part
from docspasta.document.text import heading_line, scalar

from .book import Book, PageText
from .unlink import without_links

Destination = Callable[[str, str], str | None]  # (URL, fragment): a link's target, None to leave it


class _Abroad(Links):
    """Links as they were on the site: what is exported may be read alone."""

    def destination(self, url: str, fragment: str) -> str | None:
        return None


def document_part(book: Book, page: PageText) -> bytes:
    """A page under a heading of the second level, with its source, ending in a blank line. Its anchor stands
    before it, unless links go: nothing leads there then."""
    text = page_part(page.index, page.markdown, page.facts, _Abroad(book.plan, Marks(0), Marks(0)))
    return text if book.selection.links else without_links(text.partition(b"\n\n")[2])


def file_text(book: Book, page: PageText, destination: Destination) -> bytes:
    """A page as a file: title and address as front matter, a heading when it has none, its Markdown."""
    escapes, closing = contain(page.markdown, [offset for _, _, _, offset in page.facts.headings])
    edits = list(escapes)
    if closing:
        edits.append((len(page.markdown.rstrip(b"\n")), 0, closing))
    if book.selection.links:
        for offset, length, url, fragment in page.facts.placements:
            if (target := destination(url, fragment)) is not None:
                edits.append((offset, length, target.encode()))
    text = apply(page.markdown, edits)
    text = text if book.selection.links else without_links(text)
    title = (
        b"" if text.startswith(b"# ") or not page.title else heading_line(1, page.title).encode() + b"\n\n"
    )
    return b"%s%s%s\n" % (front_matter(page.title, page.url).encode(), title, text.strip(b"\n"))


def front_matter(title: str, url: str) -> str:
    """What a page's file begins with: YAML that programs read as its properties."""
    told = f"title: {scalar(title)}\n" if title else ""
    return f"---\n{told}source: {scalar(url)}\n---\n\n"
