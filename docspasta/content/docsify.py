"""The menu of a Docsify site, which stands in a Markdown file of its own (`_sidebar.md`). Pure.

Its links are routes of the script: `/guide` and `#/guide` are the file `guide.md`, `zh/` is `zh/README.md`,
`/` is the site's first page.
"""

from __future__ import annotations

import re

from docspasta.urls import BadUrl, canonical

from .page import Link, Page

DOCSIFY = "Docsify"  # the generator of a page that its script draws
MENU = re.compile(r"/_(?:sidebar|navbar)\.md$", re.I)
_LINK = re.compile(r"\[(?:[^\[\]\n]|\[[^\]\n]{0,300}\]){0,500}\]\(\s*<?([^\s()<>]{1,2048})")
_FILE = re.compile(r"/[^/]*\.[A-Za-z0-9]{1,8}$")
_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.I)
_MOST = 5_000


def is_docsify_menu(where: str) -> bool:
    """Whether the path is that of such a file."""
    return MENU.search(where) is not None


def read_docsify_menu(text: str, url: str) -> Page:
    """The menu's links, each once and in its order."""
    found: dict[str, None] = {}
    for match in _LINK.finditer(text):
        try:
            found[file_of(match[1], url)] = None
        except BadUrl:
            continue
        if len(found) == _MOST:
            break
    return Page(url=url, links=tuple(Link(each, navigation=True) for each in found), navigation=tuple(found))


def file_of(target: str, url: str) -> str:
    """The address of the file that a route is drawn from. Raises BadUrl."""
    if _ELSEWHERE.match(target):
        return canonical(target, url)
    base = url.rpartition("/")[0] + "/"
    route = target.split("#/", 1)[-1] if "#/" in target else target
    route = route.partition("?")[0].partition("#")[0].lstrip("/")
    if not route:
        return canonical(base)
    if route.endswith("/"):
        return canonical(f"{route}README.md", base)
    return canonical(route if _FILE.search(f"/{route}") else f"{route}.md", base)
