"""The menu that Retype keeps in the script with its settings:

    "sidebar": [{"n": "guide", "i": [{"n": "use"}]}]

A name is one of a directory below its parent's; `"c": false` says that the directory has no page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from docspasta.urls import BadUrl, canonical

from .page import Link, Page

MAX_LINKS: Final = 5_000
_FILE: Final = re.compile(r"resources/js/config\.js(?:$|\?.*)")
_MENU: Final = re.compile(r'"sidebar"\s*:\s*(?=\[)')
_MAX_DEPTH: Final = 16


def is_retype_menu(url: str) -> bool:
    """Whether a script has the address of one with Retype's settings."""
    return _FILE.search(url) is not None


def read_retype_menu(script: str, url: str) -> Page:
    """The links of the menu in the script at `url`, in its order; without a title or Markdown."""
    found, root = _MENU.search(script), _FILE.sub("", url)
    try:
        menu = json.JSONDecoder().raw_decode(script, found.end())[0] if found is not None else []
    except (ValueError, RecursionError):
        menu = []
    targets: dict[str, None] = {}
    for name in _names(menu, "", 0):
        try:
            targets.setdefault(canonical(f"./{name}", root))
        except BadUrl:
            continue
        if len(targets) == MAX_LINKS:
            break
    return Page(url, "empty", links=tuple(Link(target, navigation=True) for target in targets))


def _names(entries: object, above: str, depth: int) -> Iterator[str]:
    """The directories of a menu's pages, relative to the root, each with a slash at its end."""
    for entry in entries if isinstance(entries, list) and depth < _MAX_DEPTH else ():
        if not isinstance(entry, dict) or not isinstance(name := entry.get("n"), str):
            continue
        own = f"{above}{name.strip('/')}/".lstrip("/")
        if entry.get("c") is not False:
            yield own
        yield from _names(entry.get("i"), own, depth + 1)
