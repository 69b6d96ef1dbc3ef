"""The walk: one pass over the content's tree, in document order, without recursion at any depth.

Each element is opened by the function that its role or tag names; what that gives back is called when the
element ends. The tables of these functions are in `elements.py`; what is open is in `state.py`; the Markdown
is written by `writer.py`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from selectolax.lexbor import LexborNode

from . import tex
from .code import CodeRules
from .escape import CONTROL, HARMLESS, LOOSE, escape, html_text, one_line_piece, visible
from .family import Role, Roles
from .hidden import is_hidden, keeps_lines
from .inline_text import InlineText
from .resolve import Resolver
from .state import (
    IN_BLOCKS,
    IN_CODE,
    IN_TITLE,
    Footnotes,
    Mode,
    OpenAdmonition,
    OpenCode,
    OpenDefinitions,
    OpenList,
    OpenTable,
    TabSet,
)
from .table_kind import TableKind
from .tags import HEADINGS, LAST, TAGS, TEXT, UNSEEN, tag_set
from .text_cache import COLLAPSED
from .writer import Blocks, PageWriter

Attributes = dict[str, str | None]
Close = tuple[Callable[..., None], Any]
END_BLOCK: Final[Close] = (lambda walk, _: None, None)  # ends a block; the loop knows it
SKIP: Final = "skip"  # the element and all in it are left out, or done already
Opened = Close | None | str
Open = Callable[["Walk", LexborNode, Attributes], Opened]

# Attributes that say more than a tag does.
_TELLING = frozenset({"hidden", "style", "aria-hidden", "role", "data-footnote-ref"})
_NAMES = frozenset({"id", "name"})
_SAYING = _TELLING | _NAMES
_CHROME_ROLES = frozenset(
    "navigation search banner contentinfo dialog alertdialog menu menubar toolbar tooltip progressbar button"
    " doc-backlink doc-toc doc-pagelist".split()
)
_ARIA: dict[str, Role] = {
    "tablist": Role.TABLIST,
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
_BOXES = frozenset(TAGS[name] for name in "div span p section article a h1 h2 h3 h4 h5 h6".split())
_PREFORMATTED = tag_set("div p span code samp tt kbd font figure blockquote section")
_LINE_END = re.compile(r"\n[\n ]*")
_RUN = re.compile(r"[ \t\r\f\v]{2,}|[\t\r\f\v]")
_TABLE, _A, _BUTTON = TAGS["table"], TAGS["a"], TAGS["button"]
_NONE, _DROP = Role.NONE, Role.DROP
_KEPT = tag_set("script svg button textarea noscript iframe video audio object embed")


@dataclass(slots=True, eq=False)
class PageRules:
    """How a page's elements are read."""

    by_tag: list[Open]
    by_role: dict[Role, Open]
    roles: Roles
    resolver: Resolver
    code_rules: CodeRules
    url: str = ""
    html: bytes = b""
    root: LexborNode | None = None  # of the whole page
    careful: bool = False  # its text holds characters that nobody sees: each run of it is searched

    sets_tex: bool | None = None  # a script sets the TeX in its text; None: not looked for yet

    def has_tex(self) -> bool:
        """Whether a script (MathJax, KaTeX) sets the TeX in the page's text."""
        if self.sets_tex is None:
            self.sets_tex = tex.is_set(self.html)
        return self.sets_tex

    @property
    def mark(self) -> str:
        """What makes a footnote's label this page's own."""
        return hashlib.blake2b(self.url.encode("utf-8", "replace"), digest_size=3).hexdigest()


