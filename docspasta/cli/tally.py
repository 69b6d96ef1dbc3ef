"""What a watcher of a crawl knows: updates folded into counts, and the line that tells them. Pure."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from docspasta.proto_enums import page_reason
from docspasta.v1.jobs_pb2 import Job, Progress, WatchJobResponse
from docspasta.v1.page_pb2 import Page, PageState

WINDOW = 10.0  # seconds over which the pace is measured


@dataclass
class Tally:
    """The newest state of a job. `cursor` is where a broken watch goes on."""

    progress: Progress = field(default_factory=Progress)
    at_hand: str = ""
    cursor: str = ""
    finished: Job | None = None
    failures: Counter[str] = field(default_factory=Counter)
    _pace: deque[tuple[float, int]] = field(default_factory=deque)

    def take(self, update: WatchJobResponse, now: float) -> None:
        """Fold one update in; `now` is a monotonic clock's reading in seconds."""
        kind = update.WhichOneof("update")
        if update.cursor:
            self.cursor = update.cursor
        if kind == "progress":
            self._take_progress(update.progress, now)
        elif kind == "page":
            self._take_page(update.page)
        elif kind == "finished":
            self.finished = update.finished
            self._take_progress(update.finished.progress, now)
        elif kind == "reset":
            self.progress, self.failures = Progress(), Counter()
            self._pace.clear()

    def _take_progress(self, progress: Progress, now: float) -> None:
        self.progress = progress
        self.at_hand = progress.current_url or self.at_hand
        self._pace.append((now, self.done))
        while len(self._pace) > 2 and now - self._pace[0][0] > WINDOW:
            self._pace.popleft()

    def _take_page(self, page: Page) -> None:
        self.at_hand = page.url
        if page.state == PageState.PAGE_STATE_FAILED:
            self.failures[page_reason(page.reason)] += 1

    @property
    def done(self) -> int:
        """Pages that have ended, however they did."""
        return self.progress.processed + self.progress.failed + self.progress.skipped

    def pace(self) -> float:
        """Pages a second over the last few seconds."""
        if len(self._pace) < 2:
            return 0.0
        (start, first), (end, last) = self._pace[0], self._pace[-1]
        return (last - first) / (end - start) if end > start else 0.0

    def line(self) -> str:
        """The counts in words."""
        progress = self.progress
        parts = [f"{progress.processed:,} pages done", f"{progress.discovered:,} found"]
        if progress.failed:
            parts.append(f"{progress.failed:,} failed")
        if progress.skipped:
            parts.append(f"{progress.skipped:,} skipped")
        return " · ".join([*parts, f"{self.pace():.1f} pages/s"])
