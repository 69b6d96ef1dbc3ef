"""What stands on lines of its own: paragraphs, headings, lists, code, quotes, and their containers."""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborNode

from .code import code_block, is_gutter
from .escape import visible
from .family import Role
from .inline import close_emphasis, open_emphasis
from .near import short_text
from .tags import BLOCKS, HEADINGS, TAGS, TEXT
from .walk import END_BLOCK, SKIP, Attributes, Open, Opened, Walk

_LI, _UL, _OL, _TD, _A, _SECTION = (TAGS[name] for name in ("li", "ul", "ol", "td", "a", "section"))
_DIV, _BR = TAGS["div"], TAGS["br"]
_PERMALINK_GLYPHS = "¶#§🔗⚓◆ \u200b\uf0c1"


def block(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<p>, <div> and the like: text before it and in it are blocks of their own."""
    if walk.w.parts:
        walk.flush()
    return END_BLOCK


def paragraph(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<p>: most hold one run of text, or start with one."""
    if walk.w.parts:
        walk.flush()
    first = node.first_child
    if first is None:
        return SKIP
    if first.tag_id == TEXT and first.next is None:
        walk.text(first.text_content or "")
        walk.flush()
        return SKIP
    return END_BLOCK


def heading(level: int) -> Open:
    """A handler of a heading of this level."""

    def begin(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
        if walk.line or walk.raw is not None or walk.code is not None:
            return None
        walk.flush()
        if walk.untitled():
            return walk.by_role[Role.TITLE](walk, node, attributes)
        if walk.grids and walk.grids[-1] == "overview":
            return _end_term, open_emphasis(walk, "**")
        walk.line, walk.raw = True, []
        rank = attributes.get("aria-level") or ""
        anchor = attributes.get("id") or _anchor_of(node)
        return _end_heading, (int(rank) if rank.isdigit() and 0 < int(rank) < 7 else level, anchor)

    return begin


def _anchor_of(node: LexborNode) -> str:
    """The id by which a heading without one is known: its section's, or an anchor's inside or before it."""
    child = node.first_child
    while child is not None:
        if child.tag_id == _A:
            attributes = child.attributes
            name = attributes.get("id") or attributes.get("name")
            if name:
                return name
        child = child.next
    parent = node.parent
    if parent is not None and parent.tag_id in (_SECTION, _DIV):
        name = parent.attributes.get("id")
        first = parent.first_child
        for _ in range(12):
            if first is None or first.mem_id == node.mem_id or first.tag_id in HEADINGS:
                break
            first = first.next
        if name and first is not None and first.mem_id == node.mem_id:
            return name
    return ""


def _end_heading(walk: Walk, state: tuple[int, str]) -> None:
    text = " ".join("".join(walk.raw or ()).split()).rstrip(_PERMALINK_GLYPHS.replace("#", ""))
    walk.line, walk.raw = False, None
    walk.w.heading(state[0], text, state[1])


def code_heading(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A heading that is a signature: its text is one code span."""
    if walk.line or walk.raw is not None or walk.code is not None:
        return None
    level = HEADINGS.get(node.tag_id, 4)
    text = _signature_text(walk, node)
    walk.flush()
    if text:
        walk.put(walk.w.span(text))
        walk.w.heading(level, text, attributes.get("id") or _anchor_of(node))
    return SKIP


def rule(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<hr>."""
    walk.flush()
    if not walk.w.flat and walk.w.out and not walk.note_lists:
        walk.w.block("---" if walk.w.lead is None else "___")
    return SKIP


def quote(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<blockquote>."""
    walk.flush()
    return _end_container, walk.w.open("> ", "> ")


def _end_container(walk: Walk, saved: tuple[str, str | None, int]) -> None:
    walk.flush()
    walk.w.close(saved)


def code(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<pre>: a fenced block."""
    if walk.line or walk.code is not None:
        return None
    walk.flush()
    text, language = code_block(node, walk.code_rules)
    if not text.strip():
        return SKIP
    if walk.tables and is_gutter(text):
        return SKIP
    walk.w.fence(text, language)
    return SKIP


def note(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """One footnote: `[^label]: text`."""
    walk.flush()
    label = walk.notes.get(attributes.get("id") or "")
    if label is None or walk.w.flat:
        return block(walk, node, attributes)
    first = node.first_child
    while first is not None and first.tag_id == TEXT and not (first.text_content or "").strip():
        first = first.next
    if first is not None and first.tag_id == _A and "#" in (first.attributes.get("href") or ""):
        walk.marked[first.mem_id] = _skip  # the note's own number, a link back
    saved = walk.w.open(f"[^{label}]: ", "    ")
    return _end_note, (saved, len(walk.w.out))


def _end_note(walk: Walk, state: tuple[tuple[str, str | None, int], int]) -> None:
    walk.flush()
    saved, size = state
    out = walk.w.out
    if len(out) > size + 1 and out[size + 1].startswith(". "):
        out[size + 1] = out[size + 1][2:]  # "1. The note", whose number is the label already
    walk.w.close(saved)


def _skip(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    return SKIP


def note_label(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A footnote's own number: said by its label; a citation's is kept."""
    if walk.w.lead is not None and walk.w.lead.endswith("]: "):
        return SKIP
    text = " ".join(node.text_lexbor().split())
    walk.text(f" {text} ")
    return SKIP


def line(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """One line of a block of lines."""
    return _end_line, None


def _end_line(walk: Walk, _: None) -> None:
    if walk.line or walk.code is not None:
        walk.text(" ")
    else:
        walk.w.hard_break()


def task(mark: str) -> Open:
    """A handler of an icon that says whether a task is done."""

    def begin(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
        if walk.w.lead is not None and not any(walk.w.parts):
            walk.w.parts.append(f"[{mark}] ")
        return SKIP

    return begin


class ListState:
    """One list being written."""

    __slots__ = ("count", "delimiter", "item", "loose", "marker", "number", "ordered", "saved")

    def __init__(self, ordered: bool, marker: str, number: int) -> None:
        self.ordered = ordered
        self.marker = marker
        self.number = number
        self.loose = False
        self.count = 0


def bullets(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<ul>."""
    walk.flush()
    walk.lists.append(ListState(False, "*" if walk.w.last_list == "-" else "-", 0))
    return _end_list, None


def numbers(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<ol>, from its start number."""
    walk.flush()
    start = attributes.get("start") or "1"
    number = int(start) if start.isdigit() and len(start) < 10 else 1
    walk.lists.append(ListState(True, ")" if walk.w.last_list == "." else ".", number))
    return _end_list, None


def layout_list(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A list that only arranges: its items are blocks."""
    walk.flush()
    walk.lists.append(None)
    return _end_layout_list, None


def _end_layout_list(walk: Walk, _: None) -> None:
    walk.flush()
    walk.lists.pop()


def _end_list(walk: Walk, _: None) -> None:
    walk.flush()
    done = walk.lists.pop()
    if done.count:
        walk.w.last_list = done.marker


def item(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<li>; one outside any list is a list of its own."""
    walk.flush()
    if walk.lists and walk.lists[-1] is None:
        return END_BLOCK
    if walk.note_lists and attributes.get("id") in walk.notes:
        return note(walk, node, attributes)
    stray = not walk.lists or not isinstance(walk.lists[-1], ListState)
    state = ListState(False, "-", 0) if stray else walk.lists[-1]
    if stray:
        walk.lists.append(state)
    marker = "- " if not state.ordered else ""
    if state.ordered:
        value = attributes.get("value") or ""
        if value.isdigit() and len(value) < 10:
            state.number = int(value)
        marker = f"{state.number}{state.marker} "
        state.number += 1
    elif state.marker == "*":
        marker = "* "
    tight = not state.loose if state.count else _nested(walk, state)
    state.count += 1
    saved = walk.w.open(marker, " " * len(marker), tight)
    return _end_item, (saved, walk.w.blanks, state, stray)


def _nested(walk: Walk, state: ListState) -> bool:
    """Whether a first item may follow the text of the item it stands in without a blank line."""
    if len(walk.lists) < 2 or not walk.w.prefix.endswith("  "):
        return False
    return walk.w.after_text and (not state.ordered or state.number == 1)


def _end_item(walk: Walk, state: tuple[tuple[str, str | None, int], int, ListState, bool]) -> None:
    walk.flush()
    saved, blanks, into, stray = state
    if stray:
        walk.lists.pop()
    if walk.w.blanks > blanks:
        into.loose = True
    walk.w.end_item(saved)


def checkbox(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A task list's box; every other <input> is nothing."""
    box = (attributes.get("type") or "").lower() == "checkbox"
    if box and walk.lists and not any(walk.w.parts) and (walk.w.lead is not None or walk.w.flat):
        walk.w.parts.append("[x] " if "checked" in attributes else "[ ] ")
    return SKIP


# Definition lists


def definitions(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<dl>: a list of terms, each with its definitions beneath."""
    walk.flush()
    walk.lists.append(["terms", None])
    return _end_definitions, None


def fields(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A list of fields (parameters, returns): each a bold label with its text beneath."""
    walk.flush()
    walk.lists.append(["fields", None])
    return _end_definitions, None


def members(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """API members: signatures, each with its description beneath."""
    walk.flush()
    walk.lists.append(["members", None])
    return _end_definitions, None


def _end_definitions(walk: Walk, _: None) -> None:
    walk.flush()
    state = walk.lists.pop()
    if isinstance(state, list) and state[1] is not None:
        walk.w.close(state[1])
    walk.w.last_list = "-" if isinstance(state, list) and state[0] == "terms" else ""


def term(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<dt>."""
    walk.flush()
    state: list[Any] = ["fields", None]
    if walk.lists and isinstance(walk.lists[-1], list):
        state = walk.lists[-1]
    previous = node.prev
    while previous is not None and previous.tag_id not in BLOCKS:
        previous = previous.prev
    again = previous is not None and previous.tag_id == TAGS["dt"]
    if state[0] == "alert":
        return walk.by_role[Role.TITLE](walk, node, attributes)
    if state[0] == "terms" and not (again and state[1] is not None):
        if state[1] is not None:
            walk.w.close(state[1])
        state[1] = walk.w.open("- ", "  ")
    if state[0] == "members":
        return signature(walk, node, attributes)
    return _end_term, open_emphasis(walk, "**")


def _end_term(walk: Walk, emphasis: object) -> None:
    if isinstance(emphasis, tuple):
        close_emphasis(walk, emphasis[1])
    walk.flush()


def signature(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An API signature: one line of code. Read whole, not walked: half the elements of an API page are
    its parts.
    """
    if walk.line or walk.code is not None:
        return None
    if walk.w.parts:
        walk.flush()
    text = _signature_text(walk, node)
    if text:
        walk.put(walk.w.span(text), text)
        walk.flush()
    return SKIP


def _signature_text(walk: Walk, node: LexborNode) -> str:
    """A signature on one line, without its permalinks."""
    parts = []
    child = node.first_child
    while child is not None:
        tag = child.tag_id
        if tag == TEXT:
            parts.append(child.text_content or "")
        elif tag == _A:
            if not _is_tool(walk, child):
                parts.append(child.text_lexbor())
        elif tag == _BR or tag in BLOCKS:
            parts.append(f" {child.text_lexbor()} ")
        else:
            parts.append(child.text_lexbor())
        child = child.next
    text = " ".join("".join(parts).split())
    for loose, tight in _LOOSE:
        if loose in text:
            text = text.replace(loose, tight)
    return text if text.isascii() else visible(text)


_LOOSE = (("( ", "("), (" )", ")"), (" ,", ","), ("[ ", "["), (" ]", "]"))


def _is_tool(walk: Walk, link: LexborNode) -> bool:
    """A permalink, or a link to the source, beside a signature."""
    attributes = link.attributes
    name = attributes.get("id")
    if name:
        walk.w.anchor(name)
    if walk.roles.of(_A, attributes.get("class")) is Role.DROP:
        return True
    child = link.first_child
    if child is None:
        return True
    return child.tag_id != TEXT and walk.roles.of(child.tag_id, child.attributes.get("class")) is Role.DROP


def line_of_label(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A caption, a rubric, a tab's label: bold, on a line of its own."""
    if walk.line or walk.code is not None:
        return None
    walk.flush()
    if walk.untitled():
        return walk.by_role[Role.TITLE](walk, node, attributes)
    emphasis = open_emphasis(walk, "**")
    walk.line = True
    return _end_label, emphasis


def _end_label(walk: Walk, emphasis: object) -> None:
    walk.line = False
    _end_term(walk, emphasis)


def run_in(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A block that runs on in its line."""
    if walk.w.parts and not walk.w.space:
        walk.text(" ")
    return _end_run_in, None


def _end_run_in(walk: Walk, _: None) -> None:
    if walk.w.parts and not walk.w.space:
        walk.text(" ")


def row(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A block whose child blocks stand in one line."""
    if walk.line:
        return None
    walk.flush()
    walk.line = True
    return _end_row, None


def _end_row(walk: Walk, _: None) -> None:
    walk.line = False
    walk.flush()


def aside(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<aside> in the content, unless it is a list of links."""
    if _mostly_links(node):
        return SKIP
    return block(walk, node, attributes)


def _mostly_links(node: LexborNode) -> bool:
    words = short_text(node, 1500)
    if words is None:
        return False
    text = len("".join(words.split()))
    linked = sum(len("".join(link.text_lexbor().split())) for link in node.css("a[href]"))
    return text == 0 or linked > 0.6 * text
