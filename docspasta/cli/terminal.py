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
        line = tally.line()
        now = time.monotonic()
        if line != self._said and (now - self._when >= self._interval or tally.finished):
            self._said, self._when = line, now
            print(f"{line} · {tally.at_hand}".rstrip(" ·"), file=sys.stderr, flush=True)


class Moving:
    """One line with a spinner, redrawn a few times a second by rich."""

    def __init__(self, live: Any) -> None:
        self._live = live
        from rich.spinner import Spinner

        self._spinner = Spinner("dots", "")
        live.update(self._spinner)

    def show(self, tally: Tally) -> None:
        from rich.text import Text

        text = Text.assemble((tally.line(), "bold"), "  ", (tally.at_hand, "dim"))
        text.no_wrap, text.overflow = True, "ellipsis"
        self._spinner.update(text=text)


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
