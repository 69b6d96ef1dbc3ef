"""The menu of a Docsify site, which stands in a Markdown file of its own (`_sidebar.md`). Pure.

Links, there and in its pages, are routes of the script, joined to the site's root unless it says
`relativePath`: `/guide` and `#/guide` are the file `guide.md`, `zh/` is `zh/README.md`, `/` is
the first page.
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
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_CALLOUTS = {"!> ": "IMPORTANT", "?> ": "TIP"}
_MOST = 5_000


class DocsifyLinks:
    """Where links of a file lead, as `Resolver` says it. `base`: the site's root, ending in a slash."""

    def __init__(self, url: str, base: str) -> None:
        self._url, self._base = url, base

    def resolve(self, to: str) -> tuple[str, str]:
        """(URL without fragment, fragment); the URL is '' when it is not one to crawl."""
        if to[:1] == "#" and not to.startswith(("#/", "#!/")):
            return self._url, to[1:]
        before, _, fragment = to.partition("#") if to[:1] != "#" else (to, "", "")
        before, _, query = before.partition("?")
        fragment = next((each[3:] for each in query.split("&") if each.startswith("id=")), fragment)
        if not before.strip("/#!") and before != "/":
            return self._url, fragment
        try:
            return file_of(before, self._base), fragment
        except BadUrl:
            return "", ""


def callouts(text: str) -> str:
    """The text with its callouts as boxes: `!> text` is important, `?> text` a tip. Code is left alone."""
    lines, fence = text.split("\n"), ""
    for n, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark is not None:
            fence = mark[1] if not fence else "" if mark[1].startswith(fence) else fence
        elif not fence and line.startswith(tuple(_CALLOUTS)):
            lines[n] = f"> [!{_CALLOUTS[line[:3]]}]\n> {line[3:]}"
    return "\n".join(lines)


def is_docsify_menu(where: str) -> bool:
    """Whether the path is that of such a file."""
    return MENU.search(where) is not None


def read_docsify_menu(text: str, url: str, root: str = "") -> Page:
    """The menu's links, each once and in its order. `root`: what they are joined to, '' for its folder."""
    found: dict[str, None] = {}
    for match in _LINK.finditer(text):
        try:
            found[file_of(match[1], root or url)] = None
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
