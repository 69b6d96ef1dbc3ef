"""Code that only its font tells, on pages without rules: what a page's styles, or <font>, set in a font of
one width. So write HEVEA, the exports of word processors and of Google Docs, and pages made by hand.

Words in a line are a span of code; blocks that follow each other are the lines of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .code_spans import code
from .emphasis import emphasis
from .hidden import is_monospace
from .query import css, css_first
from .state import IN_BLOCKS
from .tags import STRUCTURE, TAGS, TEXT, tag_set
from .walk import SKIP, Attributes, Open, Opened, Walk, skip

_FONTS: Final = (b"ourier", b"onospace", b"onsolas", b"OURIER", b"ONOSPACE", b"enlo", b" Mono")
_RULE: Final = re.compile(r"([^{}]{1,2000})\{([^{}]{1,4000})\}")
_CLASS: Final = re.compile(r"(?:(?:span|font|p|div|li)?)\.([\w-]+)", re.I)
_STYLED: Final = "span[style*=font],p[style*=font],div[style*=font],font[face]"
_TAGS: Final = ("span", "font", "p", "div")
_INLINE: Final = tag_set("span font")
_LINES: Final = tag_set("p div")
_BR: Final = TAGS["br"]
_BOLD: Final = re.compile(r"font-weight:\s*(?:[6-9]00|bold)", re.I)
_ITALIC: Final = re.compile(r"font-style:\s*italic", re.I)
_BLANKS: Final = re.compile(r"[ \t\r\n]+")
_PRE: Final = "pre,code,tt,textarea"
_MOST_STYLES: Final = 8
_MOST_CSS: Final = 200_000  # characters
_MOST_NAMES: Final = 40
_MOST: Final = 0.5  # share of the page's text: beyond it, it is the page's font
_LONGEST: Final = 160  # characters of a line; longer ones are prose
_NODES: Final = 400


def may_be_typewritten(html: bytes) -> bool:
    """Whether a page names a font of one width."""
    return any(font in html for font in _FONTS)


def typewritten(tree: LexborHTMLParser, roots: list[LexborNode]) -> list[tuple[LexborNode, Open]]:
    """The elements that are code by their font, and what opens each."""
    names = _names(tree)
    selector = ",".join([_STYLED, *(f"{tag}.{name}" for name in names for tag in _TAGS)])
    told = [node for root in roots for node in css(root, selector) if _is_told(node, names)]
    whole = sum(len(root.text_lexbor() or "") for root in roots)
    if not told or sum(len(node.text_lexbor() or "") for node in told) > _MOST * whole:
        return []
    kept = [node for node in told if css_first(node, _PRE) is None]
    own = {node.mem_id for node in kept}
    found: list[tuple[LexborNode, Open]] = []
    done: set[int] = set()
    for node in kept:
        line = node if node.tag_id in _LINES else node.parent
        if line is None or line.mem_id in done:
            continue
        if _is_line(line, own):
            run = _run(line, own)
            done.update(each.mem_id for each in run)
            if len(run) > 1 or line.mem_id in own:
                found += _as_block(run)
                continue
        if node.tag_id in _INLINE:
            found.append((node, code))
    return found


def weighted(tree: LexborHTMLParser, roots: list[LexborNode]) -> list[tuple[LexborNode, Open]]:
    """The spans that the page's own styles set bold or italic, and what opens each."""
    found: list[tuple[LexborNode, Open]] = []
    for marks, is_meant in (("*", _is_italic), ("**", _is_bold)):
        opens = emphasis(marks)
        names = sorted(_names(tree, is_meant))
        for root in roots if names else ():
            found += [(node, opens) for node in css(root, ",".join(f"span.{name}" for name in names))]
    return found


def _is_bold(style: str) -> bool:
    return _BOLD.search(style) is not None


def _is_italic(style: str) -> bool:
    return _ITALIC.search(style) is not None


def _names(tree: LexborHTMLParser, is_meant: Callable[[str], bool] = is_monospace) -> frozenset[str]:
    """The classes that the page's own styles set so, by default in a font of one width."""
    names: set[str] = set()
    for style in css(tree.root, "style")[:_MOST_STYLES]:
        for selectors, declared in _RULE.findall((style.text_content or style.text_lexbor())[:_MOST_CSS]):
            if is_meant(declared):
                found = (_CLASS.fullmatch(each.strip()) for each in selectors.split(","))
                names.update(each[1] for each in found if each is not None)
    return frozenset(sorted(names)[:_MOST_NAMES])


def _is_told(node: LexborNode, names: frozenset[str]) -> bool:
    attributes = node.attributes
    if is_monospace(attributes.get("style") or ""):
        return True
    if not names.isdisjoint((attributes.get("class") or "").split()):
        return True
    return "face" in attributes and is_monospace(f"font:{attributes['face']}")


def _is_line(block: LexborNode, own: set[int]) -> bool:
    """Whether a block is lines of code altogether: itself, or all that stands in it."""
    if block.tag_id not in _LINES or css_first(block, STRUCTURE) is not None:
        return False
    text = _text(block)
    if text is None or any(len(line) > _LONGEST for line in text.split("\n")):
        return False
    if block.mem_id in own:
        return True
    child, any_code = block.first_child, False
    while child is not None:
        if child.tag_id == TEXT:
            if (child.text_content or "").strip():
                return False
        elif child.mem_id in own:
            any_code = True
        elif child.tag_id != _BR and (child.text_lexbor() or "").strip():
            return False
        child = child.next
    return any_code


def _run(first: LexborNode, own: set[int]) -> list[LexborNode]:
    """A line and those that follow it."""
    run, here = [first], first.next
    while here is not None and len(run) < _NODES:
        if here.tag_id == TEXT:
            if (here.text_content or "").strip():
                break
        elif here.tag_id == first.tag_id and _is_line(here, own):
            run.append(here)
        else:
            break
        here = here.next
    return run


def _text(block: LexborNode) -> str | None:
    """The text of a block with the lines that a browser breaks it in; None for a large one."""
    parts: list[str] = []
    stack: list[LexborNode | None] = [block.first_child]
    seen = 0
    while stack:
        here = stack.pop()
        if here is None:
            continue
        seen += 1
        if seen > _NODES:
            return None
        stack.append(here.next)
        if here.tag_id == TEXT:
            parts.append(_BLANKS.sub(" ", here.text_content or ""))
        elif here.tag_id == _BR:
            parts.append("\n")
        else:
            stack.append(here.first_child)
    lines = "".join(parts).replace("\n ", "\n").strip(" ").split("\n")
    return "\n".join(line.replace("\xa0", " ").rstrip() for line in lines)


def _as_block(run: list[LexborNode]) -> list[tuple[LexborNode, Open]]:
    """The lines as one block of code."""
    text = "\n".join(_text(line) or "" for line in run)

    def fence(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
        if walk.mode is not IN_BLOCKS:
            return None
        walk.flush()
        if text.strip():
            walk.writer.fence(text.strip("\n"), "")
        return SKIP

    return [(run[0], fence), *((line, skip) for line in run[1:])]
