"""The walk: one pass over the content's tree, in document order, without recursion at any depth.

Each element is opened by the function that its role or tag names; what that gives back is called when the
element ends. The tables of these functions are in `elements.py`; what is open is in `state.py`; text is in
`walk_text.py`; the Markdown is written by `writer.py`.
"""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborNode

from .component_names import role_of_component
from .element_text import short_text
from .family import Role
from .hidden import is_fold, is_hidden
from .page_rules import END_BLOCK as END_BLOCK
from .page_rules import SKIP as SKIP
from .page_rules import Attributes as Attributes
from .page_rules import Open as Open
from .page_rules import Opened as Opened
from .page_rules import PageRules
from .query import css
from .state import (
    IN_BLOCKS,
    IN_CODE,
    Footnotes,
    OpenAdmonition,
    OpenDefinitions,
    OpenList,
    OpenTable,
    TabSet,
)
from .styles import role_by_style
from .table_kind import TableKind
from .tags import HEADINGS, LAST, TAGS, TEXT, UNSEEN, tag_set
from .walk_text import TextWalk
from .writer import Blocks, PageWriter

# Attributes that say more than a tag does.
_TELLING: Final = frozenset({"hidden", "style", "aria-hidden", "role", "data-footnote-ref"})
_NAMES: Final = frozenset({"id", "name"})
_SAYING: Final = _TELLING | _NAMES
_CHROME_ROLES: Final = frozenset(
    "navigation search banner contentinfo dialog alertdialog menu menubar toolbar tooltip progressbar button"
    " doc-backlink doc-toc doc-pagelist".split()
)
_ARIA: dict[str, Role] = {
    "tablist": Role.TABLIST,
    "tab": Role.TAB,
    "tabpanel": Role.PANEL,
    "doc-noteref": Role.NOTE_REF,
    "doc-footnote": Role.NOTE,
    "doc-endnotes": Role.NOTES,
    "presentation": Role.LAYOUT,
    "none": Role.LAYOUT,
}
# Roles of elements that say nothing by their tag.
_ARIA_OF_BOXES: dict[str, Role] = {
    "heading": Role.HEADING2,
    "list": Role.LIST,
    "listitem": Role.ITEM,
    "table": Role.ARIA_TABLE,
    "grid": Role.ARIA_TABLE,
    "treegrid": Role.ARIA_TABLE,
    "row": Role.ARIA_ROW,
    "cell": Role.ARIA_CELL,
    "gridcell": Role.ARIA_CELL,
    "columnheader": Role.ARIA_HEAD,
    "rowheader": Role.ARIA_HEAD,
}
_BOXES: Final = frozenset(TAGS[name] for name in "div span p section article a h1 h2 h3 h4 h5 h6".split())
_TABLE: Final = TAGS["table"]
_A: Final = TAGS["a"]
_MARKS: Final = frozenset("# ¶ § 🔗 ⚓ ❡ ∞".split())  # of a heading's link to itself
_BUTTON: Final = TAGS["button"]
_NONE: Final = Role.NONE
_DROP: Final = Role.DROP
_TOGGLED: Final = frozenset({"x-show", "v-show", "ng-show", "data-show", ":hidden", "x-bind:hidden"})
_FEW: Final = 200  # ids that are looked for in a hidden box
_KEPT: Final = tag_set("script svg button textarea noscript iframe video audio object embed")


