"""Which family made a page, and the elements that hold its content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from docspasta.passes import holding

from .article import says_article
from .conventions import role_by_class
from .families import BASE_ROWS, FAMILIES
from .family import Family, Role, Roles, Rule, roles, rule
from .head import Head
from .links import Menu, menu
from .main_content import Found, find_content
from .query import css, css_first


@dataclass(frozen=True)
class Chosen:
    """The family of a page, with its rows ready to be asked."""

    family: Family
    roles: Roles
    navigation: tuple[Menu, ...]

    def content(self, tree: LexborHTMLParser, head: Head, html: bytes) -> Found:
        """The elements that hold the page's content, in document order."""
        for selector in self.family.drop:
            dropped = {node.mem_id: node for node in css(tree.root, selector)}
            for node in reversed(dropped.values()):  # what is inside another one goes before it
                node.decompose()
        roles = [(node, role) for selector, role in self.family.elements for node in css(tree.root, selector)]
        for selector in self.family.content:
            found = select(tree, selector)
            if found:
                return Found(found, [], roles)
        looked_for = find_content(tree, head.title, self.roles, head.article or says_article(tree, html))
        looked_for.roles.extend(roles)
        return looked_for


def select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements that a row of content names. `a|b`: the first element that is either. `a, b`: all
    that are, none inside another. `a & b`: the first b, with the first a before it if there is one.
    `> div.a|div.b`: the first child of the body that is either, which needs no CSS engine (its start costs
    as much as parsing a small page).
    """
    if selector.startswith("> "):
        return _child_of_body(tree, selector[2:])
    if selector == "body":
        return [tree.body] if tree.body is not None else []
    if " & " in selector:
        *before, last = [select(tree, each) for each in selector.split(" & ")]
        return [node for found in before for node in found] + last if last else []
    if "," not in selector:
        first = css_first(tree.root, selector.replace("|", ","))
        return [first] if first is not None else []
    found: list[LexborNode] = []
    for node in css(tree.root, selector.rstrip(","))[:50]:
        if not any(_holds(outer, node) for outer in found):
            found.append(node)
    return found


@lru_cache(maxsize=64)
def _children(selector: str) -> tuple[Rule, ...]:
    return tuple(rule((each, Role.NONE)) for each in selector.split("|"))


@lru_cache(maxsize=1024)
def _is_named(selector: str, tag: int, classes: str) -> bool:
    """Whether an element with this tag and class attribute is one of those that a selector names."""
    names = set(classes.split())
    return any(each.fits(tag, names) for each in _children(selector))


def _child_of_body(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    child = tree.body.first_child if tree.body is not None else None
    while child is not None:
        classes = child.attributes.get("class")
        if classes and _is_named(selector, child.tag_id, classes):
            return [child]
        child = child.next
    return []


def _holds(outer: LexborNode, node: LexborNode) -> bool:
    up = node.parent
    for _ in range(200):
        if up is None:
            return False
        if up.mem_id == outer.mem_id:
            return True
        up = up.parent
    return False


def _chosen(family: Family) -> Chosen:
    menus = tuple(menu(selector) for selector in family.navigation)
    return Chosen(family, roles(family.rows, BASE_ROWS, otherwise=role_by_class), menus)


_GENERAL: Final = _chosen(Family(name="", navigation=("nav a[href]", "[role=navigation] a[href]")))
_CHOSEN: Final = {family.name: _chosen(family) for family in FAMILIES}
_FIRST: Final = 1_000  # bytes in which a mark stands that begins with ^
# What several marks have in common: a page that does not hold it is searched once for all of them.
_SHARED: Final = (b"enerated ", b"docusaurus", b"documentation_options", b"haddock-")
_NOTHING: Final = b""
_MARKS: Final = [
    (
        mark.removeprefix("^").encode(),
        _CHOSEN[family.name],
        mark[0] == "^",  # it stands among the first bytes
        next((part for part in _SHARED if mark[0] != "^" and part in mark.encode()), _NOTHING),
    )
    for family in FAMILIES
    for mark in family.marks
]
_NEEDLES: Final = (*_SHARED, *{mark for mark, _, first, _ in _MARKS if not first})
_SIGNS: Final = {
    sign.encode(): _CHOSEN[family.name] for family in reversed(FAMILIES) for sign in family.signs
}
_SIGN_NAMES: Final = frozenset(_SIGNS)
_START: Final = 8_192  # bytes of the head and of the body in which signs are looked for
# What a class name, an id or a file name is made of; every other byte ends one.
_NAME_BYTES: Final = bytes(
    byte if (chr(byte).isalnum() and byte < 128) or byte in b"-_." else 32 for byte in range(256)
)


def detect_family(generators: tuple[str, ...], html: bytes) -> Chosen:
    """The family that made a page: by its generator's name, else by marks in its HTML, else by
    signs where its head and its body start, else none."""
    return _by_name(generators) or _by_mark(html) or _by_sign(html) or _GENERAL


@lru_cache(maxsize=1024)
def _by_name(generators: tuple[str, ...]) -> Chosen | None:
    for name in generators:
        for family in FAMILIES:
            if family.generators and name.lower().startswith(family.generators):
                return _CHOSEN[family.name]
    return None


def _by_mark(html: bytes) -> Chosen | None:
    """The family of the first mark, in the order of the families."""
    held, parts = holding(html, _NEEDLES), {_NOTHING: True}
    for mark, chosen, first, part in _MARKS:
        if part not in parts:
            parts[part] = part in held
        if parts[part] and (mark in held if not first else html.find(mark, 0, _FIRST) >= 0):
            return chosen
    return None


def _by_sign(html: bytes) -> Chosen | None:
    """The family of the first sign. Each word is asked once for all families: their number costs nothing."""
    body = max(html.find(b"<body"), 0)
    start = html[: body + _START] if body < _START else html[:_START] + html[body : body + _START]
    words = start.translate(_NAME_BYTES).split()
    if _SIGN_NAMES.isdisjoint(words):
        return None
    return next(_SIGNS[word] for word in words if word in _SIGN_NAMES)
