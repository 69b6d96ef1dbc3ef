"""The walk: one pass over the content's tree, in document order, without recursion at any depth.

Each element is opened by the function that its role or tag names; what that gives back is called when the
element ends. The tables of these functions are in `elements.py`; the Markdown is written by `writer.py`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from selectolax.lexbor import LexborNode

from .code import CodeRules
from .escape import CONTROL, HARMLESS, LOOSE, escape, html_text, visible
from .family import Role, Roles
from .resolve import Resolver
from .tags import LAST, TAGS, TEXT, UNSEEN
from .text_cache import COLLAPSED
from .writer import Writer

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
_TEX = re.compile(r"\\[(\[](.*?)\\[)\]]")
_LINE_END = re.compile(r"\n[\n ]*")
_RUN = re.compile(r"[ \t\r\f\v]{2,}|[\t\r\f\v]")
_TABLE, _A = TAGS["table"], TAGS["a"]
_NONE, _DROP = Role.NONE, Role.DROP
_KEPT = frozenset({TAGS["script"], TAGS["svg"]})


class Walk:
    """The state of one walk. `w` is where text goes now: the page, or a cell of a table."""

    __slots__ = (
        "alerts", "by_role", "careful", "code", "code_rules", "emphasis", "grids", "line", "lists", "marked",
        "note_lists", "notes", "raw", "resolver", "roles", "short", "source", "spans", "table", "table_hint",
        "tables", "tabs", "url", "w",
    )  # fmt: skip
    SHORT = 16  # characters of text up to which what it comes to is remembered

    def __init__(
        self, resolver: Resolver, roles: Roles, table: list[Open], by_role: dict[Role, Open]
    ) -> None:
        self.w = Writer()
        self.resolver = resolver
        self.roles = roles
        self.table = table
        self.by_role = by_role
        self.source = b""  # the page's HTML
        self.url = ""
        self.code_rules = CodeRules()
        self.careful = False  # the text holds characters that nobody sees: each run of it is searched
        self.short = self.SHORT
        self.raw: list[str] | None = None  # plain text of the heading or title being read
        self.code: list[str] | None = None  # text of the code span being read
        self.spans: list[str] = []  # code spans that are not ASCII, as they are written
        self.line = False  # in a heading, a title, a signature: blocks do not break it
        self.emphasis: set[str] = set()  # the markers that are open
        self.lists: list[Any] = []
        self.marked: dict[int, Open] = {}  # elements that another one has a say in, by their address
        self.tabs: list[list[str]] = []  # labels waiting for their panels
        self.notes: dict[str, str] = {}  # footnote labels by the id that references name
        self.note_lists = 0  # depth of lists of footnotes
        self.alerts: list[list[Any]] = []  # open admonitions
        self.grids: list[Any] = []  # open tables; None for one that only arranges
        self.tables = 0  # depth of tables
        self.table_hint = Role.NONE  # what the next table is, when the box around it says so

    def note_suffix(self) -> str:
        """What makes a footnote's label this page's own."""
        return hashlib.blake2b(self.url.encode("utf-8", "replace"), digest_size=3).hexdigest()

    def run(self, root: LexborNode) -> None:
        """Write what stands in `root`. The loop is the hot path of the whole conversion: it asks each node
        for as little as it can, and calls as little as it can."""
        stack: list[tuple[LexborNode | None, Close | None]] = []
        push, pop = stack.append, stack.pop
        known, find, by_role = self.roles.known, self.roles.find, self.by_role
        silent = _SAYING.isdisjoint
        marked, text, table = self.marked, self.text, self.table
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
                    elif not self.line and self.code is None:
                        self.w.flush()
                    elif self.w.parts:
                        self.flush()
            tag = node.tag_id
            if tag == TEXT:
                if self.code is not None:
                    self.code.append(node.text_content or "")
                elif not (self.w.space and node.is_empty_text_node):
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
                        role = self._attributes(tag, attributes, role)
                    if role is not _NONE:
                        if role is _DROP:
                            node = node.next
                            continue
                        handler = by_role.get(role) or handler
            if marked and node.mem_id in marked:
                handler = marked.pop(node.mem_id)
            opened = handler(self, node, attributes)
            if opened is SKIP:
                node = node.next
                continue
            push((node.next, opened))  # type: ignore[arg-type]
            node = node.first_child

    def custom(self, node: LexborNode, attributes: Attributes) -> Opened:
        """A custom element is what its row says; without one its children are read in its place."""
        role = self.roles.custom.get(node.tag or "", Role.NONE)
        if role is Role.NONE and not _SAYING.isdisjoint(attributes):
            role = self._attributes(0, attributes, role)
        if role is Role.DROP:
            return SKIP
        handler = self.by_role.get(role)
        return handler(self, node, attributes) if handler is not None else None

    def _attributes(self, tag: int, attributes: Attributes, role: Role) -> Role:
        """The role when an element's attributes have their say: hidden, ARIA; its id is remembered."""
        if tag in UNSEEN and tag not in _KEPT:
            return Role.DROP
        if _TELLING.isdisjoint(attributes):
            return self._named(tag, attributes, role)
        aria = attributes.get("role")
        if aria and role is Role.NONE:
            if aria in _CHROME_ROLES and (self.raw is None or aria != "doc-backlink"):
                return Role.DROP
            role = _ARIA.get(aria, role)
            if role is Role.LAYOUT and tag != _TABLE:
                role = Role.NONE
        if role is not Role.PANEL and _is_hidden(attributes, role is not Role.NONE):
            return Role.DROP
        if "data-footnote-ref" in attributes:
            role = Role.NOTE_REF
        return self._named(tag, attributes, role)

    def _named(self, tag: int, attributes: Attributes, role: Role) -> Role:
        """The role of an element whose id, if it is one that a link could name, is remembered."""
        name = attributes.get("id") or (attributes.get("name") if tag == _A else None)
        if name:
            w = self.w
            w.anchors.append((name, len(w.out) + 1 + len(w.parts)))
        return role

    def text(self, text: str) -> None:
        """A run of text: white space collapsed, invisible characters out, markup escaped."""
        if self.code is not None:
            self.code.append(text)
            return
        w = self.w
        known = COLLAPSED[text] if len(text) < self.short and not w.html else ""
        if not known:
            self._text(text)
            return
        if w.space and known[0] == " ":
            known = known[1:]
            if not known:
                return
        if self.raw is not None:
            self.raw.append(known)
        w.space = known[-1] == " "
        if known[0] == "(" and w.parts and w.parts[-1][-1:] == "]":
            known = "\\" + known
        w.parts.append(known)

    def gap(self) -> None:
        """A space, unless the text of the block ends in one or has not begun."""
        w = self.w
        if not w.parts or w.space:
            return
        if self.raw is not None or self.code is not None:
            self.text(" ")
            return
        w.parts.append(" ")
        w.space = True

    def _text(self, text: str) -> None:
        """The same for long text, and for text that is not harmless.

        Written for its cost: replacing and asking for substrings is ten times cheaper than splitting.
        """
        w = self.w
        if "\n" in text:
            text = _LINE_END.sub(" ", text) if "\n  " in text else text.replace("\n", " ")
        if not text.isascii():
            if w.space and text.isspace():
                return
            looks = self.careful or len(text) < self.SHORT or "\u200b" in text
            text = visible(text) if looks else text.replace("\xa0", " ")
        if self.careful:
            text = _RUN.sub(" ", CONTROL.sub("", text))
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
            text = self._escaped(text)
            if not text:  # empty mathematics
                return
        elif text[0] == "(" and w.parts and w.parts[-1][-1:] == "]":
            text = "\\" + text
        if self.raw is not None:
            self.raw.append(plain)
        w.space = text[-1] == " "
        w.parts.append(text)

    def _escaped(self, core: str) -> str:
        """Text that holds a character which could be markup."""
        w = self.w
        if "\\" in core and self.source and _has_mathjax(self.source) and _TEX.search(core) is not None:
            return self._with_tex(core)
        if w.html:
            return html_text(core)
        parts = w.parts
        before = parts[-1][-1:] if parts else " "
        return escape(core, before or self.before(), bool(self.emphasis), w.link is not None)

    def _with_tex(self, core: str) -> str:
        """Text that holds MathJax's delimiters: `\\(x\\)` to `$x$`, the rest escaped."""
        pieces = []
        for number, piece in enumerate(_TEX.split(core)):
            words = " ".join(piece.split())
            pieces.append((f"${words}$" if words else "") if number % 2 else escape(piece, self.before()))
        return "".join(pieces)

    def before(self) -> str:
        """The last character of the text so far, or a space."""
        for part in reversed(self.w.parts):
            if part:
                return part[-1]
        return " "

    def put(self, markdown: str, plain: str = "") -> None:
        """Finished Markdown inside the text."""
        self.w.parts.append(markdown)
        self.w.space = False
        if self.raw is not None:
            self.raw.append(plain)

    def code_text(self) -> None:
        """End the code span being read, if any; the next text starts another."""
        if self.code:
            text = "".join(self.code)
            if "\n" in text or "\xa0" in text or "\t" in text:
                text = " ".join(text.split())
            if text.strip():
                self.put(self.w.span(text), text)
            self.code = []

    def untitled(self) -> bool:
        """Whether the open admonition has neither title nor text yet: what comes now is its title."""
        return bool(self.alerts) and not self.alerts[-1][2] and self.w.alert

    def flush(self) -> None:
        """A block begins or ends here."""
        w = self.w
        if self.line:
            if not w.space:
                self.text(" ")
            return
        if self.code is not None:
            self.code_text()
        if w.parts:
            w.flush()


def transparent(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An element that says nothing: what is in it is read in its place."""
    return None


def _custom(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    return walk.custom(node, attributes)


def _has_mathjax(source: bytes) -> bool:
    """Whether the page loads MathJax, so that `\\(x\\)` in its text is math."""
    return b"athjax" in source or b"athJax" in source


def _is_hidden(attributes: Attributes, known: bool) -> bool:
    """Whether nobody sees an element. A family's row knows better than aria-hidden, for titles that are
    read out."""
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    if attributes.get("aria-hidden") == "true" and not known:
        return True
    style = attributes.get("style")
    if style:
        style = style.replace(" ", "").lower()
        return "display:none" in style or "visibility:hidden" in style
    return False
