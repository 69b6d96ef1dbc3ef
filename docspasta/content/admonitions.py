"""Admonitions: boxes that note, advise or warn, of every framework, as GitHub's alerts."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from .admonition_kinds import LABELS, kind_of, says_more
from .blocks import aside, block
from .definitions import definitions
from .element_text import next_element, short_text
from .query import css_first
from .state import IN_BLOCKS, OpenAdmonition, OpenDefinitions, Terms
from .table_kind import LAYOUT, PARAMETERS, rows_of
from .tags import BLOCKS, COMMENT, HEADINGS, TAGS, TEXT, tag_set
from .walk import Attributes, Opened, Walk, skip

_CODE: Final = TAGS["code"]
_P: Final = TAGS["p"]
_DL: Final = TAGS["dl"]
_ASIDE: Final = TAGS["aside"]
_DT: Final = TAGS["dt"]
_SVG: Final = TAGS["svg"]
_TABLE: Final = TAGS["table"]
_TH: Final = TAGS["th"]
_LABEL_TAGS: Final = tag_set("p div span strong b h2 h3 h4 h5 h6 dt header")
_PLAIN: Final = {_DL: definitions, _ASIDE: aside}
_CALLOUT_COLOUR: Final = re.compile(r"--callout-color:\s*var\(--([\w-]+)")
_KIND_DATA: Final = (
    "data-type",
    "data-kind",
    "data-variant",
    "data-severity",
    "data-admonition",
    "data-admonition-type",
)
_TELLING: Final = frozenset(_KIND_DATA)
_CERTAIN: Final = frozenset("note tip hint info important warning caution danger attention".split())
_WORDS: Final = re.compile(r"[^\w' -]+")
_SECTIONS: Final = frozenset({"see also", "notes", "information", "info", "todo", "remark", "bug", "error"})
_SAID: Final = {"", *LABELS}  # what a cell beside an admonition's text says that its kind says, too
_ICON_WORDS: Final = re.compile(r"^\W+\s+(?=\w)")


def admonition(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An admonition of any framework: `> [!NOTE]`, a title that says more in bold, the text."""
    opened = open_alert(walk, kind_of(attributes.get("class") or ""))
    if opened is None:
        return None
    walk.lists.append(OpenDefinitions(Terms.TITLE) if node.tag_id == _DL else None)
    _unpack_table(walk, node)
    return opened


def _unpack_table(walk: Walk, node: LexborNode) -> None:
    """A table in a box that sets its picture and its title beside its text: the picture says the kind again,
    the title is the box's."""
    table = _first_element(node)
    if table is None or table.tag_id != _TABLE:
        return
    cells = [cell for row in rows_of(table)[:4] for cell in row.iter()]
    if not 1 <= len(cells) <= 4:
        return
    walk.next_table = LAYOUT
    for cell in cells[:-1]:
        text = short_text(cell)
        if text is not None and text.strip(" \n:").lower() in _SAID:
            walk.overrides[cell.mem_id] = skip
        elif cell.tag_id == _TH:
            walk.overrides[cell.mem_id] = title


