"""Lists: bullets, numbers, tasks, and their items."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from .element_text import next_element, short_text
from .family import Role
from .footnotes import is_early, note
from .state import IN_BLOCKS, OpenList
from .tabs import anchored_panels, anchored_tabs, may_be_tabs
from .tags import COMMENT, TAGS, TEXT, tag_set
from .walk import END_BLOCK, SKIP, Attributes, Open, Opened, Walk, skip
from .writer import Saved

_CHAPTERS: Final = tag_set("h1 h2")
_BETWEEN: Final = frozenset({TEXT, COMMENT})
_PERMALINKS: Final = frozenset({"¶", "§", "#"})
_OL: Final = TAGS["ol"]
_BULLETS: Final = ("-", "*")
_NUMBERS: Final = (".", ")")
_LEVEL: Final = re.compile(r"(?:^|\s)lst-kix_(\w+)-(\d)(?=\s|$)")
_DEEP: Final = 4  # elements down to a heading


def bullets(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<ul>; one of links to the boxes behind it is a list of tabs."""
    if may_be_tabs(node) and (panels := anchored_panels(node)):
        return anchored_tabs(walk, node, panels)
    if _arranges(node):
        return layout_list(walk, node, attributes)
    walk.flush()
    last = walk.writer.last_list
    if level := _level_beside(attributes):
        return _open_below(walk, node, level, OpenList(False, "-"))
    inside = _inside_item(walk, node)
    marker = last if last in _BULLETS and _goes_on(node, attributes) else "*" if last == "-" else "-"
    walk.lists.append(OpenList(False, marker))
    return _end_list, inside


def _arranges(node: LexborNode) -> bool:
    """Whether the first item of a list begins with a heading of the page or of a chapter: then the list only
    arranges what is in it."""
    here = node.first_child
    for _ in range(_DEEP):
        while here is not None and (here.tag_id in _BETWEEN or _is_permalink(here)):
            if here.tag_id == TEXT and (here.text_content or "").strip():
                return False
            here = here.next
        if here is None or here.tag_id in _CHAPTERS:
            return here is not None
        here = here.first_child
    return False


def _is_permalink(node: LexborNode) -> bool:
    """Whether an element before a heading is nothing but the sign that leads to it."""
    return node.tag_id not in _CHAPTERS and (short_text(node, 6) or " ").strip() in _PERMALINKS


