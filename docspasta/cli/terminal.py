"""Live progress on stderr: one line that moves in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from docspasta.cli.tally import Tally

PLAIN_INTERVAL = 2.0  # seconds between plain lines


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
            print(f"{line} · {tally.at_hand}".rstrip(" ·"), file=sys.stderr, flush=True)


class Moving:
    """One line with a bar, drawn a few times a second by rich, so that a pace ages while nothing comes."""

    WIDTH = 20  # columns of the bar

    def __init__(self, live: Any) -> None:
        from rich.spinner import Spinner

        self._spinner = Spinner("dots")
        self._tally = Tally()
        live.update(self)

    def show(self, tally: Tally) -> None:
        self._tally = tally

    def __rich__(self) -> Any:
        from rich.text import Text

        now = time.monotonic()
        line = Text.assemble(self._bar(), (self._tally.line(now), "bold"), "  ", (self._tally.at_hand, "dim"))
        line.no_wrap, line.overflow = True, "ellipsis"
        self._spinner.update(text=line)
        return self._spinner

    def _bar(self) -> tuple[str, str]:
        share = self._tally.share()
        if share is None:
            return "", ""
        filled = round(self.WIDTH * share)
        return f"{'━' * filled}{'╌' * (self.WIDTH - filled)} {share:4.0%}  ", "cyan"


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