def perhaps_admonition(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A box on a page of no known family: an admonition when it starts with a label that says so."""
    if attributes and not _TELLING.isdisjoint(attributes) and _kind_by_data(attributes):
        return callout(walk, node, attributes)
    kind = _kind_by_label(node)
    inside = bool(kind) and walk.untitled()  # the label is that of the box around this one
    first = _first_element(node) if kind else None
    if inside and first is not None:
        walk.overrides[first.mem_id] = title
    if not kind or inside:
        handler = walk.page.by_tag[_P] if node.tag_id not in (_DL, _ASIDE) else _PLAIN[node.tag_id]
        return handler(walk, node, attributes)
    opened = open_alert(walk, kind)
    if opened is None:
        return None
    walk.lists.append(OpenDefinitions(Terms.TITLE) if node.tag_id == _DL else None)
    if first is not None and first.tag_id != _DT:
        walk.overrides[first.mem_id] = title
    return opened


def callout(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An admonition by the words of its classes, or of attributes that libraries of components give it. Its
    title says what it is by its own class, or by being a label; where nothing says the kind, the label
    does."""
    kind = kind_of(_said_of(attributes))
    bar = _first_element(node) if kind == "NOTE" else None
    if bar is not None and bar.first_child is None:  # a coloured bar, or an icon that a style sheet draws
        kind = kind_of(bar.attributes.get("class") or "")
    label = _kind_by_label(node)
    opened = open_alert(walk, label if label and kind == "NOTE" else kind)
    if opened is None:
        return None
    walk.lists.append(OpenDefinitions(Terms.TITLE) if node.tag_id == _DL else None)
    _unpack_table(walk, node)
    first = _first_element(node) if label else None
    if first is not None and first.tag_id != _DT:
        walk.overrides[first.mem_id] = title
    return opened


def _kind_by_data(attributes: Attributes) -> str:
    """The word by which an attribute calls a box a note, a warning or the like (`data-type="note"`)."""
    for name in _KIND_DATA:
        value = (attributes.get(name) or "").lower()
        if value in _CERTAIN:
            return value
    return ""


def _said_of(attributes: Attributes) -> str:
    """What a box's attributes say about its kind: `data-callout-type`, classes, the name of its colour."""
    said = [attributes.get(name) or "" for name in ("data-callout-type", "data-callout", "class")]
    said.insert(0, _kind_by_data(attributes))
    colour = _CALLOUT_COLOUR.search(attributes.get("style") or "")
    return " ".join((*said, colour.group(1) if colour else ""))


def _kind_by_label(node: LexborNode) -> str:
    """The kind that the first thing in a box names, when there is more in it; or ''."""
    first = _first_element(node)
    if first is None or first.tag_id not in _LABEL_TAGS:
        return ""
    text = short_text(first)
    if text is None or len(text) > 60:
        return ""
    kind = LABELS.get(_WORDS.sub(" ", text).strip().lower(), "")
    if kind and _is_name(first):
        return ""
    if first.tag_id in HEADINGS and text.strip().lower() in _SECTIONS:
        return ""  # a section's own heading
    following = first.next
    while (
        kind
        and following is not None
        and following.tag_id == TEXT
        and not (following.text_content or "").strip()
    ):
        following = following.next
    return kind if following is not None else ""


def _first_element(node: LexborNode) -> LexborNode | None:
    """The first child, unless text precedes it or it is a picture."""
    child = node.first_child
    while child is not None:
        tag = child.tag_id
        if tag == TEXT:
            if (child.text_content or "").strip():
                return None
        elif tag not in (_SVG, COMMENT):
            return child
        child = child.next
    return None


def _is_name(first: LexborNode) -> bool:
    """Whether a word in front of a box is a parameter: it is code, or its type follows as code."""
    if first.tag_id in BLOCKS:
        return False
    if "code" in (first.attributes.get("class") or "").split():
        return True
    following = next_element(first)
    return following is not None and following.tag_id == _CODE


def parameters_box(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A box whose first table is a list of parameters, or of callouts."""
    if css_first(node, "table") is not None:
        walk.next_table = PARAMETERS
    return block(walk, node, attributes)


def open_alert(walk: Walk, kind: str) -> Opened:
    """Start an alert of this kind."""
    if walk.mode is not IN_BLOCKS:
        return None
    walk.flush()
    w = walk.writer
    saved = w.open("> ", "> ")
    state = OpenAdmonition(saved, kind, len(w.out))
    walk.admonitions.append(state)
    w.begin()
    w.out.append(f"[!{kind}]")
    w.alert = True
    return _end_admonition, state


def _end_admonition(walk: Walk, state: OpenAdmonition) -> None:
    walk.flush()
    walk.admonitions.pop()
    walk.lists.pop()
    w = walk.writer
    if len(w.out) == state.size + 2:
        del w.out[-2:]  # nothing was said
    w.alert = False
    w.close(state.container)


def title(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An admonition's title; elsewhere a label."""
    if walk.mode is not IN_BLOCKS:
        return None
    walk.flush()
    walk.start_title()
    return _end_title, None


def _end_title(walk: Walk, _: None) -> None:
    plain = walk.end_title()
    if walk.admonitions:
        state = walk.admonitions[-1]
        first, state.titled = not state.titled, True
        if not (first and says_more(state.kind, _ICON_WORDS.sub("", plain))):
            if first:
                walk.inline.clear()
            walk.flush()
            return
    bold(walk)
    walk.flush()


def bold(walk: Walk) -> None:
    """Make the collected text bold, unless it is already."""
    parts = walk.inline.parts
    if walk.inline.trim() and not any("**" in part for part in parts):
        first = next(n for n, part in enumerate(parts) if part)
        last = max(n for n, part in enumerate(parts) if part)
        parts[first] = "**" + parts[first].lstrip(" ")
        parts[last] += "**"
