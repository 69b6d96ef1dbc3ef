"""Footnotes: `[^label]: text`, where their list stands."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from .blocks import block
from .element_text import short_text
from .parted_notes import continued, number_block, texts_below
from .query import css, css_first
from .table_kind import LAYOUT
from .tags import TAGS, TEXT, tag_set
from .walk import SKIP, Attributes, Opened, Walk, skip
from .writer import Saved

_A: Final = TAGS["a"]
_TABLE: Final = TAGS["table"]
_SUP: Final = TAGS["sup"]
_LI: Final = TAGS["li"]
_OL: Final = TAGS["ol"]
_P: Final = TAGS["p"]
_BODIES: Final = tag_set("li p div aside dd section")
_NUMBER: Final = re.compile(r"[\[(]?(\d{1,3}|[a-z]|[ivx]{1,4}|\*{1,3}|[†‡§])[\])]?")
_OWN_NUMBER: Final = r"(?:\\?\[)?(?:<sup>)?%s(?:</sup>)?(?:\\?\])?(?:\\?[.:)])?\s+|\. |(?:\\?\^|[↑↩])\s+"
_NAMES: Final = re.compile(
    r"#(?:user-content-)?_?(?:fn|ftn|edn|footnote|endnote|note|cite_note)[-_:.]?\w{0,12}$", re.I
)
_UNQUOTED: Final = re.compile(r'["\\\x00-\x1f\x7f]')  # what a string in a selector can't hold as it is
_MOST: Final = 500  # references of a page whose target is looked for


def is_named_so(href: str) -> bool:
    """Whether a link's target has the name of a footnote, as generators and word processors give it."""
    return _NAMES.match(href) is not None


def is_reference(walk: Walk, link: LexborNode) -> bool:
    """Whether a raised link is a reference to a footnote: its text is a number, and what it leads to stands
    alone, and has that number or leads back. That footnote is then written as one."""
    href = link.attributes.get("href") or ""
    number = _NUMBER.fullmatch(link.text_lexbor().strip())
    if href[:1] != "#" or len(href) < 2 or number is None:
        return False
    target = href[1:]
    found = walk.footnotes
    if target in found.labels:
        return True
    if found.looked >= _MOST or _UNQUOTED.search(target):
        return False
    found.looked += 1
    named = css_first(walk.page.root, f'[id="{target}"],a[name="{target}"]')
    apart = number_block(named, number[1])
    if apart is not None:
        return _take_parted(walk, apart, target)
    body = _body(named)
    if body is None or _holds(body, link) or not _is_note(body, number[1], _names_of(link)):
        return False
    if any(name == target for name, _ in walk.writer.anchors):
        return False  # it is written already, as what it was
    found.bodies[body.mem_id] = target
    walk.overrides[body.mem_id] = note
    _keep(walk, body)
    return True


def _take_parted(walk: Walk, apart: LexborNode, target: str) -> bool:
    """Let the blocks below a footnote's number be the footnote."""
    texts = texts_below(apart)
    if not texts or any(name == target for name, _ in walk.writer.anchors):
        return False
    walk.footnotes.bodies[texts[0].mem_id] = target
    walk.overrides[texts[0].mem_id] = note
    _keep(walk, texts[0])
    for further in texts[1:]:
        walk.overrides[further.mem_id] = continued
    walk.overrides[apart.mem_id] = skip
    return True


def is_early(walk: Walk, node: LexborNode, name: str) -> bool:
    """Whether an item with this id is a footnote whose reference stands behind it: it has a footnote's name,
    and a number leads to it.
    """
    found = walk.footnotes
    if not is_named_so("#" + name) or found.looked >= _MOST or _UNQUOTED.search(name):
        return False
    found.looked += 1
    link = css_first(walk.page.root, f'a[href="#{name}"]')
    number = _NUMBER.fullmatch(link.text_lexbor().strip()) if link is not None else None
    if link is None or number is None or _holds(node, link):
        return False
    if not _is_note(node, number[1], _names_of(link)):
        return False
    found.labels.setdefault(name, f"{number[1]}-{walk.page.mark}")
    return True


