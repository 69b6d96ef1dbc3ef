"""The links of a page, for the frontier, and the order of its documentation's navigation. Links are those of
<a>, <area> and <svg>, the targets of buttons, and the sources of frames: what they show is read as a page of
its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from docspasta.scope.noise import is_menu_script

from .clicks import buttons_lead
from .frame_menu import FEWEST, names_frame
from .page import Link
from .query import css
from .resolve import Resolver
from .tags import SOUGHT

MAX_LINKS: Final = 5000
_OTHERS: Final = (("area", "href"), ("iframe", "src"))
_OF_FRAMESET: Final = (("frame", "src"),)  # which stands in the place of a body
_MAX_BOXES: Final = 20
_LOADER, _LOADED = "scripts/navigation-loader.js", "navigation.html"  # a script that loads the file beside it


class PageLinks(NamedTuple):
    """What a page links to: links in document order, each URL once; URLs of the navigation in its order; and
    the neighbours that <a rel=next|prev> name, or ''.
    """

    links: tuple[Link, ...]
    navigation: tuple[str, ...]
    rel_next: str = ""
    rel_prev: str = ""
    framed: int = 0  # those that name a frame, as far as it takes to make a menu


def links_of(
    tree: LexborHTMLParser,
    resolver: Resolver,
    in_menu: set[int],
    menus: Sequence[str] = (),
    tags: frozenset[str] = SOUGHT,
) -> PageLinks:
    """The links of a page. `in_menu`: the addresses of those in its navigation. `menus`: the files that hold
    its menu, as its head names them. `tags`: the ones of SOUGHT that may be in it."""
    found: dict[str, bool] = {}
    order: dict[str, None] = {}
    beside: dict[str, str] = {}
    resolve, known, inside = resolver.resolve, resolver.known, resolver.is_inside
    own, framed = resolver.own, 0
    for node in tree.tags("a"):
        attributes = node.attributes
        href = attributes.get("href") or attributes.get("xlink:href")
        if not href:
            continue
        target = own if href[0] == "#" and inside(href) else (known.get(href) or resolve(href))[0]
        if not target:
            continue
        refused = False
        if "target" in attributes and framed < FEWEST:
            framed += names_frame(attributes["target"] or "")
        if "rel" in attributes:
            rel = (attributes["rel"] or "").lower().split()
            refused = "nofollow" in rel
            _note_neighbour(beside, rel, target)
        if target not in found:
            if len(found) >= MAX_LINKS:
                break
            found[target] = refused
        elif not refused:
            found[target] = False
        if in_menu and node.mem_id in in_menu:
            order[target] = None
    for target in _sources(tree, resolver, menus, tags):
        if len(found) < MAX_LINKS:
            found.setdefault(target, False)
    new = tuple.__new__  # what Link(...) comes to, without its keyword arguments
    links = tuple([new(Link, (url, refused, url in order)) for url, refused in found.items()])
    return PageLinks(links, tuple(order), beside.get("next", ""), beside.get("prev", ""), framed)


def _note_neighbour(beside: dict[str, str], rel: list[str], target: str) -> None:
    if "next" in rel:
        beside.setdefault("next", target)
    elif "prev" in rel or "previous" in rel:
        beside.setdefault("prev", target)


def _sources(
    tree: LexborHTMLParser, resolver: Resolver, menus: Sequence[str], tags: frozenset[str]
) -> Iterator[str]:
    """Where areas and buttons lead, what frames show, and where a menu is that only a file holds."""
    buttons = buttons_lead(tree) if "button" in tags else ()
    scripts = _menus_of_scripts(tree) if "script" in tags else ()
    for href in (*_shown(tree, tags), *buttons, *menus, *scripts):
        target = resolver.resolve(href or "#")[0]
        if target and target != resolver.own:
            yield target


def _shown(tree: LexborHTMLParser, tags: frozenset[str]) -> Iterator[str | None]:
    for tag, attribute in _OTHERS if tree.body is not None else _OF_FRAMESET:
        for node in tree.tags(tag) if tag in tags else ():
            yield node.attributes.get(attribute)


def _menus_of_scripts(tree: LexborHTMLParser) -> Iterator[str]:
    """The tree is searched at a third of what it costs to search the HTML for the names of such files."""
    for node in tree.tags("script"):
        source = node.attributes.get("src")
        file = _menu_of_script(source) if source else ""
        if file:
            yield file


@lru_cache(maxsize=1024)
def _menu_of_script(source: str) -> str:
    """The file with the menu that a script is or loads, or ''. The pages of a site load the same scripts."""
    if source.endswith(_LOADER):
        return source.removesuffix(_LOADER) + _LOADED
    file = source.partition("?")[0]
    return source if file.endswith(".js") and is_menu_script(f"/{file}") else ""


@dataclass(frozen=True)
class Menu:
    """One selector of navigation, asked in two steps, `box` then `links` in it: a descendant combinator looks
    up the whole depth from every link."""

    box: str  # "" for the whole page
    links: str


def menu(selector: str) -> Menu:
    """A family's selector of navigation, read."""
    box, _, links = selector.rpartition(" ")
    return Menu("", selector) if not box or box.endswith(">") else Menu(box, links)


def links_in_menus(tree: LexborHTMLParser, menus: Sequence[Menu]) -> set[int]:
    """The addresses of the links of the first menu that has any."""
    for each in menus:
        found: set[int] = set()
        for inside in css(tree.root, each.box)[:_MAX_BOXES] if each.box else [tree.root]:
            found.update([node.mem_id for node in css(inside, each.links)])
        if found:
            return found
    return set()
