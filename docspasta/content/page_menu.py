"""The menu of a page of no known family: the largest group of links into the section that stands outside of
the content, whatever its tag. A page whose content is itself a list of most pages is its own menu.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from docspasta.urls import origin, path

from .resolve import Resolver
from .tags import TAGS

_NAV: Final = TAGS["nav"]
_FOOTER: Final = TAGS["footer"]
_CONTENTS: Final = 20  # links in the content that make it a table of contents
_LIST: Final = 5  # links of a page without a menu that may be one
_MOST: Final = 0.6  # of the letters of such a page are its links
_MORE: Final = 3  # times the links of the menu that it must have
_INSIDE: Final = 4  # times that a link into the page's own directory counts
_MAX_LINKS: Final = 20_000
_CONTENT: Final = 0  # no element has this address


def menu_links(tree: LexborHTMLParser, roots: list[LexborNode], resolver: Resolver) -> set[int]:
    """The addresses of the menu's links. `roots`: the elements that hold the page's content. A page that has
    no address on the web, such as a file of a disk, has no menu."""
    if not resolver.own:
        return set()
    boxes = _Boxes(roots)
    groups: dict[int, _Group] = {}
    site, section = _site_and_section(resolver.own)
    for node in tree.tags("a")[:_MAX_LINKS]:
        attributes = node.attributes
        href = attributes.get("href")
        if not href or resolver.is_inside(href) or "hreflang" in attributes:
            continue
        target = resolver.resolve(href)[0]
        if target.startswith(site):
            group = groups.setdefault(boxes.of(node), _Group(set(), set()))
            group.links.add(node.mem_id)
            if target not in group.targets and target != resolver.own:
                group.targets.add(target)
                group.score += _INSIDE if target.startswith(section) else 1
    content = groups.pop(_CONTENT, _Group(set(), set()))
    menus = [group for box, group in groups.items() if box not in boxes.footers]
    best = max(menus, key=lambda group: group.score, default=_Group(set(), set()))
    count = len(content.targets)
    if count >= _CONTENTS and count >= _MORE * len(best.targets):
        return content.links
    if best.targets:
        return best.links
    return content.links if count >= _LIST and said_by_links(tree, roots, content.links) else set()


def said_by_links(tree: LexborHTMLParser, roots: list[LexborNode], links: set[int]) -> bool:
    """Whether a page is hardly more than its links: the table of contents in a frame beside the pages."""
    said = sum(len(node.text_lexbor() or "") for node in tree.tags("a") if node.mem_id in links)
    return said >= _MOST * sum(len(root.text_lexbor() or "") for root in roots)


@dataclass(slots=True)
class _Group:
    """The links of one box: their addresses, where they lead, and how much speaks for a menu."""

    links: set[int]
    targets: set[str]
    score: int = 0


class _Boxes:
    """Which box outside of the content an element stands in: the highest that does not hold the content, or
    the <nav> in the content.
    """

    def __init__(self, roots: list[LexborNode]) -> None:
        self._roots = {root.mem_id for root in roots}
        self._around: set[int] = set()
        self._known: dict[int, int] = {}
        self.footers: set[int] = set()
        for root in roots:
            up = root.parent
            while up is not None and up.mem_id not in self._around:
                self._around.add(up.mem_id)
                up = up.parent

    def of(self, node: LexborNode) -> int:
        """The address of the box, _CONTENT for one in the content. Each element is passed once."""
        passed: list[LexborNode] = []
        up = node.parent
        box = _CONTENT
        while up is not None and up.mem_id not in self._roots:
            if up.mem_id in self._known:
                box = self._known[up.mem_id]
                break
            if up.mem_id in self._around:
                box = passed[-1].mem_id if passed else up.mem_id
                break
            passed.append(up)
            up = up.parent
        for each in reversed(passed):
            if box == _CONTENT and each.tag_id == _NAV:
                box = each.mem_id
            if each.mem_id == box and _is_footer(each):
                self.footers.add(box)
            self._known[each.mem_id] = box
        return box


def _is_footer(node: LexborNode) -> bool:
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
    return node.tag_id == _FOOTER or attributes.get("role") == "contentinfo" or "footer" in names


def _site_and_section(own: str) -> tuple[str, str]:
    """The start of each URL of the site, and of those in the first directory of the page's path."""
    site = origin(own) + "/"
    first, slash, _ = path(own)[1:].partition("/")
    return site, f"{site}{first}/" if slash else site
