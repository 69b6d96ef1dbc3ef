"""Live progress on stderr: a bar and counts that move in a terminal, plain lines elsewhere."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from docspasta.cli.tally import Tally, clock

PLAIN_INTERVAL = 2.0  # seconds between plain lines
FRAMES, PACE = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", 12.0  # what turns, and how many of it a second
WIDE = 120  # columns from which on everything is on one line
BAR, LEAST_BAR = 20, 6  # columns of the bar, and of one in a narrow terminal
BESIDE = 17  # columns that spinner, time and percentage take there
UNIT = re.compile(r"(?<=\d) (?=[a-z])")  # between a number and what it counts, where no line is broken
SPEED = 8.0  # columns a second of what wanders in a bar of which nobody knows the share


class Display(Protocol):
    """Shows a tally as it changes."""

    def show(self, tally: Tally) -> None: ...


class Plain:
    """A line now and then, when something has changed."""

    def __init__(self, interval: float = PLAIN_INTERVAL) -> None:
        self._interval = interval
        self._said = ""
        self._when = 0.0

    def show(self, tally: Tally) -> None:
        now = time.monotonic()
        line = tally.line(now)
        if not tally.progress.version and not tally.lost:
            return
        if line != self._said and (now - self._when >= self._interval or tally.finished):
            self._said, self._when = line, now
            told = f"{clock(tally.elapsed(now))} · {line} · {tally.at_hand}"
            print(told.rstrip(" ·"), file=sys.stderr, flush=True)


class Moving:
    """Progress that is drawn a few times a second by rich, so that a pace ages while nothing comes."""

    def __init__(self, live: Any) -> None:
        self._tally = Tally()
        live.update(self)

    def show(self, tally: Tally) -> None:
        self._tally = tally

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        from rich.text import Text

        now = time.monotonic()
        tally, wide = self._tally, options.max_width >= WIDE
        share = tally.share()
        room = BAR if wide else max(options.max_width - BESIDE, LEAST_BAR)
        line = Text.assemble(
            (FRAMES[int(now * PACE) % len(FRAMES)], "cyan"),
            (f" {clock(tally.elapsed(now))} ", "dim"),
            (bar(share, room, now), "cyan"),
            (f" {share:4.0%}" if share is not None else "     ", "cyan"),
        )
        if not wide:  # what does not fit beside the bar is below it, whole
            yield line
            yield Text(UNIT.sub("\u00a0", tally.line(now)), "bold")
            return
        line.append(f"  {tally.line(now)}", "bold").append(f"  {tally.at_hand}", "dim")
        line.no_wrap, line.overflow = True, "ellipsis"
        yield line


def bar(share: float | None, width: int, now: float) -> str:
    """A bar filled as far as `share` says; where nobody knows that, a piece that wanders with the time."""
    if share is not None:
        filled = round(width * share)
        return "━" * filled + "╌" * (width - filled)
    piece = max(width // 5, 1)
    free = width - piece
    at = round(abs(now * SPEED % (2 * free) - free)) if free else 0
    return "╌" * at + "━" * piece + "╌" * (free - at)


@contextmanager
def display(quiet: bool = False) -> Iterator[Display]:
    """Progress for the length of the block. rich honours NO_COLOR, TERM and the terminal's width."""
    if quiet or not sys.stderr.isatty():
        yield Silent() if quiet else Plain()
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True, highlight=False)
    if console.is_dumb_terminal:
        yield Plain()
        return
    with Live(console=console, refresh_per_second=8, transient=True) as live:
        yield Moving(live)


class Silent:
    """Shows nothing."""

    def show(self, tally: Tally) -> None:
        return
