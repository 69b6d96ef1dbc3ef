"""The walk: one pass over the content's tree, in document order, without recursion at any depth.

Each element is opened by the function that its role or tag names; what that gives back is called when the
element ends. The tables of these functions are in `elements.py`; the Markdown is written by `writer.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from selectolax.lexbor import LexborNode

from .escape import SPECIAL, escape, html_text, visible
from .family import Role, Roles
from .resolve import Resolver
from .tags import TAGS, TEXT, UNSEEN
from .writer import Writer

Attributes = dict[str, str | None]
Close = tuple[Callable[..., None], Any]
SKIP: Final = "skip"  # the element and all in it are left out, or done already
Opened = Close | None | str
Open = Callable[["Walk", LexborNode, Attributes], Opened]

# Attributes that say more than a tag does.
_TELLING = frozenset({"id", "name", "hidden", "style", "aria-hidden", "role", "data-footnote-ref"})
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
_CUSTOM = 10_000  # Lexbor numbers the elements it does not know by their address
_TEX = re.compile(r"\\[(\[](.*?)\\[)\]]")
_SPACES = " \t\n\r\f\v\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_TABLE = TAGS["table"]
_KEPT = frozenset({TAGS["script"], TAGS["svg"]})


class Walk:
    """The state of one walk. `w` is where text goes now: the page, or a cell of a table."""

    def __init__(self, resolver: Resolver, roles: Roles, table: dict[int, Open], by_role: dict[Role, Open]) -> None:
        self.w = Writer()
        self.resolver = resolver
        self.roles = roles
        self.table = table
        self.by_role = by_role
        self.emphasis: set[str] = set()  # the markers that are open
        self.raw: list[str] | None = None  # plain text of the heading or title being read
        self.code: list[str] | None = None  # text of the code span being read
        self.line = False  # in a heading, a title, a signature: blocks do not break it
        self.lists: list[Any] = []
        self.marked: dict[int, Open] = {}  # elements that another one has a say in, by their address
        self.tabs: list[list[str]] = []  # labels waiting for their panels
        self.notes: dict[str, str] = {}  # footnote labels by the id that references name
        self.alerts: list[list[Any]] = []  # open admonitions
        self.members = 0  # depth of API members
        self.tables = 0  # depth of tables
        self.grids: list[Any] = []  # open tables; None for one that only arranges
        self.note_lists = 0  # depth of lists of footnotes
        self.tex = False  # the page loads MathJax: \(x\) in its text is math
        self.table_hint = Role.NONE  # what the next table is, when the box around it says so
        self.note_suffix = ""  # what makes a footnote's label this page's own

    def run(self, root: LexborNode) -> None:
        """Write what stands in `root`."""
        stack: list[tuple[LexborNode | None, Close | None]] = []
        node, close = root.first_child, None
        while True:
            while node is None:
                if not stack:
                    return
                node, close = stack.pop()
                if close is not None:
                    close[0](self, close[1])
            tag = node.tag_id
            if tag == TEXT:
                self.text(node.text_content or "")
                node = node.next
                continue
            opened = self.open(node, tag)
            if opened is SKIP:
                node = node.next
                continue
            stack.append((node.next, opened))  # type: ignore[arg-type]
            node = node.first_child

    def open(self, node: LexborNode, tag: int) -> Opened:
        """Begin an element: what its classes, then its attributes, then its tag make of it."""
        attributes = node.attributes
        if tag > _CUSTOM:
            return self._custom(node, attributes)
        if not attributes:
            handler = self.table.get(tag)
            return handler(self, node, attributes) if handler is not None else None
        role = Role.NONE
        classes = attributes.get("class")
        if classes:
            known = self.roles.known.get((tag, classes))
            role = known if known is not None else self.roles.find(tag, classes)
            if role is Role.DROP:
                return SKIP
        if not _TELLING.isdisjoint(attributes):
            role = self._attributes(node, tag, attributes, role)
            if role is Role.DROP:
                return SKIP
        if self.marked and node.mem_id in self.marked:
            return self.marked.pop(node.mem_id)(self, node, attributes)
        if role is not Role.NONE:
            special = self.by_role.get(role)
            if special is not None:
                return special(self, node, attributes)
        handler = self.table.get(tag)
        return handler(self, node, attributes) if handler is not None else None

    def _custom(self, node: LexborNode, attributes: Attributes) -> Opened:
        """A custom element is what its row says; without one its children are read as if it were not there."""
        role = self.roles.custom.get(node.tag or "", Role.NONE)
        if role is Role.NONE and not _TELLING.isdisjoint(attributes):
            role = self._attributes(node, 0, attributes, role)
        if role is Role.DROP:
            return SKIP
        handler = self.by_role.get(role)
        return handler(self, node, attributes) if handler is not None else None

    def _attributes(self, node: LexborNode, tag: int, attributes: Attributes, role: Role) -> Role:
        """The role when an element's attributes have their say: hidden, ARIA; its id is remembered."""
        if tag in UNSEEN and tag not in _KEPT:
            return Role.DROP
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
        name = attributes.get("id") or (attributes.get("name") if tag == TAGS["a"] else None)
        if name:
            self.w.anchor(name)
        return role

    def text(self, text: str) -> None:
        """A run of text: white space collapsed, invisible characters out, markup escaped."""
        if self.code is not None:
            self.code.append(text)
            return
        w = self.w
        core = " ".join(text.split())
        if not core:
            if text and not w.space and w.parts:
                w.parts.append(" ")
                w.space = True
                if self.raw is not None:
                    self.raw.append(" ")
            return
        if not core.isascii():
            core = visible(core)
            if not core:
                return
        if self.raw is not None:
            self.raw.append(f" {core} " if text[-1] in _SPACES else f" {core}" if text[0] in _SPACES else core)
        if self.tex and "\\" in core and _TEX.search(core) is not None:
            core = self._with_tex(core)
        elif w.html:
            core = html_text(core)
        elif SPECIAL.search(core) is not None:
            core = escape(core, self.before(), bool(self.emphasis), w.link is not None)
        elif core[0] == "(" and w.parts and w.parts[-1].endswith("]"):
            core = "\\" + core
        if text[0] in _SPACES and not w.space:
            core = " " + core
        if text[-1] in _SPACES:
            core += " "
            w.space = True
        else:
            w.space = False
        w.parts.append(core)

    def _with_tex(self, core: str) -> str:
        """Text that holds MathJax's delimiters: `\\(x\\)` to `$x$`, the rest escaped."""
        pieces = []
        for number, piece in enumerate(_TEX.split(core)):
            words = " ".join(piece.split())
            pieces.append((f"${words}$" if words else "") if number % 2 else escape(piece, self.before()))
        return "".join(pieces)

    def before(self) -> str:
        """The last character of the text so far, or a space."""
        if self.w.space:
            return " "
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
        if self.line:
            if not self.w.space:
                self.text(" ")
            return
        if self.code is not None:
            self.code_text()
        self.w.flush()


def _is_hidden(attributes: Attributes, known: bool) -> bool:
    """Whether nobody sees an element. A family's row knows better than aria-hidden (titles that are read out)."""
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    if attributes.get("aria-hidden") == "true" and not known:
        return True
    style = attributes.get("style")
    if style:
        style = style.replace(" ", "").lower()
        return "display:none" in style or "visibility:hidden" in style
    return False