def numbers(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<ol>, from its start number."""
    walk.flush()
    last = walk.writer.last_list
    start = attributes.get("start") or "1"
    number = int(start) if start.isdigit() and len(start) < 10 else 1
    if level := _level_beside(attributes):
        return _open_below(walk, node, level, OpenList(True, ".", number))
    inside = _inside_item(walk, node)
    marker = last if last in _NUMBERS and _goes_on(node, attributes) else ")" if last == "." else "."
    walk.lists.append(OpenList(True, marker, number))
    return _end_list, inside


def _level_beside(attributes: Attributes) -> int:
    """How deep a list stands in the one before it, of which only its name tells, in Google Docs."""
    found = _LEVEL.search(attributes.get("class") or "") if attributes else None
    return int(found[2]) if found is not None else 0


def _open_below(walk: Walk, node: LexborNode, level: int, opened: OpenList) -> Opened:
    """A list that belongs to the last item of the one before it."""
    before = _before(node)
    width = 3 if before is not None and before.tag_id == _OL else 2
    last = walk.writer.last_list or "-"
    indent = " " * min(width * level, 15)
    walk.lists.append(opened)
    return _end_below, (walk.writer.open(indent, indent, True), last)


def _end_below(walk: Walk, state: tuple[Saved, str]) -> None:
    walk.flush()
    walk.lists.pop()
    walk.writer.close(state[0])
    walk.writer.last_list = state[1]


def _goes_on(node: LexborNode, attributes: Attributes) -> bool:
    """Whether a list goes on with the one before it, as programs export each item: it has its name and one
    item, or its numbers follow."""
    before = _before(node)
    if before is None or not attributes:
        return False
    classes, other = attributes.get("class") or "", before.attributes.get("class") or ""
    if (own := _LEVEL.search(classes)) and (its := _LEVEL.search(other)):
        return own[1] == its[1]
    if before.tag_id != node.tag_id or classes != other:
        return False
    if node.tag_id == _OL:
        return (attributes.get("start") or "1") not in ("0", "1")
    items = sum(1 for child in before.iter() if child.is_element_node)
    return bool(classes) and items == 1


def _before(node: LexborNode) -> LexborNode | None:
    """The element before this one, in the same box."""
    before = node.prev
    while before is not None and before.tag_id in _BETWEEN:
        before = before.prev
    return before


def aria_list(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A box that ARIA calls a list: numbered where its name says that its items are steps."""
    steps = _STEPS.search(attributes.get("class") or "") is not None
    return (numbers if steps else bullets)(walk, node, attributes)


def layout_list(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A list that only arranges: its items are blocks."""
    walk.flush()
    walk.lists.append(None)
    return _end_layout_list, None


def _end_layout_list(walk: Walk, _: None) -> None:
    walk.flush()
    walk.lists.pop()


def _inside_item(walk: Walk, node: LexborNode) -> Saved | None:
    """A list that stands directly in a list belongs to the item before it, as browsers draw it."""
    outer = walk.lists[-1] if walk.lists else None
    if not isinstance(outer, OpenList) or outer.count == 0 or walk.mode is not IN_BLOCKS:
        return None
    parent = node.parent
    if parent is None or parent.tag_id not in _LISTS:
        return None
    indent = _INDENTS[outer.width]
    return walk.writer.open(indent, indent, not outer.loose)


def _end_list(walk: Walk, inside: Saved | None) -> None:
    walk.flush()
    done = walk.lists.pop()
    if inside is not None:
        walk.writer.close(inside)
    elif isinstance(done, OpenList) and done.count:
        walk.writer.last_list = done.marker


def item(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<li>; one outside any list is a list of its own."""
    walk.flush()
    lists = walk.lists
    state = lists[-1] if lists else None
    if state is None and lists:
        return END_BLOCK
    name = attributes.get("id") if attributes else None
    found = walk.footnotes
    if name and ((found.lists and name in found.labels) or is_early(walk, node, name)):
        return note(walk, node, attributes)
    stray = not isinstance(state, OpenList)
    if not isinstance(state, OpenList):
        state = OpenList(False, "-")
        lists.append(state)
    marker = _marker(state, attributes)
    tight = not state.loose if state.count else _nested(walk, state)
    state.count += 1
    state.width = len(marker)
    saved = walk.writer.open(marker, _INDENTS[len(marker)], tight)
    opened = (saved, walk.writer.blanks, state, stray)
    first = node.first_child
    if state.ordered:
        _skip_number(walk, node, state.number - 1)
    if first is not None and first.tag_id == TEXT and first.next is None:  # one run of text, and no more
        walk.text(first.text_content or "")
        _end_item(walk, opened)
        return SKIP
    return _end_item, opened


def _skip_number(walk: Walk, node: LexborNode, number: int) -> None:
    """Leave out an element that says an item's number again, before the item's text."""
    here: LexborNode | None = node
    for _ in range(_NUMBER_DEPTH):
        box = here
        here = here.first_child if here is not None else None
        while here is not None and here.tag_id == TEXT and not (here.text_content or "").strip():
            here = here.next
        while here is not None and here.tag_id in _BOXES and here.first_child is None:  # a line that is drawn
            here = next_element(here)
        if here is None:
            return
        if here.tag_id == TEXT:
            said = (here.text_content or "").strip()
            named = box is not None and box.tag_id in _BOXES
            if box is not None and named and said in (str(number), f"{number}."):
                walk.overrides[box.mem_id] = skip
            return


_LABEL: Final = TAGS["label"]
_DIV: Final = TAGS["div"]
_SPAN: Final = TAGS["span"]
_LISTS: Final = tag_set("ul ol menu dir")
_BOXES: Final = tag_set("div span")
_NUMBER_DEPTH: Final = 5
_STEPS: Final = re.compile(r"(?:^|[\s_-])(?:steps?|ordered|numbered)(?=$|[\s_-])")
_INDENTS: Final = [" " * size for size in range(16)]


def _marker(state: OpenList, attributes: Attributes) -> str:
    """The marker of a list's next item."""
    if not state.ordered:
        return "* " if state.marker == "*" else "- "
    value = attributes.get("value") or ""
    if value.isdigit() and len(value) < 10:
        state.number = int(value)
    state.number += 1
    return f"{state.number - 1}{state.marker} "


def _nested(walk: Walk, state: OpenList) -> bool:
    """Whether a first item may follow the text of the item it stands in without a blank line."""
    if len(walk.lists) < 2 or not walk.writer.prefix.endswith("  "):
        return False
    return walk.writer.after_text and (not state.ordered or state.number == 1)


def _end_item(walk: Walk, state: tuple[Saved, int, OpenList, bool]) -> None:
    walk.flush()
    saved, blanks, into, stray = state
    if stray:
        walk.lists.pop()
    if walk.writer.blanks > blanks:
        into.loose = True
    walk.writer.end_item(saved)


def aria_item(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A box that ARIA calls an item: one where a list is open, else a block."""
    if walk.lists and isinstance(walk.lists[-1], OpenList):
        return item(walk, node, attributes)
    return walk.page.by_tag[_DIV](walk, node, attributes)


def checkbox(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A task list's box. A radio button is a tab's, whose label may follow; other <input>s are nothing."""
    if attributes.get("type") == "radio":
        label = node.next
        while label is not None and label.tag_id == TEXT:
            label = label.next
        if label is not None and label.tag_id == _LABEL:
            walk.overrides[label.mem_id] = walk.page.by_role[Role.LABEL]
        return SKIP
    box = (attributes.get("type") or "").lower() == "checkbox"
    if (
        box
        and walk.lists
        and not any(walk.inline.parts)
        and (walk.writer.lead is not None or walk.writer.flat)
    ):
        walk.inline.parts.append("[x] " if "checked" in attributes else "[ ] ")
    return SKIP


def task(mark: str) -> Open:
    """A handler of what says whether a task is done: an icon, or the element that holds the task's text."""

    def begin(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
        if walk.writer.lead is not None and not any(walk.inline.parts):
            walk.inline.parts.append(f"[{mark}] ")
        return None if node.tag_id == _SPAN else SKIP

    return begin
