"""The content of a page as HTML: without what is around it, without what runs or nobody sees, with absolute
addresses. What comes out holds no script, style, form or event handler, and each attribute is escaped."""

from __future__ import annotations

from html import escape

from selectolax.lexbor import LexborNode

from .hidden import is_hidden
from .main_content import Found
from .media import address
from .resolve import Resolver
from .tags import NAMES, TAGS, TEXT, UNSEEN, tag_set

_DROPPED = UNSEEN | tag_set("input option meta link base")
_FORM = TAGS["form"]  # it is left out, what is in it is not
_VOID = tag_set("area base br col hr img input link meta source wbr")
_KEPT = frozenset(
    "id class title lang dir alt width height colspan rowspan headers scope span start reversed value type"
    " datetime open name abbr align".split()
)
_ADDRESSES = frozenset(("href", "src", "cite"))
_MATHML = frozenset(
    "mi mo mn ms mrow msup msub msubsup mfrac msqrt mroot mtable mtr mtd mover munder munderover mtext mspace"
    " mstyle mpadded mphantom mmultiscripts mprescripts semantics merror".split()
)
_ANNOTATIONS = ("annotation", "annotation-xml")
_UNKNOWN = "span"  # what stands for an element that HTML does not know


def clean_html(found: Found, resolver: Resolver) -> bytes:
    """The HTML of the content, UTF-8."""
    writer = _Writer(resolver, {node.mem_id for node in found.chrome})
    for root in found.roots:
        writer.write(root)
    return "".join(writer.parts).encode("utf-8", "replace")


class _Writer:
    """Writes elements without recursion: what is open stands in a list."""

    def __init__(self, resolver: Resolver, chrome: set[int]) -> None:
        self.parts: list[str] = []
        self._resolver, self._chrome = resolver, chrome

    def write(self, root: LexborNode) -> None:
        """Write an element and all that is in it."""
        ends: list[tuple[LexborNode, str]] = []
        node: LexborNode | None = root
        while node is not None:
            end = self._begin(node)
            inner = node.child if end is not None else None
            if inner is not None:
                ends.append((node, end or ""))
                node = inner
                continue
            self.parts.append(end or "")
            while node is not None and node.mem_id != root.mem_id and node.next is None:
                node, end = ends.pop()
                self.parts.append(end)
            if node is None or node.mem_id == root.mem_id:
                return
            node = node.next

    def _begin(self, node: LexborNode) -> str | None:
        """Write how a node begins; how it ends, None when nothing of it is written."""
        tag = node.tag_id
        if tag == TEXT:
            self.parts.append(escape(node.text_lexbor(), quote=False))
            return None
        if not node.is_element_node or node.mem_id in self._chrome:
            return None
        attributes = node.attributes
        name = NAMES.get(tag) or node.tag or ""
        if tag in _DROPPED or name in _ANNOTATIONS or is_hidden(attributes):
            return None
        if tag == _FORM:
            return ""
        name = name if tag in NAMES or name in _MATHML else _UNKNOWN
        self.parts.append(f"<{name}{self._attributes(attributes, tag)}>")
        return "" if tag in _VOID else f"</{name}>"

    def _attributes(self, attributes: dict[str, str | None], tag: int) -> str:
        told = []
        if tag == TAGS["img"] and (source := address(attributes)):
            attributes = {**attributes, "src": source}
        for name, value in attributes.items():
            if name in _ADDRESSES:
                value = self._address(value or "", image=name != "href")
            elif name not in _KEPT:
                continue
            if value is not None and (value or name not in _ADDRESSES):
                told.append(f' {name}="{escape(value)}"')
        return "".join(told)

    def _address(self, text: str, *, image: bool) -> str:
        """An absolute address, '' for one that no reader may follow."""
        if image and text[:11].lower() == "data:image/" and text[11:14].lower() != "svg":
            return text
        if not text:
            return ""
        url, fragment = self._resolver.resolve(text)
        if not url:
            return self._resolver.other(text)
        return f"{url}#{fragment}" if fragment else url
