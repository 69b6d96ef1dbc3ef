"""A job's counts. Always: discovered = queued + processed + failed + skipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .page import PageState
from .reason import PageReason


class ReasonCount(NamedTuple):
    """How many pages failed or were skipped for one reason."""

    state: PageState
    reason: PageReason
    pages: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of pages, links, bytes and words of one job, all at the same version."""

    discovered: int = 0
    queued: int = 0
    processed: int = 0
    failed: int = 0
    skipped: int = 0
    redirected: int = 0  # of the skipped ones
    discovering: int = 0  # robots.txt, sitemaps and llms.txt that are still to be fetched
    refused_pages: int = 0  # links that the job's page limit kept out
    refused_depth: int = 0  # links that its depth limit kept out
    refused_user_pages: int = 0  # links that the user's pages a day kept out
    bytes_fetched: int = 0
    markdown_bytes: int = 0
    words: int = 0
    tokens: int = 0
    unchanged: int = 0  # pages that were taken from an earlier run
    contradicted: int = 0  # pages that the site called unchanged falsely
    stale: int = 0  # pages that could not be had, with the text of an earlier run

    @property
    def outstanding(self) -> int:
        """URLs of any kind that the job still waits for. A running job with none is at its end."""
        return self.queued + self.discovering

    @property
    def recorded(self) -> int:
        """Pages that have their result."""
        return self.processed + self.failed + self.skipped

    @property
    def not_admitted(self) -> int:
        """Links that a limit kept out."""
        return self.refused_pages + self.refused_depth + self.refused_user_pages
