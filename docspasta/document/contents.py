"""The list of a document's pages, nested as their addresses are, in reading order. Pure.

A page lies below another when it follows it and its address begins with that page's: `/guide/install` below
`/guide/`, `/guide.html` or `/guide/index.html`. Long contents are folded below the second level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from .headings import PAGE_LEVEL
from .plan import Plan
from .text import escaped, heading_line, link

FOLDED_FROM = 300  # pages
FOLDED_BELOW = 1  # level of the entries whose children are folded
DEEPEST = 5
MOST_LEVELS = DEEPEST + 1
INDEXES = frozenset({"index", "readme", "home", "overview", "package-summary", "module-summary"})


def contents(plan: Plan, most: int = MOST_LEVELS, linked: bool = True) -> Iterator[str]:
    """The list of pages, in pieces. `most` is how many levels it has: 0 for no list."""
    if not most:
        return
    yield heading_line(PAGE_LEVEL, "Contents") + "\n\n"
    at = levels([path_of(plan.entry(index).url) for index in range(len(plan))])
    folding = len(plan) > FOLDED_FROM and most > FOLDED_BELOW + 1
    open_at = 0  # index at which the fold that is open ends
    for index, level in enumerate(at):
        if level >= most:
            continue
        if open_at and index == open_at:
            yield f"\n{indent(FOLDED_BELOW + 1)}</details>\n\n"
            open_at = 0
        entry = plan.entry(index)
        text = link(entry.title, "#" + entry.anchor) if linked else escaped(entry.title)
        yield f"{indent(level)}- {text}\n"
        below = end_below(at, index) if folding and level == FOLDED_BELOW else index + 1
        if below > index + 1:
            open_at = below
            count = below - index - 1
            pages = "1 page" if count == 1 else f"{count:,} pages"
            yield f"\n{indent(level + 1)}<details><summary>{pages}</summary>\n\n"
    if open_at:
        yield f"\n{indent(FOLDED_BELOW + 1)}</details>\n"
    yield "\n"


def indent(level: int) -> str:
    """The spaces before an entry."""
    return "  " * level


def end_below(at: list[int], index: int) -> int:
    """The index behind the last entry that lies below `index`."""
    end = index + 1
    while end < len(at) and at[end] > at[index]:
        end += 1
    return end


def levels(paths: list[str]) -> list[int]:
    """How deep each page lies, from 0, in reading order. What lies in the folder of all pages is level 0."""
    return list(_levels(paths, len(shared_folder(paths))))


def shared_folder(paths: list[str]) -> str:
    """The deepest folder that all paths share; '' for several hosts. The least and the greatest decide."""
    if not paths:
        return ""
    first, last = min(paths), max(paths)
    differ = (n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    same = next(differ, min(len(first), len(last)))
    return first[: first.rfind("/", 0, same) + 1]


def _levels(paths: Iterable[str], shared: int) -> Iterator[int]:
    above: list[str] = []
    for path in paths:
        while above and not path.startswith(above[-1]):
            above.pop()
        yield min(len(above), DEEPEST)
        begins = below(path)
        if len(begins) > shared:
            above.append(begins)


def path_of(url: str) -> str:
    """Host and path of an address."""
    parts = urlsplit(url)
    return parts.netloc + (parts.path or "/")


def folder(path: str) -> str:
    """The path up to its last slash."""
    return path[: path.rindex("/") + 1]


def below(path: str) -> str:
    """How the addresses of pages begin that lie below this one."""
    start = folder(path)
    stem = path[len(start) :].partition(".")[0]
    return start if not stem or stem.lower() in INDEXES else f"{start}{stem}/"