def _keep(walk: Walk, body: LexborNode) -> None:
    """A list of footnotes is mostly links, as menus are: one that is referred to is read all the same."""
    up = body.parent
    for _ in range(6):
        if up is None:
            return
        if walk.overrides.get(up.mem_id) is skip:
            del walk.overrides[up.mem_id]
        up = up.parent


def _body(node: LexborNode | None) -> LexborNode | None:
    """The block that an id names: its element, or the block that the element stands in."""
    for _ in range(4):
        if node is None or node.tag_id in _BODIES:
            return node
        node = node.parent
    return None


def _holds(body: LexborNode, link: LexborNode) -> bool:
    up = link.parent
    for _ in range(60):
        if up is None:
            return False
        if up.mem_id == body.mem_id:
            return True
        up = up.parent
    return True


def _names_of(link: LexborNode) -> frozenset[str]:
    """What a link back to a reference would name: the ids of the link, of what it holds, and of what is
    around it."""
    found = [link.attributes.get("name"), *(each.attributes.get("id") for each in css(link, "[id]")[:4])]
    up: LexborNode | None = link
    for _ in range(3):
        if up is not None:
            found.append(up.attributes.get("id"))
            up = up.parent
    return frozenset(f"#{name}" for name in found if name)


def _is_note(body: LexborNode, number: str, back: frozenset[str]) -> bool:
    """Whether a block is a footnote: short, without headings, and it has this number or leads back."""
    text = short_text(body, 200)
    if text is None or len(text) > 3000 or css_first(body, "h1,h2,h3,h4,table") is not None:
        return False
    words = text.strip().lstrip("[(")
    if not words or re.match(rf"{re.escape(number)}(?!\w)", words):
        return bool(words)
    parent = body.parent
    if body.tag_id == _LI and parent is not None and parent.tag_id == _OL:
        return True
    links = css(body, 'a[href^="#"]')[:20]
    if not back:
        return bool(links)
    return any(each.attributes.get("href") in back for each in links)


def note(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """One footnote: `[^label]: text`."""
    walk.flush()
    target = walk.footnotes.bodies.get(node.mem_id) or attributes.get("id") or ""
    label = walk.footnotes.labels.get(target)
    if label is None or walk.writer.flat:
        return block(walk, node, attributes)
    first = node.first_child
    while first is not None and first.tag_id == TEXT and not (first.text_content or "").strip():
        first = first.next
    if first is not None and first.tag_id == _P and first.first_child is not None:
        first = first.first_child
    if first is not None and _is_own_number(first, label):
        walk.overrides[first.mem_id] = skip
    arranged = node.tag_id == _TABLE  # docutils' HTML 4 writer, and Sphinx before 2.0
    if arranged:
        walk.open_table(LAYOUT)
    saved = walk.writer.open(f"[^{label}]: ", "    ")
    return _end_note, (saved, len(walk.writer.out), arranged, label.partition("-")[0])


def _is_own_number(first: LexborNode, label: str) -> bool:
    """Whether the first element of a footnote is its number, or a link back."""
    if first.tag_id == _A:
        return "#" in (first.attributes.get("href") or "")
    return first.tag_id == _SUP and first.text_lexbor().strip("[]() .") == label.partition("-")[0]


def _end_note(walk: Walk, state: tuple[Saved, int, bool, str]) -> None:
    walk.flush()
    saved, size, arranged, number = state
    if arranged:
        walk.tables.pop()
    out = walk.writer.out
    if len(out) > size + 1:  # "1. The note", whose number is the label already
        own = re.match(
            _OWN_NUMBER % (r"(?:\\?[*†‡§])+" if number[:1] == "s" else re.escape(number)), out[size + 1]
        )
        if own is not None:
            out[size + 1] = out[size + 1][own.end() :]
    walk.writer.close(saved)


def note_label(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A footnote's own number: said by its label; a citation's is kept."""
    if walk.writer.lead is not None and walk.writer.lead.endswith("]: "):
        return SKIP
    text = " ".join(node.text_lexbor().split())
    walk.text(f" {text} ")
    return SKIP


def notes(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """The list of footnotes at the end of a page: its items define what references named."""
    walk.flush()
    walk.footnotes.lists += 1
    return _end_notes, None


def _end_notes(walk: Walk, _: None) -> None:
    walk.flush()
    walk.footnotes.lists -= 1
