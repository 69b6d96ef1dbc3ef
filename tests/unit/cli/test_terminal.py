"""Progress as terminals of any width draw it."""

from __future__ import annotations

import io
import time

import pytest
from rich.console import Console

from docspasta.cli.tally import Tally
from docspasta.cli.terminal import Moving, bar
from docspasta.v1.jobs_pb2 import JobState, Progress, WatchJobResponse


class Live:
    def update(self, shown):
        self.shown = shown


def drawn(tally: Tally, width: int) -> list[str]:
    live = Live()
    Moving(live).show(tally)
    out = Console(file=io.StringIO(), width=width, color_system=None)
    out.print(live.shown)
    return out.file.getvalue().splitlines()


def half_done(found: int) -> Tally:
    tally, now = Tally(before=75.0), time.monotonic()
    for second, done in ((-9, 100), (0, 1_500)):
        counts = Progress(version=1, state=JobState.JOB_STATE_RUNNING, processed=done, discovered=found)
        counts.queued, counts.current_url = found - done, "https://docs.example.org/guide/"
        tally.take(WatchJobResponse(progress=counts), now + second)
    return tally


@pytest.mark.parametrize("width", [24, 40, 80])
def test_a_narrow_terminal_shows_all_of_it_below_the_bar(width):
    first, *below = drawn(half_done(3_000), width)
    assert "1:24" in first and " 50%" in first and "━╌" in first
    text = " ".join(line.strip() for line in below).replace("\xa0", " ")
    assert text == "1,500 pages done · 3,000 found · 155.6 pages/s · about 10 s left"
    assert all(len(line) <= width for line in below)


def test_a_wide_terminal_shows_it_on_one_line():
    (line,) = drawn(half_done(3_000), 160)
    assert line.rstrip().endswith("about 10 s left  https://docs.example.org/guide/")


def test_a_bar_of_which_nobody_knows_the_share_wanders_and_keeps_its_width():
    seen = {bar(None, 20, now / 10) for now in range(100)}
    assert len(seen) > 10 and {len(drawn) for drawn in seen} == {20} and {s.count("━") for s in seen} == {4}
    assert bar(0.5, 20, 0) == "━" * 10 + "╌" * 10 and bar(None, 1, 3.0) == "━"
