"""Tabs: each panel under its label. They are paired by what they say of each other (ARIA), and by their order
only where they say nothing: a wrong label is worse than none.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from .admonitions import bold
from .blocks import block
from .element_text import has_text, next_element
from .escape import visible
from .query import css, css_first
from .state import TabSet
from .tags import COMMENT, HEADINGS, TAGS, TEXT
from .walk import SKIP, Attributes, Opened, Walk, transparent

_NAMING = ("aria-controls", "data-bs-target", "data-target", "panel", "href")
_TABS = "[role=tab],[aria-controls],[data-bs-toggle=tab],[data-bs-toggle=pill],[data-toggle=tab],[panel]"
_PANELS = "[role=tabpanel],.tab-pane,.tabpanel,.tab-panel"
_SHOWN_BY = frozenset({"x-show", "v-show", "ng-show"})
_SELECTED = re.compile(r"(?:^|[\s_-])(?:active|selected|current)(?=$|[\s_-])")
_NO_LABELS = ":not(li) > p,li > p + p,pre,table,h2,h3,blockquote"  # what no list of labels holds
_DIV, _A = TAGS["div"], TAGS["a"]
_FEWEST, _MOST_ANCHORED = 2, 30  # tabs of a list of links
_LONGEST_LABEL = 80  # characters
_NEAR = 12  # characters before a label that is repeated
_MOST = 500  # tabs of a page


def tab_list(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """The labels of tabs, kept for the panels that follow."""
    walk.flush()
    if css_first(node, _NO_LABELS) is not None:
        return walk.page.by_tag[_DIV](walk, node, attributes)
    unnamed = [each for each in _tabs(node) if not _names_panel(each.attributes)]
    if len(unnamed) > 1 and _has_one_panel(node):
        unnamed = [each for each in unnamed if _is_selected(each)]
    labels = [_words(each) for each in unnamed]
    walk.tabs.append(TabSet([label for label in labels if label]))
    return SKIP


def _has_one_panel(node: LexborNode) -> bool:
    """Whether only the panel that is shown stands in the page, beside the list of tabs or its box."""
    box = node.parent
    around: set[int] = set()  # a box of tabs may be called a panel, too
    for _ in range(2):
        if box is None:
            return False
        around.add(box.mem_id)
        found = [each for each in css(box, _PANELS)[:3] if each.mem_id not in around]
        if found:
            return len(found) == 1
        box = box.parent
    return False


def _is_selected(tab: LexborNode) -> bool:
    attributes = tab.attributes
    if "aria-selected" in attributes:
        return attributes["aria-selected"] == "true"
    return _SELECTED.search(attributes.get("class") or "") is not None


def tab(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A tab that stands in no list of tabs: with those beside it, it makes one."""
    previous = node.prev
    while previous is not None and previous.tag_id in (TEXT, COMMENT):
        previous = previous.prev
    follows = previous is not None and previous.attributes.get("role") == "tab"
    if not (follows and walk.tabs):
        walk.flush()
        walk.tabs.append(TabSet([]))
    label = _words(node)
    if label and not _names_panel(attributes):
        walk.tabs[-1].labels.append(label)
    return SKIP


def _tabs(node: LexborNode) -> list[LexborNode]:
    """The elements in a list of tabs that are tabs."""
    found = css(node, "[role=tab]") or css(node, "label") or css(node, "button") or css(node, "li")
    return (found or list(node.iter()))[:200]


