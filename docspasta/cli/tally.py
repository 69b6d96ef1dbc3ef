"""What a watcher of a crawl knows: updates folded into counts, and the line that tells them. Pure."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field

from docspasta.cli.summary import counted
from docspasta.cli.terminal_text import one_line
from docspasta.proto_enums import page_reason
from docspasta.v1.jobs_pb2 import Job, JobState, Progress, Wait, WatchJobResponse
from docspasta.v1.page_pb2 import Page, PageState

WINDOW = 10.0  # seconds over which the pace is measured
SLACK = 0.02  # a share that is this much below the last one stays where it was
FEW = 20  # pages are still being found while one is new for this many that are done


@dataclass
class Tally:
    """The newest state of a job. `cursor` is where a broken watch goes on."""

    progress: Progress = field(default_factory=Progress)
    at_hand: str = ""
    cursor: str = ""
    finished: Job | None = None
    heard: float = 0.0  # when the last update came, as the clock of `take` reads
    lost: bool = False  # the connection is, and another is being tried
    wait: Wait | None = None  # what holds the job up, as it was asked last
    failures: Counter[str] = field(default_factory=Counter)
    before: float = 0.0  # seconds that the job ran before it was watched
    _begun: float | None = None  # when the first update came
    _shown: float = 0.0  # the largest share that was told
    _pace: deque[tuple[float, int, int]] = field(default_factory=deque)  # when; pages done, found

    def take(self, update: WatchJobResponse, now: float) -> None:
        """Fold one update in; `now` is a monotonic clock's reading in seconds."""
        kind = update.WhichOneof("update")
        self.heard, self.lost, self.wait = now, False, None
        self._begun = now if self._begun is None else self._begun
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
            self.progress, self.failures, self._shown = Progress(), Counter(), 0.0
            self._pace.clear()

    def _take_progress(self, progress: Progress, now: float) -> None:
        self.progress = progress
        self.at_hand = one_line(progress.current_url) or self.at_hand
        self._pace.append((now, self.done, progress.discovered))
        while len(self._pace) > 2 and now - self._pace[0][0] > WINDOW:
            self._pace.popleft()

    def _take_page(self, page: Page) -> None:
        self.at_hand = one_line(page.url)
        if page.state == PageState.PAGE_STATE_FAILED:
            self.failures[page_reason(page.reason)] += 1

    @property
    def done(self) -> int:
        """Pages that have ended, however they did."""
        return self.progress.processed + self.progress.failed + self.progress.skipped

    def pace(self, now: float) -> float:
        """Pages a second over the last few seconds; it ages to 0 when nothing comes."""
        if len(self._pace) < 2:
            return 0.0
        (start, first, _), (_, last, _) = self._pace[0], self._pace[-1]
        end = now if now - start > WINDOW else self._pace[-1][0]
        return (last - first) / (end - start) if end > start else 0.0

    def elapsed(self, now: float) -> float:
        """Seconds since the job began to run, as far as is known."""
        return self.before + (now - self._begun if self._begun is not None else 0.0)

    @property
    def finding(self) -> bool:
        """Whether pages are still being found, so that nobody knows what a share would be of."""
        if self.finished or len(self._pace) < 2:
            return not self.finished
        (_, done, found), (_, done_now, found_now) = self._pace[0], self._pace[-1]
        return self.progress.discovering > 0 or (found_now - found) * FEW > done_now - done

    def share(self) -> float | None:
        """How much is done, 0 to 1; None while that isn't known. It never falls: when many pages are found
        late, it is None until as much is done as was told before."""
        progress = self.progress
        if not progress.discovered or self.finding:
            return None
        share = self.done / progress.discovered
        if share < self._shown - SLACK:
            return None
        self._shown = max(self._shown, share)
        return self._shown

    def line(self, now: float) -> str:
        """The counts in words, and what holds the crawl up."""
        progress = self.progress
        if not progress.version and not self.lost:
            return "connecting"
        parts = [f"{counted(progress.processed, 'page')} done", f"{progress.discovered:,} found"]
        if progress.failed:
            parts.append(f"{progress.failed:,} failed")
        if progress.skipped:
            parts.append(f"{progress.skipped:,} skipped")
        return " · ".join([*parts, self.movement(now)])

    def movement(self, now: float) -> str:
        """The pace and the time that is left, or why nothing moves."""
        if self.lost:
            return "connection lost, trying again"
        if self.wait is not None:
            return told(self.wait, time.time())
        if self.progress.state == JobState.JOB_STATE_QUEUED:
            return "waiting: your other crawls come first"
        if self.progress.state == JobState.JOB_STATE_PAUSED:
            return "paused"
        if not self.done and not self.finished:
            return "waiting for the first page"
        pace = self.pace(now)
        if self.progress.queued and pace and not self.finished:
            more = "at least" if self.finding else "about"
            return f"{pace:.1f} pages/s · {more} {duration(self.progress.queued / pace)} left"
        return f"{pace:.1f} pages/s"


def told(wait: Wait, now: float) -> str:
    """What holds a job up, and how long it takes; `now` is in epoch seconds."""
    message = one_line(wait.message).rstrip(".")
    if not wait.HasField("until"):
        return message
    left = wait.until.seconds + wait.until.nanos / 1e9 - now
    return f"{message}; next try in {duration(left)}" if left > 1 else f"{message}; trying again now"


def duration(seconds: float) -> str:
    """`40 s`, `3 min`, `2 h 5 min`."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def clock(seconds: float) -> str:
    """Time that has passed: `0:07`, `12:30`, `1:02:03`."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
