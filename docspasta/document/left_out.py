"""Pages that were left out because they repeat others, by their kind. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docspasta.scope.noise import KINDS, noise
from docspasta.urls import directory, path

from .paths import path_key

TOLD = 20  # addresses of a kind
LEFT_OUT = "These pages repeat or list others. The option `--all` (`allPages`) has them, too."
OTHERS = "Menus and views to print"


def left_out_lines(urls: Iterable[str]) -> Iterator[str]:
    """A line for each kind of pages, with their number and the first of their addresses by path."""
    by_kind: dict[str, list[str]] = {}
    for url in urls:
        by_kind.setdefault(_kind(path(url)), []).append(url)
    for kind, found in sorted(by_kind.items()):
        told = sorted(found, key=path_key)
        more = f" and {len(told) - TOLD} more" if len(told) > TOLD else ""
        yield f"- {kind} ({len(told)}): {', '.join(f'<{url}>' for url in told[:TOLD])}{more}\n"


def _kind(where: str) -> str:
    """What the kind is called. Where the section begins is not known; a blog has its name in its path."""
    kind = noise(where, directory(where)) or noise(where, "/") or ("blog" if "/blog" in where else "")
    return KINDS.get(kind, OTHERS)
