"""The programs' log files: rotated, and their last lines shown when a program fails."""

from __future__ import annotations

from pathlib import Path

KEPT = 4 * 1024 * 1024  # bytes; a larger file becomes NAME.old at the next start


def last_lines(log: Path, count: int = 15) -> str:
    """The last lines of a log, or '' if there is none."""
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 16384))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-count:])


def rotate(log: Path) -> None:
    """Move a large log aside."""
    if log.exists() and log.stat().st_size > KEPT:
        log.replace(log.with_name(log.name + ".old"))