class Walk(TextWalk):
    """One walk: the elements of a page in their order, and what is open where it is."""

    __slots__ = (
        "admonitions", "footnotes", "lists", "next_table", "opened", "opened_ids", "overrides", "tab_labels",
        "tables", "tabs",
    )  # fmt: skip

    def __init__(self, page: PageRules, writer: PageWriter) -> None:
        super().__init__(page, writer)
        self.lists: list[OpenList | OpenDefinitions | None] = []  # None: its items are blocks
        self.admonitions: list[OpenAdmonition] = []
        self.tables: list[OpenTable] = []
        self.tabs: list[TabSet] = []
        self.tab_labels: dict[str, str] | None = None  # by ids of panels and tabs, once they are asked for
        self.footnotes = Footnotes()
        self.next_table: TableKind | None = None  # what the next table is, when the box around it says so
        self.overrides: dict[int, Open] = {}  # elements that another one has a say in, by their address
        self.opened: set[int] = set()  # elements that a button opens, by their address
        self.opened_ids: set[str] = set()  # the same by their ids

    def run(self, root: LexborNode) -> None:
        """Write what stands in `root`. The loop is the hot path of the whole conversion: it asks each node
        for as little as it can, and calls as little as it can."""
        stack: list[tuple[LexborNode | None, Opened]] = []
        push, pop = stack.append, stack.pop
        roles, by_role, table = self.page.roles, self.page.by_role, self.page.by_tag
        known, find = roles.known, roles.find
        silent = _SAYING.isdisjoint
        overrides, text = self.overrides, self.text
        long_text, short = self._text, self.short  # what `text` comes to for a text that is not remembered
        handler: Open
        node: LexborNode | None = root.first_child
        close: Opened = None
        while True:
            while node is None:
                if not stack:
                    return
                node, close = pop()
                if close is not None:
                    if isinstance(close, tuple):
                        close[0](self, close[1])
                    elif self.mode is IN_BLOCKS:
                        self.writer.flush()
                    elif self.inline.parts:
                        self.flush()
            tag = node.tag_id
            if tag == TEXT:
                if self.mode is IN_CODE:
                    text(node.text_content or "")
                elif not (self.inline.space and node.is_empty_text_node):
                    content = node.text_content or ""
                    (text if len(content) < short else long_text)(content)
                node = node.next
                continue
            attributes = node.attributes
            if tag > LAST:
                handler = _custom
            else:
                handler = table[tag]
                if attributes:
                    role = _NONE
                    classes = attributes.get("class")
                    if classes:
                        found = known[tag].get(classes)
                        role = found if found is not None else find(tag, classes)
                    if (not classes or len(attributes) > 1) and not (role is _DROP or silent(attributes)):
                        role = self._attributes(tag, attributes, role, node)
                    if role is not _NONE:
                        if role is _DROP:
                            node = node.next
                            continue
                        handler = by_role.get(role) or handler
            if overrides and node.mem_id in overrides:
                handler = overrides.pop(node.mem_id)
            opened = handler(self, node, attributes)
            if opened is SKIP:
                node = node.next
                continue
            push((node.next, opened))
            node = node.first_child

    def custom(self, node: LexborNode, attributes: Attributes) -> Opened:
        """A custom element is what its row says; without one its children are read in its place."""
        name = node.tag or ""
        roles = self.page.roles
        role = roles.custom.get(name, Role.NONE) or role_of_component(name)
        if role is Role.NONE:
            role = roles.of(LAST, attributes.get("class"))
        if role is Role.NONE and not _SAYING.isdisjoint(attributes):
            role = self._attributes(0, attributes, role, node)
        if role is Role.DROP:
            return SKIP
        handler = self.page.by_role.get(role)
        if handler is not None:
            return handler(self, node, attributes)
        if self.title is not None and _is_mark(node):
            return SKIP
        return self.apart(node)

    def apart(self, node: LexborNode) -> Opened:
        """Read what is in a custom element in its place: what two of them hold is never one word."""
        previous = node.prev
        if previous is not None and previous.tag_id > LAST:
            self.gap()
        return None

    def _attributes(self, tag: int, attributes: Attributes, role: Role, node: LexborNode) -> Role:
        """The role when an element's attributes have their say: hidden, ARIA; its id is remembered."""
        if tag in UNSEEN and tag not in _KEPT:
            return Role.DROP
        if _TELLING.isdisjoint(attributes):
            return self._named(tag, attributes, role)
        given = role
        if role is Role.SPREAD:  # what it is comes before how it is laid out
            role = Role.NONE
        aria = attributes.get("role")
        if aria and role is Role.NONE:
            role = self._aria(tag, aria)
            if role is Role.DROP:
                return role
        if (
            role is not Role.PANEL
            and self._is_hidden(attributes, role)
            and not self._is_opened(node, attributes)
        ):
            return Role.DROP
        if "data-footnote-ref" in attributes:
            role = Role.NOTE_REF
        elif role is Role.NONE:
            style = attributes.get("style")
            role = (role_by_style(tag, style) if style else role) or given
        return self._named(tag, attributes, role)

    def _aria(self, tag: int, aria: str) -> Role:
        """What an element's ARIA role makes of it."""
        if aria in _CHROME_ROLES:
            if aria == "button" and tag != _BUTTON:
                return Role.BUTTON if tag != _A else Role.NONE
            return Role.NONE if self.title is not None and aria == "doc-backlink" else Role.DROP
        role = _ARIA.get(aria, Role.NONE)
        if role is Role.LAYOUT and tag != _TABLE:
            return Role.NONE
        if role is Role.NONE and (tag in _BOXES or tag == 0):
            role = _ARIA_OF_BOXES.get(aria, Role.NONE)
            if role is Role.HEADING2 and tag in HEADINGS:
                return Role.NONE
        return role

    def _is_hidden(self, attributes: Attributes, role: Role) -> bool:
        """Whether nobody sees an element. A family's row knows better than aria-hidden, for titles that are
        read out."""
        if is_hidden(attributes):
            return True
        return attributes.get("aria-hidden") == "true" and role is Role.NONE

    def _is_opened(self, node: LexborNode, attributes: Attributes) -> bool:
        """Whether an element, or what it is a box around, is hidden only until its button is pressed."""
        if self.opened and node.mem_id in self.opened:
            return True
        if is_fold(attributes.get("class") or ""):
            return True
        if not _TOGGLED.isdisjoint(attributes) and _is_toggled_like_a_sibling(node, attributes):
            return True
        if not self.opened_ids:
            return False
        if (attributes.get("id") or "") in self.opened_ids:
            return True
        if any(f"#{owner}" in self.opened_ids for owner in (attributes.get("aria-labelledby") or "").split()):
            return True
        inside = css(node, "[id]")[:_FEW] if len(self.opened_ids) <= _FEW else []
        return any((each.attributes.get("id") or "") in self.opened_ids for each in inside)

    def _named(self, tag: int, attributes: Attributes, role: Role) -> Role:
        """The role of an element whose id, if it is one that a link could name, is remembered."""
        name = attributes.get("id") or (attributes.get("name") if tag == _A else None)
        if name:
            w = self.writer
            w.anchors.append((name, len(w.out) + 1 + len(self.inline.parts)))
        return role

    def handler_of(self, tag: int) -> Open:
        """The function that opens elements with this tag, whatever their attributes say."""
        return self.page.by_tag[tag] if tag <= LAST else transparent

    def forget_tabs(self) -> None:
        """A heading outside of all panels: labels that found no panel belong to nothing that follows."""
        if not any(tabs.panels for tabs in self.tabs):
            self.tabs.clear()

    def open_table(self, kind: TableKind) -> OpenTable:
        """Start a table."""
        table = OpenTable(kind, self.writer, self.lists, self.admonitions, self.emphasis)
        self.tables.append(table)
        return table

    def enter_cell(self, cell: Blocks) -> None:
        """Write to a cell, in which nothing is open."""
        self.lists, self.admonitions, self.emphasis = [], [], set()
        self.writer, self.inline = cell, cell.inline

    def leave_cell(self, table: OpenTable) -> None:
        """Write to what is around a table again."""
        self.lists, self.admonitions, self.emphasis = table.lists, table.admonitions, table.emphasis
        self.writer, self.inline = table.writer, table.writer.inline

    def untitled(self) -> bool:
        """Whether the open admonition has neither title nor text yet: what comes now is its title."""
        return bool(self.admonitions) and not self.admonitions[-1].titled and self.writer.alert


def _is_mark(node: LexborNode) -> bool:
    """Whether a custom element in a heading is the mark that leads to it: a sign that its script acts on."""
    child = node.first_child
    return child is not None and (short_text(node, 4) or " ").strip() in _MARKS


def _is_toggled_like_a_sibling(node: LexborNode, attributes: Attributes) -> bool:
    """Whether a script shows an element in the place of the one before or behind it, as it does with tabs."""
    name = next(name for name in attributes if name in _TOGGLED)
    for step in ("prev", "next"):
        other = getattr(node, step)
        while other is not None and not other.is_element_node:
            other = getattr(other, step)
        if other is not None and other.tag_id == node.tag_id and name in other.attributes:
            return True
    return False


def skip(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An element that is left out, and all that is in it."""
    return SKIP


def transparent(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An element that says nothing: what is in it is read in its place."""
    return None


def _custom(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    return walk.custom(node, attributes)
