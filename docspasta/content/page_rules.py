"""How the elements of a page are read: the functions that open them, and what a page's own rows say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from selectolax.lexbor import LexborNode

from . import tex
from .code import CodeRules
from .family import Role, Roles
from .resolve import Resolver

if TYPE_CHECKING:
    from .walk import Walk

Attributes = dict[str, str | None]
Close = tuple[Callable[..., None], Any]
# Texts, not tuples, for what is compared by identity: compiled code makes a tuple anew wherever it is used.
END_BLOCK: Final = "end block"  # the element is a block, which its end ends
SKIP: Final = "skip"  # the element and all in it are left out, or done already
Opened = Close | None | str
Open = Callable[["Walk", LexborNode, Attributes], Opened]


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

    by_element: list[tuple[LexborNode, Open]] = field(default_factory=list)  # what opens single elements
    dollars: bool = False  # all between two single dollars is TeX
    sets_tex: bool | None = None  # a script sets the TeX in its text; None: not looked for yet

    def has_tex(self) -> bool:
        """Whether a script (MathJax, KaTeX) sets the TeX in the page's text."""
        if self.sets_tex is None:
            self.sets_tex = tex.is_set(self.html)
            self.dollars = self.sets_tex and tex.takes_dollars(self.html)
        return self.sets_tex

    def holds_tex(self, text: str) -> bool:
        """Whether a text holds TeX that a script sets."""
        return self.has_tex() and tex.holds(text, self.dollars)

    @property
    def mark(self) -> str:
        """What makes a footnote's label this page's own."""
        return note_mark(self.url)


def note_mark(url: str) -> str:
    """What makes a footnote's label that of the page at a URL."""
    return hashlib.blake2b(url.encode("utf-8", "replace"), digest_size=3).hexdigest()
