"""Links between pages that are files of one directory: absolute addresses become relative paths. Pure."""

from __future__ import annotations

import os.path
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

CONTAINER = re.compile(r" *(?:>|(?:[-*+]|\d{1,9}[.)])(?= ))")  # a quote's or a list item's marker
FENCE = re.compile(r" *(`{3,}|~{3,})")
TICKS = re.compile("`+")
LINK = re.compile(r"(?P<open>\]\(<?)(?P<url>https?://[^\s<>()#]*(?:\([^\s<>()#]*\)[^\s<>()#]*)*)")


def relative_links(markdown: str, here: PurePosixPath, files: Mapping[str, PurePosixPath]) -> str:
    """The Markdown of the file `here`, its links to `files` (by URL) made relative. Code is left alone.

    Every step is linear in the text: pages come from strangers.
    """
    lines = []
    fence = ""
    for line in markdown.split("\n"):
        mark = fence_mark(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            line = relative_line(line, here, files)
        lines.append(line)
    return "\n".join(lines)


def fence_mark(line: str) -> re.Match[str] | None:
    """The fence that a line begins with, behind the markers of quotes and list items."""
    at = 0
    while marker := CONTAINER.match(line, at):
        at = marker.end()
    return FENCE.match(line, at)


def relative_line(line: str, here: PurePosixPath, files: Mapping[str, PurePosixPath]) -> str:
    """One line of text with its links made relative, those in code spans excepted."""
    parts, at = [], 0
    for start, end in code_spans(line):
        parts.append(LINK.sub(lambda found: replaced(found, here, files), line[at:start]))
        parts.append(line[start:end])
        at = end
    parts.append(LINK.sub(lambda found: replaced(found, here, files), line[at:]))
    return "".join(parts)


def code_spans(line: str) -> list[tuple[int, int]]:
    """Where code spans are: a run of backticks up to the next run of the same length (CommonMark 6.1)."""
    runs = [run.span() for run in TICKS.finditer(line)]
    closers: list[int | None] = [None] * len(runs)
    following: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        closers[index] = following.get(length)
        following[length] = index
    spans, index = [], 0
    while index < len(runs):
        closer = closers[index]
        if closer is not None:
            spans.append((runs[index][0], runs[closer][1]))
        index = index + 1 if closer is None else closer + 1
    return spans


def replaced(found: re.Match[str], here: PurePosixPath, files: Mapping[str, PurePosixPath]) -> str:
    """The beginning of a link, with a relative path when its target is one of the files."""
    target = files.get(found["url"])
    if target is None:
        return found[0]
    return found["open"] + quote(os.path.relpath(target, here.parent).replace(os.sep, "/"))
