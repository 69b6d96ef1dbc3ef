"""Which unchanged pages are fetched whole, to see whether their site is right: a random sample, by size.

One page in a hundred, more often a small one than a large one: the sample's bytes are about a hundredth of
the site's, though one page may have half of those. Large ones are seldom looked at, but never skipped for
good. Pure.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

DOUBTED = 0.01  # share of unchanged pages that are fetched whole
MOST = 2.0  # times that share, for small pages
SPARE = 3  # pages of usual size by which the sample may be larger than that share of all bytes
BEYOND = 0.1  # of a page's chance that is left where the sample has no room for it


@dataclass(slots=True)
class Doubts:
    """The sample of one job, in this process. `pages` and `bytes` are those chosen, `seen` and `seen_bytes`
    all that were asked about; bytes are of what is kept of a page."""

    pages: int = 0
    bytes: int = 0
    seen: int = 0
    seen_bytes: int = 0

    def choose(self, sizes: Mapping[int, int], rng: random.Random) -> set[int]:
        """Those of these pages (their bytes by page id) that are fetched whole; one of the very first."""
        chosen = {page_id for page_id in sorted(sizes) if self._is_chosen(sizes[page_id], rng)}
        if sizes and not self.pages:
            ids = sorted(sizes)
            weights = [1 / max(sizes[page_id], 1) for page_id in ids]
            chosen = {rng.choices(ids, weights)[0]}
            self.pages, self.bytes = 1, sizes[next(iter(chosen))]
        return chosen

    def _is_chosen(self, size: int, rng: random.Random) -> bool:
        self.seen += 1
        self.seen_bytes += size
        usual = self.seen_bytes / self.seen
        chance = DOUBTED * min(MOST, usual / max(size, 1))
        if self.bytes + size > DOUBTED * self.seen_bytes + SPARE * usual:
            chance *= BEYOND
        if rng.random() >= chance:
            return False
        self.pages, self.bytes = self.pages + 1, self.bytes + size
        return True
