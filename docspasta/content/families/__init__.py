"""The families of documentation generators, each a file of rows. To add one, add its file and name it here."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..family import Family, Roles, roles
from ..find import find
from . import base

FAMILIES: tuple[Family, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """The family of a page, with its rows ready."""

    family: Family
    roles: Roles

    def content(self, tree: LexborHTMLParser) -> list[LexborNode]:
        """The elements that hold the page's content, in document order."""
        for selector in self.family.drop:
            for node in tree.css(selector):
                node.decompose()
        for selector in self.family.content:
            if "," in selector:
                found = tree.css(selector)
                if found:
                    return found
            else:
                first = tree.css_first(selector)
                if first is not None:
                    return [first]
        found_root = find(tree)
        return [found_root] if found_root is not None else []


_GENERAL = Chosen(base.FAMILY, roles(base.ROWS))
_CHOSEN = {family.name: Chosen(family, roles(family.rows, base.ROWS)) for family in FAMILIES}


def choose(tree: LexborHTMLParser, generator: str) -> Chosen:
    """The family that made a page: by its generator's name, else by its marks, else the general one."""
    name = generator.lower()
    if name:
        for family in FAMILIES:
            if family.generators and name.startswith(family.generators):
                return _CHOSEN[family.name]
    for family in FAMILIES:
        for mark in family.marks:
            if tree.css_first(mark) is not None:
                return _CHOSEN[family.name]
    return _GENERAL