def perhaps_tab_list(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A box that a theme calls a list of tabs: it is one when the box behind it holds as many others, or as
    many stand behind it that can be found by a name."""
    if attributes.get("role") == "tablist":
        return tab_list(walk, node, attributes)
    count = len(_tabs(node)) if css_first(node, _NO_LABELS) is None else 0
    following = _elements_behind(node, count)
    if count < 2 or not following:
        return walk.handler_of(node.tag_id)(walk, node, attributes)
    if len(list(following[0].iter())) == count:
        walk.overrides[following[0].mem_id] = panels
    elif len(following) == count and all(map(_has_name, following)):
        walk.overrides.update((each.mem_id, panel) for each in following)
        walk.opened.update(each.mem_id for each in following)
    else:
        return walk.handler_of(node.tag_id)(walk, node, attributes)
    return tab_list(walk, node, attributes)


def _has_name(box: LexborNode) -> bool:
    """Whether a box has a name by which a script finds it."""
    return any(name == "id" or name.startswith("data-") or name in _SHOWN_BY for name in box.attributes)


def anchored_panels(node: LexborNode) -> list[LexborNode]:
    """The panels of a list of tabs that nothing but its links names (jQuery UI before its script has run, and
    many like it): each item is a link to one of the boxes that follow, in their order, or that the next box
    holds. [] for any other list: one of contents, say, whose sections begin with what its links say.
    """
    first = next_element(node)
    if first is None:
        return []
    names = [_target_of(item) for item in node.iter()]
    if not _FEWEST <= len(names) <= _MOST_ANCHORED or not all(names) or len(set(names)) != len(names):
        return []
    behind = _elements_behind(node, len(names))
    if first.attributes.get("id") not in names:
        behind = list(first.iter())[: len(names) + 1]
    if [each.attributes.get("id") for each in behind] != names:
        return []
    said = [_words(item).lower() for item in node.iter()]
    texts = [_words(each)[:_LONGEST_LABEL].lower() for each in behind]
    repeats = any(label in text[: len(label) + _NEAR] for label, text in zip(said, texts, strict=True))
    return [] if repeats or any(each.tag_id in HEADINGS for each in behind) else behind


def anchored_tabs(walk: Walk, node: LexborNode, found: list[LexborNode]) -> Opened:
    """Such a list: its labels for the panels found, whatever hides these."""
    walk.flush()
    walk.tabs.append(TabSet([_words(item) for item in node.iter()]))
    for each in found:
        walk.overrides[each.mem_id] = panel
        walk.opened.add(each.mem_id)
    return SKIP


def may_be_tabs(node: LexborNode) -> bool:
    """Whether a list begins with a link into the page and is followed by a box: a look that costs little."""
    item = node.first_child
    while item is not None and item.tag_id in (TEXT, COMMENT):
        item = item.next
    return item is not None and bool(_target_of(item))


def _target_of(item: LexborNode) -> str:
    """The id to which an item of a list leads that is one link and no more; '' for any other."""
    link = item.first_child
    while link is not None and link.tag_id in (TEXT, COMMENT):
        link = link.next
    if link is None or link.tag_id != _A or next_element(link) is not None:
        return ""
    href = link.attributes.get("href") or ""
    return href[1:] if href.startswith("#") else ""


def _elements_behind(node: LexborNode, most: int) -> list[LexborNode]:
    found: list[LexborNode] = []
    following = node.next
    while following is not None and len(found) < most:
        if following.tag_id not in (TEXT, COMMENT):
            found.append(following)
        following = following.next
    return found


def _words(node: LexborNode) -> str:
    return " ".join(visible(node.text_lexbor()).split())


def _names_panel(attributes: Attributes) -> str:
    """The id of the panel that a tab names, or ''."""
    for name in _NAMING:
        value = attributes.get(name) or ""
        if value and (name in ("aria-controls", "panel") or value[0] == "#"):
            return value.lstrip("#")
    return ""


def _labels_of(walk: Walk) -> dict[str, str]:
    """The labels of the page's tabs by the ids of their panels, and by their own ids behind a `#`. Tabs that
    share a panel only filter it: their labels are ''."""
    if walk.tab_labels is None:
        found: dict[str, str] = {}
        shared: set[str] = set()
        owners: list[tuple[str, str]] = []
        for node in {each.mem_id: each for each in css(walk.page.root, _TABS)[:_MOST]}.values():
            attributes = node.attributes
            target, own = _names_panel(attributes), attributes.get("id") or ""
            if target in found:
                shared.add(target)
            if target:
                found[target] = _words(node)
            if own:
                found["#" + own] = _words(node)
                owners.append((target, "#" + own))
        found |= dict.fromkeys(shared, "")
        found |= {own: "" for target, own in owners if target in shared}
        walk.tab_labels = found
    return walk.tab_labels


def panels(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """The box of panels that have no sign of their own: each child takes the next label."""
    walk.flush()
    for child in node.iter():
        if not walk.tabs or not walk.tabs[-1].labels:
            break
        walk.overrides[child.mem_id] = panel
        walk.opened.add(child.mem_id)
    return _end_panels, len(walk.tabs)


def _end_panels(walk: Walk, depth: int) -> None:
    walk.flush()
    del walk.tabs[max(depth - 1, 0) :]


def panel(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """One tab's content under its label."""
    walk.flush()
    tabs = walk.tabs[-1] if walk.tabs else None
    label = _label(walk, tabs, attributes)
    if label and has_text(node, 400):
        walk.text(label)
        bold(walk)
        walk.flush()
    handler = walk.handler_of(node.tag_id)
    opened = (block if handler is transparent else handler)(walk, node, attributes)
    if tabs is None or opened is None or opened is SKIP:
        return opened
    tabs.panels += 1
    return _end_panel, (tabs, opened)


def _end_panel(walk: Walk, state: tuple[TabSet, Opened]) -> None:
    tabs, opened = state
    tabs.panels -= 1
    if isinstance(opened, tuple):
        opened[0](walk, opened[1])
    walk.flush()
    if tabs.panels == 0 and not tabs.labels and tabs in walk.tabs:
        walk.tabs.remove(tabs)


def _label(walk: Walk, tabs: TabSet | None, attributes: Attributes) -> str:
    """The label of a panel: the one that it or its tab names, else the next."""
    by_name = _labels_of(walk)
    keys = [attributes.get("id") or "", attributes.get("name") or ""]
    keys += ["#" + owner for owner in (attributes.get("aria-labelledby") or "").split()]
    known = [by_name[key] for key in keys if key in by_name]
    if known:
        named = next((label for label in known if label), "")
        if tabs is not None and named in tabs.labels:
            tabs.labels.remove(named)
        return named
    if tabs is None or not tabs.labels:
        return ""
    return tabs.labels.pop(0)
