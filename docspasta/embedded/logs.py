"""The programs' log files: rotated, and their last lines shown when a program fails."""

from __future__ import annotations

import json
from pathlib import Path

KEPT = 4 * 1024 * 1024  # bytes; a larger file becomes NAME.old at the next start


def last_lines(log: Path, count: int = 15, since: int = 0) -> str:
    """The last lines of a log after its first `since` bytes, '' if there are none. Where some tell of a
    failure, those that only tell what a process does are left out."""
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, since, file.tell() - 16384))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    lines = text.splitlines()
    return "\n".join(([line for line in lines if not _is_news(line)] or lines)[-count:])


def _is_news(line: str) -> bool:
    """Whether a line is a process's report of level info or below."""
    try:
        report = json.loads(line)
    except ValueError:
        return False
    return isinstance(report, dict) and report.get("level") in ("debug", "info")


def rotate(log: Path) -> int:
    """Move a large log aside. The bytes that are in it now."""
    try:
        length = log.stat().st_size
    except FileNotFoundError:
        return 0
    if length <= KEPT:
        return length
    log.replace(log.with_name(log.name + ".old"))
    return 0
