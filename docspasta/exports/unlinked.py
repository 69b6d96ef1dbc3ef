"""What pages come to without their links, told from some of them: reading all takes too long. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from docspasta.document.plan import Plan
from docspasta.tokens import estimated_tokens

from .book import PageText
from .folders import Entry, Sum
from .unlink import without_links

SAMPLE_PAGES, SAMPLE_BYTES = 64, 4 * 1024 * 1024
GOLDEN = 0.6180339887498949  # steps of this part of a whole spread evenly, wherever one stops (Weyl)


def sample(plan: Plan) -> list[int]:
    """Indexes of pages from all over a plan, in its order: all of a small one, one at least."""
    count = len(plan)
    spread = [int(step * GOLDEN % 1 * count) for step in range(4 * SAMPLE_PAGES)]
    chosen: list[int] = []
    size = 0
    for index in range(count) if count <= SAMPLE_PAGES else dict.fromkeys(spread):
        size += plan.entry(index).size
        if len(chosen) == SAMPLE_PAGES or (chosen and size > SAMPLE_BYTES):
            break
        chosen.append(index)
    return sorted(chosen)


@dataclass(frozen=True, slots=True)
class Share:
    """What stays of tokens and bytes when links go."""

    tokens: float = 1.0
    bytes: float = 1.0

    def of(self, size: Sum) -> Sum:
        """A size without links."""
        return replace(size, tokens=round(size.tokens * self.tokens), bytes=round(size.bytes * self.bytes))

    def entry(self, entry: Entry) -> Entry:
        """An entry without links."""
        return entry._replace(sum=self.of(entry.sum))


def share_of(pages: Iterable[PageText]) -> Share:
    """What stays of these pages."""
    tokens = left_tokens = 0.0
    size = left_size = 0
    for page in pages:
        left = without_links(page.markdown)
        tokens += estimated_tokens(page.markdown)
        left_tokens += estimated_tokens(left)
        size += len(page.markdown)
        left_size += len(left)
    return Share(left_tokens / tokens, left_size / size) if tokens and size else Share()
