"""Which pages `-o DIR/` writes, and how: `--select`, `--no-links` and `--contents`. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from docspasta.cli.exits import USAGE, CommandError


@dataclass(frozen=True, slots=True)
class Choice:
    """`select` are globs over path and query, none for all pages. `links` False keeps what links say, not
    where they lead. `levels` of the list in index.md: None for all of them, 0 for no list."""

    select: tuple[str, ...] = ()
    links: bool = True
    levels: int | None = None

    def wants(self, url: str) -> bool:
        """Whether the page at this address is written."""
        from docspasta.globs import matches

        return not self.select or any(matches(pattern, url) for pattern in self.select)

    def text(self, markdown: str) -> str:
        """A page's Markdown as it is written."""
        from docspasta.exports.unlink import without_links

        return markdown if self.links else without_links(markdown.encode()).decode()

    def lists(self, depth: int) -> bool:
        """Whether the index lists a page so many levels below the first, which is 0."""
        return self.levels is None or depth < self.levels

    def check(self, chosen: int, others: int) -> None:
        """Raises CommandError when no page is chosen: nothing is written or removed then."""
        if others and not chosen:
            raise CommandError(f"--select: No page of the job's {others:,} is selected.", USAGE)

    def told(self, chosen: int, others: int) -> list[str]:
        """How many pages were written, when not all were."""
        return [f"Written: {chosen:,} of {chosen + others:,} pages."] if others else []


ALL = Choice()
