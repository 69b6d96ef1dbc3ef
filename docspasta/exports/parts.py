"""Documents of a size: the pages as one document, as its beginning, or as parts. Pure.

Each part has its own front matter and contents. The texts behind the contents, put together, are the
document's: nothing is lost and nothing repeated, but for the lines that close and open a code block that no
part could hold whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from docspasta.document.contents import contents
from docspasta.document.headings import TITLE_LEVEL
from docspasta.document.text import heading_line, scalar
from docspasta.sections.cut import Measure
from docspasta.sections.lines import Line
from docspasta.sections.section import closing, opening

from .book import Book, PageText
from .contents import HEADING, PartContents
from .layout import Layout, Start
from .page import document_part
from .zip import Zip

LONGEST = 999_999  # parts, or pages: what the head of a part is measured with


class Document:
    """format=markdown: all pages as one document."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def begin(self) -> Iterator[bytes]:
        """Front matter, title and contents."""
        yield head(self._book, {"pages": len(self._book.plan)})
        selection = self._book.selection
        for text in contents(self._book.plan, selection.contents, selection.links):
            yield text.encode("utf-8", "replace")

    def page(self, page: PageText) -> Iterator[bytes]:
        """A page."""
        yield document_part(self._book, page)

    def end(self) -> Iterator[bytes]:
        """Nothing."""
        return iter(())


class Parts:
    """The pages in parts of at most `limit` tokens. All pages are given to `survey` first. `only`: the number
    of the one part that is wanted, from 1, as text; 0 for all, as files of a zip. `first_alone`: only the
    first part, and nothing is known of the others."""

    def __init__(
        self, book: Book, measure: Measure, limit: int, stem: str, only: int = 0, first_alone: bool = False
    ) -> None:
        self._book, self._limit, self._stem = book, limit, stem
        self._only = 1 if first_alone else only
        self._first_alone = first_alone
        self._contents = PartContents(book)
        longest = self._head(LONGEST, LONGEST, LONGEST) + HEADING
        self._layout = Layout(limit, measure(longest), self._line_of(measure), measure)
        self._zip = Zip()

    def _line_of(self, measure: Measure) -> Callable[[int], float]:
        """What a page costs in the contents of its part."""

        def line(index: int) -> float:
            text = self._contents.weighed(index)
            return measure(text) + 4 if text else 0.0

        return line

    def survey(self, page: PageText) -> bool:
        """Take a page's size; whether the next one is wanted, too."""
        self._layout.add(page.index, document_part(self._book, page))
        return not self._first_alone or len(self._layout.starts) < 2

    @property
    def count(self) -> int:
        """How many parts there are, once all pages were surveyed."""
        return len(self._layout.starts)

    @property
    def pages(self) -> range:
        """The pages that are read to write what is wanted."""
        if not self._only:
            return range(len(self._book.plan))
        return self._pages_of(self._only - 1)

    def begin(self) -> Iterator[bytes]:
        """Nothing: a part begins with its first page."""
        return iter(())

    def page(self, page: PageText) -> Iterator[bytes]:
        """What of the parts this page is in."""
        text = document_part(self._book, page)
        for number, begin, following in self._pieces(page.index):
            if self._only and number != self._only - 1:
                continue
            if self._begins(number, page.index, begin):
                yield from self._part_head(number)
            end = following.start if following is not None else len(text)
            piece = text[begin.start if begin is not None else 0 : end]
            yield self._written((opening(begin) if begin is not None else b"") + piece + closing(following))
            if page.index + 1 == self._pages_of(number).stop and not self._only:
                yield self._zip.close()

    def end(self) -> Iterator[bytes]:
        """The zip's directory."""
        if not self._only:
            yield from self._zip.finish()

    def _pieces(self, page: int) -> Iterator[tuple[int, Line | None, Line | None]]:
        """(number of a part from 0, where it begins in this page, where the next one does)."""
        starts = self._layout.starts
        first = self._part_of(page)
        lines = [start.line for start in starts[first + 1 :] if start.page == page and start.line is not None]
        begins: list[Line | None] = [None, *lines]
        for number, (begin, following) in enumerate(zip(begins, [*lines, None], strict=True), first):
            yield number, begin, following

    def _part_of(self, page: int) -> int:
        """The part in which a page begins."""
        low, high = 0, len(self._layout.starts)
        while high - low > 1:
            middle = (low + high) // 2
            start = self._layout.starts[middle]
            if start.page < page or (start.page == page and start.line is None):
                low = middle
            else:
                high = middle
        return low

    def _begins(self, number: int, page: int, begin: Line | None) -> bool:
        return self._layout.starts[number] == Start(page, begin)

    def _pages_of(self, number: int) -> range:
        """The pages of which a part has something."""
        starts = self._layout.starts
        if number + 1 == len(starts):
            return range(starts[number].page, len(self._book.plan))
        following = starts[number + 1]
        return range(starts[number].page, following.page + (following.line is not None))

    def _part_head(self, number: int) -> Iterator[bytes]:
        start, pages, count = self._layout.starts[number], self._pages_of(number), self.count
        if not self._only:
            yield self._zip.open(f"{self._stem}.part-{number + 1:0{len(str(count))}}-of-{count}.md")
        left = len(self._book.plan) - pages.stop
        yield self._written(self._head(number + 1, len(pages), left))
        if listed := self._contents.of(pages, start.line is not None):
            yield self._written(listed)

    def _head(self, number: int, pages: int, left: int) -> bytes:
        facts: dict[str, object] = {"pages": pages}
        if self._first_alone:
            facts |= {"tokens_at_most": self._limit, "pages_left": left}
        else:
            count = LONGEST if number == LONGEST else self.count
            facts |= {"part": f"{number} of {count}"}
        return head(self._book, facts)

    def _written(self, data: bytes) -> bytes:
        return data if self._only else self._zip.write(data)


def head(book: Book, facts: dict[str, object]) -> bytes:
    """Front matter without a date, and the title."""
    about = book.about
    told = {
        "title": about.title,
        "source": about.source,
        "generator": about.generator,
        **facts,
        "complete": about.whole,
    }
    lines = [f"{name}: {scalar(value)}" for name, value in told.items()]
    title = heading_line(TITLE_LEVEL, about.title)
    text = "\n".join(["---", *lines, "---", "", title, "", ""])
    return text.encode("utf-8", "replace")