class Walk:
    """One walk. `writer` is where blocks go now, the page or a cell of a table; `inline` is its text."""

    __slots__ = (
        "admonitions", "careful", "code", "code_spans", "emphasis", "footnotes", "inline", "lists", "mode",
        "next_table", "opened",
        "opened_ids", "overrides", "page", "short", "tab_labels", "tables", "tabs", "title", "writer",
    )  # fmt: skip
    SHORT = 16  # characters of text up to which what it comes to is remembered

    def __init__(self, page: PageRules, writer: PageWriter) -> None:
        self.page = page
        self.writer: Blocks = writer
        self.inline: InlineText = writer.inline
        self.careful = page.careful
        self.short = 0 if page.careful else self.SHORT
        self.mode: Mode = IN_BLOCKS  # what text means now
        self.title: list[str] | None = None  # plain text of the heading or title being read
        self.code: OpenCode | None = None  # the span of code being read, in IN_CODE
        self.emphasis: set[str] = set()  # the markers that are open
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
        self.code_spans: list[str] = []  # those that are not ASCII, as they are written

    def run(self, root: LexborNode) -> None:
        """Write what stands in `root`. The loop is the hot path of the whole conversion: it asks each node
        for as little as it can, and calls as little as it can."""
        stack: list[tuple[LexborNode | None, Close | None]] = []
        push, pop = stack.append, stack.pop
        roles, by_role, table = self.page.roles, self.page.by_role, self.page.by_tag
        known, find = roles.known, roles.find
        silent = _SAYING.isdisjoint
        overrides, text = self.overrides, self.text
        long_text, short = self._text, self.short  # what `text` comes to for a text that is not remembered
        handler: Open
        node, close = root.first_child, None
        while True:
            while node is None:
                if not stack:
                    return
                node, close = pop()
                if close is not None:
                    if close is not END_BLOCK:
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
            push((node.next, opened))  # type: ignore[arg-type]
            node = node.first_child

    def custom(self, node: LexborNode, attributes: Attributes) -> Opened:
        """A custom element is what its row says; without one its children are read in its place."""
        role = self.page.roles.custom.get(node.tag or "", Role.NONE)
        if role is Role.NONE and not _SAYING.isdisjoint(attributes):
            role = self._attributes(0, attributes, role, node)
        if role is Role.DROP:
            return SKIP
        handler = self.page.by_role.get(role)
        if handler is not None:
            return handler(self, node, attributes)
        previous = node.prev
        if previous is not None and previous.tag_id > LAST:
            self.gap()  # what two of them hold is never one word
        return None

    def _attributes(self, tag: int, attributes: Attributes, role: Role, node: LexborNode) -> Role:
        """The role when an element's attributes have their say: hidden, ARIA; its id is remembered."""
        if tag in UNSEEN and tag not in _KEPT:
            return Role.DROP
        if _TELLING.isdisjoint(attributes):
            return self._named(tag, attributes, role)
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
        elif role is Role.NONE and tag in _PREFORMATTED and keeps_lines(attributes.get("style") or ""):
            role = Role.PREFORMATTED
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
        """Whether an element is hidden only until its button, its tab or its label is pressed."""
        if self.opened and node.mem_id in self.opened:
            return True
        return bool(self.opened_ids) and (attributes.get("id") or "") in self.opened_ids

    def _named(self, tag: int, attributes: Attributes, role: Role) -> Role:
        """The role of an element whose id, if it is one that a link could name, is remembered."""
        name = attributes.get("id") or (attributes.get("name") if tag == _A else None)
        if name:
            w = self.writer
            w.anchors.append((name, len(w.out) + 1 + len(self.inline.parts)))
        return role

    def text(self, text: str) -> None:
        """A run of text: white space collapsed, invisible characters out, markup escaped."""
        if self.code is not None:
            self.code.pieces.append(text)
            return
        w = self.inline
        known = COLLAPSED[text] if len(text) < self.short and not w.html else ""
        if not known:
            self._text(text)
            return
        if w.space and known[0] == " ":
            known = known[1:]
            if not known:
                return
        if self.title is not None:
            self.title.append(known)
        w.space = known[-1] == " "
        if known[0] == "(" and w.parts and w.parts[-1][-1:] == "]":
            known = "\\" + known
        w.parts.append(known)

    def gap(self) -> None:
        """A space, unless the text of the block ends in one or has not begun."""
        w = self.inline
        if not w.parts or w.space:
            return
        if self.title is not None or self.mode is IN_CODE:
            self.text(" ")
            return
        w.parts.append(" ")
        w.space = True

    def _text(self, text: str, look: bool = True) -> None:
        """The same for long text, and for text that is not harmless.

        Written for its cost: replacing and asking for substrings is ten times cheaper than splitting.
        """
        w = self.inline
        whole = text
        if "\n" in text:
            text = _LINE_END.sub(" ", text) if "\n  " in text else text.replace("\n", " ")
        if not text.isascii():
            if w.space and text.isspace():
                return
            looks = self.careful or len(text) < self.SHORT or "\u200b" in text
            text = visible(text) if looks else text.replace("\xa0", " ")
        if self.careful:
            text = _RUN.sub(" ", CONTROL.sub("", text.replace("\x85", " ")))
        elif "\t" in text:
            text = _RUN.sub(" ", text)
        while "  " in text:
            text = text.replace("     ", " ").replace("  ", " ")
        if w.space and text[:1] == " ":
            text = text[1:]
        if not text:
            return
        plain = text
        special = (
            "*" in text or "`" in text or "<" in text or "[" in text or "&" in text or "\\" in text
            or "$" in text or "~" in text or "]" in text or ("_" in text and LOOSE(text) is not None)
            or (self.careful and HARMLESS(text) is None)
        )  # fmt: skip
        if special or w.html:
            if look and ("\\" in text or "$" in text) and self.page.has_tex() and tex.holds(whole):
                self._with_tex(whole)
                return
            text = self._escaped(text)
        elif text[0] == "(" and w.parts and w.parts[-1][-1:] == "]":
            text = "\\" + text
        if self.title is not None:
            self.title.append(plain)
        w.space = text[-1] == " "
        w.parts.append(text)

    def _escaped(self, core: str) -> str:
        """Text that holds a character which could be markup."""
        w = self.inline
        if w.html:
            return html_text(core)
        parts = w.parts
        before = parts[-1][-1:] if parts else " "
        return escape(core, before or self.before(), bool(self.emphasis), w.link is not None)

    def _with_tex(self, text: str) -> None:
        """Text in which a script sets TeX: in its line, displayed in it, or on lines of its own."""
        for piece in tex.in_text(text):
            if piece.kind == "text":
                self._text(piece.text, False)
            else:
                self._tex(piece, text)

    def _tex(self, piece: tex.Tex, whole: str) -> None:
        alone = piece.kind == "block" or (
            piece.kind == "display"
            and not any(part.strip() for part in self.inline.parts)
            and whole.rstrip()[-2:] in ("$$", "\\]")
            and whole.count(piece.text) == 1
        )
        content = piece.text
        if not content:
            return
        if alone and self.mode is IN_BLOCKS and not self.writer.flat:
            self.flush()
            self.writer.block(tex.displayed(content))
            return
        fence = "$" if piece.kind == "line" or self.writer.flat or self.title is not None else "$$"
        content = tex.in_line(content)
        self.put(html_text(content) if self.inline.html else f"{fence}{content}{fence}", content)

    def before(self) -> str:
        """The last character of the text so far, or a space."""
        for part in reversed(self.inline.parts):
            if part:
                return part[-1]
        return " "

    def put(self, markdown: str, plain: str = "") -> None:
        """Finished Markdown inside the text."""
        self.inline.parts.append(markdown)
        self.inline.space = False
        if self.title is not None:
            self.title.append(plain)

    def start_title(self) -> None:
        """Read a heading or a title: one line, whose plain text is kept."""
        self.mode, self.title = IN_TITLE, []

    def end_title(self) -> str:
        """The plain text of the title that was read."""
        plain = " ".join("".join(self.title or ()).split())
        self.mode, self.title = IN_BLOCKS, None
        return plain

    def start_code(self) -> None:
        """Read a span of code that holds more than text."""
        self.code = OpenCode(self.mode)
        self.mode = IN_CODE

    def end_code(self) -> None:
        """End the span of code being read."""
        self.code_piece(True)
        if self.code is not None:
            self.mode = self.code.outer
        self.code = None

    def code_piece(self, last: bool = False) -> None:
        """End a piece of the span of code being read, if any; the next text starts another. Blanks stay
        between pieces, not at the ends of the span."""
        code = self.code
        if code is None or not code.pieces:
            return
        text = one_line_piece("".join(code.pieces))
        code.pieces = []
        if not code.begun:
            text = text.lstrip()
        if last:
            text = text.rstrip()
        parts = self.inline.parts
        if text and not text.isspace():
            if parts and parts[-1][-1:] == "`":
                parts.append(" ")
            self.put(self.inline.code_span(text), text)
            code.begun = True
        elif text and not self.inline.space:
            parts.append(" ")
            self.inline.space = True
            if self.title is not None:
                self.title.append(" ")

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

    def flush(self) -> None:
        """A block begins or ends here."""
        inline = self.inline
        if self.mode is not IN_BLOCKS:
            code = self.code
            if code is None or code.outer is not IN_BLOCKS:
                if not inline.space:
                    self.text(" ")
                return
            self.code_piece()
        if inline.parts:
            self.writer.flush()


def skip(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An element that is left out, and all that is in it."""
    return SKIP


def transparent(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An element that says nothing: what is in it is read in its place."""
    return None


def _custom(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    return walk.custom(node, attributes)
